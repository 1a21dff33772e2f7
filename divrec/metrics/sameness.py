"""The headline: how alike lists are, from 0 to 100, and the three parts that it is the mean of.

* inside lists: 1 - ILD / mean distance of the catalogue, held on [0, 1];
* between shoppers: list overlap with the nearest shopper (``neighbour_overlap``);
* over time: similarity of the list to the shopper's history.

A part that is undefined (one shopper has no neighbour, a new one no history) is left out of the mean.
"""

import numpy as np
import pandas as pd

from divrec.metrics.between import neighbour_overlap
from divrec.metrics.crowd import SAMPLING, Sampling
from divrec.metrics.inside import ild
from divrec.metrics.lists import Events, Recommended, Values, lists_of, units_of
from divrec.metrics.measure import Population, Statistic, mean_of_defined
from divrec.metrics.over_time import similarity_to_history

PARTS = ("inside", "between", "over_time")


def mean_distance(unit: np.ndarray[tuple[int, ...], np.dtype[np.floating]]) -> float:
    """Mean distance (1 - cosine) / 2 between two different items, of unit rows (I, d); exact, in O(I · d)."""
    count = len(unit)
    total = unit.sum(axis=0, dtype=np.float64)
    own = float(np.einsum("id,id->", unit, unit, dtype=np.float64))
    return (1 - (float(total @ total) - own) / (count * (count - 1))) / 2 if count > 1 else float("nan")


def inside_part(mean_ild: float, catalogue_distance: float) -> float:
    """1 - ILD over the catalogue's mean distance, on [0, 1]: 0 where lists are as varied as the catalogue, or more."""
    if np.isnan(mean_ild) or not catalogue_distance > 0:
        return float("nan")
    return min(max(1 - mean_ild / catalogue_distance, 0.0), 1.0)


def score_of(inside: float, between: float, over_time: float) -> float:
    """Sameness on [0, 100]: 100 × the mean of those of its parts that are defined; NaN where none is."""
    return 100 * mean_of_defined(np.array([inside, between, over_time], dtype=np.float64))


@Population
def sameness(
    recs: Recommended, vectors: pd.DataFrame, history: Events | None = None, sampling: Sampling = SAMPLING
) -> Statistic:
    """How alike lists are, on [0, 100]: inside themselves, between shoppers, and to what shoppers already know.

    ``vectors`` hold the whole catalogue, for its mean distance. Without ``history`` the part over time is left out and
    the nearest shopper is the one with the most similar list.

    >>> recs = pd.DataFrame({"user_id": list("uuvv"), "item_id": list("abab"), "rank": [1, 2, 1, 2]})
    >>> vectors = pd.DataFrame({"x": [1.0, 1.0, 0.0], "y": [0.0, 0.0, 1.0]}, index=["a", "b", "c"])
    >>> sameness(recs, vectors)
    100.0
    """
    statistics = _parts(recs, vectors, history, sampling)

    def value(weights: Values) -> float:
        return score_of(*(statistics[part].value(weights) for part in PARTS))

    return Statistic(lists_of(recs).users, value)


@Population
def sameness_inside(recs: Recommended, vectors: pd.DataFrame) -> Statistic:
    """1 - mean ILD / the catalogue's mean distance, on [0, 1]: how much less varied a list is than the shop.

    >>> recs = pd.DataFrame({"user_id": list("uu"), "item_id": list("ab"), "rank": [1, 2]})
    >>> vectors = pd.DataFrame({"x": [1.0, 1.0, 0.0], "y": [0.0, 0.0, 1.0]}, index=["a", "b", "c"])
    >>> sameness_inside(recs, vectors)
    1.0
    """
    lists = lists_of(recs)
    values = ild.per_user(lists, vectors).to_numpy(np.float64)
    reference = mean_distance(units_of(vectors, vectors.index))
    return Statistic(lists.users, lambda weights: inside_part(mean_of_defined(values, weights), reference))


@Population
def sameness_between(recs: Recommended, history: Events | None = None, sampling: Sampling = SAMPLING) -> Statistic:
    """Mean overlap of a shopper's list with the nearest shopper's, on [0, 1]; see ``neighbour_overlap``.

    >>> recs = pd.DataFrame({"user_id": list("uv"), "item_id": list("aa"), "rank": [1, 1]})
    >>> sameness_between(recs)
    1.0
    """
    lists = lists_of(recs)
    values = neighbour_overlap.per_user(lists, history, sampling).to_numpy(np.float64)
    return Statistic(lists.users, lambda weights: mean_of_defined(values, weights))


@Population
def sameness_over_time(recs: Recommended, history: Events, vectors: pd.DataFrame) -> Statistic:
    """Mean similarity of lists to their shoppers' histories, on [0, 1]; see ``similarity_to_history``.

    >>> recs = pd.DataFrame({"user_id": list("u"), "item_id": list("a"), "rank": [1]})
    >>> history = pd.DataFrame({"user_id": ["u"], "item_id": ["a"]})
    >>> sameness_over_time(recs, history, pd.DataFrame({"x": [1.0]}, index=["a"]))
    1.0
    """
    lists = lists_of(recs)
    values = similarity_to_history.per_user(lists, history, vectors).to_numpy(np.float64)
    return Statistic(lists.users, lambda weights: mean_of_defined(values, weights))


def sameness_parts(
    recs: Recommended, vectors: pd.DataFrame, history: Events | None = None, sampling: Sampling = SAMPLING
) -> dict[str, float]:
    """The three parts ``inside``, ``between``, ``over_time``, each on [0, 1], NaN where undefined."""
    statistics = _parts(recs, vectors, history, sampling)
    return {part: statistics[part].value(np.ones(len(statistics[part].users))) for part in PARTS}


def _parts(
    recs: Recommended, vectors: pd.DataFrame, history: Events | None, sampling: Sampling
) -> dict[str, Statistic]:
    lists = lists_of(recs)
    inside = sameness_inside.statistic(lists, vectors)
    between = sameness_between.statistic(lists, history, sampling)
    if history is None:
        return {"inside": inside, "between": between, "over_time": Statistic(lists.users, lambda _: float("nan"))}
    return {"inside": inside, "between": between, "over_time": sameness_over_time.statistic(lists, history, vectors)}
