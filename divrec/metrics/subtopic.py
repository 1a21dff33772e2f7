"""Whether a list serves each of the things a shopper wants, early on; definitions as in TREC's ndeval.

A subtopic of a shopper is a category of the items that they chose in ``test`` (the column ``by`` of the catalogue); an
item serves it if it was chosen. Where ``test`` itself has the column ``by``, its rows are the judgements: one item may
then serve several subtopics, as the results of a search query do.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.columns import CATEGORY, ITEM, USER
from divrec.data.compiled import kernel
from divrec.data.ranking import dcg
from divrec.errors import InputError
from divrec.metrics.lists import Events, Positions, Recommended, Values, codes_of, events_of, lists_of
from divrec.metrics.measure import PerUser


@dataclass(frozen=True, eq=False)
class Gains:
    """Gains (U, n) of each place of the list and of the greedily ideal one, subtopics served and wanted (U,)."""

    users: pd.Index
    listed: Values
    ideal: Values
    served: Values
    wanted: Values

    def series(self, values: Values) -> pd.Series:
        """Label a value per user."""
        return pd.Series(values, index=self.users)


@PerUser
def subtopic_recall(
    recs: Recommended, test: Events, items: pd.DataFrame | None = None, by: str = CATEGORY
) -> pd.Series:
    """Share of the shopper's subtopics that at least one item of the list serves, on [0, 1] (Zhai 2003).

    >>> recs = pd.DataFrame({"user_id": ["u"] * 2, "item_id": ["a", "b"], "rank": [1, 2]})
    >>> test = pd.DataFrame({"user_id": ["u"] * 2, "item_id": ["a", "c"], "category": ["tea", "cup"]})
    >>> subtopic_recall(recs, test)
    0.5
    """
    gains = gains_of(recs, test, items, by, alpha=0)
    return gains.series(gains.served / gains.wanted)


@PerUser
def alpha_ndcg(
    recs: Recommended, test: Events, items: pd.DataFrame | None = None, by: str = CATEGORY, alpha: float = 0.5
) -> pd.Series:
    """Discounted gain, each further item of a subtopic worth (1 - α) of the one before, on [0, 1] (Clarke 2008).

    Σ gain / log2(1 + rank) over that of the list that takes the greatest gain at each place.

    >>> recs = pd.DataFrame({"user_id": ["u"] * 2, "item_id": ["a", "b"], "rank": [1, 2]})
    >>> test = pd.DataFrame({"user_id": ["u"] * 3, "item_id": ["a", "b", "c"], "category": ["tea", "tea", "cup"]})
    >>> round(alpha_ndcg(recs, test), 6)
    0.806574
    """
    gains = gains_of(recs, test, items, by, alpha)
    return gains.series(dcg(gains.listed) / dcg(gains.ideal))


@PerUser
def err_ia(
    recs: Recommended, test: Events, items: pd.DataFrame | None = None, by: str = CATEGORY, alpha: float = 0.5
) -> pd.Series:
    """Intent-aware expected reciprocal rank, on [0, 1] (Chapelle 2009).

    Σ gain / rank, a further item of a subtopic being worth (1 - α) of the one before; over what a list would have whose
    every item served every subtopic, as ndeval does, so that 1 is rarely within reach.

    >>> recs = pd.DataFrame({"user_id": ["u"], "item_id": ["a"], "rank": [1]})
    >>> test = pd.DataFrame({"user_id": ["u"] * 2, "item_id": ["a", "c"], "category": ["tea", "cup"]})
    >>> err_ia(recs, test)
    0.5
    """
    gains = gains_of(recs, test, items, by, alpha)
    rank = np.arange(1, gains.listed.shape[1] + 1)
    best = gains.wanted * float(((1 - alpha) ** (rank - 1) / rank).sum())
    return gains.series((gains.listed / rank).sum(axis=1) / best)


def gains_of(recs: Recommended, test: Events, items: pd.DataFrame | None, by: str, alpha: float) -> Gains:
    """Work out what every measure here is made of, for each user with a judged item."""
    lists = lists_of(recs)
    judged = _judgements(test, items, by)
    user, users = pd.factorize(judged[USER])
    ids = lists.item_ids.append(pd.Index(judged[ITEM].unique()).difference(lists.item_ids, sort=False))
    item = ids.get_indexer(pd.Index(judged[ITEM])).astype(np.int32)
    order = np.lexsort((item, user))
    pointers = np.concatenate([[0], np.cumsum(np.bincount(user, minlength=len(users)))]).astype(np.int64)
    topic = pd.factorize(judged[by])[0].astype(np.int32)
    topics = int(topic.max(initial=0)) + 1
    index = pd.Index(users, name=USER)
    found = gains(lists.of(index), pointers, item[order], topic[order], topics, 1.0 - alpha)
    return Gains(index, *found)


def _judgements(test: Events, items: pd.DataFrame | None, by: str) -> pd.DataFrame:
    table = events_of(test, "test")
    if by in table:
        return table[[USER, ITEM, by]].dropna().drop_duplicates()
    if items is None:
        raise InputError(f"subtopics come from a column {by} of the test events or of the catalogue; pass items=")
    pairs = table[[USER, ITEM]].drop_duplicates()
    codes, _ = codes_of(items, by, pd.Index(pairs[ITEM]))
    return pairs.assign(**{by: codes})[codes >= 0]


@kernel()
def gains(
    lists: Positions,
    pointers: npt.NDArray[np.int64],
    items: Positions,
    topics: Positions,
    topic_count: int,
    keep: float,
) -> tuple[Values, Values, Values, Values]:
    """Gains of the lists and of the ideal lists; ``items`` rise within each user's rows ``pointers[u : u + 2]``."""
    users, n = lists.shape
    listed, ideal = np.zeros((users, n)), np.zeros((users, n))
    served, wanted = np.zeros(users), np.zeros(users)
    seen = np.zeros(topic_count, dtype=np.int64)  # how many items have served each subtopic so far
    for user in range(users):
        own_items, own_topics = items[pointers[user] : pointers[user + 1]], topics[pointers[user] : pointers[user + 1]]
        seen[own_topics] = 0
        for place in range(n):
            for row in range(len(own_items)):
                if own_items[row] == lists[user, place]:
                    served[user] += seen[own_topics[row]] == 0
                    listed[user, place] += keep ** seen[own_topics[row]]
                    seen[own_topics[row]] += 1
        seen[own_topics] = 0
        _ideal(ideal[user], own_items, own_topics, seen, keep)
        seen[own_topics] = 0
        for topic in own_topics:
            wanted[user] += seen[topic] == 0
            seen[topic] = 1
    return listed, ideal, served, wanted


@kernel()
def _ideal(gains: Values, items: Positions, topics: Positions, seen: npt.NDArray[np.int64], keep: float) -> None:
    """Write the gains of the list that takes the greatest gain at each place; ``seen`` starts at 0."""
    taken = np.zeros(len(items), dtype=np.bool_)
    for place in range(len(gains)):
        best, best_at, start = 0.0, -1, 0
        while start < len(items):
            end, gain = start, 0.0
            while end < len(items) and items[end] == items[start]:
                gain += keep ** seen[topics[end]]
                end += 1
            if gain > best and not taken[start]:
                best, best_at = gain, start
            start = end
        if best_at < 0:
            return
        gains[place] = best
        taken[best_at] = True
        for row in range(best_at, len(items)):
            if items[row] == items[best_at]:
                seen[topics[row]] += 1
