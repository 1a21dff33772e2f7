"""What a gain may look at and write while a list is built, and the compiled signature of its two functions."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import float32, float64, int32, int64, types, uint8


class State(NamedTuple):
    """Arrays of one shopper's pool of n items; level t describes the pool once t items are chosen.

    ``gains`` (L, n) is what the loop reads: the gain of every item at each level. The rest is for the gains themselves.
    """

    unit: Any  # (n, d) float32, item vectors of length 1
    rows: Any  # (n, n) float32, likeness rows, filled on demand
    known: Any  # (n,) uint8, which likeness rows are filled
    gains: Any  # (L, n) float32
    work: Any  # (W, n) float32, whatever a gain keeps per item and level
    counts: Any  # (L, C) float64, whatever a gain keeps per category and level
    codes: Any  # (n,) int32, category of each item
    mix: Any  # (C,) float64, the shopper's share of each category
    given: Any  # (n,) float32, gains fixed beforehand
    window: Any  # how many chosen items a sliding window remembers


class Lazy(NamedTuple):
    """Arrays of one shopper's pool of n items where gains are brought up to date item by item."""

    unit: Any  # (I, d) float32, item vectors of length 1
    items: Any  # (n,) int32, positions in the catalogue
    hope: Any  # (n,) float32, no less than the gain of each item by now
    due: Any  # (n,) int32, pool positions of items to be brought up to date
    needed: Any  # (n,) float32, the gain below which an item cannot be the next
    gain: Any  # (n,) float32, the gain of each item when ``level`` items were chosen
    level: Any  # (n,) int32
    chosen: Any  # (L,) int32, pool positions
    parts: Any  # (n, L) float32, what each chosen item's basis explains of an item; (n, 0) where not needed
    variance: Any  # (n,) float32, what they leave unexplained
    totals: Any  # (L, d) float32, sum of the vectors of the first t chosen; (0, d) where not needed


class Limits(NamedTuple):
    """Rules as the loop sees them, for one shopper's pool of n items."""

    fixed: Any  # (P,) int32, pool positions chosen before the loop starts: the pinned items
    cap_codes: Any  # (R, n) int32, the value that each cap counts, -1 where it does not count the item
    cap_left: Any  # (R, V) int32, how many more of each value may enter
    share: Any  # (M, n) uint8, which items each minimum share counts
    share_left: Any  # (M,) int32, how many more of them have to enter


class Source(NamedTuple):
    """What all shoppers share: the catalogue as the gains see it."""

    unit: Any  # (I, d) float32, item vectors of length 1; d = 0 where the method needs none
    codes: Any  # (I,) int32, category of each item
    window: Any
    work: Any  # rows of ``State.work`` per level


class Pools(NamedTuple):
    """The shoppers' pools, one row each."""

    items: Any  # (U, n) int32, positions in the catalogue, best first
    lengths: Any  # (U,) int64, how many places of a row are filled
    relevance: Any  # (U, n) float32, never rising along a row
    given: Any  # (U, n) float32, gains fixed beforehand; (U, 0) where the method draws none
    mixes: Any  # (U, C) float64, each shopper's share of each category; C = 1 where the method needs none


ROWS = types.Array(float32, 2, "C")
LINE = types.Array(float32, 1, "C")
STATE = types.NamedTuple(
    [
        ROWS,
        ROWS,
        types.Array(uint8, 1, "C"),
        ROWS,
        ROWS,
        types.Array(float64, 2, "C"),
        types.Array(int32, 1, "C"),
        types.Array(float64, 1, "C"),
        LINE,
        int64,
    ],
    State,
)
LAZY = types.NamedTuple(
    [
        ROWS,
        types.Array(int32, 1, "C"),
        LINE,
        types.Array(int32, 1, "C"),
        LINE,
        LINE,
        types.Array(int32, 1, "C"),
        types.Array(int32, 1, "C"),
        ROWS,
        LINE,
        ROWS,
    ],
    Lazy,
)
CODES = types.Array(int32, 2, "C")
LIMITS = types.NamedTuple(
    [types.Array(int32, 1, "C"), CODES, CODES, types.Array(uint8, 2, "C"), types.Array(int32, 1, "C")], Limits
)
SOURCE = types.NamedTuple([ROWS, types.Array(int32, 1, "C"), int64, int64], Source)
POOLS = types.NamedTuple([CODES, types.Array(int64, 1, "C"), ROWS, ROWS, types.Array(float64, 2, "C")], Pools)
START = types.void(STATE)
ADD = types.void(STATE, int64, int64)
RENEW = types.void(LAZY, int64, int64)


def no_limits(pool: int, fixed: npt.NDArray[np.int32] | None = None) -> Limits:
    """Give the limits of a run without caps and shares, beside items that are ``fixed`` beforehand."""
    return Limits(
        np.empty(0, np.int32) if fixed is None else fixed,
        np.empty((0, pool), np.int32),
        np.empty((0, 0), np.int32),
        np.empty((0, pool), np.uint8),
        np.empty(0, np.int32),
    )
