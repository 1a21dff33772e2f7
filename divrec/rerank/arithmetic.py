"""The few numeric steps that every loop shares, so that a slider look-up and a direct run agree bit for bit."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import float32, float64, int64, uint64
from numba.cpython.unsafe.numbers import trailing_zeros

from divrec.data.compiled import kernel
from divrec.rerank.lanes import BLOCK, LANES, block_marks, block_top, folded_products
from divrec.rerank.state import State

Floats = npt.NDArray[np.float32]

BLOCKED = float32(-1e30)  # relevance of an item that may not be chosen
FAINT = 1e-12  # weight of relevance at diversity 1: orders exact ties by base rank and keeps BLOCKED blocking
BLOCKED_SCORE = -1e15  # no item that may be chosen scores as little; BLOCKED does at any diversity
SLACK = 1e-6  # float32 rounding of a score, relative to the largest relevance; ties within it are settled in float64


@kernel()
def row_of(state: State, j: int) -> Any:  # noqa: ANN401  # float32 (n,)
    """Give the likeness (n,) of item j to every item, computed when first asked for."""
    row = state.rows[j]
    if not state.known[j]:
        for i in range(row.size):
            row[i] = likeness(state.unit[j], state.unit[i])
        state.known[j] = 1
    return row


@kernel(fast={"contract"}, inline=True)
def likeness(row: Floats, other: Floats) -> Any:  # noqa: ANN401  # float32
    """Give (1 + cosine) / 2 of two unit rows (d,), clipped to [0, 1]; the same bits whichever comes first."""
    return min(max(float32(0.5) + float32(0.5) * inner(row, other), float32(0)), float32(1))


@kernel(fast={"contract"}, inline=True)
def inner(row: Floats, other: Floats) -> Any:  # noqa: ANN401  # float32
    """Give the inner product of two rows (d,)."""
    product = float32(0)
    whole = row.size - row.size % (2 * LANES)
    for t in range(0, whole, 2 * LANES):
        product += folded_products(row, other, t)
    for t in range(whole, row.size):
        product += row[t] * other[t]
    return product


@kernel()
def best(relevance: Floats, gain: Floats, diversity: float, reach: float, tops: Floats) -> int:
    """Give the item of the largest (1 − diversity) · relevance + diversity · gain; of equals the first.

    Gives -1 where all are blocked. ``tops`` is room for one float per BLOCK items and one more.
    float32 narrows the search to the items within rounding of the top; float64 decides among them.
    """
    n = relevance.size
    keep = max(1 - diversity, FAINT)
    if n < BLOCK:
        return best_of_few(relevance, gain, keep, diversity)
    rough_keep, rough_vary = float32(keep), float32(diversity)
    blocks = (n + BLOCK - 1) // BLOCK
    top = float32(-3e38)
    for b in range(blocks):  # the last block may overlap the one before
        tops[b] = block_top(relevance, gain, rough_keep, rough_vary, min(b * BLOCK, n - BLOCK))
        top = max(top, tops[b])
    if top < BLOCKED_SCORE:
        return -1
    cut = float32(top - SLACK * reach)
    winner, highest = -1, -np.inf
    for b in range(blocks):
        if tops[b] >= cut:
            start = min(b * BLOCK, n - BLOCK)
            marks = block_marks(relevance, gain, rough_keep, rough_vary, start, cut)
            while marks != 0:
                i = start + int64(trailing_zeros(marks))
                marks &= marks - uint64(1)
                score = keep * float64(relevance[i]) + diversity * float64(gain[i])
                if score > highest:
                    highest, winner = score, i
    return winner


@kernel()
def best_of_few(relevance: Floats, gain: Floats, keep: float, vary: float) -> int:
    """Give what ``best`` gives, for less than a BLOCK of items."""
    winner, highest = -1, float64(BLOCKED_SCORE)
    for i in range(relevance.size):
        score = keep * float64(relevance[i]) + vary * float64(gain[i])
        if score > highest:
            highest, winner = score, i
    return winner


@kernel()
def reach_of(relevance: Floats) -> float:
    """Give the size of the scores that rounding is measured against: the largest |relevance|, at least 4."""
    reach = 4.0  # gains stay within about ±2
    for value in relevance:
        reach = max(reach, abs(value))
    return reach
