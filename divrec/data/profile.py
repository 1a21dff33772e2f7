"""Ready tables about a shop for the Data screen: how big, how busy, how popular, of what kind, at what price."""

from typing import Final

import numpy as np
import pandas as pd

from divrec.columns import CATEGORY, EVENT, ITEM, PRICE, TIME
from divrec.data.dataset import Dataset
from divrec.data.groups import Groups, item_clusters, shopper_groups
from divrec.data.ids import positions
from divrec.data.shoppers import described_clusters, described_groups, shopper_profiles

_BINS: Final = 24
_TOP_SHARES: Final = (0.01, 0.1, 0.2, 0.5)


def profile_tables(
    dataset: Dataset, groups: Groups | None = None, clusters: Groups | None = None
) -> dict[str, pd.DataFrame]:
    """Give all tables by name; one that the shop has no columns for is empty.

    ``groups`` of users and ``clusters`` of items, where they are known, save finding them again.
    """
    return {
        "summary": summary(dataset),
        "events": events(dataset),
        "activity": activity(dataset),
        "popularity": popularity(dataset),
        "top_shares": top_shares(dataset),
        "categories": categories(dataset),
        "prices": prices(dataset),
        "shopper_groups": described_groups(groups or shopper_groups(dataset), shopper_profiles(dataset)),
        "item_clusters": described_clusters(clusters or item_clusters(dataset), dataset),
    }


def summary(dataset: Dataset) -> pd.DataFrame:
    """Give one row: ``users, items, events, pairs, density, median_items, median_users, first, last``.

    ``pairs`` are distinct user–item pairs and ``density`` is pairs / (users · items); ``median_items`` is per user,
    ``median_users`` per item, items never bought included.
    """
    matrix = dataset.matrix()
    users, items = matrix.shape
    times = dataset.interactions[TIME]
    return pd.DataFrame([{
        "users": users, "items": items, "events": len(dataset.interactions), "pairs": matrix.nnz,
        "density": matrix.nnz / max(users * items, 1),
        "median_items": float(np.median(np.diff(matrix.indptr))) if users else np.nan,
        "median_users": float(np.median(np.bincount(matrix.indices, minlength=items))) if items else np.nan,
        "first": times.min(), "last": times.max(),
    }])  # fmt: skip


def events(dataset: Dataset) -> pd.DataFrame:
    """Count events by kind, most first: ``event, events, share``."""
    counts = dataset.interactions[EVENT].value_counts()
    share = counts.to_numpy() / max(len(dataset.interactions), 1)
    return pd.DataFrame({EVENT: counts.index.to_numpy(), "events": counts.to_numpy(), "share": share})


def activity(dataset: Dataset) -> pd.DataFrame:
    """Count events with a time per month and kind: ``month`` (its first day), ``event, events``."""
    log = dataset.interactions.loc[dataset.interactions[TIME].notna(), [TIME, EVENT]]
    month = log[TIME].dt.to_period("M").dt.to_timestamp().rename("month")
    return log.groupby([month, EVENT], observed=True).size().reset_index(name="events")


def popularity(dataset: Dataset) -> pd.DataFrame:
    """Count events per item, most first: ``rank`` from 1, ``item_id, events, share``, ``cumulative`` share so far."""
    counts = np.bincount(positions(dataset.interactions[ITEM], dataset.item_ids), minlength=len(dataset.items))
    order = np.argsort(-counts, kind="stable")
    order = order[counts[order] > 0]
    share = counts[order] / max(counts.sum(), 1)
    return pd.DataFrame({"rank": np.arange(1, len(order) + 1), ITEM: dataset.item_ids.to_numpy()[order],
                         "events": counts[order], "share": share, "cumulative": np.cumsum(share)})  # fmt: skip


def top_shares(dataset: Dataset) -> pd.DataFrame:
    """Say how much of the events the most popular 1, 10, 20 and 50 % of the catalogue get: ``top, items, share``."""
    cumulative = popularity(dataset)["cumulative"].to_numpy()
    if not len(cumulative):
        return pd.DataFrame({"top": [], "items": [], "share": []})
    sizes = [max(1, round(top * len(dataset.items))) for top in _TOP_SHARES]
    shares = [float(cumulative[min(size, len(cumulative)) - 1]) for size in sizes]
    return pd.DataFrame({"top": _TOP_SHARES, "items": sizes, "share": shares})


def categories(dataset: Dataset) -> pd.DataFrame:
    """Count items and events per category, most events first.

    Columns ``category, items, events, share`` of events, ``item_share`` of the catalogue; items without a category are
    in none of the rows, but in the whole that the shares are of.
    """
    if CATEGORY not in dataset.items:
        return pd.DataFrame({name: [] for name in (CATEGORY, "items", "events", "share", "item_share")})
    code, names = pd.factorize(dataset.items[CATEGORY])
    of_event = code[positions(dataset.interactions[ITEM], dataset.item_ids)]
    items = np.bincount(code[code >= 0], minlength=len(names))
    seen = np.bincount(of_event[of_event >= 0], minlength=len(names))
    table = pd.DataFrame({CATEGORY: names, "items": items, "events": seen})
    table["share"] = table["events"] / max(len(of_event), 1)
    table["item_share"] = table["items"] / max(len(code), 1)
    return table.sort_values(["events", "items"], ascending=False, kind="stable").reset_index(drop=True)


def prices(dataset: Dataset) -> pd.DataFrame:
    """Count items in equal steps of price up to the 99th percentile: ``low, high, bin`` (their middle), ``items``.

    Dearer items are in the last step: a few of them would squeeze all others into the first.
    """
    known = dataset.items[PRICE].dropna().to_numpy(float) if PRICE in dataset.items else np.empty(0)
    known = known[np.isfinite(known)]
    if not len(known):
        return pd.DataFrame({"low": [], "high": [], "bin": [], "items": []})
    low, high = known.min(), np.quantile(known, 0.99)
    edges = np.linspace(low, high if high > low else low + 1, _BINS + 1)
    counts = np.histogram(np.minimum(known, edges[-1]), edges)[0]
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "bin": (edges[:-1] + edges[1:]) / 2, "items": counts})
