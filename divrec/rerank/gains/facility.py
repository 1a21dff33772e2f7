"""``coverage``: the item that best stands for what no chosen item stands for yet (facility location)."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import float32

from divrec.data.compiled import kernel
from divrec.rerank.arithmetic import row_of
from divrec.rerank.state import State

Floats = npt.NDArray[np.float32]

LEAST = 1e-6  # below this the pool is covered up to rounding, and no item gains anything


@kernel(fast=True)
def newly_covered(row: Floats, covered: Floats) -> Any:  # noqa: ANN401  # float32
    """Sum over the pool of how much nearer the item is than anything chosen."""
    total = float32(0)
    for v in range(row.size):
        total += max(row[v] - covered[v], float32(0))
    return total


@kernel()
def cover(state: State, t: int) -> None:
    """Write the gains at level t: each item's new coverage as a share of the best's, so that steps stay comparable."""
    gain = state.gains[t]
    n = gain.size
    largest = float32(LEAST * n)
    for i in range(n):
        gain[i] = newly_covered(state.rows[i], state.work[t])
        largest = max(largest, gain[i])
    for i in range(n):
        gain[i] /= largest


@kernel()
def coverage_start(state: State) -> None:
    """Nothing is covered; every likeness row is needed from the first step."""
    for i in range(state.gains.shape[1]):
        row_of(state, i)
        state.rows[i, i] = float32(1)
        state.work[0, i] = float32(0)
    cover(state, 0)


@kernel()
def coverage_add(state: State, t: int, j: int) -> None:
    """Facility location over the pool (Lin & Bilmes 2011; their trade-off is diversity / (1 − diversity) / best)."""
    for i in range(state.gains.shape[1]):
        state.work[t + 1, i] = max(state.work[t, i], state.rows[j, i])
    cover(state, t + 1)
