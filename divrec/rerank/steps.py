"""How each item of one list came to its place: what its relevance and the method's gain said when its turn came."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from numba import int32, int64, types

from divrec.columns import BASE_RANK, ITEM, RANK
from divrec.data.candidates import NO_ITEM, Candidates
from divrec.data.compiled import kernel
from divrec.errors import InputError
from divrec.rerank.arrange import Arranger
from divrec.rerank.batch import add_at, laid_out, run_grid, start_at
from divrec.rerank.compiled import of_signature
from divrec.rerank.gains import Kernel
from divrec.rerank.options import Options, check_knob
from divrec.rerank.prepare import Prepared, prepare
from divrec.rerank.rerank import TRACE
from divrec.rerank.ruled import RuledPool
from divrec.rerank.rules import Cap, Pin, Rules
from divrec.rerank.state import LINE, POOLS, SOURCE, Pools, Source, no_limits

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

RELEVANCE: Final = "relevance"
GAIN: Final = "gain"


@kernel()
def gains_along(start: int, add: int, source: Source, pools: Pools, fixed: Ints, chosen: Ints, gains: Floats) -> None:
    """Fill ``gains`` (n,) with that of each of the ``chosen`` (n,) at its turn, once the ``fixed`` ones are taken."""
    started, added = start_at(start), add_at(add)
    pinned = fixed.size
    state = laid_out(source, pools, 0, pinned + chosen.size + 1)
    started(state)
    for t in range(pinned):
        added(state, t, fixed[t])
    for t in range(chosen.size):
        gains[t] = state.gains[pinned + t, chosen[t]]
        added(state, pinned + t, chosen[t])


@cache
def along_loop() -> Kernel:
    """Compile the walk along one list, or take it from the disk cache."""
    positions = types.Array(int32, 1, "C")
    return of_signature(gains_along, types.void(int64, int64, SOURCE, POOLS, positions, positions, LINE))


def steps(
    pool: Candidates,
    vectors: pd.DataFrame | None,
    method: str = "mmr",
    diversity: float = 0.3,
    n: int = 20,
    rules: Rules | None = None,
    **options: Any,  # noqa: ANN401  # the fields of Options, checked there
) -> pd.DataFrame:
    """Take one shopper's list apart: ``rank, item_id, base_rank, relevance, gain, trace``, one row per place.

    Each item won its turn by (1 − diversity) · relevance + diversity · gain; pinned items had none, and NaN for both.
    ``relevance`` is on [0, 1] in the pool as the rules left it, ``gain`` the method's own against what was chosen
    before. ``trace`` tells the way through the rules as ``rerank`` does, empty without any.
    """
    check_knob(diversity, n)
    prepared, ruled = _ready(pool, vectors, method, n, rules, Options(**options))
    pool = prepared.candidates
    if ruled is None:
        chosen = run_grid(prepared.gain, prepared.source, prepared.pools(), [diversity], n)[0, 0]
        chosen = chosen[chosen != NO_ITEM]
        places, pools, fixed = np.arange(len(pool.items[0]), dtype=np.int32), prepared.pools(), np.empty(0, np.int32)
        listed, told = chosen, [""] * len(chosen)
    else:
        chosen = ruled.chosen([diversity], ruled.arranged.limits)[0]
        chosen = chosen[chosen != NO_ITEM]
        places, pools, fixed = ruled.arranged.places, ruled.pools, ruled.arranged.limits.fixed
        final = ruled.lists([diversity])[0]
        listed, told = final[final != NO_ITEM], ruled.traces(diversity, final)
    gains = np.empty(len(chosen), np.float32)
    along_loop()(*prepared.gain.functions, prepared.source, pools, fixed, chosen, gains)
    own = pd.DataFrame({RELEVANCE: pools.relevance[0][chosen], GAIN: gains}, index=places[chosen], dtype=np.float64)
    own = own.reindex(listed)
    known = np.append(pool.items[0], _extras(ruled, pool))
    base = np.where(listed < len(pool.items[0]), listed + 1, 0)
    table = pd.DataFrame({RANK: range(1, len(listed) + 1), ITEM: pool.item_ids.to_numpy()[known[listed]]})
    table[BASE_RANK] = base
    for name in (RELEVANCE, GAIN):
        table[name] = own[name].to_numpy()
    table[TRACE] = told
    return table


def through_limits(
    pool: Candidates,
    vectors: pd.DataFrame | None,
    rules: Rules,
    method: str,
    values: Sequence[float],
    n: int = 20,
    **options: Any,  # noqa: ANN401  # the fields of Options, checked there
) -> list[list[str]]:
    """Name, for each slider value, the items of one shopper's list that caps and minimum shares alone brought in."""
    prepared, ruled = _ready(pool, vectors, method, n, rules, Options(**options))
    if ruled is None:
        return [[] for _ in values]
    limits = ruled.arranged.limits
    held = ruled.chosen(values, limits)
    free = ruled.chosen(values, no_limits(len(ruled.arranged.items), limits.fixed))
    ids = prepared.candidates.item_ids.to_numpy()[ruled.arranged.items]
    return [ids[own[(own != NO_ITEM) & ~np.isin(own, other)]].tolist() for own, other in zip(held, free, strict=True)]


def about(pool: Candidates, rules: Rules, **options: Any) -> dict[int, Mask]:  # noqa: ANN401  # the fields of Options
    """Mark, for each rule (its number) that holds for the one shopper, which items (I,) of the pool's it speaks of."""
    arranger = Arranger(pool, rules, Options(**options), 1)
    found = {}
    for number, rule in arranger.active(str(pool.users[0])):
        if isinstance(rule, Pin):
            found[number] = np.asarray(pool.item_ids == rule.item)
        else:
            found[number] = arranger.codes[number] >= 0 if isinstance(rule, Cap) else arranger.masks[number]
    return found


def _ready(
    pool: Candidates, vectors: pd.DataFrame | None, method: str, n: int, rules: Rules | None, options: Options
) -> tuple[Prepared, RuledPool | None]:
    if len(pool) != 1:
        raise InputError(f"steps are those of one shopper, found a pool of {len(pool)}; take pool.for_user(...) first")
    pool = pool.for_user(pool.users[0])
    prepared = prepare(pool, vectors, method, options)
    if not rules:
        return prepared, None
    return prepared, RuledPool(prepared, Arranger(pool, rules, options, n).arrange(0), 0, n)


def _extras(ruled: RuledPool | None, pool: Candidates) -> Ints:
    """Give the catalogue positions of what rules pinned from outside, in the order of their places."""
    if ruled is None:
        return np.empty(0, np.int32)
    outside = ruled.arranged.places >= len(pool.items[0])
    table = np.full(int(ruled.arranged.places.max(initial=-1)) + 1 - len(pool.items[0]), NO_ITEM, np.int32)
    table[ruled.arranged.places[outside] - len(pool.items[0])] = ruled.arranged.items[outside]
    return table
