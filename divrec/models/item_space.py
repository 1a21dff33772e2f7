"""Item vectors from correlations over users, on principal axes: the most telling first.

Correlation rather than raw co-occurrence, because two best-sellers share buyers by their size alone: without the
subtraction of what size explains, the first axis is popularity and everything popular looks alike.
"""

from typing import Final

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, eigsh

from divrec.models.inputs import Floats, weighted

DIMENSIONS: Final = 64
_FORGOTTEN: Final = 1e-3  # share of the scores' variance on axes that are left out as noise


def cooccurrence_vectors(histories: sparse.csr_matrix, dimensions: int = DIMENSIONS) -> Floats:
    """Vectors (I, d) whose dot products approximate the correlations (I, I) of who bought what: the phi coefficient.

    For models that have no vectors of their own: what is bought by the same people lies close together.
    d is the smallest of ``dimensions``, I - 1 and U; items that nobody or everybody has get a zero vector.
    """
    liked = weighted(histories, "binary").astype(np.float64)
    users, items = liked.shape
    share = np.asarray(liked.mean(axis=0)).ravel()
    deviation = np.sqrt(users * share * (1 - share))
    scale = np.divide(1, deviation, out=np.zeros(items), where=deviation > 0)
    d = min(dimensions, items - 1, users)
    if d < 1 or not scale.any():
        return np.zeros((items, max(d, 1)), dtype=np.float32)

    def correlate(vector: np.ndarray) -> np.ndarray:
        scaled = scale * vector.ravel()
        return np.asarray(scale * (liked.T @ (liked @ scaled) - users * share * (share @ scaled)))

    operator = LinearOperator((items, items), matvec=correlate, dtype=np.float64)
    # a fixed start makes the result the same every time; it must not be constant, which a block structure may annul
    start = np.random.default_rng(0).standard_normal(items)
    values, axes = eigsh(operator, k=d, v0=start, which="LA", tol=1e-6)
    vectors = axes[:, ::-1] * np.sqrt(np.maximum(values[::-1], 0))
    return _same_signs(vectors)


def response_vectors(weights: Floats, features: Floats, dimensions: int = DIMENSIONS) -> Floats:
    """Vectors (I, d): items lie close whose scores ``features @ weights.T`` rise and fall together over users.

    The principal axes of cov(W f) = W cov(f) Wᵀ, from item weights W (I, D) and users' features f (U, D), each scaled
    to the square root of its standard deviation. The plain rows of W would also count features that no user varies
    in, where training left W as chance made it; unscaled, the few widest axes would drown the finer ones (on groceries
    21 % of an item's ten nearest are of its category, with roots 28 %).
    """
    centred = (features - features.mean(axis=0)).astype(np.float64) / np.sqrt(max(1, len(features)))
    spread, axes = np.linalg.eigh(centred.T @ centred)
    responses = weights @ (axes * np.sqrt(np.maximum(spread, 0)))  # (I, D)
    energy, axes = np.linalg.eigh(responses.T @ responses)
    energy, axes = energy[::-1], axes[:, ::-1]
    telling = int(np.searchsorted(np.cumsum(energy), (1 - _FORGOTTEN) * energy.sum())) + 1
    kept = min(dimensions, telling)
    roots = np.maximum(energy[:kept], np.finfo(np.float64).tiny) ** 0.25
    return _same_signs(responses @ axes[:, :kept] / roots)


def _same_signs(vectors: np.ndarray) -> Floats:
    """Point each axis so that its largest entry is positive: eigenvectors are free to flip."""
    signs = np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(vectors.shape[1])])
    return np.asarray(vectors * np.where(signs == 0, 1, signs), dtype=np.float32)
