"""The two kinds of measure: a value per shopper, and a value of all lists together.

Either is made by decorating one function, and called it gives one number. What it is made of stays reachable, so that
intervals come from resampling shoppers: ``ild(recs, vectors)`` is the mean, ``ild.per_user(recs, vectors)`` the values.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import update_wrapper
from typing import Generic, ParamSpec

import numpy as np
import numpy.typing as npt
import pandas as pd

P = ParamSpec("P")
Values = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Statistic:
    """A number of all lists together, as a function of how much each of ``users`` counts (U,)."""

    users: pd.Index
    value: Callable[[Values], float]


class PerUser(Generic[P]):
    """A measure with a value per user, NaN where undefined; called, it gives the mean of the defined ones."""

    def __init__(self, per_user: Callable[P, pd.Series]) -> None:
        """Take the function that gives a Series of values indexed by user_id."""
        self.per_user = per_user
        update_wrapper(self, per_user)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> float:
        """Give the mean over users whose value is defined; NaN where none is."""
        return mean_of_defined(self.per_user(*args, **kwargs).to_numpy(np.float64))


class Population(Generic[P]):
    """A measure that only all lists together have; called, it gives the plain value."""

    def __init__(self, statistic: Callable[P, Statistic]) -> None:
        """Take the function that prepares a Statistic."""
        self.statistic = statistic
        update_wrapper(self, statistic)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> float:
        """Give the value with every user counted once."""
        prepared = self.statistic(*args, **kwargs)
        return prepared.value(np.ones(len(prepared.users)))


def mean_of_defined(values: Values, weights: Values | None = None) -> float:
    """Weighted mean of the values that are not NaN; NaN where there is none."""
    defined = ~np.isnan(values)
    weight = np.ones(len(values)) if weights is None else weights
    total = weight[defined].sum()
    return float(weight[defined] @ values[defined] / total) if total > 0 else float("nan")
