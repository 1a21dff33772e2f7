"""EASE for large catalogues: each column of B draws on the items nearest to it only, in memory that grows with I · k.

The regression of Steck 2019 with the feature selection of fsSLIM (Ning & Karypis 2011): for item j and its k nearest
items N by cosine, B[N, j] = (G[N, N] + λI)⁻¹ G[N, j], with G = XᵀX. Where N holds all other items this is EASE itself:
there B's column j minimises ‖xⱼ − X b‖² + λ‖b‖² under bⱼ = 0 as well.
"""

from collections.abc import Iterator

import numpy as np
from scipy import linalg, sparse

from divrec.models.inputs import Floats
from divrec.models.neighbours import Places, nearest


def sparse_item_weights(x: sparse.csr_matrix, regularisation: float, neighbours: int) -> tuple[Places, Floats]:
    """Solve for B from histories X (U, I): the rows (I, k) that each item's column holds, and their weights (I, k).

    The weight is 0 at places that an item with fewer neighbours leaves empty.
    """
    rows, likeness = nearest(x.T.tocsr(), neighbours)
    weights = np.zeros(rows.shape, dtype=np.float32)
    for item, near, gram in _grams(x, rows, likeness):
        square = gram[1:, 1:]
        square[np.diag_indices_from(square)] += np.float32(regularisation)
        factor = linalg.cho_factor(square, overwrite_a=True, check_finite=False)
        weights[item, : len(near)] = linalg.cho_solve(factor, gram[1:, 0], check_finite=False)
    return rows, weights


def columns(rows: Places, weights: Floats) -> sparse.csc_matrix:
    """Make the matrix B (I, I) whose column j holds ``weights[j]`` at ``rows[j]``."""
    items, width = rows.shape
    offsets = np.arange(items + 1, dtype=np.int64) * width
    return sparse.csc_matrix((weights.ravel(), rows.ravel(), offsets), shape=(items, items))


def _grams(x: sparse.csr_matrix, rows: Places, likeness: Floats) -> Iterator[tuple[int, Places, Floats]]:
    """Yield each item that has neighbours, those (k), and the Gram matrix (1 + k, 1 + k) of it and them."""
    buyers = x.T.tocsr()  # (I, U)
    for item in range(len(rows)):
        near = rows[item, likeness[item] > 0]
        if len(near):
            part = buyers[np.concatenate([[item], near])]
            yield item, near, (part @ part.T).toarray()
