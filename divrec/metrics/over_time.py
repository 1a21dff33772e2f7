"""How far a list repeats what the shopper already knows."""

import numpy as np
import pandas as pd
from scipy import sparse

from divrec.columns import CATEGORY, ITEM
from divrec.data.candidates import NO_ITEM
from divrec.data.ranking import hits
from divrec.metrics import crowd, kernels
from divrec.metrics.lists import Events, Recommended, codes_of, events_of, lists_of, units_of, weights_of
from divrec.metrics.measure import PerUser


@PerUser
def temporal_diversity(recs: Recommended, previous: Recommended) -> pd.Series:
    """Share of the list that was not on the last visit's list (Lathia 2010), on [0, 1].

    Undefined for a shopper without a previous list.

    >>> now = pd.DataFrame({"user_id": ["u"] * 2, "item_id": ["a", "b"], "rank": [1, 2]})
    >>> temporal_diversity(now, now.assign(item_id=["b", "c"]))
    0.5
    """
    lists, before = lists_of(recs), lists_of(previous)
    old = before.of(lists.users)
    pointers, items = crowd.as_csr(old)
    ids = before.item_ids.append(lists.item_ids.difference(before.item_ids, sort=False))
    shown = sparse.csr_matrix((np.ones(len(items)), items, pointers), shape=(len(old), len(ids)))
    filled = (lists.items != NO_ITEM).sum(axis=1)
    repeated = hits(lists.among(ids), shown).sum(axis=1)
    had_list = np.diff(pointers) > 0
    return lists.series(np.where(had_list, 1 - repeated / np.maximum(filled, 1), np.nan))


@PerUser
def similarity_to_history(recs: Recommended, history: Events, vectors: pd.DataFrame) -> pd.Series:
    """Mean over the list of the greatest similarity to anything in the shopper's history, on [0, 1].

    High values tell of over-personalisation. Items of the history without a vector are left out; undefined for a
    shopper with nothing else.

    >>> recs = pd.DataFrame({"user_id": ["u"] * 2, "item_id": ["a", "b"], "rank": [1, 2]})
    >>> vectors = pd.DataFrame({"x": [1.0, 0.0], "y": [0.0, 1.0]}, index=["a", "b"])
    >>> similarity_to_history(recs, pd.DataFrame({"user_id": ["u"], "item_id": ["a"]}), vectors)
    0.75
    """
    lists = lists_of(recs)
    table = events_of(history, "history")
    table = table[table[ITEM].isin(vectors.index)]
    ids = lists.item_ids.append(pd.Index(table[ITEM].unique()).difference(lists.item_ids, sort=False))
    known = weights_of(table, lists.users, ids)
    nearest = kernels.nearest_in_history(lists.items, known.indptr, known.indices, units_of(vectors, ids))
    filled = ~np.isnan(nearest)
    counts = filled.sum(axis=1)
    return lists.series(np.where(counts > 0, np.where(filled, nearest, 0).sum(axis=1) / np.maximum(counts, 1), np.nan))


@PerUser
def calibration(
    recs: Recommended, history: Events, items: pd.DataFrame, by: str = CATEGORY, alpha: float = 0.01
) -> pd.Series:
    """How far the list's category mix q is from the history's p: Σ p ln(p / ((1 - α) q + α p)) in nats (Steck 2018).

    0 where the mixes agree, at most -ln(α); history counts by weight. Undefined without known categories on both sides.

    >>> recs = pd.DataFrame({"user_id": ["u"] * 2, "item_id": ["a", "b"], "rank": [1, 2]})
    >>> items = pd.DataFrame({"item_id": ["a", "b"], "category": ["tea", "cup"]})
    >>> abs(round(calibration(recs, pd.DataFrame({"user_id": ["u", "u"], "item_id": ["a", "b"]}), items), 6))
    0.0
    """
    lists = lists_of(recs)
    table = events_of(history, "history")
    ids = pd.Index(table[ITEM].unique())
    known = weights_of(table, lists.users, ids)
    past, labels = codes_of(items, by, ids)
    belongs = sparse.csr_matrix(
        (np.ones((past >= 0).sum()), (np.flatnonzero(past >= 0), past[past >= 0])), shape=(len(ids), len(labels))
    )
    mix = np.ascontiguousarray((known @ belongs).toarray(), dtype=np.float64)
    codes, _ = codes_of(items, by, lists.item_ids)
    return lists.series(kernels.calibration(lists.items, codes, mix, alpha))
