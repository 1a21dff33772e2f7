"""How well lists foretell what shoppers then did: all items compete, nothing is sampled.

Every user with held-out events counts; one who got no list has no hits. The length n is that of the longest list.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from divrec.columns import ITEM, USER
from divrec.data.ranking import hits
from divrec.data.ranking import ndcg as ndcg_of
from divrec.metrics.lists import (
    Events,
    Positions,
    Recommended,
    catalogue_of,
    events_of,
    lists_of,
    rows_in,
    weights_of,
)
from divrec.metrics.measure import PerUser


@dataclass(frozen=True, eq=False)
class Judged:
    """Lists of the users with held-out events: ``items`` (U, n), ``hits`` (U, n), and ``relevant`` (U,) items each."""

    users: pd.Index
    item_ids: pd.Index
    items: Positions
    hits: npt.NDArray[np.bool_]
    relevant: npt.NDArray[np.int64]

    def series(self, values: npt.ArrayLike) -> pd.Series:
        """Label a value per user."""
        return pd.Series(np.asarray(values, dtype=np.float64), index=self.users)


def judge(recs: Recommended, test: Events) -> Judged:
    """Mark which places hold an item that their user chose in ``test``; an item chosen twice counts once."""
    lists = lists_of(recs)
    pairs = events_of(test, "test")[[USER, ITEM]].drop_duplicates()
    row, users = pd.factorize(pairs[USER])
    column = rows_in(lists.item_ids, pairs[ITEM])
    listed = column >= 0
    shape = (len(users), len(lists.item_ids))
    truth = sparse.coo_matrix((np.ones(listed.sum()), (row[listed], column[listed])), shape=shape).tocsr()
    index = pd.Index(users, name=USER)
    items = lists.of(index)
    return Judged(index, lists.item_ids, items, hits(items, truth), np.bincount(row, minlength=len(users)))


@PerUser
def precision(recs: Recommended, test: Events) -> pd.Series:
    """Share of the n places that hold a chosen item, on [0, 1].

    >>> recs = pd.DataFrame({"user_id": ["u"] * 2, "item_id": ["a", "b"], "rank": [1, 2]})
    >>> precision(recs, pd.DataFrame({"user_id": ["u", "u", "u"], "item_id": ["b", "c", "d"]}))
    0.5
    """
    judged = judge(recs, test)
    return judged.series(judged.hits.sum(axis=1) / max(judged.hits.shape[1], 1))


@PerUser
def recall(recs: Recommended, test: Events) -> pd.Series:
    """Share of the chosen items that the list holds, on [0, 1].

    >>> recs = pd.DataFrame({"user_id": ["u"] * 2, "item_id": ["a", "b"], "rank": [1, 2]})
    >>> recall(recs, pd.DataFrame({"user_id": ["u", "u"], "item_id": ["b", "c"]}))
    0.5
    """
    judged = judge(recs, test)
    return judged.series(judged.hits.sum(axis=1) / judged.relevant)


@PerUser
def hit_rate(recs: Recommended, test: Events) -> pd.Series:
    """1 where the list holds at least one chosen item, else 0.

    >>> recs = pd.DataFrame({"user_id": ["u"] * 2, "item_id": ["a", "b"], "rank": [1, 2]})
    >>> hit_rate(recs, pd.DataFrame({"user_id": ["u", "v"], "item_id": ["b", "c"]}))
    0.5
    """
    judged = judge(recs, test)
    return judged.series(judged.hits.any(axis=1))


@PerUser
def ndcg(recs: Recommended, test: Events) -> pd.Series:
    """Discounted gain Σ hit / log2(1 + rank) over that of a perfect list of min(n, chosen) hits, on [0, 1].

    Järvelin & Kekäläinen 2002; RecTools' NDCG with ``divide_by_achievable``.

    >>> recs = pd.DataFrame({"user_id": ["u"] * 2, "item_id": ["a", "b"], "rank": [1, 2]})
    >>> round(ndcg(recs, pd.DataFrame({"user_id": ["u"], "item_id": ["b"]})), 6)
    0.63093
    """
    judged = judge(recs, test)
    return judged.series(ndcg_of(judged.hits, judged.relevant))


@PerUser
def average_precision(recs: Recommended, test: Events) -> pd.Series:
    """Σ precision at each hit / number of chosen items, on [0, 1]; its mean over shoppers is MAP (as RecTools).

    >>> recs = pd.DataFrame({"user_id": ["u"] * 2, "item_id": ["a", "b"], "rank": [1, 2]})
    >>> average_precision(recs, pd.DataFrame({"user_id": ["u"], "item_id": ["b"]}))
    0.5
    """
    judged = judge(recs, test)
    at_rank = np.cumsum(judged.hits, axis=1) / np.arange(1, judged.hits.shape[1] + 1)
    return judged.series((at_rank * judged.hits).sum(axis=1) / judged.relevant)


@PerUser
def reciprocal_rank(recs: Recommended, test: Events) -> pd.Series:
    """1 / rank of the first hit, 0 without one; its mean over shoppers is MRR.

    >>> recs = pd.DataFrame({"user_id": ["u"] * 2, "item_id": ["a", "b"], "rank": [1, 2]})
    >>> reciprocal_rank(recs, pd.DataFrame({"user_id": ["u"], "item_id": ["b"]}))
    0.5
    """
    judged = judge(recs, test)
    if judged.hits.shape[1] == 0:
        return judged.series(np.zeros(len(judged.users)))
    return judged.series(np.where(judged.hits.any(axis=1), 1 / (1 + judged.hits.argmax(axis=1)), 0))


@PerUser
def auc(recs: Recommended, test: Events, items: pd.DataFrame, history: Events | None = None) -> pd.Series:
    """Chance that a chosen item ranks above one not chosen, on [0, 1]; 0.5 is no better than chance.

    All items of the catalogue compete, without those of ``history`` where given; items beyond the end of the list
    share the last place, so lists of full length give the exact area under the ROC curve.

    >>> recs = pd.DataFrame({"user_id": ["u"] * 3, "item_id": ["a", "b", "c"], "rank": [1, 2, 3]})
    >>> auc(recs, pd.DataFrame({"user_id": ["u"], "item_id": ["b"]}), pd.DataFrame({"item_id": ["a", "b", "c"]}))
    0.5
    """
    judged = judge(recs, test)
    filled = judged.items >= 0
    others = len(catalogue_of(items)) - judged.relevant - _left_out(judged, test, history)
    misses_above = np.cumsum(filled & ~judged.hits, axis=1)
    found = judged.hits.sum(axis=1)
    won = ((others[:, None] - misses_above) * judged.hits).sum(axis=1)
    unlisted = others - (filled & ~judged.hits).sum(axis=1)
    pairs = (judged.relevant * others).astype(np.float64)
    area = won + (judged.relevant - found) * unlisted / 2
    return judged.series(np.divide(area, pairs, out=np.full(len(pairs), np.nan), where=pairs > 0))


def _left_out(judged: Judged, test: Events, history: Events | None) -> npt.NDArray[np.int64]:
    """How many items each user knew already that are neither chosen again nor listed all the same (U,)."""
    if history is None:
        return np.zeros(len(judged.users), dtype=np.int64)
    table = events_of(history, "history")
    ids = judged.item_ids.append(pd.Index(table[ITEM].unique()).difference(judged.item_ids, sort=False))
    known = weights_of(table[[USER, ITEM]], judged.users, ids)
    chosen = weights_of(events_of(test)[[USER, ITEM]], judged.users, ids)
    again = known.astype(bool).multiply(chosen.astype(bool)).sum(axis=1).A1
    listed = (hits(judged.items, known) & ~judged.hits).sum(axis=1)
    return np.asarray(np.diff(known.indptr) - again - listed, dtype=np.int64)
