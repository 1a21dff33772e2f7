"""What shoppers and products are like in numbers: how much, how often, how lately, at what price."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.columns import EVENT, ITEM, PRICE, QUANTITY, TIME, TITLE, USER
from divrec.data.dataset import Dataset
from divrec.data.groups import Groups
from divrec.data.ids import positions
from divrec.data.kinds import PURCHASE

_MONTH: Final = 30.0  # days
_EXAMPLES: Final = 3  # products that stand for a cluster


def shopper_profiles(dataset: Dataset) -> pd.DataFrame:
    """Describe every user with events, indexed by user_id.

    ``events`` and distinct ``items``; ``spend``: price × quantity over purchases; ``price_level``: the mean quantile
    on [0, 1], among the catalogue's prices, of the items of the events; ``days_since`` the last event, counted from the
    end of the log; ``per_month``: days with events in 30 days, from the first event (at least 30 days ago) to that end.
    NaN where the log or the catalogue does not say.
    """
    log = dataset.interactions
    price, level = (values[positions(log[ITEM], dataset.item_ids)] for values in _prices(dataset))
    if PRICE in log:
        price = log[PRICE].fillna(pd.Series(price, log.index)).to_numpy(float)
    quantity = log[QUANTITY].fillna(1).to_numpy(float) if QUANTITY in log else 1.0
    paid = np.where(log[EVENT] == PURCHASE, price * quantity, np.nan)
    facts = log[[USER, ITEM, TIME]].assign(paid=paid, level=level, day=log[TIME].dt.normalize())
    of_user = facts.groupby(USER, sort=False)
    end = log[TIME].max()
    since_first = ((end - of_user[TIME].min()).dt.total_seconds() / 86_400).clip(lower=_MONTH)
    return pd.DataFrame({
        "events": of_user.size(),
        "items": of_user[ITEM].nunique(),
        "spend": of_user["paid"].sum(min_count=1),
        "price_level": of_user["level"].mean(),
        "days_since": (end - of_user[TIME].max()).dt.total_seconds() / 86_400,
        "per_month": of_user["day"].nunique() / since_first * _MONTH,
    })  # fmt: skip


def item_profiles(dataset: Dataset) -> pd.DataFrame:
    """Describe every item, indexed by item_id: ``price``, ``price_level`` (its quantile) and ``events``."""
    price, level = _prices(dataset)
    events = np.bincount(positions(dataset.interactions[ITEM], dataset.item_ids), minlength=len(dataset.items))
    return pd.DataFrame({"price": price, "price_level": level, "events": events}, index=dataset.item_ids)


def described_groups(groups: Groups, profiles: pd.DataFrame) -> pd.DataFrame:
    """Set beside each group of the table what its middle member is like: the medians of ``profiles``."""
    medians = profiles.groupby(groups.labels.reindex(profiles.index)).median().add_prefix("median_")
    return groups.table.join(medians, on="name")


def described_clusters(clusters: Groups, dataset: Dataset) -> pd.DataFrame:
    """The same for clusters of items, with ``examples``: the titles of those with the most events."""
    profiles = item_profiles(dataset)
    table = described_groups(clusters, profiles)
    names = dataset.items.set_index(ITEM)
    titles = names[TITLE].fillna(pd.Series(names.index, names.index)) if TITLE in names else names.index.to_series()
    ranked = titles[profiles["events"].sort_values(ascending=False, kind="stable").index]
    first = ranked.groupby(clusters.labels.reindex(ranked.index)).agg(lambda part: " · ".join(part.head(_EXAMPLES)))
    return table.join(first.rename("examples"), on="name")


def _prices(dataset: Dataset) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Give each item's price and its quantile among all; NaN where it is not known."""
    if PRICE not in dataset.items:
        nothing = np.full(len(dataset.items), np.nan)
        return nothing, nothing
    price = dataset.items[PRICE].astype(float)
    return np.asarray(price, dtype=np.float64), np.asarray(price.rank(pct=True), dtype=np.float64)
