"""Every row that was set aside: its file, its line, the reason, and how it read."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.data.sources import PART, ROW, Source

COLUMNS: Final = ("file", "line", "reason", "text")
MOST: Final = 2_000_000  # so many rows are listed; all are counted in the report


def none() -> pd.DataFrame:
    """Give the empty list."""
    return pd.DataFrame({name: pd.Series(dtype="int64" if name == "line" else "str") for name in COLUMNS})


def set_aside(source: Source, rows: pd.DataFrame) -> pd.DataFrame:
    """List what could not be parsed, and ``rows`` (``PART``, ``ROW``, ``reason``) with their lines and words."""
    unparsed = source.rejected()
    rows = rows.head(MOST)
    if rows.empty:
        return unparsed if len(unparsed) else none()
    parts, numbers = (_whole(rows[name]) for name in (PART, ROW))
    words = " || ',' || ".join(f"coalesce({source.text(name)}, '')" for name in source.head(0).columns)
    source.connection.register("aside", rows[[PART, ROW]])
    alias = ", ".join(f'"{name}"' for name in (PART, ROW))
    source.relation.project(f'"{PART}", "{ROW}", {words} AS words').create_view("worded", replace=True)
    said = source.connection.sql(f"SELECT words FROM aside LEFT JOIN worded USING ({alias}) ORDER BY {alias}")  # noqa: S608
    order = np.lexsort((numbers, parts))
    listed = pd.DataFrame({
        "file": [source.parts[part].label for part in parts[order]],
        "line": source.lines(parts, numbers)[order],
        "reason": rows["reason"].to_numpy()[order],
        "text": said.to_arrow_table().to_pandas()["words"].to_numpy(),
    })  # fmt: skip
    both = pd.concat([unparsed, listed]) if len(unparsed) else listed
    return both.astype({"file": "str", "line": "int64", "reason": "str", "text": "str"}).reset_index(drop=True)


def _whole(values: pd.Series) -> npt.NDArray[np.int64]:
    return values.to_numpy(np.int64)
