"""iALS: matrix factorisation for implicit feedback by alternating least squares (Hu, Koren & Volinsky 2008).

Minimises Σᵤᵢ cᵤᵢ (pᵤᵢ − uᵀv)² + λ (Σ ‖u‖² + Σ ‖v‖²) with p = 1 and c = α x for the items of a history, p = 0 and c = 1
elsewhere, by the package ``implicit``. A shopper's factors are the least-squares answer to the history, so that a new
one needs no training.
"""

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from scipy import sparse
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from divrec.models.base import Given
from divrec.models.inputs import Floats, weighted
from divrec.models.item_vectors import ItemVectors
from divrec.models.settings import IALSSettings


class IALS(ItemVectors[IALSSettings]):
    """Scores items by the dot product of the shopper's and the item's factors."""

    family = "ials"
    settings_type = IALSSettings

    def _learn(self, given: Given) -> None:
        liked = weighted(given.histories, self.settings.weighting)
        solver = self._solver()
        with threadpool_limits(1, "blas"):  # the package shares users out to threads of its own
            solver.fit(liked, show_progress=False)
        self._items = np.asarray(solver.item_factors, dtype=np.float32)  # (I, d)

    def encode(self, histories: sparse.csr_matrix) -> Floats:
        """Give the factors (U, d) of each history (U, I)."""
        return self._users(weighted(self._checked(histories), self.settings.weighting))

    def _score(self, histories: sparse.csr_matrix) -> Floats:
        return np.asarray(self._users(weighted(histories, self.settings.weighting)) @ self._items.T)

    def _users(self, liked: sparse.csr_matrix) -> Floats:
        solver = self._solver()
        solver.item_factors = self._items
        with threadpool_limits(1, "blas"):
            return np.asarray(solver.recalculate_user(np.arange(liked.shape[0]), liked), dtype=np.float32)

    def _solver(self) -> AlternatingLeastSquares:
        settings = self.settings
        return AlternatingLeastSquares(
            factors=settings.factors, regularization=settings.regularisation, alpha=settings.alpha,
            iterations=settings.iterations, random_state=settings.seed, num_threads=settings.threads,
        )  # fmt: skip

    def _shapes(self, items: int) -> dict[str, tuple[int, ...]]:
        return {"items": (items, self.settings.factors)}
