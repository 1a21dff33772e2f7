"""Tables that a person takes away: CSV that no spreadsheet will execute, and Parquet."""

import csv
import io
from typing import Final

import pandas as pd

RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "'")  # where a spreadsheet may see a formula, and the mark against it


def to_csv(table: pd.DataFrame) -> bytes:
    """Write UTF-8 CSV (with a byte-order mark, which Excel needs) in which no text is a formula.

    A text that begins like a formula gets an apostrophe in front, as does one that begins with an apostrophe: taking
    the first apostrophe away gives every text back exactly. Numbers stay numbers.
    """
    safe = {
        _guarded(name): values if pd.api.types.is_numeric_dtype(values) else values.map(_guarded)
        for name, values in table.items()
    }
    text = pd.DataFrame(safe).to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC)  # unquoted, a lone \r ends a row
    return text.encode("utf-8-sig")


def to_parquet(table: pd.DataFrame) -> bytes:
    """Write Parquet."""
    out = io.BytesIO()
    table.to_parquet(out, index=False)
    return out.getvalue()


def _guarded(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(RISKY) else value
