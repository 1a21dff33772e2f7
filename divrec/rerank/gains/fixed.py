"""``random``: a seeded shuffle, the baseline that every method has to beat."""

from divrec.data.compiled import kernel
from divrec.rerank.state import State


@kernel()
def fixed_start(state: State) -> None:
    """Give the gains that were drawn beforehand."""
    for i in range(state.given.size):
        state.gains[0, i] = state.given[i]


@kernel()
def fixed_add(state: State, t: int, j: int) -> None:  # noqa: ARG001  # every gain has the same signature
    """Nothing that is chosen changes anything."""
    for i in range(state.given.size):
        state.gains[t + 1, i] = state.gains[t, i]
