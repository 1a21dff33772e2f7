"""How far different shoppers get the same list."""

import numpy as np
import pandas as pd

from divrec.columns import ITEM
from divrec.metrics import crowd
from divrec.metrics.crowd import SAMPLING, Sampling
from divrec.metrics.lists import Events, Recommended, events_of, lists_of, weights_of
from divrec.metrics.measure import PerUser, Population, Statistic, Values


@Population
def personalisation(recs: Recommended) -> Statistic:
    """1 - mean overlap |a ∩ b| / √(|a| |b|) over all pairs of shoppers, on [0, 1]: 0 where all get the same list.

    Exact for any number of shoppers, by counting how often each item is listed. Undefined for one shopper.

    >>> recs = pd.DataFrame({"user_id": list("uuvv"), "item_id": list("abac"), "rank": [1, 2, 1, 2]})
    >>> round(personalisation(recs), 6)
    0.5
    """
    lists = lists_of(recs)

    def value(weights: Values) -> float:
        return crowd.personalisation(*crowd.overlap_sums(lists.items, len(lists.item_ids), weights))

    return Statistic(lists.users, value)


@Population
def list_overlap(recs: Recommended, sampling: Sampling = SAMPLING) -> Statistic:
    """Mean Jaccard overlap |a ∩ b| / |a ∪ b| between two shoppers' lists, on [0, 1] (Chaney 2018: homogenisation).

    Exact up to ``sampling.pairs`` pairs (1,000 shoppers), a seeded sample of pairs beyond.

    >>> recs = pd.DataFrame({"user_id": list("uuvv"), "item_id": list("abac"), "rank": [1, 2, 1, 2]})
    >>> round(list_overlap(recs), 6)
    0.333333
    """
    lists = lists_of(recs)
    left, right = crowd.pairs_of(len(lists.users), sampling)
    overlaps = crowd.jaccard(lists.items, left, right)
    defined = ~np.isnan(overlaps)
    left, right, overlaps = left[defined], right[defined], overlaps[defined]

    def value(weights: Values) -> float:
        counted = weights[left] * weights[right]
        return float(counted @ overlaps / counted.sum()) if counted.any() else float("nan")

    return Statistic(lists.users, value)


@PerUser
def neighbour_overlap(recs: Recommended, history: Events | None = None, sampling: Sampling = SAMPLING) -> pd.Series:
    """Jaccard overlap of a shopper's list with that of the nearest other shopper, on [0, 1] (Chaney 2018).

    The nearest is the one whose history shares most (greatest Jaccard of known items), among those with lists; without
    ``history`` it is the one whose list shares most. Undefined for a shopper whose history nobody shares. Exact up to
    ``sampling.queries`` shoppers; beyond them a seeded choice of shoppers is measured against all, the others are NaN.

    >>> recs = pd.DataFrame({"user_id": list("uuvvww"), "item_id": list("abacde"), "rank": [1, 2] * 3})
    >>> neighbour_overlap.per_user(recs).round(3).tolist()
    [0.333, 0.333, 0.0]
    """
    lists = lists_of(recs)
    queries = crowd.queries_of(len(lists.users), sampling)
    overlaps = np.full(len(lists.users), np.nan)
    if history is None:
        neighbours = crowd.nearest(*crowd.as_csr(lists.items), queries)
        unlike_all = (neighbours < 0) & (lists.items[queries] >= 0).any(axis=1) & (len(lists.users) > 1)
        overlaps[queries[unlike_all]] = 0
    else:
        table = events_of(history, "history")
        known = weights_of(table, lists.users, pd.Index(table[ITEM].unique()))
        neighbours = crowd.nearest(known.indptr, known.indices, queries)
    near = neighbours >= 0
    overlaps[queries[near]] = crowd.jaccard(lists.items, queries[near], neighbours[near])
    return lists.series(overlaps)
