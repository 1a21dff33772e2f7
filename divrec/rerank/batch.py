"""Whole pools through the loops: each shopper's state is laid out here, and the shoppers are shared among threads."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from numba import float64, int32, int64, types

from divrec.data.compiled import kernel
from divrec.rerank.compiled import function_at, of_signature
from divrec.rerank.envelope import all_lists
from divrec.rerank.gains import Gain, Kernel
from divrec.rerank.greedy import lists_at
from divrec.rerank.lazy import lazy_lists_of_pools
from divrec.rerank.state import ADD, CODES, LIMITS, POOLS, SOURCE, START, Limits, Pools, Source, State, no_limits

Ints = npt.NDArray[np.int32]
Values = npt.NDArray[np.float64]


@kernel()
def laid_out(source: Source, pools: Pools, u: int, levels: int) -> State:
    """Lay out the state of shopper u's pool, for a list of ``levels`` − 1 items."""
    n = pools.lengths[u]
    items = pools.items[u]
    d = source.unit.shape[1]
    unit = np.empty((n, d), np.float32)
    codes = np.empty(n, np.int32)
    for i in range(n):
        codes[i] = source.codes[items[i]]
        unit[i] = source.unit[items[i]]
    rows = n if d > 0 else 0
    return State(
        unit,
        np.empty((rows, rows), np.float32),
        np.zeros(n, np.uint8),
        np.empty((levels, n), np.float32),
        np.empty((source.work * levels, n), np.float32),
        np.empty((levels, pools.mixes.shape[1]), np.float64),
        codes,
        pools.mixes[u],
        pools.given[u][:n],
        source.window,
    )


start_at, add_at = function_at(START), function_at(ADD)


@kernel()
def lists_of_pools(
    start: int, add: int, source: Source, pools: Pools, limits: Limits, values: Values, lists: Ints
) -> None:
    """Fill ``lists`` (U, G, n) shopper by shopper; see ``greedy.lists_at``."""
    started, added = start_at(start), add_at(add)
    for u in range(pools.lengths.size):
        state = laid_out(source, pools, u, lists.shape[2] + limits.fixed.size + 1)
        lists_at(started, added, state, pools.relevance[u][: pools.lengths[u]], limits, values, lists[u])


@kernel()
def lists_of_pool(
    start: int, add: int, source: Source, pools: Pools, limits: Limits, size: int
) -> tuple[object, object]:
    """Give every list of the first shopper and where each starts to hold; see ``envelope.all_lists``."""
    state = laid_out(source, pools, 0, size + limits.fixed.size + 1)
    return all_lists(start_at(start), add_at(add), state, pools.relevance[0][: pools.lengths[0]], limits, size)


@cache
def grid_loop() -> Kernel:
    """Compile the loop over slider values, or take it from the disk cache."""
    values, lists = types.Array(float64, 1, "C"), types.Array(int32, 3, "C")
    return of_signature(lists_of_pools, types.void(int64, int64, SOURCE, POOLS, LIMITS, values, lists))


@cache
def exact_loop() -> Kernel:
    """Compile the walk along the envelope, or take it from the disk cache."""
    found = types.Tuple((CODES, types.Array(float64, 1, "C")))
    return of_signature(lists_of_pool, found(int64, int64, SOURCE, POOLS, LIMITS, int64))


@cache
def lazy_loop() -> Kernel:
    """Compile the loop for one value, or take it from the disk cache."""
    return of_signature(lazy_lists_of_pools, types.void(int64, int64, types.boolean, SOURCE, POOLS, float64, CODES))


def run_grid(
    gain: Gain,
    source: Source,
    pools: Pools,
    values: npt.ArrayLike,
    n: int,
    limits: Limits | None = None,
    threads: int = 1,
) -> Ints:
    """Give lists (U, G, n) of pool positions for the slider ``values`` (G,), which may come in any order; -1 pads.

    ``limits`` hold for every shopper given, so pools under rules come one at a time.
    """
    wanted = np.asarray(values, dtype=np.float64)
    in_order = bool((wanted[1:] > wanted[:-1]).all())
    rising, back = (wanted, wanted) if in_order else np.unique(wanted, return_inverse=True)
    lists = np.full((len(pools.lengths), len(rising), n), -1, dtype=np.int32)
    lazy = limits is None and gain.renew is not None and len(rising) == 1
    limits = no_limits(pools.items.shape[1]) if limits is None else limits

    def some(rows: slice) -> None:
        part = Pools(*(np.ascontiguousarray(field[rows]) for field in pools))
        if lazy:
            lazy_loop()(*gain.lazily, gain.falls, source, part, rising[0], lists[rows, 0])
            return
        grid_loop()(*gain.functions, source, part, limits, rising, lists[rows])

    shares = _shares(len(lists), threads)
    if len(shares) == 1:
        some(shares[0])
    else:
        with ThreadPoolExecutor(len(shares)) as team:
            list(team.map(some, shares))
    return lists if in_order else lists[:, back]


def _shares(rows: int, threads: int) -> list[slice]:
    """Cut the rows into one run of neighbours per thread."""
    cuts = np.linspace(0, rows, min(threads, max(rows, 1)) + 1).astype(int)
    return [slice(int(a), int(b)) for a, b in pairwise(cuts)]


def run_exact(gain: Gain, source: Source, pools: Pools, n: int, limits: Limits | None = None) -> tuple[Ints, Values]:
    """Give all lists (S, n) of the first shopper over the whole slider, and where each starts to hold (S,).

    The first starts at 0. Where ties of relevance make the base list hold at 0 alone, the second starts at 0 too.
    """
    limits = no_limits(pools.items.shape[1]) if limits is None else limits
    base = run_grid(gain, source, pools, [0.0], n, limits)[0]
    lists, starts = exact_loop()(*gain.functions, source, pools, limits, n)
    if (lists[0] == base[0]).all():
        return lists, starts
    return np.concatenate([base, lists]), np.concatenate([[0.0], starts])
