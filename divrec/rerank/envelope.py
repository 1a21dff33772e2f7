"""Every list over the whole slider, exactly.

Once a list's beginning is fixed, each item's score is a straight line over ``diversity``, and the winner is the upper
envelope of these lines. Walking the envelope and opening a branch at each crossing gives all lists and their limits.
A list holds from just above its breakpoint up to and including the next one: at a breakpoint the lower list holds.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from divrec.data.compiled import kernel
from divrec.rerank.arithmetic import BLOCKED
from divrec.rerank.gains import Kernel
from divrec.rerank.greedy import begin
from divrec.rerank.limits import choose, reopen, undo
from divrec.rerank.state import Limits, State

Floats = npt.NDArray[np.float32]

SLIVER = 1e-12  # crossings nearer than this are one breakpoint: below it float64 cannot tell them apart


@kernel()
def leader_after(relevance: Floats, gain: Floats, diversity: float) -> int:
    """Give the winner just above ``diversity``: of the highest there, the steepest, then the first.

    Gives -1 where all are blocked.
    """
    highest, steepest, winner = -np.inf, -np.inf, -1
    for i in range(relevance.size):
        if relevance[i] != BLOCKED:
            r, g = np.float64(relevance[i]), np.float64(gain[i])
            score, slope = (1 - diversity) * r + diversity * g, g - r
            if score > highest or (score == highest and slope > steepest):
                highest, steepest, winner = score, slope, i
    return winner


@kernel(fast={"nnan", "nsz"})  # lets the minimum vectorise, changes no sum
def next_crossing(relevance: Floats, gain: Floats, leader: int) -> tuple[float, int]:
    """Give where the leader is first overtaken, and by whom; (inf, -1) if nobody rises faster than it."""
    r, g = np.float64(relevance[leader]), np.float64(gain[leader])
    nearest = np.inf
    for i in range(relevance.size):
        fall = r - np.float64(relevance[i])
        closing = fall + np.float64(gain[i]) - g
        crossing = fall / closing if closing > 0 else np.inf
        nearest = min(nearest, crossing)
    follower, steepest = -1, 0.0
    if nearest > 1:
        return np.inf, -1
    for i in range(relevance.size):
        fall = r - np.float64(relevance[i])
        closing = fall + np.float64(gain[i]) - g
        if relevance[i] != BLOCKED and closing > steepest and fall <= (nearest + SLIVER) * closing:
            follower, steepest = i, closing
    return (nearest, follower) if follower >= 0 else (np.inf, -1)


@kernel()
def grown(table: npt.NDArray[np.int32], starts: npt.NDArray[np.float64]) -> tuple[Any, Any]:
    """Give both tables twice as long."""
    longer = np.empty((2 * table.shape[0], table.shape[1]), np.int32)
    longer[: table.shape[0]] = table
    more = np.empty(2 * starts.size)
    more[: starts.size] = starts
    return longer, more


@kernel()
def all_lists(start: Kernel, add: Kernel, state: State, base: Floats, limits: Limits, size: int) -> tuple[Any, Any]:
    """Give all lists (S, size) as pool positions, and from where on (S,) each holds, rising from 0.

    As for ``greedy.lists_at``; no list is wanted here for the single point 0, where ties go by base rank.
    """
    pinned = limits.fixed.size
    relevance = base.copy()
    chosen = np.full(size, -1, np.int32)
    low, high, lead = np.zeros(size), np.ones(size), np.full(size, -1)
    lists, starts, found = np.empty((64, size), np.int32), np.empty(64), 0
    begin(start, add, state, limits)
    reopen(relevance, base, limits, chosen, 0, size)
    lead[0] = leader_after(relevance, state.gains[pinned], 0.0)
    depth = 0
    while depth >= 0:
        gain = state.gains[pinned + depth]
        if high[depth] - low[depth] <= SLIVER:
            depth -= 1
            if depth >= 0:
                undo(relevance, base, limits, chosen, depth, size)
            continue
        first, item = low[depth], lead[depth]
        if item >= 0:
            crossing, lead[depth] = next_crossing(relevance, gain, item)
            if crossing <= first + SLIVER:
                continue
            low[depth] = min(crossing, high[depth])
            chosen[depth] = item
        if item < 0 or depth == size - 1:
            if found == starts.size:
                lists, starts = grown(lists, starts)
            lists[found] = chosen
            if item < 0:  # every item left is blocked: the list ends early
                lists[found, depth:] = -1
                low[depth] = high[depth]
            starts[found] = first
            found += 1
            continue
        add(state, pinned + depth, item)
        depth += 1
        low[depth], high[depth] = first, low[depth - 1]
        choose(relevance, base, limits, chosen, depth, size)
        lead[depth] = leader_after(relevance, state.gains[pinned + depth], first)
    return lists[:found], starts[:found]
