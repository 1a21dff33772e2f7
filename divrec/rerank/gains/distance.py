"""Gains from distances to the chosen items: ``mmr`` (the nearest one) and ``msd`` (their mean)."""

import math

import numpy as np
from numba import float32

from divrec.data.compiled import kernel
from divrec.rerank.arithmetic import inner, likeness, row_of
from divrec.rerank.state import Lazy, State

ROUGH = 1e-6  # rounding of a mean of distances, per distance


@kernel()
def start_even(state: State) -> None:
    """Give every item gain 1: nothing is chosen yet, so all are as far away as can be."""
    for i in range(state.gains.shape[1]):
        state.gains[0, i] = float32(1)


@kernel()
def mmr_add(state: State, t: int, j: int) -> None:
    """1 − largest likeness to a chosen item (Carbonell & Goldstein 1998; their λ is 1 − diversity)."""
    row = row_of(state, j)
    before = state.gains[t]
    after = state.gains[t + 1]
    for i in range(row.size):
        after[i] = min(before[i], float32(1) - row[i])


@kernel()
def mmr_renew(lazy: Lazy, t: int, count: int) -> None:
    """Bring the items due towards level t, as ``mmr_add`` would have, each while it may still be the next."""
    for i in lazy.due[:count]:
        unit = lazy.unit[lazy.items[i]]
        gain, level = lazy.hope[i], lazy.level[i]
        while level < t and gain >= lazy.needed[i]:
            gain = min(gain, float32(1) - likeness(unit, lazy.unit[lazy.items[lazy.chosen[level]]]))
            level += 1
        lazy.hope[i], lazy.level[i] = gain, level


@kernel()
def falling(lazy: Lazy, t: int, count: int) -> None:
    """A gain that only falls bounds itself: nothing to lift."""


@kernel()
def msd_lift(lazy: Lazy, t: int, count: int) -> None:
    """Bound gains at level t by those of an earlier level: items chosen since are no farther than opposite."""
    room = np.empty(t + 1, np.float32)
    for q in range(t + 1):
        apart = lazy.totals[t] - lazy.totals[q]
        room[q] = float32(0.5) * (float32(t - q) + math.sqrt(inner(apart, apart))) + float32(ROUGH)
    for i in range(count):
        level = lazy.level[i]
        lazy.hope[i] = (lazy.gain[i] * float32(level) + room[level]) / float32(max(t, 1)) if t > 0 else float32(1)


@kernel()
def msd_renew(lazy: Lazy, t: int, count: int) -> None:
    """Bring the items due up to level t: first by one product with the sum, then, if need be, as ``msd_add``."""
    for i in lazy.due[:count if t > 0 else 0]:
        unit = lazy.unit[lazy.items[i]]
        gain = float32(0.5 + ROUGH * (4 + t)) - float32(0.5) * inner(unit, lazy.totals[t]) / float32(t)
        if gain >= lazy.needed[i]:
            gain = float32(0)
            for q in range(t):
                like = likeness(unit, lazy.unit[lazy.items[lazy.chosen[q]]])
                gain = (gain * float32(q) + (float32(1) - like)) * (float32(1) / float32(q + 1))
        lazy.gain[i], lazy.hope[i], lazy.level[i] = gain, gain, t


@kernel()
def msd_add(state: State, t: int, j: int) -> None:
    """Mean distance to the chosen items (Gollapudi & Sharma 2009; their λ weighs the sum, t times this mean)."""
    row = row_of(state, j)
    before = state.gains[t]
    after = state.gains[t + 1]
    chosen = float32(t)
    share = float32(1) / float32(t + 1)
    for i in range(row.size):
        after[i] = (before[i] * chosen + (float32(1) - row[i])) * share
