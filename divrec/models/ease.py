"""EASE: a linear item-to-item model in closed form (Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data").

Minimises ‖X − XB‖² + λ‖B‖² under diag(B) = 0. With the Gram matrix G = XᵀX and P = (G + λI)⁻¹:
B[i, j] = −P[i, j] / P[j, j] for i ≠ j. Scores of a history x are xB.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse

from divrec.errors import InputError
from divrec.models.base import Arrays, Given, Recommender
from divrec.models.inputs import Floats, weighted
from divrec.models.settings import EASESettings

MOST_ITEMS: Final = 25_000  # the matrix of items × items then takes 2.5 GB
_BLOCK: Final = 1024


class EASE(Recommender[EASESettings]):
    """Scores an item by the summed weights B from the items of the history: exact, and explainable item by item."""

    family = "ease"
    settings_type = EASESettings

    def _learn(self, given: Given) -> None:
        items = given.histories.shape[1]
        if items > MOST_ITEMS:
            raise InputError(
                f"EASE solves items × items and takes at most {MOST_ITEMS:,} items, found {items:,}; "
                "keep the most bought items only, or choose multvae"
            )
        x = weighted(given.histories, self.settings.weighting)
        self._b = item_weights(x, self.settings.regularisation)  # (I, I)

    def _score(self, histories: sparse.csr_matrix) -> Floats:
        return np.asarray(weighted(histories, self.settings.weighting) @ self._b)

    def _weights(self) -> Arrays:
        return {"B": self._b}

    def _restore(self, weights: Arrays) -> None:
        self._b = weights["B"]

    def _shapes(self, items: int) -> dict[str, tuple[int, ...]]:
        return {"B": (items, items)}


def item_weights(x: sparse.csr_matrix, regularisation: float) -> Floats:
    """Solve for B (I, I) from histories X (U, I) in float32, in place: one matrix of items × items at a time.

    Cholesky costs a quarter of a general inverse, and float32 changes no list. Raises InputError where λ is too small
    for G + λI to be positive definite in float32.
    """
    p = _gram(x)
    p[np.diag_indices_from(p)] += np.float32(regularisation)
    p, failed = linalg.lapack.spotrf(p, lower=0, clean=0, overwrite_a=1)
    if not failed:
        p, failed = linalg.lapack.spotri(p, lower=0, overwrite_c=1)  # P in the upper triangle
    if failed:
        raise InputError(
            f"EASE: regularisation={regularisation:g} is too small for {x.shape[1]} items; try {regularisation * 10:g}"
        )
    _mirror(p)
    diagonal = np.diagonal(p).copy()
    p /= -diagonal  # columns j by P[j, j]
    np.fill_diagonal(p, 0)
    return np.ascontiguousarray(p)


def _gram(x: sparse.csr_matrix) -> npt.NDArray[np.float32]:
    """XᵀX (I, I) in Fortran order, by blocks of columns: the whole sparse product would take three times the space."""
    transposed, columns = x.T.tocsr(), x.tocsc()
    gram = np.empty((x.shape[1], x.shape[1]), dtype=np.float32, order="F")
    for start in range(0, x.shape[1], _BLOCK):
        gram[:, start : start + _BLOCK] = (transposed @ columns[:, start : start + _BLOCK]).toarray()
    return gram


def _mirror(p: npt.NDArray[np.float32]) -> None:
    """Copy the upper triangle to the lower one, block by block."""
    for start in range(0, len(p), _BLOCK):
        rows = slice(start, start + _BLOCK)
        square = np.triu(p[rows, rows])
        p[rows, rows] = square + np.triu(square, 1).T
        p[start + _BLOCK :, rows] = p[rows, start + _BLOCK :].T
