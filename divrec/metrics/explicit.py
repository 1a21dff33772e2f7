"""How well scores foretell what shoppers said outright: ratings, or what they clicked and passed over.

Only pairs that are scored and answered count. Held-out events of kind ``rating`` carry the rating as ``weight``; of
impressions, a pair that was answered by any other event counts as liked, one that was only shown as not liked.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.columns import EVENT, ITEM, SCORE, USER, WEIGHT
from divrec.data.kinds import IMPRESSION, RATING, REMOVE
from divrec.errors import InputError
from divrec.metrics.lists import Events, RankedLists, Recommended, Values, events_of, lists_of
from divrec.metrics.measure import PerUser, Population, Statistic


@Population
def rmse(recs: Recommended, test: Events) -> Statistic:
    """Root of the mean squared difference between predicted score and given rating (``weight``), over the rated pairs.

    Only for rated logs and models that predict ratings; pairs that are not in both tables are left out.

    >>> recs = pd.DataFrame({"user_id": ["u"] * 2, "item_id": ["a", "b"], "rank": [1, 2], "score": [4.0, 3.0]})
    >>> rmse(recs, pd.DataFrame({"user_id": ["u"], "item_id": ["b"], "weight": [5.0]}))
    2.0
    """
    return _mean_error(recs, test, np.square, np.sqrt)


@Population
def mae(recs: Recommended, test: Events) -> Statistic:
    """Mean absolute difference between predicted score and given rating (``weight``), over the rated pairs.

    Only for rated logs and models that predict ratings; pairs that are not in both tables are left out.

    >>> recs = pd.DataFrame({"user_id": ["u"] * 2, "item_id": ["a", "b"], "rank": [1, 2], "score": [4.0, 3.0]})
    >>> mae(recs, pd.DataFrame({"user_id": ["u", "u"], "item_id": ["a", "b"], "weight": [4.0, 5.0]}))
    1.0
    """
    return _mean_error(recs, test, np.abs, np.asarray)


@PerUser
def pair_auc(recs: Recommended, test: Events) -> pd.Series:
    """Chance that a pair the shopper liked is scored above one not liked, on [0, 1]; equal scores count half.

    The area under the ROC curve of each shopper's own pairs; NaN for who has only one kind. Of ratings, those above
    the middle of the scale (of the least and the greatest in ``test``) are liked.

    >>> recs = pd.DataFrame({"user_id": ["u"] * 2, "item_id": ["a", "b"], "rank": [1, 2], "score": [4.0, 4.0]})
    >>> pair_auc(recs, pd.DataFrame({"user_id": ["u", "u"], "item_id": ["a", "b"], "weight": [1.0, 5.0]}))
    0.5
    """
    lists = lists_of(recs)
    pairs = _scored(lists, "pair_auc").merge(liked_pairs(test), on=[USER, ITEM])
    place = pairs.groupby(USER, sort=False)[SCORE].rank()  # equal scores share the mean of their places
    at = lists.users.get_indexer(pd.Index(pairs[USER]))
    liked = pairs["liked"].to_numpy(bool)
    good, all_ = (np.bincount(rows, minlength=len(lists.users)) for rows in (at[liked], at))
    sums = np.bincount(at[liked], weights=place[liked], minlength=len(lists.users))
    rivals = (good * (all_ - good)).astype(np.float64)
    won = sums - good * (good + 1) / 2
    return lists.series(np.divide(won, rivals, out=np.full(len(rivals), np.nan), where=rivals > 0))


def given_ratings(test: Events) -> pd.DataFrame:
    """Give each pair's latest rating: ``user_id, item_id, weight``; a table without kinds of events holds ratings."""
    table = events_of(test, "test")
    if EVENT in table:
        table = table[table[EVENT] == RATING]
    if WEIGHT not in table:
        found = ", ".join(map(str, table.columns))
        raise InputError(f"ratings are read from the column {WEIGHT}; the test events have {found}")
    return table.drop_duplicates([USER, ITEM], keep="last")[[USER, ITEM, WEIGHT]]


def liked_pairs(test: Events) -> pd.DataFrame:
    """Tell of each pair whether the shopper liked it: ``user_id, item_id, liked``, from ratings or else impressions.

    Raises InputError for events that hold neither.
    """
    table = events_of(test, "test")
    kinds = set(table[EVENT]) if EVENT in table else {RATING}
    if RATING in kinds:
        ratings = given_ratings(test)
        middle = (ratings[WEIGHT].min() + ratings[WEIGHT].max()) / 2
        return ratings[[USER, ITEM]].assign(liked=ratings[WEIGHT] > middle)
    if IMPRESSION not in kinds:
        raise InputError(f"likes and dislikes are told by ratings or impressions; the test events are "
                         f"{', '.join(map(str, sorted(kinds)))}")  # fmt: skip
    answered = ~table[EVENT].isin([IMPRESSION, REMOVE])
    return answered.groupby([table[USER], table[ITEM]], sort=False).any().rename("liked").reset_index()


def _mean_error(
    recs: Recommended, test: Events, of: Callable[[Values], Values], back: Callable[[Values], Values]
) -> Statistic:
    lists = lists_of(recs)
    pairs = _scored(lists, "a rating's error").merge(given_ratings(test), on=[USER, ITEM])
    error = of(pairs[SCORE].to_numpy(np.float64) - pairs[WEIGHT].to_numpy(np.float64))
    at = lists.users.get_indexer(pd.Index(pairs[USER]))
    sums, counts = _sums(at, error, lists), _sums(at, np.ones(len(at)), lists)

    def value(weights: Values) -> float:
        counted = weights @ counts
        return float(back(np.asarray(weights @ sums / counted))) if counted > 0 else float("nan")

    return Statistic(lists.users, value)


def _sums(at: npt.NDArray[np.intp], values: Values, lists: RankedLists) -> Values:
    return np.bincount(at, weights=values, minlength=len(lists.users)).astype(np.float64)


def _scored(lists: RankedLists, what: str) -> pd.DataFrame:
    if lists.scores is None:
        raise InputError(f"{what} needs a column {SCORE} in the recommendations and {WEIGHT} in the test events")
    row, place = np.nonzero((lists.items >= 0) & ~np.isnan(lists.scores))
    columns = {USER: lists.users[row], ITEM: lists.item_ids[lists.items[row, place]], SCORE: lists.scores[row, place]}
    return pd.DataFrame(columns)
