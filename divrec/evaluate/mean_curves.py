"""Means over shoppers at every slider value with bootstrap intervals, from sums alone: memory ignores the shoppers."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from divrec.evaluate.bootstrap import BOOTSTRAP

Values = npt.NDArray[np.float64]
RESAMPLES = 200  # of the streamed bootstrap: interval ends are good to a tenth of their width


@dataclass
class MeanCurves:
    """Sums of M measures at G values over all shoppers, and over resamples of them.

    A resample lets each shopper count a Poisson(1) number of times, which is the bootstrap's multinomial draw for many
    shoppers, and needs nobody else's values (Hanley & MacGibbon 2006). ``asked`` are rows of shoppers whose counts are
    kept, for measures that are known of them alone.
    """

    names: tuple[str, ...]
    values: int
    asked: npt.NDArray[np.int64]
    weights: Values = field(init=False)  # (R, asked)
    _sums: Values = field(init=False)  # (1 + R, G · M), the first row counts everyone once
    _counts: Values = field(init=False)
    _rng: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        """Start from nothing."""
        shape = (1 + RESAMPLES, self.values * len(self.names))
        self._sums, self._counts = np.zeros(shape), np.zeros(shape)
        self.weights = np.ones((1 + RESAMPLES, len(self.asked)))
        self._rng = np.random.default_rng(BOOTSTRAP.seed)

    def add(self, rows: slice, found: Values) -> None:
        """Take the measures (B, G, M) of the shoppers in ``rows``; NaN is left out."""
        weights = self._rng.poisson(1.0, (1 + RESAMPLES, len(found))).astype(np.float64)
        weights[0] = 1
        flat = found.reshape(len(found), -1)
        defined = ~np.isnan(flat)
        self._sums += weights @ np.where(defined, flat, 0)
        self._counts += weights @ defined
        here = (self.asked >= rows.start) & (self.asked < rows.stop)
        self.weights[:, here] = weights[:, self.asked[here] - rows.start]

    def resampled(self, name: str) -> Values:
        """Give a measure's means (1 + R, G): of everyone, then of each resample; NaN where nobody's is defined."""
        at = self.names.index(name)
        sums, counts = (part.reshape(1 + RESAMPLES, self.values, -1)[:, :, at] for part in (self._sums, self._counts))
        return np.asarray(np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0))

    def columns(self) -> dict[str, Values]:
        """Give each measure's mean, low and high (G,)."""
        return {
            column: values for name in self.names for column, values in interval(name, self.resampled(name)).items()
        }


def interval(name: str, means: Values) -> dict[str, Values]:
    """Name a mean (the first row) and the interval that holds the middle share of the others; NaN where undefined."""
    tail = (1 - BOOTSTRAP.level) / 2
    defined = ~np.isnan(means[1:]).any(axis=0)
    ends = np.full((2, means.shape[1]), np.nan)
    if defined.any():
        ends[:, defined] = np.quantile(means[1:, defined], [tail, 1 - tail], axis=0)
    return {name: means[0], f"{name}_low": ends[0], f"{name}_high": ends[1]}
