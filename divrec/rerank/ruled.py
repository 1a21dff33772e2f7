"""Lists under rules: a shopper's pool is arranged, diversified under its limits, and the pinned items are put in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.data.candidates import NO_ITEM, Candidates
from divrec.rerank.arrange import Arranged, Arranger
from divrec.rerank.batch import run_exact, run_grid
from divrec.rerank.options import Options, check_knob
from divrec.rerank.prepare import Prepared, prepare
from divrec.rerank.rules import Rules
from divrec.rerank.state import Limits, Pools, no_limits

Ints = npt.NDArray[np.int32]
Values = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RuledPool:
    """One shopper's arranged pool and the method that diversifies it, for lists of ``n``."""

    prepared: Prepared
    arranged: Arranged
    row: int
    n: int

    @cached_property
    def pools(self) -> Pools:
        """The arranged pool as the loops read it."""
        own = self.prepared.pools(slice(self.row, self.row + 1))
        places, given = self.arranged.places, own.given[0]
        if given.size:  # pinned items from outside the pool have no draw and need none
            given = np.append(given, np.zeros(max(places.max(initial=0) + 1 - given.size, 0), np.float32))[places]
        lengths = np.array([places.size], np.int64)
        return Pools(self.arranged.items[None], lengths, self.arranged.relevance[None], given[None], own.mixes)

    def chosen(self, values: Sequence[float], limits: Limits) -> Ints:
        """Give what the loop chooses beside the pinned items, lists (G, n − pins) on the arranged pool."""
        free = self.n - len(self.arranged.pins)
        if free <= 0:
            return np.empty((len(values), 0), np.int32)
        lists: Ints = run_grid(self.prepared.gain, self.prepared.source, self.pools, values, free, limits)[0]
        return lists

    def lists(self, values: Sequence[float]) -> Ints:
        """Give the lists (G, n) at some slider values, as places in the shopper's pool."""
        return self.arranged.placed(self.chosen(values, self.arranged.limits), self.n)

    def exact(self) -> tuple[Ints, Values]:
        """Give all lists (S, n) over the whole slider and where each starts to hold."""
        free = self.n - len(self.arranged.pins)
        if free <= 0:
            return self.lists([0.0]), np.zeros(1)
        lists, starts = run_exact(self.prepared.gain, self.prepared.source, self.pools, free, self.arranged.limits)
        return self.arranged.placed(lists, self.n), starts

    def traces(self, diversity: float, final: Ints) -> list[str]:
        """Tell for each item of the final list (n,) how it came there: ``base 12 → boost 4 → diversity 6 → pin 7``.

        Steps that leave an item where it was are not told; ``–`` stands for not being in the pool or list.
        """
        limits = self.arranged.limits
        orders = list(self.arranged.steps)
        for name, held in (("diversity", no_limits(len(self.arranged.items), limits.fixed)), ("limits", limits)):
            orders.append((name, self.arranged.places[_filled(self.chosen([diversity], held)[0])]))
        orders.append(("pin", final))
        pinned = set(self.arranged.places[limits.fixed].tolist())
        return [self._trace(at, orders, at in pinned) for at in _filled(final).tolist()]

    def short(self, shown: Ints) -> Iterator[tuple[int, str]]:
        """Name the minimum shares that the pool could fill and other rules leave short in a list (n,) of items."""
        for number, asked, counted in self.arranged.shares:
            found = int(counted[shown].sum())
            if found < asked and int(counted[self.arranged.items].sum()) >= asked:
                yield number, f"asks for {asked}, the other rules leave room for {found}"

    def _trace(self, at: int, orders: list[tuple[str, Ints]], pinned: bool) -> str:
        rank = at + 1 if at < self.prepared.candidates.items.shape[1] else 0
        told = [f"base {rank or '–'}"]
        for name, order in orders:
            found = np.flatnonzero(order == at)
            after = int(found[0]) + 1 if found.size else 0
            skipped = pinned and name in ("diversity", "limits")  # pinned items take no part in these
            if after != rank and not skipped:
                told.append(f"{name} {after or '–'}")
                rank = after
        return " → ".join(told)


def ruled_pools(prepared: Prepared, arranger: Arranger) -> Iterator[RuledPool]:
    """Arrange the shoppers' pools one after the other."""
    for row in range(len(prepared.candidates)):
        yield RuledPool(prepared, arranger.arrange(row), row, arranger.n)


def check_rules(
    pool: Candidates,
    vectors: pd.DataFrame | None,
    rules: Rules,
    method: str = "mmr",
    diversity: float = 0.3,
    n: int = 20,
    **options: Any,  # noqa: ANN401  # the fields of Options, checked there
) -> pd.DataFrame:
    """Report what each rule does: ``rule`` (its number), ``kind``, ``lists`` it changes, and ``finding``.

    A rule changes a list that would be different without it, at this slider value. ``finding`` says why a rule could
    not be kept, and for how many shoppers, or that it changes nothing; it is empty where all is well.
    """
    check_knob(diversity, n)
    settings = Options(**options)
    prepared = prepare(pool, vectors, method, settings)

    def run(held: Rules) -> tuple[list[Ints], list[tuple[int, str]]]:
        ruled = list(ruled_pools(prepared, Arranger(pool, held, settings, n)))
        lists = [pool_items(each, each.lists([diversity])[0]) for each in ruled]
        pairs = list(zip(ruled, lists, strict=True))
        return lists, [finding for each, shown in pairs for finding in (*each.arranged.findings, *each.short(shown))]

    lists, findings = run(rules)
    rows = []
    for number, rule in enumerate(rules):
        others, _ = run(rules.without(number))
        changed = sum(not np.array_equal(a, b) for a, b in zip(lists, others, strict=True))
        said = pd.Series([text for at, text in findings if at == number], dtype=object).value_counts()
        finding = "; ".join(f"{text} ({count} of {len(pool)} shoppers)" for text, count in said.items())
        rows.append((number, rule.kind, changed, finding or ("" if changed else "changes nothing")))
    return pd.DataFrame(rows, columns=["rule", "kind", "lists", "finding"])


def pool_items(ruled: RuledPool, final: Ints) -> Ints:
    """Give the catalogue positions of a final list (n,) of places in the pool."""
    at = {int(place): int(item) for place, item in zip(ruled.arranged.places, ruled.arranged.items, strict=True)}
    return np.array([at[place] for place in _filled(final).tolist()], np.int32)


def _filled(lists: Ints) -> Ints:
    filled: Ints = lists[lists != NO_ITEM]
    return filled
