"""What reading and cleaning did to a log: every row is either kept or dropped for a stated reason."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Self

import pandas as pd

from divrec.errors import InputError

Action = Literal["dropped", "fixed", "guessed"]


@dataclass(frozen=True)
class Step:
    """One thing done to a table: ``rows`` of ``table`` were ``action`` because of ``reason``."""

    action: Action
    reason: str
    rows: int
    table: str = "interactions"


@dataclass(frozen=True)
class Report:
    """The account of a dataset: rows of the log read, and the steps that left ``kept`` of them."""

    read: int = 0
    steps: tuple[Step, ...] = field(default=())

    @property
    def dropped(self) -> int:
        """Rows of the log that were dropped."""
        return sum(step.rows for step in self.steps if step.action == "dropped" and step.table == "interactions")

    @property
    def kept(self) -> int:
        """Rows of the log that are left: always ``read - dropped``."""
        return self.read - self.dropped

    def add(self, action: Action, reason: str, rows: int, table: str = "interactions") -> "Report":
        """Give a report with one more step; a step that touched no row is not noted."""
        if rows < 0:
            raise InputError(f"a report step cannot touch {rows} rows")
        return replace(self, steps=(*self.steps, Step(action, reason, rows, table))) if rows else self

    def to_frame(self) -> pd.DataFrame:
        """Give the steps as a table ``action, reason, rows, table``."""
        return pd.DataFrame([asdict(step) for step in self.steps], columns=["action", "reason", "rows", "table"])

    def to_json(self) -> dict[str, Any]:
        """Give the report as plain JSON values."""
        return {"read": self.read, "steps": [asdict(step) for step in self.steps]}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Read what ``to_json`` gave."""
        return cls(values["read"], tuple(Step(**step) for step in values["steps"]))

    def __str__(self) -> str:
        """Give the account as a few readable lines."""
        lines = [f"{self.read:,} rows read, {self.kept:,} kept, {self.dropped:,} dropped"]
        lines += [f"  {s.action}: {s.rows:,} {s.table} rows: {s.reason}" for s in self.steps]
        return "\n".join(lines)
