"""Array kernels of one list at a time, fast enough for every shopper at every slider value.

``lists`` (U, n) int32 holds item positions, best first, -1 where a place is not filled, no item twice in a row;
``unit`` (I, d) holds unit rows (a zero row is 0.5 similar to everything). Results are float64 (U,), NaN where
undefined. Kernels release the interpreter lock, so threads may share a population between them.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from divrec.data.candidates import NO_ITEM
from divrec.data.compiled import kernel

Lists = npt.NDArray[np.int32]
Values = npt.NDArray[np.float64]
Array = npt.NDArray[Any]


@kernel(fast={"reassoc", "contract"})
def _dot(a: Array, b: Array) -> Any:  # noqa: ANN401  # a scalar of the rows' own type
    """Cosine of two unit rows; sums may be re-ordered so that they run on vector instructions."""
    total = a[0] * b[0]
    for k in range(1, len(a)):
        total += a[k] * b[k]
    return total


@kernel()
def ild(lists: Lists, unit: Array) -> Values:
    """Mean pairwise distance (1 - cosine) / 2, in O(n · d): the pairs' cosines add up to ‖Σu‖² - Σ‖u‖²."""
    users, n = lists.shape
    d = unit.shape[1]
    result = np.full(users, np.nan)
    total = np.zeros(d)
    for user in range(users):
        total[:] = 0.0
        own = 0.0
        filled = 0
        for place in range(n):
            item = lists[user, place]
            if item == NO_ITEM:
                continue
            filled += 1
            row = unit[item]
            for k in range(d):
                total[k] += row[k]
            own += _dot(row, row)
        if filled > 1:
            cosine = (_dot(total, total) - own) / (filled * (filled - 1))
            result[user] = min(max((1.0 - cosine) / 2.0, 0.0), 1.0)  # rounding may leave the range
    return result


@kernel()
def minimum_distance(lists: Lists, unit: Array) -> Values:
    """Smallest pairwise distance (1 - cosine) / 2, in O(n² · d)."""
    users, n = lists.shape
    result = np.full(users, np.nan)
    for user in range(users):
        closest = -2.0
        for a in range(n):
            first = lists[user, a]
            if first == NO_ITEM:
                continue
            for b in range(a):
                second = lists[user, b]
                if second != NO_ITEM:
                    closest = max(closest, np.float64(_dot(unit[first], unit[second])))
        if closest >= -1.5:
            result[user] = (1.0 - min(max(closest, -1.0), 1.0)) / 2.0
    return result


@kernel()
def category_entropy(lists: Lists, codes: npt.NDArray[np.int32]) -> Values:
    """Entropy -Σ p ln p of the list's categories; ``codes`` (I,) numbers them, -1 for an item without one."""
    users, n = lists.shape
    counts = np.zeros(max(codes.max(), 0) + 1 if len(codes) else 1, dtype=np.int64)
    result = np.full(users, np.nan)
    for user in range(users):
        filled = 0
        for place in range(n):
            item = lists[user, place]
            if item != NO_ITEM and codes[item] >= 0:
                counts[codes[item]] += 1
                filled += 1
        total = 0.0
        for place in range(n):
            item = lists[user, place]
            if item == NO_ITEM or codes[item] < 0:
                continue
            if counts[codes[item]] > 0:
                share = counts[codes[item]] / filled
                total -= share * np.log(share)
                counts[codes[item]] = 0
        if filled:
            result[user] = max(total, 0.0)
    return result


@kernel()
def distinct_categories(lists: Lists, codes: npt.NDArray[np.int32]) -> Values:
    """How many different categories the list holds; NaN where none of its items has one."""
    users, n = lists.shape
    last_seen = np.full(max(codes.max(), 0) + 1 if len(codes) else 1, -1, dtype=np.int64)
    result = np.full(users, np.nan)
    for user in range(users):
        distinct = 0
        for place in range(n):
            item = lists[user, place]
            if item != NO_ITEM and codes[item] >= 0 and last_seen[codes[item]] != user:
                last_seen[codes[item]] = user
                distinct += 1
        if distinct:
            result[user] = distinct
    return result


@kernel()
def mean_over_list(lists: Lists, values: Array) -> Values:
    """Mean over the list of a value per item (I,): novelty, popularity, price; items whose value is NaN left out."""
    users, n = lists.shape
    result = np.full(users, np.nan)
    for user in range(users):
        total = 0.0
        filled = 0
        for place in range(n):
            item = lists[user, place]
            if item != NO_ITEM and not np.isnan(values[item]):
                total += values[item]
                filled += 1
        if filled:
            result[user] = total / filled
    return result


@kernel()
def nearest_in_history(lists: Lists, indptr: Array, indices: Array, unit: Array) -> Array:
    """Greatest similarity (U, n) of each listed item to anything in its user's history, given as CSR rows.

    Costs list × history × d; for many slider values call it once on the pool and look the values up.
    """
    users, n = lists.shape
    result = np.full((users, n), np.nan)
    for user in range(users):
        if indptr[user] == indptr[user + 1]:
            continue
        for place in range(n):
            item = lists[user, place]
            if item == NO_ITEM:
                continue
            greatest = -1.0
            for at in range(indptr[user], indptr[user + 1]):
                greatest = max(greatest, np.float64(_dot(unit[item], unit[indices[at]])))
            result[user, place] = (1.0 + min(greatest, 1.0)) / 2.0
    return result


@kernel()
def calibration(lists: Lists, codes: npt.NDArray[np.int32], mix: Array, alpha: float) -> Values:
    """KL divergence Σ p ln(p / q) of the list's category mix q from the user's own mix p, rows of ``mix`` (U, C).

    q is smoothed by ``alpha`` · p, so the greatest value is -ln(alpha). NaN where either mix is empty.
    """
    users, n = lists.shape
    counts = np.zeros(mix.shape[1])
    result = np.full(users, np.nan)
    for user in range(users):
        counts[:] = 0.0
        filled = 0
        for place in range(n):
            item = lists[user, place]
            if item != NO_ITEM and codes[item] >= 0:
                counts[codes[item]] += 1.0
                filled += 1
        own = np.float64(0.0)
        for category in range(len(counts)):
            own += mix[user, category]
        if filled == 0 or own <= 0.0:
            continue
        total = 0.0
        for category in range(len(counts)):
            p = mix[user, category] / own
            if p > 0.0:
                total += p * np.log(p / ((1.0 - alpha) * counts[category] / filled + alpha * p))
        result[user] = max(total, 0.0)
    return result
