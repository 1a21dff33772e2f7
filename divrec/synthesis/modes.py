"""Mode-specific normalisation of a column of numbers (Xu et al. 2019, "Modeling Tabular Data using Conditional GAN").

A number is told as the mode of a Gaussian mixture that it came from, and where it lies in that mode: v = (x − μₖ) / σₖ.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_FEWEST_SHARE: Final = 0.005  # of the rows, below which a mode is dropped
_NEAR: Final = 200  # a decoded number becomes one of the 1/200 of real ones below or above it
_REACH: Final = 4.0  # standard deviations of a mode


@dataclass(frozen=True, eq=False)
class Modes:
    """The modes of one column: ``means`` and ``spreads`` (K,); mode K is for a missing number.

    ``known`` are the real numbers, rising. Numbers that are all above 0 are modelled by their logarithm.
    """

    means: Floats
    spreads: Floats
    known: Floats
    logarithmic: bool

    @classmethod
    def learn(cls, values: Floats, most: int, seed: int) -> "Modes":
        """Find the modes of ``values`` (n,), NaN where missing; at most ``most`` of them."""
        from sklearn.mixture import BayesianGaussianMixture  # noqa: PLC0415  # not in the web process

        known = np.sort(values[np.isfinite(values)])
        if not len(known):
            return cls(np.zeros(0), np.ones(0), known, False)
        logarithmic = bool(known[0] > 0)
        x = np.log(known) if logarithmic else known
        least = max(1e-3 * float(x.std()), 1e-9)
        if len(np.unique(x)) < 3:
            return cls(np.array([x.mean()]), np.array([max(float(x.std()), least)]), known, logarithmic)
        k = min(most, len(np.unique(x)) - 1)
        scale = float(x.std())
        mixture = BayesianGaussianMixture(
            n_components=k, weight_concentration_prior=1e-3, max_iter=500, tol=1e-2, random_state=seed
        )
        mixture.fit(((x - x.mean()) / scale)[:, None])
        kept = mixture.weights_ > min(_FEWEST_SHARE, mixture.weights_.max() / 2)
        spreads = np.sqrt(mixture.covariances_[kept, 0, 0]) * scale
        return cls(mixture.means_[kept, 0] * scale + x.mean(), np.maximum(spreads, least), known, logarithmic)

    @property
    def width(self) -> int:
        """How many modes there are, the one for missing numbers among them."""
        return len(self.means) + 1

    def encode(self, values: Floats, rng: np.random.Generator) -> tuple[Ints, Floats]:
        """Tell numbers as mode and place in it (n,) each; the mode is drawn by how probably the number is of it."""
        mode, place = np.full(len(values), len(self.means)), np.zeros(len(values))
        there = np.isfinite(values)
        if there.any():
            x = np.log(values[there]) if self.logarithmic else values[there]
            apart = (x[:, None] - self.means) / self.spreads
            keys = -0.5 * apart**2 - np.log(self.spreads) + rng.gumbel(size=apart.shape)
            mode[there] = keys.argmax(axis=1)
            place[there] = apart[np.arange(len(x)), mode[there]]
        return mode.astype(np.int64), np.clip(place, -_REACH, _REACH)

    def decode(self, mode: Ints, place: Floats, rng: np.random.Generator) -> Floats:
        """Give numbers back (n,), each a real one that lies near, so that prices end as the shop's do."""
        values = np.full(len(mode), np.nan)
        there = mode < len(self.means)
        x = self.means[mode[there]] + self.spreads[mode[there]] * np.clip(place[there], -_REACH, _REACH)
        at = np.searchsorted(np.log(self.known) if self.logarithmic else self.known, x)
        near = max(1, len(self.known) // _NEAR)
        at = at + rng.integers(-near, near, size=len(at))
        values[there] = self.known[np.clip(at, 0, max(len(self.known) - 1, 0))]
        return values
