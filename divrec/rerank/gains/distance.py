"""Gains from distances to the chosen items: ``mmr`` (the nearest one) and ``msd`` (their mean)."""

from numba import float32

from divrec.rerank.arithmetic import ROUGH, likeness, roughly, row_of
from divrec.rerank.compiled import kernel
from divrec.rerank.state import Lazy, State


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
def mmr_renew(lazy: Lazy, i: int, t: int) -> None:
    """Bring item i up to level t, as ``mmr_add`` would have."""
    gain = lazy.gain[i]
    for q in range(lazy.level[i], t):
        gain = min(gain, float32(1) - likeness(lazy.unit[lazy.items[i]], lazy.unit[lazy.items[lazy.chosen[q]]]))
    lazy.gain[i] = gain
    lazy.level[i] = t


@kernel()
def mmr_hope(lazy: Lazy, i: int, t: int) -> None:
    """Bound item i's gain at level t from above."""
    hope = lazy.hope[i]
    for q in range(lazy.hoped[i], t):
        cosine = roughly(lazy.unit[lazy.items[i]], lazy.unit[lazy.items[lazy.chosen[q]]])
        hope = min(hope, float32(0.5 + ROUGH) - float32(0.5) * cosine)
    lazy.hope[i] = hope
    lazy.hoped[i] = t


@kernel()
def msd_hope(lazy: Lazy, i: int, t: int) -> None:
    """Bound item i's gain at level t from above, by one product with the sum of all chosen vectors."""
    cosines = roughly(lazy.unit[lazy.items[i]], lazy.total)
    lazy.hope[i] = float32(0.5 + ROUGH * (1 + t)) - float32(0.5) * cosines / float32(t)
    lazy.hoped[i] = t


@kernel()
def msd_renew(lazy: Lazy, i: int, t: int) -> None:
    """Bring item i up to level t, as ``msd_add`` would have."""
    gain = lazy.gain[i]
    for q in range(lazy.level[i], t):
        like = likeness(lazy.unit[lazy.items[i]], lazy.unit[lazy.items[lazy.chosen[q]]])
        gain = (gain * float32(q) + (float32(1) - like)) * (float32(1) / float32(q + 1))
    lazy.gain[i] = gain
    lazy.level[i] = t


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
