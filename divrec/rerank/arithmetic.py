"""The few numeric steps that every loop shares, so that a slider look-up and a direct run agree bit for bit."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import float32, float64

from divrec.rerank.compiled import kernel
from divrec.rerank.state import State

Floats = npt.NDArray[np.float32]

BLOCKED = float32(-1e30)  # relevance of an item that may not be chosen
FAINT = 1e-12  # weight of relevance at diversity 1: orders exact ties by base rank and keeps BLOCKED blocking
BLOCK = 64  # items per block whose maxima are kept
ROUGH = 2e-6  # rounding of a rough inner product
SLACK = 1e-6  # float32 rounding of a score, relative to the largest relevance; ties within it are settled in float64


@kernel()
def row_of(state: State, j: int) -> Any:  # noqa: ANN401  # float32 (n,)
    """Give the likeness (n,) of item j to every item, computed when first asked for."""
    row = state.rows[j]
    if not state.known[j]:
        fill_row(state.turned, j, row)
        state.known[j] = 1
    return row


@kernel(fast={"contract"})
def fill_row(turned: Floats, j: int, row: Floats) -> None:
    """Write the likeness of item j to every item, eight rows of ``turned`` (d, n) at a time so that it vectorises.

    Each sum is built in the order in which ``likeness`` builds it, so both give the same bits.
    """
    d, n = turned.shape
    for i in range(n):
        row[i] = 0
    whole = d - d % 8
    for t in range(0, whole, 8):
        a0, a1, a2, a3 = turned[t, j], turned[t + 1, j], turned[t + 2, j], turned[t + 3, j]
        a4, a5, a6, a7 = turned[t + 4, j], turned[t + 5, j], turned[t + 6, j], turned[t + 7, j]
        for i in range(n):
            part = a0 * turned[t, i]
            part += a1 * turned[t + 1, i]
            part += a2 * turned[t + 2, i]
            part += a3 * turned[t + 3, i]
            part += a4 * turned[t + 4, i]
            part += a5 * turned[t + 5, i]
            part += a6 * turned[t + 6, i]
            part += a7 * turned[t + 7, i]
            row[i] += part
    for t in range(whole, d):
        a = turned[t, j]
        for i in range(n):
            row[i] += a * turned[t, i]
    for i in range(n):
        row[i] = min(max(float32(0.5) + float32(0.5) * row[i], float32(0)), float32(1))


@kernel(fast={"contract"})
def likeness(row: Floats, other: Floats) -> Any:  # noqa: ANN401  # float32
    """Give (1 + cosine) / 2 of two unit rows (d,), clipped to [0, 1]."""
    cosine = float32(0)
    whole = row.size - row.size % 8
    for t in range(0, whole, 8):
        part = row[t] * other[t]
        part += row[t + 1] * other[t + 1]
        part += row[t + 2] * other[t + 2]
        part += row[t + 3] * other[t + 3]
        part += row[t + 4] * other[t + 4]
        part += row[t + 5] * other[t + 5]
        part += row[t + 6] * other[t + 6]
        part += row[t + 7] * other[t + 7]
        cosine += part
    for t in range(whole, row.size):
        cosine += row[t] * other[t]
    return min(max(float32(0.5) + float32(0.5) * cosine, float32(0)), float32(1))


@kernel(fast=True)
def roughly(row: Floats, other: Floats) -> Any:  # noqa: ANN401  # float32
    """Give the inner product of two rows, summed in whatever order is fastest."""
    product = float32(0)
    for t in range(row.size):
        product += row[t] * other[t]
    return product


@kernel(fast=True)
def tops_of(relevance: Floats, gain: Floats, keep: float, vary: float, tops: Floats) -> Any:  # noqa: ANN401  # float32
    """Write each block's largest score to ``tops`` and give the largest of all (float32, branch-free)."""
    largest = float32(-3e38)
    full = relevance.size // BLOCK
    for b in range(full):
        top = float32(-3e38)
        for i in range(b * BLOCK, b * BLOCK + BLOCK):  # a fixed number of turns, which vectorises best
            top = max(top, keep * relevance[i] + vary * gain[i])
        tops[b] = top
        largest = max(largest, top)
    top = float32(-3e38)
    for i in range(full * BLOCK, relevance.size):
        top = max(top, keep * relevance[i] + vary * gain[i])
    tops[full] = top
    return max(largest, top)


@kernel()
def best(relevance: Floats, gain: Floats, diversity: float, reach: float, tops: Floats) -> int:
    """Give the item of the largest (1 − diversity) · relevance + diversity · gain; of equals the first.

    Gives -1 where all are blocked.
    float32 narrows the search to the items within rounding of the top; float64 decides among them.
    """
    keep = max(1 - diversity, FAINT)
    top = tops_of(relevance, gain, float32(keep), float32(diversity), tops)
    if top < -1e15:
        return -1
    cut = top - SLACK * reach
    winner = -1
    highest = -np.inf
    for b in range(relevance.size // BLOCK + 1):
        if tops[b] >= cut:
            for i in range(b * BLOCK, min(relevance.size, (b + 1) * BLOCK)):
                score = keep * float64(relevance[i]) + diversity * float64(gain[i])
                if score > highest:
                    highest = score
                    winner = i
    return winner


@kernel()
def reach_of(relevance: Floats) -> float:
    """Give the size of the scores that rounding is measured against: the largest |relevance|, at least 4."""
    reach = 4.0  # gains stay within about ±2
    for value in relevance:
        reach = max(reach, abs(value))
    return reach
