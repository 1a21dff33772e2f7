"""Every method as one small object on the same loop: ``start(pool)``, then ``add(j)``; the gains lie in the state.

A new method is one pair of functions of these signatures and one line of ``GAINS``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from divrec.errors import InputError
from divrec.rerank.compiled import address_of
from divrec.rerank.gains import aspects, distance, facility, fixed, volume
from divrec.rerank.state import ADD, RENEW, START

Kernel = Callable[..., Any]


@dataclass(frozen=True)
class Gain:
    """One method: its two compiled functions and what it needs to be given.

    ``start(state)`` writes the gains of level 0; ``add(state, t, j)`` takes item j as the t-th chosen (from 0) and
    writes the gains of level t + 1. ``work`` is how many rows per level it keeps in ``state.work``.
    ``renew(lazy, t, count)``, where a method has it, brings ``lazy.hope`` of the first ``count`` items that are ``due``
    down to their gains at level t, or as far as shows that less than ``needed`` is left. Before that ``lift`` makes the
    first ``count`` hopes bounds at level t where gains may rise while the list grows; ``falls`` says that they do not.
    """

    name: str
    start: Kernel
    add: Kernel
    vectors: bool = False
    categories: bool = False
    drawn: bool = False
    work: int = 0
    renew: Kernel | None = None
    lift: Kernel = distance.falling
    falls: bool = True

    @cached_property
    def functions(self) -> tuple[int, int]:
        """Both functions, compiled for the signature that the loops call through, as addresses."""
        return address_of(self.start, START), address_of(self.add, ADD)

    @cached_property
    def lazily(self) -> tuple[int, int]:
        """The lazy loop's functions, compiled, as addresses; zeros for a method without them."""
        if self.renew is None:
            return 0, 0
        return address_of(self.renew, RENEW), address_of(self.lift, RENEW)


GAINS: Final = {
    gain.name: gain
    for gain in (
        Gain("mmr", distance.start_even, distance.mmr_add, vectors=True, renew=distance.mmr_renew),
        Gain(
            "msd",
            distance.start_even,
            distance.msd_add,
            vectors=True,
            renew=distance.msd_renew,
            lift=distance.msd_lift,
            falls=False,
        ),
        Gain(
            "dpp",
            volume.start_whole,
            volume.dpp_add,
            vectors=True,
            work=2,
            renew=volume.dpp_renew,
        ),
        Gain("ssd", volume.start_whole, volume.ssd_add, vectors=True, work=2),
        Gain("xquad", aspects.xquad_start, aspects.xquad_add, categories=True),
        Gain("calibrated", aspects.calibrated_start, aspects.calibrated_add, categories=True),
        Gain("coverage", facility.coverage_start, facility.coverage_add, vectors=True, work=1),
        Gain("random", fixed.fixed_start, fixed.fixed_add, drawn=True),
    )
}
METHODS: Final = tuple(GAINS)


def gain_named(method: str) -> Gain:
    """Look a method up; InputError names those there are."""
    if method not in GAINS:
        raise InputError(f"method must be one of {', '.join(METHODS)}; found {method!r}")
    return GAINS[method]
