"""What histories (U, I) become before a model sees them."""

import numpy as np
import numpy.typing as npt
from scipy import sparse

from divrec.models.settings import Order, Weighting

Floats = npt.NDArray[np.float32]


def weighted(histories: sparse.csr_matrix, weighting: Weighting | Order) -> sparse.csr_matrix:
    """Turn summed weights into what an item counts: 1 (``binary``) or log(1 + weight) (``log``), float32.

    With ``order`` the values are places in time and stay.
    Items whose weights sum to nothing or less are no sign of taste and are left out.
    """
    liked = sparse.csr_matrix(histories, dtype=np.float32, copy=True)
    liked.data[~(liked.data > 0)] = 0
    liked.eliminate_zeros()
    liked.sort_indices()
    if weighting != "order":
        liked.data = np.ones_like(liked.data) if weighting == "binary" else np.log1p(liked.data)
    return liked


def entries(histories: sparse.csr_matrix) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int32]]:
    """Rows and columns of what histories store; an item whose weights sum to 0 has been seen all the same."""
    return np.repeat(np.arange(histories.shape[0]), np.diff(histories.indptr)), histories.indices


def popularity(histories: sparse.csr_matrix) -> Floats:
    """Share (I,) of the users who have the item in their history, on [0, 1]."""
    users = np.bincount(weighted(histories, "binary").indices, minlength=histories.shape[1])
    return np.asarray(users / max(1, histories.shape[0]), dtype=np.float32)
