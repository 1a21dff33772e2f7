"""The apostrophe that keeps a spreadsheet from running a text as a formula, and how it is taken away again.

A file written with ``guarded`` says so in a column of its own, ``MARK``: rows that say ``yes`` there carry an
apostrophe before each text that begins like a formula or with an apostrophe. So our own files come back to the byte,
and files from elsewhere, which have no such column, keep their apostrophes.
"""

from collections.abc import Sequence
from typing import Final

import pandas as pd

RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "'")  # where a spreadsheet may see a formula, and the guard itself
MARK: Final = "guarded with '"
_GUARD: Final = "'"
_YES, _NO = "yes", "no"


def guarded(table: pd.DataFrame) -> pd.DataFrame:
    """Give the table with an apostrophe before every risky text and column name; numbers stay numbers.

    Where any was needed, ``MARK`` is the last column and says of each row whether it has one.
    """
    texts = [name for name, values in table.items() if not pd.api.types.is_numeric_dtype(values)]
    rows = pd.DataFrame({name: table[name].map(_risky).astype(bool) for name in texts}, index=table.index).any(axis=1)
    safe = table.copy(deep=False)
    for name in texts:
        safe[name] = table[name].map(_guarded)
    safe.columns = [_guarded_name(name) for name in table.columns]
    if rows.any() or list(safe.columns) != list(table.columns):
        safe[MARK] = rows.map({True: _YES, False: _NO})
    return safe


def mark_place(header: Sequence[str]) -> int | None:
    """Give the place of ``MARK`` among the columns; None in a file that is not ours."""
    return list(header).index(MARK) if list(header).count(MARK) == 1 else None


def unguarded_name(name: str) -> str:
    """Take the guard from a column's name."""
    return name.removeprefix(_GUARD)


def unguarded_sql(name: str, mark: str) -> str:
    """Give the expression of a text column without its guard; ``mark`` is the engine's name of the marking column."""
    quote = _GUARD * 2
    return f"CASE WHEN {mark} = '{_YES}' AND starts_with({name}, '{quote}') THEN substr({name}, 2) ELSE {name} END"


def _risky(value: object) -> bool:
    return isinstance(value, str) and value.startswith(RISKY)


def _guarded(value: object) -> object:
    return f"{_GUARD}{value}" if _risky(value) else value


def _guarded_name(name: str) -> str:
    return f"{_GUARD}{name}" if _risky(name) or name == MARK else name
