"""Whether generated histories can be told from real ones, cover them, or give away who was learned from."""

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from divrec.synthesis.keeping import distances

Floats = npt.NDArray[np.float64]
_DIMENSIONS: Final = 32  # of the SVD in which detector and coverage look
_ROWS: Final = 3000  # of each side that they look at
_NEIGHBOURS: Final = 5


def detector_auc(real: sparse.csr_matrix, made: sparse.csr_matrix, seed: int) -> float:
    """AUC, cross-validated, of boosted trees that tell real from generated histories; 0.5: they cannot."""
    return told_apart(*_flat(real, made, seed), seed)


def told_apart(first: Floats, second: Floats, seed: int, categorical: list[int] | None = None) -> float:
    """AUC, cross-validated, of boosted trees that tell two tables (n, d) apart; 0.5: they cannot.

    ``categorical`` are the columns of category numbers, 0 to 254.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415  # not in the web process
    from sklearn.metrics import roc_auc_score  # noqa: PLC0415
    from sklearn.model_selection import cross_val_predict  # noqa: PLC0415

    rows, truth = np.vstack([first, second]), np.r_[np.zeros(len(first)), np.ones(len(second))]
    order = np.random.default_rng(seed).permutation(len(rows))
    trees = HistGradientBoostingClassifier(max_iter=60, random_state=seed, categorical_features=categorical)
    said = cross_val_predict(trees, rows[order], truth[order], cv=3, method="predict_proba")[:, 1]
    return float(roc_auc_score(truth[order], said))


def coverage(real: sparse.csr_matrix, made: sparse.csr_matrix, seed: int) -> tuple[float, float]:
    """Precision and recall (Kynkäänniemi et al. 2019): generated rows among the real ones, and real ones reached.

    A row is reached that lies nearer to some row of the other side than that one's fifth neighbour. Recall falls when
    a generator has lost modes.
    """
    first, second = _flat(real, made, seed)
    return _reached(second, first), _reached(first, second)


def _reached(points: Floats, by: Floats) -> float:
    from sklearn.neighbors import NearestNeighbors  # noqa: PLC0415  # not in the web process

    radius = NearestNeighbors(n_neighbors=_NEIGHBOURS + 1).fit(by).kneighbors(by)[0][:, -1]
    found = 0
    for start in range(0, len(points), 500):
        part = points[start : start + 500]
        squares = (part**2).sum(1)[:, None] + (by**2).sum(1) - 2 * part @ by.T
        found += int((squares <= radius**2).any(axis=1).sum())
    return found / max(len(points), 1)


def _flat(real: sparse.csr_matrix, made: sparse.csr_matrix, seed: int) -> tuple[Floats, Floats]:
    """Give equally many rows of both sides in the chief dimensions of unit histories, with log length."""
    from sklearn.decomposition import TruncatedSVD  # noqa: PLC0415  # not in the web process

    rng, n = np.random.default_rng(seed), min(real.shape[0], made.shape[0], _ROWS)
    both = sparse.vstack([side[np.sort(rng.permutation(side.shape[0])[:n])] for side in (real, made)]).tocsr()
    counts = np.maximum(np.diff(both.indptr), 1)
    unit = sparse.diags(1 / np.sqrt(counts)) @ both
    flat = TruncatedSVD(min(_DIMENSIONS, both.shape[1] - 1), random_state=seed).fit_transform(unit)
    flat = np.column_stack([flat / flat.std(), np.log(counts)])
    return flat[:n], flat[n:]


def exact_copies(real: sparse.csr_matrix, made: sparse.csr_matrix) -> int:
    """How many generated histories are the history of a real shopper, item for item."""
    known = {real.indices[start:end].tobytes() for start, end in zip(real.indptr, real.indptr[1:], strict=False)}
    return sum(made.indices[a:b].tobytes() in known for a, b in zip(made.indptr, made.indptr[1:], strict=False))


def membership_auc(seen: sparse.csr_matrix, unseen: sparse.csr_matrix, made: sparse.csr_matrix) -> float:
    """AUC of guessing who was learned from by the distance to the nearest generated row; 0.5: a guess."""
    from sklearn.metrics import roc_auc_score  # noqa: PLC0415  # not in the web process

    nearest = np.r_[distances(seen, made), distances(unseen, made)]
    return float(roc_auc_score(np.r_[np.ones(seen.shape[0]), np.zeros(unseen.shape[0])], -nearest))


def closer_share(seen: sparse.csr_matrix, unseen: sparse.csr_matrix, made: sparse.csr_matrix, seed: int) -> float:
    """Share of generated rows that lie nearer to a seen than to an unseen shopper, of equally many; 0.5 is private."""
    n = min(seen.shape[0], unseen.shape[0])
    rng = np.random.default_rng(seed)
    near, far = (distances(made, side[np.sort(rng.permutation(side.shape[0])[:n])]) for side in (seen, unseen))
    return float((near < far).mean() + (near == far).mean() / 2)
