"""Relevance: a model's raw scores rescaled inside each pool, so that their unit does not matter."""

import numpy as np
import numpy.typing as npt

from divrec.rerank.options import Scaling

Floats = npt.NDArray[np.float32]


def relevance_of(scores: Floats, real: npt.NDArray[np.bool_], scaling: Scaling = "minmax") -> Floats:
    """Rescale scores (U, n) row by row; ``real`` marks the places that hold an item, the others become 0.

    minmax: (s − min) / (max − min), in [0, 1]; zscore: (s − mean) / deviation; rank: 1 for the best down to 0, equal
    scores alike; none: as they are. A pool of equal scores gives 1 (minmax, rank) or 0 (zscore) throughout.
    """
    wide = scores.astype(np.float64)
    if scaling == "rank":
        wide = _ranks(wide, real)
    if scaling in ("minmax", "rank"):
        low = np.where(real, wide, np.inf).min(axis=1, keepdims=True, initial=np.inf)
        high = np.where(real, wide, -np.inf).max(axis=1, keepdims=True, initial=-np.inf)
        span = high - low
        wide = np.where(span > 0, (wide - low) / np.where(span > 0, span, 1), 1)
    elif scaling == "zscore":
        even = np.ptp(np.where(real, wide, wide[:, :1]), axis=1, keepdims=True) == 0 if wide.size else True
        count = np.maximum(real.sum(axis=1, keepdims=True), 1)
        mean = np.where(real, wide, 0).sum(axis=1, keepdims=True) / count
        deviation = np.sqrt(np.where(real, (wide - mean) ** 2, 0).sum(axis=1, keepdims=True) / count)
        wide = np.where(even, 0, (wide - mean) / np.where(deviation > 0, deviation, 1))
    return np.where(real, wide, 0).astype(np.float32)


def _ranks(scores: npt.NDArray[np.float64], real: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Number each row's distinct scores from the best (0) downwards, negated: rows are in base order already."""
    falls = np.zeros(scores.shape)
    falls[:, 1:] = (scores[:, 1:] < scores[:, :-1]) & real[:, 1:]
    places = np.arange(scores.shape[1])
    first = np.maximum.accumulate(np.where(falls > 0, places, 0), axis=1)  # equal scores share their first place
    return -first.astype(np.float64)
