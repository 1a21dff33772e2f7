"""The one loop: at each step the item of the largest (1 − diversity) · relevance + diversity · gain joins the list.

For many slider values at once the loop walks a tree of list beginnings: values that choose alike so far share the work,
and a branch opens where they part. A run at one value is the same walk with one leaf.
"""

import numpy as np
import numpy.typing as npt

from divrec.data.compiled import kernel
from divrec.rerank.arithmetic import best, reach_of
from divrec.rerank.gains import Kernel
from divrec.rerank.lanes import BLOCK
from divrec.rerank.limits import choose, reopen, undo
from divrec.rerank.state import Limits, State

Floats = npt.NDArray[np.float32]


@kernel()
def begin(start: Kernel, add: Kernel, state: State, limits: Limits) -> None:
    """Bring the gains to where they are once the pinned items are chosen."""
    start(state)
    for t in range(limits.fixed.size):
        add(state, t, limits.fixed[t])


@kernel()
def parting(
    relevance: Floats,
    gain: Floats,
    values: npt.NDArray[np.float64],
    span: tuple[int, int, int],
    reach: float,
    tops: Floats,
) -> tuple[int, int]:
    """Find where values[low] … values[high − 1] stop choosing alike, given the choice at ``low``.

    ``span`` is (low, high, chosen). Returns the first place that chooses otherwise, and its choice; (high, -1) if none
    does. An item's values form an interval, so where both ends agree all do; crossings of two lines tell where to look.
    """
    low, high, chosen = span
    if high - low == 1:
        return high, -1
    other = best(relevance, gain, values[high - 1], reach, tops)
    if other == chosen:
        return high, -1
    high -= 1
    while high - low > 1:
        fall = np.float64(relevance[chosen]) - np.float64(relevance[other])
        rise = np.float64(gain[other]) - np.float64(gain[chosen])
        crossing = fall / (fall + rise) if fall + rise > 0 else 0.0
        at = min(max(int(np.searchsorted(values, crossing)), low + 1), high - 1)
        found = best(relevance, gain, values[at], reach, tops)
        if found != chosen:
            high, other = at, found
            if at - 1 > low:
                found = best(relevance, gain, values[at - 1], reach, tops)
                if found == chosen:
                    low = at - 1
                else:
                    high, other = at - 1, found
        else:
            low = at
    return high, other


@kernel()
def lists_at(
    start: Kernel,
    add: Kernel,
    state: State,
    base: Floats,
    limits: Limits,
    values: npt.NDArray[np.float64],
    lists: npt.NDArray[np.int32],
) -> None:
    """Fill ``lists`` (G, n) with pool positions, one list per rising slider value; -1 where nothing may be chosen.

    ``base`` (pool,) is the relevance, best first; pinned items are not among the lists.
    """
    size = lists.shape[1]
    pinned = limits.fixed.size
    relevance = base.copy()
    chosen = np.empty(size, np.int32)
    low, high, lead = np.zeros(size, np.int64), np.zeros(size, np.int64), np.full(size, -1)
    tops = np.empty(base.size // BLOCK + 1, np.float32)
    reach = reach_of(base)
    begin(start, add, state, limits)
    reopen(relevance, base, limits, chosen, 0, size)
    depth = 0
    high[0] = values.size
    while depth >= 0:
        if low[depth] >= high[depth]:
            depth -= 1
            if depth >= 0:
                undo(relevance, base, limits, chosen, depth, size)
            continue
        gain = state.gains[pinned + depth]
        first = low[depth]
        item = lead[depth]
        if item < 0:
            item = best(relevance, gain, values[first], reach, tops)
        if item < 0:  # every item left is blocked: the list ends early
            for g in range(first, high[depth]):
                lists[g, :depth] = chosen[:depth]
                lists[g, depth:] = -1
            low[depth] = high[depth]
            continue
        low[depth], lead[depth] = parting(relevance, gain, values, (first, high[depth], item), reach, tops)
        chosen[depth] = item
        if depth == size - 1:
            for g in range(first, low[depth]):
                lists[g] = chosen
            continue
        add(state, pinned + depth, item)
        depth += 1
        low[depth], high[depth], lead[depth] = first, low[depth - 1], -1
        choose(relevance, base, limits, chosen, depth, size)
