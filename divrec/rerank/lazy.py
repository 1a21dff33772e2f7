"""One slider value for a long pool: the same greedy choice, without computing what cannot win.

What is known of an item's gain from when fewer items were chosen bounds today's from above (``mmr`` and ``dpp`` only
fall; a mean of distances has a roof by the triangle inequality). So an item is brought up to date only while its bound
beats the best found so far, and only as far as it does (Minoux 1978, for gains that need not be submodular); items of
so little relevance that no gain could help are not looked at.
"""

import numpy as np
import numpy.typing as npt
from numba import int64, uint64
from numba.cpython.unsafe.numbers import trailing_zeros

from divrec.data.compiled import kernel
from divrec.rerank.arithmetic import BLOCKED, FAINT, SLACK, best, reach_of
from divrec.rerank.compiled import function_at
from divrec.rerank.gains import Kernel
from divrec.rerank.lanes import BLOCK, block_marks
from divrec.rerank.state import RENEW, Lazy, Pools, Source

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


@kernel()
def lazy_state(source: Source, pools: Pools, u: int, size: int, falls: bool) -> Lazy:
    """Lay out shopper u's pool before anything is chosen: every gain is 1, as of level 0."""
    n = pools.lengths[u]
    return Lazy(
        source.unit,
        pools.items[u],
        np.ones(n, np.float32),
        np.empty(n, np.int32),
        np.empty(n, np.float32),
        np.ones(n, np.float32),
        np.zeros(n, np.int32),
        np.full(size, -1, np.int32),
        np.empty((n, size if source.work > 0 else 0), np.float32),
        np.ones(n, np.float32),
        np.zeros((0 if falls else size + 1, source.unit.shape[1]), np.float32),
    )


@kernel(inline=True)
def await_marked(state: Lazy, marks: int, start: int) -> int:
    """List the items whose bits are set as due; give how many."""
    count = 0
    while marks != 0:
        state.due[count] = start + int64(trailing_zeros(marks))
        marks &= marks - uint64(1)
        count += 1
    return count


@kernel()
def take(state: Lazy, relevance: Floats, t: int, winner: int) -> None:
    """Let the winner join the list as its t-th item."""
    state.chosen[t] = winner
    relevance[winner] = BLOCKED
    if state.totals.shape[0] > 0:
        row = state.unit[state.items[winner]]
        for x in range(row.size):
            state.totals[t + 1, x] = state.totals[t, x] + row[x]


@kernel()
def lazy_list(renew: Kernel, lift: Kernel, state: Lazy, base: Floats, diversity: float) -> None:
    """Fill ``state.chosen`` with what ``greedy.lists_at`` would choose at this value."""
    keep, vary = max(1 - diversity, FAINT), max(diversity, FAINT)
    reach = reach_of(base)
    n, hope, needed, due = base.size, state.hope, state.needed, state.due
    relevance = base.copy()
    tops = np.empty(n // BLOCK + 1, np.float32)
    seen = 0  # items beyond were never looked at
    for t in range(min(state.chosen.size, n)):
        lift(state, t, min(seen + 1, n))
        unseen = hope[seen] if seen < n else np.float32(0)
        seen = min(seen + 1, n)
        # a good first guess spares most of the rest: the leader by what was known before this step
        winner = best(relevance[:seen], hope[:seen], diversity, reach, tops)
        needed[winner], due[0] = -np.inf, winner
        renew(state, t, 1)
        highest = keep * np.float64(base[winner]) + diversity * np.float64(hope[winner])
        while seen < n and keep * np.float64(base[seen]) + vary * (np.float64(unseen) + SLACK) >= highest:
            hope[seen] = unseen
            seen += 1
        width = min(BLOCK, seen)
        for block in range((seen + BLOCK - 1) // BLOCK):
            start = min(block * BLOCK, seen - width)  # the last block may overlap the one before
            cut = np.float32(highest - SLACK * reach)
            if width == BLOCK:
                marks = block_marks(relevance, hope, np.float32(keep), np.float32(diversity), start, cut)
            else:
                marks = (uint64(1) << uint64(width)) - uint64(1)
            count = await_marked(state, marks, start)
            if count == 0:
                continue
            for i in due[:count]:
                needed[i] = (highest - keep * np.float64(relevance[i])) / vary - SLACK
            renew(state, t, count)
            for i in due[:count]:
                if hope[i] >= needed[i]:
                    score = keep * np.float64(relevance[i]) + diversity * np.float64(hope[i])
                    if score > highest or (score == highest and i < winner):
                        highest, winner = score, i
        take(state, relevance, t, winner)


renew_at = function_at(RENEW)


@kernel()
def lazy_lists_of_pools(
    renew: int, lift: int, falls: bool, source: Source, pools: Pools, diversity: float, lists: Ints
) -> None:
    """Fill ``lists`` (U, n) shopper by shopper."""
    renewed, lifted = renew_at(renew), renew_at(lift)
    for u in range(pools.lengths.size):
        state = lazy_state(source, pools, u, lists.shape[1], falls)
        lazy_list(renewed, lifted, state, pools.relevance[u][: pools.lengths[u]], diversity)
        lists[u] = state.chosen
