"""Array kernels over many lists: exposure, and how far shoppers' lists are the same.

``lists`` (U, n) int32 holds item positions, -1 where a place is not filled, no item twice in a row. Sums of exposure
and of personalisation add up over batches of shoppers; pairs of lists are compared exactly up to a stated number
and by a seeded sample beyond it.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from divrec.data.candidates import NO_ITEM
from divrec.data.compiled import kernel

Lists = npt.NDArray[np.int32]
Values = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Sampling:
    """When comparing everybody with everybody gives way to a seeded sample."""

    pairs: int = 500_000  # mean overlap is exact up to this many pairs (1,000 shoppers); standard error below .0007
    queries: int = 5_000  # shoppers whose nearest neighbour is looked for, among all shoppers; exact up to this many
    seed: int = 7


SAMPLING: Final = Sampling()


def exposure(lists: Lists, items: int, weights: npt.ArrayLike | None = None) -> Values:
    """How often each item is listed (I,); ``weights`` (U,) or (U, n) let a list or a place count for more."""
    filled = lists != NO_ITEM
    if weights is None:
        return np.asarray(np.bincount(lists[filled], minlength=items), dtype=np.float64)
    column = np.asarray(weights, dtype=np.float64)
    spread = np.broadcast_to(column[:, None] if column.ndim == 1 else column, lists.shape)
    return np.asarray(np.bincount(lists[filled], weights=spread[filled], minlength=items), dtype=np.float64)


def coverage(counts: npt.ArrayLike) -> float:
    """Share of all items that are listed at least once."""
    array = np.asarray(counts)
    return float((array > 0).mean()) if array.size else float("nan")


def gini(counts: npt.ArrayLike) -> float:
    """Gini index of exposure, zeros included: 0 where all items are shown alike, towards 1 where one takes all."""
    rising = np.sort(np.asarray(counts, dtype=np.float64))
    total = rising.sum()
    if total <= 0:
        return float("nan")
    return float((2 * np.arange(1, len(rising) + 1) - len(rising) - 1) @ rising / (len(rising) * total))


def entropy(counts: npt.ArrayLike) -> float:
    """Entropy of exposure -Σ p ln p in nats, from 0 (one item) to ln(items)."""
    array = np.asarray(counts, dtype=np.float64)
    total = array.sum()
    share = array[array > 0] / total if total > 0 else array[:0]
    return float(-(share * np.log(share)).sum()) if total > 0 else float("nan")


def overlap_sums(lists: Lists, items: int, weights: npt.ArrayLike | None = None) -> tuple[Values, float, float]:
    """What personalisation adds up over batches of lists: Σ w/√n per item (I,), Σ w² and Σ w."""
    lengths = (lists != NO_ITEM).sum(axis=1)
    weight = np.ones(len(lists)) if weights is None else np.asarray(weights, dtype=np.float64)
    weight = np.where(lengths > 0, weight, 0.0)
    per_item = exposure(lists, items, weight / np.sqrt(np.maximum(lengths, 1)))
    return per_item, float(weight @ weight), float(weight.sum())


def personalisation(per_item: Values, squares: float, lists: float) -> float:
    """1 - mean overlap |a ∩ b| / √(|a| |b|) over all pairs of lists, from ``overlap_sums``; exact, in O(U · n)."""
    pairs = lists * lists - squares
    if not pairs > 0:
        return float("nan")
    return min(max(1.0 - (float(per_item @ per_item) - squares) / pairs, 0.0), 1.0)  # rounding may leave the range


def pairs_of(users: int, sampling: Sampling = SAMPLING) -> tuple[Rows, Rows]:
    """Rows (P,) and (P,) of the lists to compare: every pair, or ``sampling.pairs`` seeded ones of more."""
    if users * (users - 1) // 2 <= sampling.pairs:
        left, right = np.triu_indices(users, k=1)
        return left.astype(np.int64), right.astype(np.int64)
    rng = np.random.default_rng(sampling.seed)
    left = rng.integers(users, size=sampling.pairs)
    right = (left + rng.integers(1, users, size=sampling.pairs)) % users
    return left, right


def jaccard(lists: Lists, left: Rows, right: Rows) -> Values:
    """Jaccard overlap |a ∩ b| / |a ∪ b| of the lists in rows ``left`` and ``right``; NaN for a row -1 or empty."""
    return _jaccard(np.sort(lists, axis=1), left, right)


def list_overlap(lists: Lists, sampling: Sampling = SAMPLING) -> float:
    """Mean Jaccard overlap between the lists of different users."""
    return _mean(jaccard(lists, *pairs_of(len(lists), sampling)))


def queries_of(users: int, sampling: Sampling = SAMPLING) -> Rows:
    """Rows of the users whose nearest neighbour is looked for: all, or ``sampling.queries`` seeded ones."""
    if users <= sampling.queries:
        return np.arange(users, dtype=np.int64)
    return np.sort(np.random.default_rng(sampling.seed).choice(users, size=sampling.queries, replace=False))


def nearest(indptr: Array, indices: Array, queries: Rows) -> Rows:
    """Row of the set most like each of ``queries`` by Jaccard, among all rows of a CSR pattern.

    It is -1 where no other set shares anything. Equal overlaps go to the first row. Memory is one number a row; time is
    the sum, over the queries' items, of how many sets hold them.
    """
    items = int(indices.max()) + 1 if len(indices) else 0
    rows = np.repeat(np.arange(len(indptr) - 1, dtype=np.int32), np.diff(indptr))
    order = np.argsort(indices, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(indices, minlength=items))]).astype(np.int64)
    return _nearest(indptr, indices, starts, rows[order], queries)


def as_csr(lists: Lists) -> tuple[Rows, npt.NDArray[np.int32]]:
    """Lists as the row pointers and item positions of a CSR pattern, for ``nearest``."""
    filled = lists != NO_ITEM
    return np.concatenate([[0], np.cumsum(filled.sum(axis=1))]).astype(np.int64), lists[filled]


def _mean(values: Values) -> float:
    defined = values[~np.isnan(values)]
    return float(defined.mean()) if len(defined) else float("nan")


@kernel()
def _jaccard(ordered: Lists, left: Rows, right: Rows) -> Values:
    n = ordered.shape[1]
    result = np.full(len(left), np.nan)
    for pair in range(len(left)):
        if left[pair] < 0 or right[pair] < 0:
            continue
        a, b = ordered[left[pair]], ordered[right[pair]]
        i, j = 0, 0
        while i < n and a[i] == NO_ITEM:
            i += 1
        while j < n and b[j] == NO_ITEM:
            j += 1
        total = 2 * n - i - j
        if n in (i, j):
            continue
        shared = 0
        while i < n and j < n:
            shared += a[i] == b[j]
            step = a[i] <= b[j]
            j += a[i] >= b[j]
            i += step
        result[pair] = shared / (total - shared)
    return result


@kernel()
def _nearest(indptr: Array, indices: Array, starts: Rows, holders: Array, queries: Rows) -> Rows:
    sets = len(indptr) - 1
    shared = np.zeros(sets, dtype=np.int32)
    result = np.full(len(queries), -1, dtype=np.int64)
    for at in range(len(queries)):
        query = queries[at]
        size = indptr[query + 1] - indptr[query]
        for k in range(indptr[query], indptr[query + 1]):
            for h in range(starts[indices[k]], starts[indices[k] + 1]):
                shared[holders[h]] += 1
        best = 0.0
        for row in range(sets):
            if shared[row] and row != query:
                overlap = shared[row] / (size + indptr[row + 1] - indptr[row] - shared[row])
                if overlap > best:
                    best = overlap
                    result[at] = row
            shared[row] = 0
    return result
