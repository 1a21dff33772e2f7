"""How far lists lean on what is popular already. Popularity of an item is its number of events in the log."""

import numpy as np
import pandas as pd

from divrec.columns import ITEM, USER
from divrec.metrics import kernels
from divrec.metrics.lists import Events, Recommended, Values, events_of, lists_of
from divrec.metrics.measure import PerUser, Population, Statistic, mean_of_defined

SHORT_HEAD = 0.8  # share of known (user, item) pairs that the popular head makes up; the rest is the long tail (Elliot)


@PerUser
def average_popularity(recs: Recommended, log: Events) -> pd.Series:
    """Mean number of events of the listed items in the log (ARP, as RecTools); higher is more mainstream.

    >>> recs = pd.DataFrame({"user_id": ["u"] * 2, "item_id": ["a", "b"], "rank": [1, 2]})
    >>> average_popularity(recs, pd.DataFrame({"user_id": list("vvw"), "item_id": list("aaa")}))
    1.5
    """
    lists = lists_of(recs)
    return lists.series(kernels.mean_over_list(lists.items, _events_per_item(log, lists.item_ids)))


@PerUser
def long_tail_share(recs: Recommended, log: Events) -> pd.Series:
    """Share of the list from the long tail (APLT, Abdollahpouri 2017), on [0, 1]; items that nobody knows are tail too.

    The short head is the shortest run of most known items with 80 % of the distinct (user, item) pairs (as Elliot);
    equally known items follow each other by id.

    >>> recs = pd.DataFrame({"user_id": ["u"] * 2, "item_id": ["a", "b"], "rank": [1, 2]})
    >>> long_tail_share(recs, pd.DataFrame({"user_id": list("uvwxy"), "item_id": list("aaaab")}))
    0.5
    """
    lists = lists_of(recs)
    known = known_by(log).sort_index().sort_values(ascending=False, kind="stable")
    before = known.cumsum() - known
    head = known.index[before.to_numpy() < SHORT_HEAD * known.sum()]
    tail = ~lists.item_ids.isin(head)
    return lists.series(kernels.mean_over_list(lists.items, tail.astype(np.float64)))


@Population
def popularity_lift(recs: Recommended, log: Events, history: Events) -> Statistic:
    """How much more popular lists are than histories: mean ARP of both, their ratio - 1 (Abdollahpouri 2020).

    0 where lists are as mainstream as their shoppers, 1 where twice as much, below 0 where less.

    >>> recs = pd.DataFrame({"user_id": ["u"], "item_id": ["a"], "rank": [1]})
    >>> log = pd.DataFrame({"user_id": list("uvwu"), "item_id": list("aaab")})
    >>> popularity_lift(recs, log, pd.DataFrame({"user_id": ["u"], "item_id": ["b"]}))
    2.0
    """
    lists = lists_of(recs)
    listed = kernels.mean_over_list(lists.items, _events_per_item(log, lists.item_ids))
    past = events_of(history, "history")[[USER, ITEM]].drop_duplicates()
    popularity = pd.Series(_events_per_item(log, pd.Index(past[ITEM])), index=past.index)
    own = np.asarray(popularity.groupby(past[USER]).mean().reindex(lists.users), dtype=np.float64)
    both = ~np.isnan(listed) & ~np.isnan(own)

    def value(weights: Values) -> float:
        base = mean_of_defined(own[both], weights[both])
        return mean_of_defined(listed[both], weights[both]) / base - 1 if base else float("nan")

    return Statistic(lists.users, value)


def known_by(log: Events) -> pd.Series:
    """How many different users know each item of the log, indexed by item_id."""
    pairs = events_of(log, "the log")[[USER, ITEM]].drop_duplicates()
    return pairs[ITEM].value_counts(sort=False)


def _events_per_item(log: Events, item_ids: pd.Index) -> Values:
    counts = events_of(log, "the log")[ITEM].value_counts(sort=False)
    return np.array(counts.reindex(item_ids).fillna(0), dtype=np.float64)
