"""How a text table is laid out: one delimiter, a header or none, and its columns."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from divrec.data.intake.guards import mark_place, unguarded_name
from divrec.errors import InputError

_SAMPLE: Final = 1 << 16
_LONGEST: Final = 1 << 22
DELIMITERS: Final = (",", "\t", ";", "|", " ")  # the space last: it stands inside values too
_DATA_LIKE: Final = re.compile(r"^\s*([-+]?\d+([.,]\d+)?([eE][-+]?\d+)?|\d{4}-\d{1,2}-\d{1,2}.*|https?://.*)\s*$")


@dataclass(frozen=True)
class TextShape:
    """How a text file is laid out: its delimiter, whether a header leads, and its columns.

    ``mark`` is the place of the column by which a file that we wrote says which rows are guarded.
    """

    delimiter: str
    header: bool
    columns: tuple[str, ...]
    mark: int | None = None


def shape_of(path: Path, label: str) -> TextShape:
    """Guess the delimiter by which the first lines agree on a number of columns, and whether the first is a header."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
        if b"\n" not in sample:  # a header of very many columns
            sample += file.read(_LONGEST - _SAMPLE)
    text = sample.decode("utf-8-sig", errors="ignore")  # the whole file is checked; a sample may end inside a letter
    if len(sample) in (_SAMPLE, _LONGEST):
        text = text[: text.rfind("\n") + 1] or text
    found = [(_agreement(text, delimiter), delimiter) for delimiter in DELIMITERS]
    (_, width), delimiter = max(found, key=lambda entry: entry[0])  # the earlier one among equals
    if not text.strip():
        raise InputError(f"{label} holds no text; expected a header and rows")
    first_row = next(_rows(text, delimiter))
    header = is_header(first_row)
    names = first_row if header else [f"column {place + 1}" for place in range(width)]
    mark = mark_place(first_row) if header else None
    return TextShape(
        delimiter, header, distinct(names if mark is None else list(map(unguarded_name, names))), mark
    )


def is_header(first_row: list[str]) -> bool:
    """Whether the first row names columns: no number, date or link stands in it."""
    return not any(_DATA_LIKE.match(cell) for cell in first_row)


def _agreement(text: str, delimiter: str) -> tuple[float, int]:
    """Share of the first records with as many columns as the first one, to the tenth, and that number."""
    try:
        widths = [len(row) for _, row in zip(range(50), _rows(text, delimiter), strict=False)]
    except csv.Error:  # a value of more than 128 KB: not this delimiter
        return 0.0, 1
    if not widths or widths[0] < 2:
        return 0.0, 1
    return round(sum(width == widths[0] for width in widths) / len(widths), 1), widths[0]


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    return (row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row)


def distinct(names: list[str]) -> tuple[str, ...]:
    """Name nameless columns by their place and tell equal names apart."""
    seen: dict[str, int] = {}
    distinct = []
    for place, name in enumerate(names):
        plain = name.strip() or f"column {place + 1}"
        seen[plain] = seen.get(plain, 0) + 1
        distinct.append(plain if seen[plain] == 1 else f"{plain} ({seen[plain]})")
    return tuple(distinct)
