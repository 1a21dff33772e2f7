"""Which generated rows are kept: neither a copy of a real one nor unlike all of them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from divrec.synthesis.settings import FilterSettings

Floats = npt.NDArray[np.float64]
_ROWS = 512  # compared at once


@dataclass(frozen=True)
class Bounds:
    """The range of distances from a real row to its nearest other real row; copies below, outliers above."""

    low: float
    high: float


def distances(rows: sparse.csr_matrix, real: sparse.csr_matrix, themselves: bool = False) -> Floats:
    """Cosine distance (R,) on [0, 1] of binary ``rows`` (R, I) to the nearest of ``real`` (U, I).

    With ``themselves`` both are the same table, and no row is its own neighbour.
    """
    unit, columns = _unit(rows), _unit(real).T.tocsc()
    nearest = np.empty(rows.shape[0])
    for start in range(0, rows.shape[0], _ROWS):
        alike = (unit[start : start + _ROWS] @ columns).toarray()
        if themselves:
            own = np.arange(len(alike))
            alike[own, start + own] = -1
        nearest[start : start + _ROWS] = 1 - alike.max(axis=1)
    return np.clip(nearest, 0, 1)


def bounds_of(real: sparse.csr_matrix, settings: FilterSettings) -> Bounds:
    """Measure how far real rows lie from each other."""
    low, high = np.quantile(distances(real, real, themselves=True), [settings.low, settings.high])
    return Bounds(float(low), float(high))


def reasons(rows: sparse.csr_matrix, real: sparse.csr_matrix, bounds: Bounds) -> npt.NDArray[np.object_]:
    """Tell for each row: ``copy``, ``outlier``, or ``kept``. A row equal to a real one is always a copy."""
    nearest = distances(rows, real)
    said = np.full(len(nearest), "kept", dtype=object)
    said[nearest > bounds.high] = "outlier"
    said[(nearest < bounds.low) | (nearest < 1e-6)] = "copy"
    return said


def _unit(rows: sparse.csr_matrix) -> sparse.csr_matrix:
    binary = sparse.csr_matrix((np.ones(len(rows.indices), np.float32), rows.indices, rows.indptr), shape=rows.shape)
    length = np.sqrt(np.maximum(np.diff(binary.indptr), 1)).astype(np.float32)
    return sparse.diags(1 / length) @ binary
