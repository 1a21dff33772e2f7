"""How the attention of all shoppers spreads over the catalogue. Items that nobody is shown count as zeros."""

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from divrec.columns import CATEGORY, ITEM, USER
from divrec.data.ranking import discounts
from divrec.metrics import crowd
from divrec.metrics.lists import Events, Recommended, Values, catalogue_of, codes_of, events_of, lists_of
from divrec.metrics.measure import Population, Statistic


@Population
def catalogue_coverage(recs: Recommended, items: pd.DataFrame | Iterable[str]) -> Statistic:
    """Share of the catalogue that stands on at least one list, on [0, 1].

    >>> recs = pd.DataFrame({"user_id": list("uv"), "item_id": list("aa"), "rank": [1, 1]})
    >>> catalogue_coverage(recs, ["a", "b", "c", "d"])
    0.25
    """
    return _of_counts(recs, items, crowd.coverage)


@Population
def gini(recs: Recommended, items: pd.DataFrame | Iterable[str]) -> Statistic:
    """Gini index of how often items are listed, on [0, 1): 0 where all are listed alike (as RecBole).

    Σ (2 i - N - 1) c_i / (N Σ c) over the N items of the catalogue, c rising.

    >>> recs = pd.DataFrame({"user_id": list("uv"), "item_id": list("aa"), "rank": [1, 1]})
    >>> gini(recs, ["a", "b", "c", "d"])
    0.75
    """
    return _of_counts(recs, items, crowd.gini)


@Population
def exposure_entropy(recs: Recommended, items: pd.DataFrame | Iterable[str]) -> Statistic:
    """Entropy -Σ p ln p of the items' shares of all places, in nats, from 0 to ln(N); higher is more even.

    >>> recs = pd.DataFrame({"user_id": list("uv"), "item_id": list("ab"), "rank": [1, 1]})
    >>> round(exposure_entropy(recs, ["a", "b", "c", "d"]), 6)
    0.693147
    """
    return _of_counts(recs, items, crowd.entropy)


@Population
def exposure_disparity(recs: Recommended, items: pd.DataFrame, test: Events, by: str = CATEGORY) -> Statistic:
    """Half of Σ |exposure share - relevance share| over groups of items, on [0, 1]: 0 is fair (after Diaz 2020).

    Exposure of a place is 1 / log2(1 + rank); a group's relevance is its share of the held-out (user, item) pairs of
    the shoppers with lists. ``by`` names the catalogue column: brand, seller, category, …

    >>> recs = pd.DataFrame({"user_id": list("uv"), "item_id": list("aa"), "rank": [1, 1]})
    >>> items = pd.DataFrame({"item_id": ["a", "b"], "brand": ["x", "y"]})
    >>> exposure_disparity(recs, items, pd.DataFrame({"user_id": list("uv"), "item_id": list("ab")}), by="brand")
    0.5
    """
    users, exposed, relevant, _ = _by_group(recs, items, test, by)

    def value(weights: Values) -> float:
        shown, wanted = _shares(exposed, weights), _shares(relevant, weights)
        return float(np.abs(shown - wanted).sum() / 2)

    return Statistic(users, value)


def exposure_by_group(recs: Recommended, items: pd.DataFrame, test: Events, by: str = CATEGORY) -> pd.DataFrame:
    """Each group's share of exposure beside its share of relevance: a table ``by, exposure, relevance, ratio``.

    A ratio above 1 is more attention than shoppers' own choices ask for. See ``exposure_disparity`` for both shares.
    """
    users, exposed, relevant, labels = _by_group(recs, items, test, by)
    ones = np.ones(len(users))
    shown, wanted = _shares(exposed, ones), _shares(relevant, ones)
    ratio = np.divide(shown, wanted, out=np.full(len(shown), np.nan), where=wanted > 0)
    return pd.DataFrame({by: labels, "exposure": shown, "relevance": wanted, "ratio": ratio})


def _of_counts(recs: Recommended, items: pd.DataFrame | Iterable[str], measure: Callable[[Values], float]) -> Statistic:
    lists, ids = lists_of(recs), catalogue_of(items)
    listed = lists.among(ids)

    def value(weights: Values) -> float:
        return measure(crowd.exposure(listed, len(ids), weights))

    return Statistic(lists.users, value)


def _by_group(
    recs: Recommended, items: pd.DataFrame, test: Events, by: str
) -> tuple[pd.Index, Values, Values, pd.Index]:
    """Exposure and relevance of each user in each group (U, G); items without a group are left out of both."""
    lists = lists_of(recs)
    codes, labels = codes_of(items, by, lists.item_ids)
    group = np.where(lists.items >= 0, codes[lists.items], -1)
    row, place = np.nonzero(group >= 0)
    exposed = np.zeros((len(lists.users), len(labels)))
    np.add.at(exposed, (row, group[row, place]), discounts(lists.items.shape[1])[place])
    pairs = events_of(test, "test")[[USER, ITEM]].drop_duplicates()
    wanted, _ = codes_of(items, by, pd.Index(pairs[ITEM]))
    user = lists.users.get_indexer(pd.Index(pairs[USER]))
    known = (wanted >= 0) & (user >= 0)
    relevant = np.zeros_like(exposed)
    np.add.at(relevant, (user[known], wanted[known]), 1)
    return lists.users, exposed, relevant, labels


def _shares(per_user: Values, weights: Values) -> Values:
    totals = weights @ per_user
    return np.asarray(totals / totals.sum() if totals.sum() > 0 else np.full(len(totals), np.nan))
