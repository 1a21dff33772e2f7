"""Random numbers that nobody can foretell: what a guarantee of privacy needs in place of a seed.

Noise drawn from a seed can be drawn again, and taken away again. Here every number comes from the operating system's
cryptographic source; a seed is for tests alone.
"""

import os
import warnings

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_SUMMED = 4  # normals that make one: the last bits of a float must not tell what was added (Holohan & Braghin 2021)


class Noise:
    """Gaussian noise and independent coin flips, from the system's entropy unless a seed is given."""

    def __init__(self, seed: int | None = None) -> None:
        """Warn where a ``seed`` is given: what is made with it is not private."""
        self._rng = None if seed is None else np.random.default_rng(seed)
        if seed is not None:
            warnings.warn("noise from a seed can be taken away again: nothing made with it is private", stacklevel=2)

    def normal(self, shape: tuple[int, ...], deviation: float) -> Floats:
        """Draw N(0, deviation²) of a shape."""
        size = int(np.prod(shape))
        if deviation == 0 or not size:
            return np.zeros(shape)
        drawn = self._standard(_SUMMED * size).reshape(_SUMMED, size).sum(axis=0)
        return np.asarray(drawn * (deviation / np.sqrt(_SUMMED))).reshape(shape)

    def chosen(self, n: int, share: float) -> npt.NDArray[np.int64]:
        """Choose each of ``n`` rows by a coin of its own (Poisson sampling): their positions, perhaps none."""
        return np.flatnonzero(self._uniform(n) < share)

    def _uniform(self, n: int) -> Floats:
        if self._rng is not None:
            return self._rng.random(n)
        return np.asarray((np.frombuffer(os.urandom(8 * n), np.uint64) >> np.uint64(11)) * 2.0**-53)

    def _standard(self, n: int) -> Floats:
        """Box–Muller: two uniform numbers make two normal ones."""
        if self._rng is not None:
            return self._rng.standard_normal(n)
        half = (n + 1) // 2
        length = np.sqrt(-2 * np.log1p(-self._uniform(half)))
        angle = 2 * np.pi * self._uniform(half)
        return np.concatenate([length * np.cos(angle), length * np.sin(angle)])[:n]
