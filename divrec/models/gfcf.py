"""GF-CF: a graph filter in closed form (Shen et al. 2021, "How Powerful is Graph Convolution for Recommendation?").

    R̃ = D_U^(−½) X D_I^(−½)                                            X: histories (U, I); D: degrees
    scores of x: x (R̃ᵀR̃ + α D_I^(−½) V Vᵀ D_I^(½))                     V: the first right singular vectors of R̃

The first part carries a history over one step of the shopper–item graph, the second keeps only its smoothest waves.
"""

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds

from divrec.models.artefacts import ANY
from divrec.models.base import Arrays, Given, Recommender
from divrec.models.inputs import Floats, weighted
from divrec.models.settings import GFCFSettings


class GFCF(Recommender[GFCFSettings]):
    """Scores items by the history, smoothed over the graph of who bought what."""

    family = "gfcf"
    settings_type = GFCFSettings

    def _learn(self, given: Given) -> None:
        graph, _ = self._graph(given.histories)
        components = min(self.settings.components, min(graph.shape) - 1)
        self._axes = np.zeros((graph.shape[1], max(components, 0)), dtype=np.float32)  # V (I, d)
        if components > 0:
            # a fixed start makes the result the same every time; it must not be constant, which blocks may annul
            start = np.random.default_rng(0).standard_normal(min(graph.shape))
            rows = svds(graph.astype(np.float64), k=components, v0=start, return_singular_vectors="vh", tol=1e-3)[2]
            self._axes = np.ascontiguousarray(rows.T, dtype=np.float32)

    def _score(self, histories: sparse.csr_matrix) -> Floats:
        liked = weighted(histories, self.settings.weighting)
        graph, roots = self._graph(self.histories)
        scores = np.asarray(((liked @ graph.T.tocsr()) @ graph).toarray(), dtype=np.float32)
        smooth = (liked @ (self._axes / roots[:, None])) @ self._axes.T * roots
        return np.asarray(scores + np.float32(self.settings.low_pass) * smooth, dtype=np.float32)

    def _graph(self, histories: sparse.csr_matrix) -> tuple[sparse.csr_matrix, Floats]:
        """Give R̃ (U, I) and the square roots (I,) of the items' degrees; an item nobody has counts as degree 1."""
        liked = weighted(histories, self.settings.weighting)
        of_users, of_items = (np.sqrt(np.asarray(liked.sum(axis=axis)).ravel()) for axis in (1, 0))
        of_items[of_items == 0] = 1
        rows = np.repeat(np.arange(liked.shape[0]), np.diff(liked.indptr))
        liked.data /= of_users[rows] * of_items[liked.indices]
        return liked, of_items

    def _weights(self) -> Arrays:
        return {"axes": self._axes}

    def _restore(self, weights: Arrays) -> None:
        self._axes = weights["axes"]

    def _shapes(self, items: int) -> dict[str, tuple[int, ...]]:
        return {"axes": (items, ANY)}  # no more than there are users
