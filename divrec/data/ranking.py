"""The kernels of ranked lists that models, re-rankers and measures share: the best n, hits, and (n)DCG.

A list is a row of item positions, best first; -1 (``NO_ITEM``) marks a place that the list does not fill.
"""

import numpy as np
import numpy.typing as npt
from scipy import sparse

from divrec.data.candidates import NO_ITEM
from divrec.errors import InputError

Lists = npt.NDArray[np.int32]


def top_n(scores: npt.ArrayLike, n: int) -> Lists:
    """Positions (U, n) of the ``n`` highest scores (U, I) of each row, best first; equal scores by position.

    An item that must not be listed carries -inf; a row with fewer than ``n`` others ends in -1.
    Raises InputError where a score is NaN.
    """
    array = np.asarray(scores)
    if array.ndim != 2:
        raise InputError(f"scores must be a table of users × items, found an array of shape {array.shape}")
    if n < 1:
        raise InputError(f"a list needs at least 1 place, found n={n}")
    if np.isnan(array).any():
        bad = int(np.isnan(array).any(axis=1).sum())
        raise InputError(f"the scores of {bad} of {len(array)} users hold NaN; mask unwanted items with -inf instead")
    users, width = len(array), min(n, array.shape[1])
    lists = np.full((users, n), NO_ITEM, dtype=np.int32)
    if users == 0 or width == 0:
        return lists
    kept = np.nonzero(_among_best(array, width))[1].reshape(users, width)  # in order of position
    values = np.take_along_axis(array, kept, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    best = np.take_along_axis(kept, order, axis=1)
    lists[:, :width] = np.where(np.take_along_axis(values, order, axis=1) > -np.inf, best, NO_ITEM)
    return lists


def _among_best(scores: npt.NDArray[np.floating], n: int) -> npt.NDArray[np.bool_]:
    """Mark exactly ``n`` items per row: the highest, and of those equal to the n-th the first by position."""
    nth = np.partition(scores, scores.shape[1] - n, axis=1)[:, scores.shape[1] - n, None]
    keep = scores >= nth
    crowded = np.flatnonzero(keep.sum(axis=1) > n)
    if len(crowded):
        above = scores[crowded] > nth[crowded]
        equal = keep[crowded] & ~above
        room = n - above.sum(axis=1, keepdims=True)
        keep[crowded] = above | (equal & (np.cumsum(equal, axis=1, dtype=np.int32) <= room))
    return np.asarray(keep)


def hits(lists: Lists, truth: sparse.csr_matrix) -> npt.NDArray[np.bool_]:
    """Mark the places (U, n) of ``lists`` whose item is stored in the same row of ``truth`` (U, I)."""
    if len(lists) != truth.shape[0]:
        raise InputError(f"lists and truth must have one row per user; found {len(lists)} and {truth.shape[0]} rows")
    sorted_truth = truth if truth.has_sorted_indices else truth.sorted_indices()
    rows = np.repeat(np.arange(truth.shape[0], dtype=np.int64), np.diff(sorted_truth.indptr))
    known = rows * truth.shape[1] + sorted_truth.indices
    if len(known) == 0:
        return np.zeros(lists.shape, dtype=np.bool_)
    wanted = np.arange(len(lists), dtype=np.int64)[:, None] * truth.shape[1] + lists
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.asarray((known[at] == wanted) & (lists != NO_ITEM))


def discounts(n: int) -> npt.NDArray[np.float64]:
    """Weight of each rank, 1 / log2(1 + rank), for ranks 1 … n (Järvelin & Kekäläinen 2002)."""
    return np.asarray(1 / np.log2(np.arange(2, n + 2, dtype=np.float64)))


def dcg(gains: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Discounted cumulative gain (U,) of gains (U, n): Σ gain / log2(1 + rank)."""
    array = np.asarray(gains, dtype=np.float64)
    return np.asarray(array @ discounts(array.shape[1]))


def ndcg(hits: npt.NDArray[np.bool_], relevant_counts: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """NDCG (U,) on [0, 1] of lists whose ``hits`` (U, n) are marked; NaN for a user without a relevant item.

    The ideal list holds min(n, relevant) hits at its top, so 1 can be reached by every user.
    """
    n = max(hits.shape[1], 1)  # who got no list has no hits
    reachable = np.minimum(np.asarray(relevant_counts, dtype=np.int64), n)
    ideal = np.concatenate([[np.nan], np.cumsum(discounts(n))])[reachable]
    return np.asarray(dcg(hits) / ideal)
