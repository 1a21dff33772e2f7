"""Intervals from resampling shoppers (Efron 1979), seeded: what would the number be with other shoppers like these?"""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.metrics.measure import Statistic

Values = npt.NDArray[np.float64]
_CELLS: Final = 2_000_000  # weights held at once: 16 MB


@dataclass(frozen=True)
class Bootstrap:
    """How intervals are made."""

    resamples: int = 1_000  # for means over shoppers: percentiles
    population_resamples: int = 100  # for measures of all lists together: value ± z · standard error
    level: float = 0.95
    seed: int = 7


BOOTSTRAP: Final = Bootstrap()


def resampled(users: int, resamples: int, seed: int) -> Iterator[Values]:
    """Yield, in batches (b, U), how often each user is drawn in each of ``resamples`` draws of ``users`` users."""
    rng = np.random.default_rng(seed)
    size = max(1, _CELLS // max(users, 1))
    for start in range(0, resamples, size):
        batch = min(size, resamples - start)
        drawn = rng.integers(users, size=(batch, users)) + np.arange(batch)[:, None] * users
        yield np.bincount(drawn.ravel(), minlength=batch * users).reshape(batch, users).astype(np.float64)


def intervals_of_means(values: Values, settings: Bootstrap = BOOTSTRAP) -> tuple[Values, Values]:
    """Percentile intervals (M,) and (M,) of the means of the defined entries of each column of ``values`` (U, M)."""
    defined = ~np.isnan(values)
    filled = np.where(defined, values, 0)
    means = []
    for weights in resampled(len(values), settings.resamples, settings.seed):
        counts = weights @ defined
        means.append(np.divide(weights @ filled, counts, out=np.full(counts.shape, np.nan), where=counts > 0))
    tail = (1 - settings.level) / 2
    low, high = np.full(values.shape[1], np.nan), np.full(values.shape[1], np.nan)
    enough = defined.sum(axis=0) > 1
    if enough.any():
        low[enough], high[enough] = np.nanquantile(np.concatenate(means)[:, enough], [tail, 1 - tail], axis=0)
    return low, high


def population_values(statistic: Statistic, users: pd.Index, settings: Bootstrap = BOOTSTRAP) -> Values:
    """The statistic's values (R,) under resampling of ``users``, of whom its own are a part."""
    at = users.get_indexer(statistic.users)
    batches = resampled(len(users), settings.population_resamples, settings.seed)
    return np.array([statistic.value(weights[at]) for batch in batches for weights in batch], dtype=np.float64)


def around(value: float, values: Values, level: float) -> tuple[float, float]:
    """``value`` ± z · the standard deviation of ``values``; NaN where fewer than two are defined.

    Percentiles would not do for measures of all lists together: a resample repeats shoppers, so its coverage is lower.
    """
    defined = values[~np.isnan(values)]
    if len(defined) < 2 or np.isnan(value):
        return float("nan"), float("nan")
    reach = NormalDist().inv_cdf((1 + level) / 2) * float(defined.std(ddof=1))
    return value - reach, value + reach
