"""Gains from the volume that an item adds: ``dpp`` (determinants) and ``ssd`` (the same inside a sliding window).

Both keep, per item, the part of its vector that the chosen items do not explain: its conditional variance, in (0, 1],
by the incremental Cholesky factor of Chen, Zhang & Zhou 2018. The kernel is the likeness with a jitter on the diagonal,
``(likeness + JITTER · 1) / (1 + JITTER)``, so the variance never falls below FLOOR even where the kernel is
rank-deficient. The gain is ``1 − 2 · ln(variance) / ln(FLOOR)``: 1 for an item unlike all chosen ones, 0 where 99 % of
it is explained, -1 for a duplicate. Given one item at likeness s it is 1 + ln(1 − s²) / 4.6, near mmr's 1 − s in range.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import float32, int32

from divrec.data.compiled import kernel
from divrec.rerank.arithmetic import likeness, row_of
from divrec.rerank.state import Lazy, State

JITTER = 1e-4  # large against float32 rounding of 20 Cholesky steps, small against a real item's variance
FLOOR = JITTER / (1 + JITTER)

_DIAGONAL = 1 / (1 + JITTER)
_SCALE = -2 / math.log(FLOOR)
_LN2 = math.log(2)


@kernel()
def start_whole(state: State) -> None:
    """Every item is wholly unexplained: variance 1, gain 1."""
    first = state.gains.shape[0]
    for i in range(state.gains.shape[1]):
        state.gains[0, i] = float32(1)
        state.work[first, i] = float32(1)


@kernel(fast={"contract"})
def gains_of(variance: npt.NDArray[np.float32], gain: npt.NDArray[np.float32]) -> None:
    """Write 1 + ln(variance) · scale to ``gain``, in operations that vectorise (Cephes' logf, about 1 ulp)."""
    bits = variance.view(np.int32)
    room = gain.view(np.int32)
    for i in range(gain.size):  # mantissa in [1, 2)
        room[i] = (bits[i] & int32(0x007FFFFF)) | int32(0x3F800000)
    for i in range(gain.size):
        exponent = float32((bits[i] >> int32(23)) - int32(127))
        m = gain[i]
        upper = m > float32(1.41421356)
        m = m * float32(0.5) if upper else m
        exponent = exponent + float32(1) if upper else exponent
        f = m - float32(1)
        z = f * f
        y = float32(7.0376836292e-2)
        y = y * f + float32(-1.1514610310e-1)
        y = y * f + float32(1.1676998740e-1)
        y = y * f + float32(-1.2420140846e-1)
        y = y * f + float32(1.4249322787e-1)
        y = y * f + float32(-1.6668057665e-1)
        y = y * f + float32(2.0000714765e-1)
        y = y * f + float32(-2.4999993993e-1)
        y = y * f + float32(3.3333331174e-1)
        y = y * f * z - float32(0.5) * z
        logarithm = f + y + exponent * float32(_LN2)
        gain[i] = float32(1) + logarithm * float32(_SCALE)


@kernel(fast={"contract"})
def explain(state: State, t: int, j: int, since: int) -> None:
    """Write to row t of ``work`` how much of each item a new basis vector explains: item j freed of bases since…t−1."""
    row = row_of(state, j)
    part = state.work[t]
    n = part.size
    for i in range(n):
        part[i] = row[i] * float32(_DIAGONAL)
    work = state.work
    fours = t - (t - since) % 4
    for q in range(since, fours, 4):
        a, b, c, e = work[q, j], work[q + 1, j], work[q + 2, j], work[q + 3, j]
        for i in range(n):
            part[i] -= a * work[q, i] + b * work[q + 1, i] + c * work[q + 2, i] + e * work[q + 3, i]
    for q in range(fours, t):
        a = work[q, j]
        for i in range(n):
            part[i] -= a * work[q, i]
    scale = float32(1) / math.sqrt(state.work[state.gains.shape[0] + t, j])
    for i in range(n):
        part[i] *= scale


@kernel(fast={"contract"})
def dpp_add(state: State, t: int, j: int) -> None:
    """Fall of the conditional variance; with Chen's θ, (1 − θ)/θ = diversity / (1 − diversity) · 2 / ln(1 / FLOOR)."""
    explain(state, t, j, 0)
    part = state.work[t]
    before = state.work[state.gains.shape[0] + t]
    after = state.work[state.gains.shape[0] + t + 1]
    for i in range(part.size):
        after[i] = max(before[i] - part[i] * part[i], float32(FLOOR))
    gains_of(after, state.gains[t + 1])


@kernel(fast={"contract"}, inline=True)
def newly_explained(lazy: Lazy, i: int, level: int) -> Any:  # noqa: ANN401  # float32
    """Keep and give what the ``level``-th chosen item's basis explains of item i: ``explain`` for one item."""
    j = lazy.chosen[level]
    own, other = lazy.parts[i], lazy.parts[j]
    part = likeness(lazy.unit[lazy.items[j]], lazy.unit[lazy.items[i]]) * float32(_DIAGONAL)
    fours = level - level % 4
    for q in range(0, fours, 4):
        a, b, c, e = other[q], other[q + 1], other[q + 2], other[q + 3]
        part -= a * own[q] + b * own[q + 1] + c * own[q + 2] + e * own[q + 3]
    for q in range(fours, level):
        part -= other[q] * own[q]
    part *= float32(1) / math.sqrt(lazy.variance[j])
    own[level] = part
    return part


@kernel(fast={"contract"})
def dpp_renew(lazy: Lazy, t: int, count: int) -> None:
    """Bring the items due towards level t, as ``dpp_add`` would have, each while it may still be the next."""
    for i in lazy.due[:count]:
        if lazy.level[i] == t:
            continue
        least = float32(0)
        if lazy.needed[i] > -1e6:
            least = float32(math.exp((lazy.needed[i] - 1) / _SCALE) * (1 - 1e-5))
        level, variance = lazy.level[i], lazy.variance[i]
        while level < t and variance >= least:
            part = newly_explained(lazy, i, level)
            variance = max(variance - part * part, float32(FLOOR))
            level += 1
        lazy.level[i], lazy.variance[i] = level, variance
        gains_of(lazy.variance[i : i + 1], lazy.hope[i : i + 1])


@kernel(fast={"contract"})
def ssd_add(state: State, t: int, j: int) -> None:
    """Log residual against the last ``window`` chosen (Huang et al. 2021; log norm = ½ ln variance, γ as in dpp)."""
    oldest = max(0, t - state.window)
    explain(state, t, j, oldest)
    part = state.work[t]
    before = state.work[state.gains.shape[0] + t]
    after = state.work[state.gains.shape[0] + t + 1]
    for i in range(part.size):
        after[i] = before[i] - part[i] * part[i]
    if t + 1 > state.window:  # the oldest basis leaves the window: what it explained is open again
        leaving = state.work[t - state.window]
        for i in range(part.size):
            after[i] += leaving[i] * leaving[i]
    for i in range(part.size):
        after[i] = min(max(after[i], float32(FLOOR)), float32(1))
    gains_of(after, state.gains[t + 1])
