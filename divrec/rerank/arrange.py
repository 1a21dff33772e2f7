"""Rules applied to a pool: what may be shown, its order before diversifying, and what the loop has to keep."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.columns import ITEM
from divrec.data.candidates import NO_ITEM, Candidates
from divrec.rerank.conditions import column_of
from divrec.rerank.options import Options
from divrec.rerank.relevance import relevance_of
from divrec.rerank.rules import AtLeast, Boost, Bury, Cap, Exclude, IncludeOnly, Pin, Rule, Rules
from divrec.rerank.state import Limits

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Arranged:
    """One shopper's pool of m items under the rules.

    ``places`` (m,) are positions in the shopper's pool as it was, or beyond it for pinned items that were not in it;
    ``items`` (m,) positions in the catalogue; ``relevance`` (m,) never rises. ``pins`` are the places, from 0, of
    ``limits.fixed``. ``steps`` tell, per rule that filters or shifts, the order of places after it. ``findings`` say
    which rule (its number) could not be kept, and why. ``shares`` are the minimum shares: the rule's number, how many
    it asks for, and which items of the catalogue it counts.
    """

    places: Ints
    items: Ints
    relevance: Floats
    limits: Limits
    pins: tuple[int, ...]
    steps: tuple[tuple[str, Ints], ...]
    findings: tuple[tuple[int, str], ...]
    shares: tuple[tuple[int, int, Mask], ...]

    def placed(self, lists: Ints, n: int) -> Ints:
        """Turn lists (S, n − pins) of the loop into lists (S, n) of places in the pool, the pinned items put in."""
        table = np.full((len(lists), n), NO_ITEM, np.int32)
        fixed = sorted(zip(self.pins, self.limits.fixed, strict=True))
        for row, chosen in zip(table, lists, strict=True):
            whole = [int(at) for at in chosen if at != NO_ITEM]
            for place, at in fixed:
                whole.insert(place, int(at))
            row[: len(whole)] = self.places[whole]
        return table


@dataclass(eq=False)
class _Draft:
    """What is known of a shopper's pool while the rules are applied one after the other."""

    items: Ints
    scores: Floats
    places: Ints
    fixed: list[int] = field(default_factory=list)  # catalogue positions of the pinned items
    pins: list[int] = field(default_factory=list)
    steps: list[tuple[str, Ints]] = field(default_factory=list)
    findings: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Arranger:
    """Rules made ready for every shopper of a pool; ``items`` describe ``pool.item_ids``, row by row."""

    pool: Candidates
    rules: Rules
    options: Options
    n: int

    @cached_property
    def items(self) -> pd.DataFrame:
        """The catalogue's rows for ``pool.item_ids``; items it does not know have empty cells."""
        ids = pd.DataFrame({ITEM: self.pool.item_ids})
        if self.options.catalogue is None:
            return ids
        return ids.merge(self.options.catalogue.drop_duplicates(ITEM), on=ITEM, how="left")

    @cached_property
    def extras(self) -> Ints:
        """Catalogue positions of all pinned items, which any shopper's pool may lack."""
        at = self.pool.item_ids.get_indexer(
            pd.Index([rule.item for rule in self.rules if isinstance(rule, Pin)], dtype=object)
        )
        return np.unique(at[at >= 0]).astype(np.int32)

    @cached_property
    def masks(self) -> dict[int, Mask]:
        """Per rule that names items, what it keeps or means, over the catalogue."""
        found = {}
        for number, rule in enumerate(self.rules):
            if isinstance(rule, Exclude | IncludeOnly):
                found[number] = rule.keeps(self.items)
            elif isinstance(rule, Boost | Bury | AtLeast):
                found[number] = rule.where.mask(self.items)
        return found

    @cached_property
    def codes(self) -> dict[int, Ints]:
        """Per cap, the value of each item of the catalogue as a number, -1 where the cap does not count it."""
        found = {}
        for number, rule in enumerate(self.rules):
            if isinstance(rule, Cap):
                column = column_of(self.items, rule.column)
                counted = column.where(column.astype(str).isin(rule.values)) if rule.values else column
                found[number] = pd.factorize(counted)[0].astype(np.int32)
        return found

    def active(self, user: str) -> Iterator[tuple[int, Rule]]:
        """Go through the rules, numbered, that hold for this shopper here."""
        group = (self.options.groups or {}).get(user)
        for number, rule in enumerate(self.rules):
            if rule.scope.covers(group, self.options.category, self.options.query):
                yield number, rule

    def arrange(self, row: int) -> Arranged:
        """Apply the rules to the pool of the shopper in this row."""
        length = int(self.pool.lengths[row])
        draft = _Draft(self.pool.items[row, :length], self.pool.scores[row, :length], np.arange(length, dtype=np.int32))
        active = list(self.active(self.pool.users[row]))
        banned = self._filter(draft, active)
        self._shift(draft, active)
        self._pin(draft, active, banned)
        relevance = relevance_of(draft.scores[None], np.ones((1, len(draft.scores)), np.bool_), self.options.scaling)[0]
        outside = [at for at in draft.fixed if at not in set(draft.items.tolist())]
        items = np.concatenate([draft.items, outside]).astype(np.int32)
        places = np.concatenate([draft.places, self.pool.items.shape[1] + np.searchsorted(self.extras, outside)])
        position = {int(item): at for at, item in enumerate(items)}
        fixed = np.array([position[at] for at in draft.fixed], np.int32)
        limits = self._limits(draft, active, items, fixed)
        low = relevance.min(initial=0)  # pinned items from outside stand last; the loop never scores them
        relevance = np.concatenate([relevance, np.full(len(outside), low)]).astype(np.float32)
        return Arranged(
            places.astype(np.int32),
            items,
            relevance,
            limits,
            tuple(draft.pins),
            tuple(draft.steps),
            tuple(draft.findings),
            tuple((number, rule.n, self.masks[number]) for number, rule in active if isinstance(rule, AtLeast)),
        )

    def _filter(self, draft: _Draft, active: list[tuple[int, Rule]]) -> Mask:
        banned = np.zeros(len(self.items), np.bool_)
        for number, rule in active:
            if isinstance(rule, Exclude | IncludeOnly):
                banned |= ~self.masks[number]
                stays = self.masks[number][draft.items]
                draft.items, draft.scores, draft.places = draft.items[stays], draft.scores[stays], draft.places[stays]
                draft.steps.append((rule.kind, draft.places))
        return banned

    def _shift(self, draft: _Draft, active: list[tuple[int, Rule]]) -> None:
        span = np.ptp(draft.scores) if len(draft.scores) else 0.0
        for number, rule in active:
            if isinstance(rule, Boost | Bury):
                shifted = (
                    draft.scores + np.float32(rule.shift * (span if span > 0 else 1)) * self.masks[number][draft.items]
                )
                order = np.argsort(-shifted, kind="stable")
                draft.items, draft.scores, draft.places = (
                    draft.items[order],
                    shifted[order].astype(np.float32),
                    draft.places[order],
                )
                draft.steps.append((rule.kind, draft.places))

    def _pin(self, draft: _Draft, active: list[tuple[int, Rule]], banned: Mask) -> None:
        for number, rule in active:
            if isinstance(rule, Pin):
                at = int(self.pool.item_ids.get_indexer(pd.Index([rule.item]))[0])
                obstacle = self._obstacle(rule, at, draft, active, banned)
                if obstacle:
                    draft.findings.append((number, obstacle))
                else:
                    draft.fixed.append(at)
                    draft.pins.append(rule.position - 1)

    def _obstacle(self, rule: Pin, at: int, draft: _Draft, active: list[tuple[int, Rule]], banned: Mask) -> str:
        reasons = {
            f"{rule.item} is not among the items that the pools know": at < 0,
            f"{rule.item} is excluded by another rule": banned[at],
            f"{rule.item} is pinned already": at in draft.fixed,
            f"place {rule.position} is taken by another pin": rule.position - 1 in draft.pins,
            f"place {rule.position} is beyond the list of {self.n}": rule.position > self.n,
        }
        for number, cap in active:
            if isinstance(cap, Cap) and self.codes[number][at] >= 0:
                pinned = self.codes[number][draft.fixed] == self.codes[number][at]
                reasons[f"{rule.item} would break the cap of {cap.n} per {cap.column}"] = pinned.sum() >= cap.n
        return next((reason for reason, stands in reasons.items() if stands), "")

    def _limits(self, draft: _Draft, active: list[tuple[int, Rule]], items: Ints, fixed: Ints) -> Limits:
        caps = [(rule, self.codes[number]) for number, rule in active if isinstance(rule, Cap)]
        shares = [(number, rule, self.masks[number]) for number, rule in active if isinstance(rule, AtLeast)]
        widest = max((int(codes.max(initial=-1)) + 1 for _, codes in caps), default=0)
        cap_left = np.zeros((len(caps), widest), np.int32)
        for line, (cap, codes) in zip(cap_left, caps, strict=True):
            taken = codes[items[fixed]]
            line[:] = cap.n - np.bincount(taken[taken >= 0], minlength=widest)
        share = np.array([mask[items] for _, _, mask in shares], np.uint8).reshape(len(shares), len(items))
        for (number, rule, _), counted in zip(shares, share, strict=True):
            if counted.sum() < rule.n:
                draft.findings.append((number, f"asks for {rule.n} of {rule.where}, the pool has {counted.sum()}"))
        return Limits(
            fixed,
            np.array([codes[items] for _, codes in caps], np.int32).reshape(len(caps), len(items)),
            cap_left,
            share,
            np.array([rule.n for _, rule, _ in shares], np.int32)
            - np.count_nonzero(share[:, fixed], axis=1).astype(np.int32),
        )
