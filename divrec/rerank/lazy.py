"""One slider value for a long pool: the same greedy choice, without computing what cannot win.

A gain that was right when fewer items were chosen bounds today's from above (``mmr`` and ``dpp`` only fall; the mean of
``msd`` can be no more than if all later distances were 1). So only items whose bound beats the best found so far are
looked at again, first roughly, then to the bit; and the scan stops where even a gain of 1 could not help a relevance
that low.
"""

import numpy as np
import numpy.typing as npt

from divrec.rerank.arithmetic import BLOCK, BLOCKED, FAINT, best, reach_of
from divrec.rerank.compiled import function_at, kernel
from divrec.rerank.gains import Kernel
from divrec.rerank.state import RENEW, Lazy, Pools, Source

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]

SLACK = 1e-6  # rounding of a bound


@kernel()
def lazy_state(source: Source, pools: Pools, u: int, size: int) -> Lazy:
    """Lay out shopper u's pool before anything is chosen: every gain is 1, as of level 0."""
    n = pools.lengths[u]
    return Lazy(
        source.unit,
        pools.items[u],
        np.ones(n, np.float32),
        np.zeros(n, np.int32),
        np.full(size, -1, np.int32),
        np.empty((n, size if source.work > 0 else 0), np.float32),
        np.ones(n, np.float32),
        np.ones(n, np.float32),
        np.zeros(n, np.int32),
        np.zeros(source.unit.shape[1], np.float32),
    )


@kernel()
def ceiling(hope: float, hoped: int, t: int, falls: bool) -> float:
    """Give the most that a gain can be at level t, if it could be ``hope`` at most at level ``hoped``."""
    return hope + SLACK if falls else (hope * hoped + (t - hoped)) / max(t, 1) + SLACK


@kernel()
def take_into(total: Floats, row: Floats) -> None:
    """Add a chosen item's vector to their sum."""
    for x in range(total.size):
        total[x] += row[x]


@kernel()
def lazy_list(renew: Kernel, hope: Kernel, falls: bool, state: Lazy, base: Floats, diversity: float) -> None:
    """Fill ``state.chosen`` with what ``greedy.lists_at`` would choose at this value."""
    keep, vary = max(1 - diversity, FAINT), max(diversity, FAINT)
    reach = reach_of(base)
    relevance = base.copy()
    tops = np.empty(base.size // BLOCK + 1, np.float32)
    seen = min(base.size, BLOCK)  # items beyond were never brought up to date
    for t in range(min(state.chosen.size, base.size)):
        # a good first guess spares most of the rest: the leader by what was known before this step
        winner = best(relevance[:seen], state.hope[:seen], diversity, reach, tops)
        highest = -np.inf
        if winner >= 0:
            renew(state, winner, t)
            state.hope[winner], state.hoped[winner] = state.gain[winner], t
            highest = keep * np.float64(base[winner]) + diversity * np.float64(state.gain[winner])
        for i in range(base.size):
            merit = keep * np.float64(base[i])
            if merit + diversity < highest:  # relevance only falls from here on
                break
            if relevance[i] == BLOCKED:
                continue
            seen = max(seen, i + 1)
            needed = (highest - merit) / vary  # no state is handed to a function before it has to be: it is large
            if ceiling(state.hope[i], state.hoped[i], t, falls) < needed:
                continue
            if state.hoped[i] < t:
                hope(state, i, t)
            if state.hope[i] + SLACK >= needed:
                renew(state, i, t)
                state.hope[i] = state.gain[i]
                score = merit + diversity * np.float64(state.gain[i])
                if score > highest or (score == highest and i < winner):
                    highest, winner = score, i
        state.chosen[t] = winner
        relevance[winner] = BLOCKED
        take_into(state.total, state.unit[state.items[winner]])


renew_at = function_at(RENEW)


@kernel()
def lazy_lists_of_pools(
    renew: int, hope: int, falls: bool, source: Source, pools: Pools, diversity: float, lists: Ints
) -> None:
    """Fill ``lists`` (U, n) shopper by shopper."""
    renewed, hoped = renew_at(renew), renew_at(hope)
    for u in range(pools.lengths.size):
        state = lazy_state(source, pools, u, lists.shape[1])
        lazy_list(renewed, hoped, falls, state, pools.relevance[u][: pools.lengths[u]], diversity)
        lists[u] = state.chosen
