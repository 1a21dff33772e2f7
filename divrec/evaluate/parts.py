"""Cutting lists, and the tables they are measured with, into parts: groups of shoppers, kinds of items."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.columns import ITEM, USER
from divrec.data.candidates import NO_ITEM
from divrec.data.dataset import Dataset
from divrec.evaluate.tables import Tables
from divrec.metrics.lists import RankedLists, codes_of
from divrec.metrics.popularity import known_by

BANDS = ("head", "middle", "tail")
BAND_SHARE = 0.2  # of all known (user, item) pairs: those of the head, and those of the tail


@dataclass(frozen=True, eq=False)
class Part:
    """One part of one or more sets of lists, and the tables narrowed to it."""

    name: str
    lists: tuple[RankedLists, ...]
    tables: Tables


def parts_by_group(lists: tuple[RankedLists, ...], tables: Tables, groups: pd.Series) -> Iterator[Part]:
    """Cut by shoppers: ``groups`` names each one's group, indexed by user_id; the held-out events are cut too."""
    for name in pd.unique(groups.dropna()):
        here = dict(tables)
        if "test" in here:
            here["test"] = here["test"][here["test"][USER].map(groups).eq(name)]
        cut = tuple(_rows(each, groups.reindex(each.users).eq(name).to_numpy(bool)) for each in lists)
        if _anything(cut, here):
            yield Part(str(name), cut, here)


def parts_by_kind(lists: tuple[RankedLists, ...], tables: Tables, items: pd.DataFrame, by: str) -> Iterator[Part]:
    """Cut by the values of a catalogue's column: what of each list is of one kind, in order.

    The catalogue and the held-out events are narrowed to that kind; vectors and histories are not.
    """
    coded = [codes_of(items, by, each.item_ids) for each in lists]
    for code, name in enumerate(coded[0][1]):
        of_kind = items[items[by].eq(name)]
        here = dict(tables, items=of_kind)
        if "test" in here:
            here["test"] = here["test"][here["test"][ITEM].isin(of_kind[ITEM])]
        cut = tuple(_only(each, codes == code) for each, (codes, _) in zip(lists, coded, strict=True))
        if _anything(cut, here):
            yield Part(str(name), cut, here)


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


def _anything(lists: tuple[RankedLists, ...], tables: Tables) -> bool:
    """Whether anybody has a list, or chose something that no list has."""
    return any(len(each.users) for each in lists) or bool(len(tables.get("test", ())))


def _rows(lists: RankedLists, rows: npt.NDArray[np.bool_]) -> RankedLists:
    scores = None if lists.scores is None else lists.scores[rows]
    return replace(lists, users=lists.users[rows], items=lists.items[rows], scores=scores)


def _only(lists: RankedLists, wanted: npt.NDArray[np.bool_]) -> RankedLists:
    """Keep the wanted items (I,) of each list, in order, and the shoppers who have any.

    As many places as the whole lists have are kept, or one who lists less of a kind would have less to reach.
    """
    kept = (lists.items != NO_ITEM) & wanted[lists.items]
    order = np.argsort(~kept, axis=1, kind="stable")
    rows = kept.any(axis=1)
    items = np.where(np.take_along_axis(kept, order, axis=1), np.take_along_axis(lists.items, order, axis=1), NO_ITEM)
    used = np.flatnonzero(wanted)
    at = np.full(len(lists.item_ids) + 1, NO_ITEM, dtype=np.int32)
    at[used] = np.arange(len(used))
    width = items.shape[1] if rows.any() else 0
    return RankedLists(lists.users[rows], lists.item_ids[used], at[items[rows, :width]])
