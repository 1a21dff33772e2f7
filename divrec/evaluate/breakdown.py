"""Where lists are most alike, and for whom: the same measures by group of shoppers and by kind of item."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from divrec.columns import CATEGORY, ITEM, USER
from divrec.data.candidates import NO_ITEM, Candidates
from divrec.data.dataset import Dataset
from divrec.errors import InputError
from divrec.evaluate.bootstrap import BOOTSTRAP
from divrec.evaluate.table import COLUMNS, measured
from divrec.evaluate.tables import chosen_metrics, tables_of
from divrec.metrics.lists import Events, RankedLists, Recommended, codes_of, lists_of
from divrec.metrics.popularity import known_by

GROUP = "group"
BANDS = ("head", "middle", "tail")
BAND_SHARE = 0.2  # of all known (user, item) pairs: those of the head, and those of the tail


def evaluate_by_group(
    recs: Recommended,
    groups: pd.Series,
    test: Events | None = None,
    data: Dataset | None = None,
    vectors: pd.DataFrame | None = None,
    metrics: Iterable[str] | None = None,
    seed: int = BOOTSTRAP.seed,
    *,
    pool: Candidates | pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Measure the lists of each group of shoppers: ``group, metric, value, low, high, n``.

    ``groups`` names each shopper's group, indexed by user_id; shoppers without one are left out, and so are their
    held-out events. The nearest shopper is looked for inside the group. Other arguments as ``evaluate``.
    """
    tables = tables_of(test, data, vectors, pool)
    chosen, lists = chosen_metrics(metrics, tables), lists_of(recs)
    group = groups.reindex(lists.users).to_numpy()
    parts = []
    for name in pd.unique(groups.dropna()):
        here = dict(tables)
        if "test" in here:
            here["test"] = here["test"][here["test"][USER].map(groups).eq(name)]
        rows = group == name
        if rows.any():
            part = replace(lists, users=lists.users[rows], items=lists.items[rows],
                           scores=None if lists.scores is None else lists.scores[rows])  # fmt: skip
            parts.append(measured(part, here, chosen, replace(BOOTSTRAP, seed=seed)).assign(**{GROUP: name}))
    return _joined(parts)


def evaluate_by_category(
    recs: Recommended,
    data: Dataset,
    test: Events | None = None,
    vectors: pd.DataFrame | None = None,
    metrics: Iterable[str] | None = None,
    by: str = CATEGORY,
    seed: int = BOOTSTRAP.seed,
) -> pd.DataFrame:
    """Measure that part of each list that is of one kind of item: ``group, metric, value, low, high, n``.

    ``by`` names the catalogue's column (category, brand, …). The catalogue and the held-out events are narrowed to that
    kind; vectors and histories are not, so that sameness has the same reference everywhere.
    """
    if by not in data.items:
        raise InputError(f"the catalogue has no column {by}; it has {', '.join(map(str, data.items.columns))}")
    tables = tables_of(test, data, vectors)
    chosen, lists = chosen_metrics(metrics, tables), lists_of(recs)
    codes, labels = codes_of(data.items, by, lists.item_ids)
    parts = []
    for code, name in enumerate(labels):
        items = data.items[data.items[by].eq(name)]
        here = dict(tables, items=items)
        if "test" in here:
            here["test"] = here["test"][here["test"][ITEM].isin(items[ITEM])]
        part = _only(lists, codes == code)
        if len(part.users):
            parts.append(measured(part, here, chosen, replace(BOOTSTRAP, seed=seed)).assign(**{GROUP: name}))
    return _joined(parts)


def evaluate_by_popularity(
    recs: Recommended,
    data: Dataset,
    test: Events | None = None,
    vectors: pd.DataFrame | None = None,
    metrics: Iterable[str] | None = None,
    seed: int = BOOTSTRAP.seed,
) -> pd.DataFrame:
    """Measure that part of each list that is of the head, middle or tail: ``group, metric, value, low, high, n``.

    The bands are those of ``popularity_bands`` in the log of ``data``. Other arguments as ``evaluate_by_category``.
    """
    items = data.items.assign(band=data.items[ITEM].map(popularity_bands(data)))
    return evaluate_by_category(recs, replace(data, items=items), test, vectors, metrics, "band", seed)


def popularity_bands(data: Dataset) -> pd.Series:
    """Name each item's band, indexed by item_id (Abdollahpouri et al. 2021).

    The head are the most known items that make up 20 % of the log's distinct (user, item) pairs, the tail the least
    known that make up 20 %, with those that nobody knows; equally known items follow each other by id.
    """
    known = known_by(data.interactions).reindex(data.item_ids).fillna(0)
    known = known.sort_index().sort_values(ascending=False, kind="stable")
    middles = (known.cumsum() - known / 2) / max(known.sum(), 1)
    codes = np.where(middles < BAND_SHARE, 0, np.where((middles > 1 - BAND_SHARE) | (known == 0), 2, 1))
    return pd.Series(np.array(BANDS)[codes], index=known.index).reindex(data.item_ids)


def _only(lists: RankedLists, wanted: np.ndarray) -> RankedLists:
    """Keep the wanted items (I,) of each list, in order, and the shoppers who have any."""
    kept = (lists.items != NO_ITEM) & wanted[lists.items]
    order = np.argsort(~kept, axis=1, kind="stable")[:, : int(kept.sum(axis=1).max(initial=0))]
    rows = kept.any(axis=1)
    items = np.where(np.take_along_axis(kept, order, axis=1), np.take_along_axis(lists.items, order, axis=1), NO_ITEM)
    used = np.flatnonzero(wanted)
    at = np.full(len(lists.item_ids) + 1, NO_ITEM, dtype=np.int32)
    at[used] = np.arange(len(used))
    return RankedLists(lists.users[rows], lists.item_ids[used], at[items[rows]])


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    columns = [GROUP, *COLUMNS]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
