"""Gains from categories: ``calibrated`` (the list's mix follows the shopper's), ``xquad`` (each taste served early)."""

import math

import numpy as np

from divrec.data.compiled import kernel
from divrec.rerank.state import State

SMOOTHING = 0.01  # α of Steck 2018: share of the shopper's mix stirred into the list's, so that logarithms are finite
SATISFIED = 0.5  # p(item | aspect) of a member: the chance that one item settles the need, as in binary ERR-IA

_EMPTY = -math.log(SMOOTHING)  # divergence of an empty list: the scale of a fall


@kernel()
def falls_of(state: State, t: int) -> None:
    """Write the gain of each category at level t, and with it that of each item; 0 for an item without one.

    The fall of KL(shopper's mix ‖ list's mix) if one more of the category joined, times the list's length (or else the
    gains would shrink with every step), in units of an empty list's divergence. Below 0 where the mix would suffer.
    """
    counts = state.counts[t]
    fall = np.zeros(counts.size)
    size = counts.sum()
    now = 0.0  # divergence today, and if the list grew by an item of no category
    later = 0.0
    for a in range(counts.size):
        p = state.mix[a]
        if p > 0:
            smooth = SMOOTHING * p
            share = (1 - SMOOTHING) / (size + 1)
            now += p * math.log(p / (smooth + (1 - SMOOTHING) * counts[a] / max(size, 1)))
            without = p * math.log(p / (smooth + share * counts[a]))
            later += without
            fall[a] = without - p * math.log(p / (smooth + share * (counts[a] + 1)))
    gain = state.gains[t]
    for a in range(counts.size):
        fall[a] = (now - later + fall[a]) * (size + 1) / _EMPTY
    for i in range(gain.size):
        gain[i] = fall[state.codes[i]] if state.codes[i] >= 0 else 0.0


@kernel()
def calibrated_start(state: State) -> None:
    """Nothing is in the list."""
    state.counts[0] = 0
    falls_of(state, 0)


@kernel()
def calibrated_add(state: State, t: int, j: int) -> None:
    """Count j's category; Steck's λ / (1 − λ) = diversity / (1 − diversity) · length / ln(1/α) at each step."""
    for a in range(state.mix.size):
        state.counts[t + 1, a] = state.counts[t, a]
    if state.codes[j] >= 0:
        state.counts[t + 1, state.codes[j]] += 1
    falls_of(state, t + 1)


@kernel()
def needs_of(state: State, t: int) -> None:
    """Write each item's gain at level t: p(aspect | user) · what is still unmet of it, in units of the largest taste.

    An item without a category gains nothing.
    """
    largest = 0.0
    for a in range(state.mix.size):
        largest = max(largest, state.mix[a])
    scale = 1 / largest if largest > 0 else 0.0
    gain = state.gains[t]
    for i in range(gain.size):
        a = state.codes[i]
        gain[i] = state.mix[a] * state.counts[t, a] * scale if a >= 0 else 0.0


@kernel()
def xquad_start(state: State) -> None:
    """Every need is unmet."""
    state.counts[0] = 1
    needs_of(state, 0)


@kernel()
def xquad_add(state: State, t: int, j: int) -> None:
    """Lower the need for j's category (Santos et al. 2010; their λ is diversity, gains scaled to the largest taste)."""
    for a in range(state.mix.size):
        state.counts[t + 1, a] = state.counts[t, a]
    if state.codes[j] >= 0:
        state.counts[t + 1, state.codes[j]] *= 1 - SATISFIED
    needs_of(state, t + 1)
