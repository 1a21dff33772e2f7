"""How new and how surprising listed items are, against what most shoppers know."""

import numpy as np
import pandas as pd

from divrec.columns import ITEM, USER
from divrec.data.candidates import NO_ITEM
from divrec.metrics import kernels
from divrec.metrics.accuracy import judge
from divrec.metrics.lists import Events, Recommended, catalogue_of, events_of, lists_of
from divrec.metrics.measure import PerUser
from divrec.metrics.popularity import known_by


@PerUser
def novelty(recs: Recommended, log: Events) -> pd.Series:
    """Mean self-information -log2(share of shoppers who know the item), in bits (as RecTools' MIUF); higher is newer.

    From 0 (everybody knows all of it) to log2(shoppers of the log); an item that nobody knows counts as known by one.

    >>> recs = pd.DataFrame({"user_id": ["u"] * 2, "item_id": ["a", "b"], "rank": [1, 2]})
    >>> novelty(recs, pd.DataFrame({"user_id": list("uvwxu"), "item_id": list("aaaab")}))
    1.0
    """
    lists = lists_of(recs)
    users = events_of(log, "the log")[USER].nunique()
    known = known_by(log).reindex(lists.item_ids).fillna(1).to_numpy(np.float64)
    bits = -np.log2(known / users) if users else np.full(len(known), np.nan)
    return lists.series(kernels.mean_over_list(lists.items, bits))


@PerUser
def unexpectedness(recs: Recommended, log: Events) -> pd.Series:
    """Share of the list that is not on the expected one, on [0, 1].

    Expected are the most popular items of the log, as many as the list has. Popularity is the number of events;
    equally popular items follow each other by id.

    >>> recs = pd.DataFrame({"user_id": ["u"] * 2, "item_id": ["a", "b"], "rank": [1, 2]})
    >>> unexpectedness(recs, pd.DataFrame({"user_id": list("uvwx"), "item_id": list("aacc")}))
    0.5
    """
    lists = lists_of(recs)
    popular = events_of(log, "the log")[ITEM].value_counts(sort=False).sort_index()
    order = popular.sort_values(ascending=False, kind="stable").index
    place = order.get_indexer(lists.item_ids)
    place = np.where(place < 0, len(order) + lists.items.size, place)
    filled = lists.items != NO_ITEM
    sizes = filled.sum(axis=1)
    expected = (filled & (place[lists.items] < sizes[:, None])).sum(axis=1)
    return lists.series(np.where(sizes > 0, 1 - expected / np.maximum(sizes, 1), np.nan))


@PerUser
def serendipity(recs: Recommended, test: Events, log: Events, items: pd.DataFrame) -> pd.Series:
    """Mean over the list of max(p - p_any, 0) for the items that the shopper did choose, on [0, 1] (as RecTools).

    p = (N + 1 - rank) / N of an item at ``rank``; p_any the same of its rank by popularity in the log (equal counts
    share a rank; 0 for an item without events). The expected list is therefore the popular one.

    >>> recs = pd.DataFrame({"user_id": ["u"] * 2, "item_id": ["a", "b"], "rank": [1, 2]})
    >>> log = pd.DataFrame({"user_id": list("vwv"), "item_id": list("aab")})
    >>> items = pd.DataFrame({"item_id": ["a", "b", "c", "d"]})
    >>> serendipity(recs.assign(rank=[2, 1]), pd.DataFrame({"user_id": ["u"], "item_id": ["b"]}), log, items)
    0.125
    """
    judged = judge(recs, test)
    catalogue = len(catalogue_of(items))
    counts = events_of(log, "the log")[ITEM].value_counts()
    ranks = counts.rank(method="dense", ascending=False).reindex(judged.item_ids).to_numpy(np.float64)
    any_user = np.where(np.isnan(ranks), 0, (catalogue + 1 - ranks) / catalogue)
    own = (catalogue - np.arange(judged.items.shape[1])) / catalogue
    surprise = np.maximum(own - any_user[judged.items], 0) * judged.hits
    filled = (judged.items != NO_ITEM).sum(axis=1)
    return judged.series(np.where(filled > 0, surprise.sum(axis=1) / np.maximum(filled, 1), np.nan))
