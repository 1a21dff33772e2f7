"""EASE: a linear item-to-item model in closed form (Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data").

Minimises ‖X − XB‖² + λ‖B‖² under diag(B) = 0. With the Gram matrix G = XᵀX and P = (G + λI)⁻¹:
B[i, j] = −P[i, j] / P[j, j] for i ≠ j. Scores of a history x are xB. Where users count differently, G = Σ wᵤ xᵤᵀxᵤ.
"""

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse

from divrec.errors import InputError
from divrec.models.base import Arrays, Given, Recommender
from divrec.models.inputs import Floats, weighted
from divrec.models.neighbours import width
from divrec.models.settings import EASESettings
from divrec.models.sparse_ease import columns, sparse_item_weights
from divrec.models.validation import Validation

_BLOCK: Final = 1024
_TRIED: Final = (30.0, 100.0, 300.0, 1000.0, 3000.0)  # λ, where it is tuned
_WATCHED_N: Final = 20  # list length of the NDCG that λ is tuned by


class EASE(Recommender[EASESettings]):
    """Scores an item by the summed weights B from the items of the history: exact, and explainable item by item.

    Beyond ``dense_items`` items each column of B holds the item's nearest ``neighbours`` only (see ``sparse_ease``).
    """

    family = "ease"
    settings_type = EASESettings
    weighs_users = True

    def _learn(self, given: Given) -> None:
        if self.settings.tune:
            self.settings = replace(self.settings, regularisation=self._tuned(given))
        self.learn_all(given)

    def learn_all(self, given: Given) -> None:
        """Solve for B at the regularisation that is set."""
        self._solve(given.histories, given.user_weights)

    def _tuned(self, given: Given) -> float:
        """Find the λ of the best validation NDCG."""
        if given.valid is None:
            histories, validation = Validation.hold_out(given.histories, given.dataset, seed=0)
        else:
            histories, validation = given.histories, Validation.from_dataset(given.valid, given.dataset.item_ids)
        chosen, found = self.settings, {}
        for regularisation in _TRIED:
            self.settings = replace(chosen, regularisation=regularisation)
            self._solve(histories, given.user_weights)
            found[regularisation] = validation.ndcg(self._score, _WATCHED_N)
        self.settings = chosen
        return max(_TRIED, key=found.__getitem__)

    def _solve(self, histories: sparse.csr_matrix, user_weights: Floats | None) -> None:
        x, settings = weighted(histories, self.settings.weighting), self.settings
        if user_weights is not None:
            x = sparse.diags(np.sqrt(user_weights)).astype(np.float32) @ x
        self._b: Floats | sparse.csr_matrix  # (I, I), sparse by rows: a history adds up those of its items
        if self._dense(x.shape[1]):
            self._b = item_weights(x, settings.regularisation)
        else:
            self._b = columns(*sparse_item_weights(x, settings.regularisation, settings.neighbours)).tocsr()

    def pruned(self, neighbours: int) -> "EASE":
        """Give a copy whose columns of B hold their ``neighbours`` largest weights alone, whatever their sign."""
        whole = self._b if isinstance(self._b, np.ndarray) else self._b.toarray()
        kept = width(len(whole), neighbours)
        rows = np.argpartition(-np.abs(whole), kept - 1, axis=0)[:kept].T.astype(np.int32)  # (I, k)
        rows.sort(axis=1)
        small = EASE(**{**self.settings.to_json(), "dense_items": 1, "neighbours": neighbours})
        small._b = columns(rows, np.take_along_axis(whole.T, rows, axis=1)).tocsr()
        small.knowing(self.item_ids, self.user_ids, self.histories)
        return small

    def _dense(self, items: int) -> bool:
        return items <= self.settings.dense_items

    def _score(self, histories: sparse.csr_matrix) -> Floats:
        scores = weighted(histories, self.settings.weighting) @ self._b
        return np.asarray(scores.toarray() if sparse.issparse(scores) else scores, dtype=np.float32)

    def _weights(self) -> Arrays:
        if isinstance(self._b, np.ndarray):
            return {"B": self._b}
        shape = self._shapes(self._b.shape[0])["rows"]
        by_column = self._b.tocsc()
        return {"rows": by_column.indices.reshape(shape), "weights": by_column.data.reshape(shape)}

    def _restore(self, weights: Arrays) -> None:
        self._b = weights["B"] if "B" in weights else columns(weights["rows"], weights["weights"]).tocsr()

    def _shapes(self, items: int) -> dict[str, tuple[int, ...]]:
        if self._dense(items):
            return {"B": (items, items)}
        return dict.fromkeys(("rows", "weights"), (items, width(items, self.settings.neighbours)))


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
