"""What a rule speaks of: which items, and for whom."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.columns import ITEM
from divrec.errors import InputError

Mask = npt.NDArray[np.bool_]
ScopeKind = Literal["everyone", "group", "category", "query"]


@dataclass(frozen=True)
class Scope:
    """For whom or where a rule holds: everyone, a group of shoppers, a category page, a search query."""

    kind: ScopeKind = "everyone"
    value: str = ""

    def __post_init__(self) -> None:
        """Refuse a kind that does not exist."""
        if self.kind not in get_args(ScopeKind):
            raise InputError(f"a rule's scope must be one of {', '.join(get_args(ScopeKind))}; found {self.kind!r}")

    def covers(self, group: str | None, category: str | None, query: str | None) -> bool:
        """Tell whether a list made for this group, category page or query is meant."""
        here = {"everyone": self.value, "group": group, "category": category, "query": query}
        return here[self.kind] == self.value


@dataclass(frozen=True)
class Where:
    """Which items: those whose ``column`` is among ``values``, or within ``low`` … ``high`` (both included)."""

    column: str = ITEM
    values: tuple[str, ...] = ()
    low: float | str | None = None  # a date as text where the column holds times
    high: float | str | None = None

    def __str__(self) -> str:
        """Say the condition shortly."""
        if self.values:
            return f"{self.column} {', '.join(self.values)}"
        ends = ("" if self.low is None else f"{self.low} ≤ ", "" if self.high is None else f" ≤ {self.high}")
        return f"{ends[0]}{self.column}{ends[1]}"

    def mask(self, items: pd.DataFrame) -> Mask:
        """Mark the rows of ``items`` that are meant; a missing value is not within any range."""
        column = column_of(items, self.column)
        found = column.astype(str).isin(self.values) if self.values else column.notna()
        if self.low is not None:
            found &= column >= _like(self.low, column)
        if self.high is not None:
            found &= column <= _like(self.high, column)
        return found.to_numpy(np.bool_)


def column_of(items: pd.DataFrame, column: str) -> pd.Series:
    """Give a column of the catalogue; InputError names those there are."""
    if column not in items.columns:
        known = ", ".join(map(str, items.columns))
        raise InputError(f"a rule speaks of {column!r}, which is not among {known}; pass a catalogue with that column")
    return items[column]


def _like(bound: float | str, column: pd.Series) -> Any:  # noqa: ANN401  # a number or a time, like the column
    if pd.api.types.is_datetime64_any_dtype(column):
        return pd.Timestamp(bound)
    if not pd.api.types.is_numeric_dtype(column):
        raise InputError(f"a range needs numbers or times; {column.name!r} holds {column.dtype}")
    return float(bound)
