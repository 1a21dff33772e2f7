"""The merchandiser's rules, as data that reads and writes as JSON.

Order of work: exclude → score → boost and bury → diversify under caps and minimum shares → pin. Excludes and caps hold
in every list at every slider value; so do pins, unless the item is excluded, its cap is reached or its place is taken.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, ClassVar, Final, Self

import pandas as pd

from divrec.columns import PRICE, STOCK
from divrec.errors import InputError
from divrec.rerank.conditions import Mask, Scope, Where


@dataclass(frozen=True)
class Rule:
    """What every rule has; ``kind`` names it in JSON."""

    kind: ClassVar[str]
    scope: Scope = field(default_factory=Scope, kw_only=True)


@dataclass(frozen=True)
class Exclude(Rule):
    """Never show these items."""

    kind: ClassVar[str] = "exclude"
    where: Where

    def keeps(self, items: pd.DataFrame) -> Mask:
        """Mark what may stay."""
        return ~self.where.mask(items)


@dataclass(frozen=True)
class IncludeOnly(Rule):
    """Show nothing but these items."""

    kind: ClassVar[str] = "include_only"
    where: Where

    def keeps(self, items: pd.DataFrame) -> Mask:
        """Mark what may stay."""
        return self.where.mask(items)


@dataclass(frozen=True)
class Boost(Rule):
    """Raise the score of these items by ``by`` times the range of the pool's scores, before they are rescaled."""

    kind: ClassVar[str] = "boost"
    where: Where
    by: float = 0.2

    @property
    def shift(self) -> float:
        """Give what is added, in units of the pool's range."""
        return self.by


@dataclass(frozen=True)
class Bury(Rule):
    """Lower the score of these items by ``by`` times the range of the pool's scores, before they are rescaled."""

    kind: ClassVar[str] = "bury"
    where: Where
    by: float = 0.2

    @property
    def shift(self) -> float:
        """Give what is added, in units of the pool's range."""
        return -self.by


@dataclass(frozen=True)
class Cap(Rule):
    """Show at most ``n`` items of each value of ``column``, or of the ``values`` named; empty cells are not counted."""

    kind: ClassVar[str] = "cap"
    column: str
    n: int
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class AtLeast(Rule):
    """Show at least ``n`` of these items, as far as the pool has them."""

    kind: ClassVar[str] = "at_least"
    where: Where
    n: int


@dataclass(frozen=True)
class Pin(Rule):
    """Show this item at this place, counted from 1, whether it is in the shopper's pool or not."""

    kind: ClassVar[str] = "pin"
    item: str
    position: int


KINDS: Final = {kind.kind: kind for kind in (Exclude, IncludeOnly, Boost, Bury, Cap, AtLeast, Pin)}


def price_band(low: float | None = None, high: float | None = None, scope: Scope | None = None) -> IncludeOnly:
    """Show only items that cost between ``low`` and ``high``."""
    return IncludeOnly(Where(PRICE, low=low, high=high), scope=scope or Scope())


def in_stock(scope: Scope | None = None) -> IncludeOnly:
    """Show only items of which at least one is in stock."""
    return IncludeOnly(Where(STOCK, low=1), scope=scope or Scope())


@dataclass(frozen=True)
class Rules:
    """Any number of rules; earlier pins go first."""

    rules: tuple[Rule, ...] = ()

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        """Take the rules and refuse numbers that cannot be meant."""
        object.__setattr__(self, "rules", tuple(rules))
        for rule in self.rules:
            if isinstance(rule, Pin) and rule.position < 1:
                raise InputError(f"a pin's position counts from 1; found {rule.position} for {rule.item!r}")
            if isinstance(rule, Cap | AtLeast) and rule.n < 0:
                raise InputError(f"a {rule.kind} cannot be negative; found {rule.n}")

    def __iter__(self) -> Iterator[Rule]:
        """Go through the rules in order."""
        return iter(self.rules)

    def __len__(self) -> int:
        """Count the rules."""
        return len(self.rules)

    def without(self, at: int) -> "Rules":
        """Give the other rules."""
        return Rules(rule for place, rule in enumerate(self.rules) if place != at)

    def to_json(self) -> str:
        """Write the rules as JSON: a list of objects with ``kind`` and whatever is not as by default."""
        return json.dumps([{"kind": rule.kind, **_said(rule)} for rule in self.rules], ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what ``to_json`` wrote; InputError for a kind or field that does not exist."""
        return cls(_read(entry) for entry in json.loads(text))


def _said(part: Any) -> dict[str, Any]:  # noqa: ANN401  # a rule, its condition or its scope
    told = {}
    for each in fields(part):
        value = getattr(part, each.name)
        if is_dataclass(value):
            value = _said(value)
        if value not in ({}, (), None) and value != each.default:
            told[each.name] = value
    return told


def _read(entry: dict[str, Any]) -> Rule:
    content = dict(entry)
    kind = KINDS.get(content.pop("kind", ""))
    if kind is None:
        raise InputError(f"a rule's kind must be one of {', '.join(KINDS)}; found {entry.get('kind')!r}")
    if unknown := set(content) - {each.name for each in fields(kind)}:
        raise InputError(f"a {kind.kind} rule has no {', '.join(sorted(unknown))}")
    parts: tuple[tuple[str, Callable[..., object]], ...] = (("where", Where), ("scope", Scope), ("values", _tuple))
    for name, build in parts:
        if name in content:
            part = content[name]
            content[name] = build(**{k: _tuple(v) for k, v in part.items()}) if isinstance(part, dict) else build(part)
    return kind(**content)


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
