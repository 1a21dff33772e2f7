"""What a text file must be before it is parsed: UTF-8 to the last byte, one delimiter, a header or none."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from divrec.errors import InputError

_CHUNK: Final = 1 << 22
_SAMPLE: Final = 1 << 16
DELIMITERS: Final = (",", "\t", ";", "|", " ")  # the space last: it stands inside values too
_DATA_LIKE: Final = re.compile(r"^\s*([-+]?\d+([.,]\d+)?([eE][-+]?\d+)?|\d{4}-\d{1,2}-\d{1,2}.*|https?://.*)\s*$")


@dataclass(frozen=True)
class TextShape:
    """How a text file is laid out: its delimiter, whether a header leads, and its columns."""

    delimiter: str
    header: bool
    columns: tuple[str, ...]


def check_text(path: Path) -> bool:
    """Read the file once to see that it is UTF-8 text; say whether its line ends are mixed.

    Raises InputError naming the line of the first byte that is not UTF-8, for UTF-16 and for binary files.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    windows = ends = returns = 0
    before, open_return = 0, False
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            _check_chunk(path, decoder, chunk, before, ends)
            windows += chunk.count(b"\r\n") + (open_return and chunk.startswith(b"\n"))
            ends += chunk.count(b"\n")
            returns += chunk.count(b"\r")
            open_return = chunk.endswith(b"\r")
            before += len(chunk)
    _check_chunk(path, decoder, b"", before, ends)
    return windows > 0 and (windows < ends or windows < returns)


def _check_chunk(path: Path, decoder: codecs.IncrementalDecoder, chunk: bytes, before: int, lines: int) -> None:
    if before == 0 and chunk[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError(f"{path.name} is UTF-16; save it as UTF-8 and read it again")
    try:
        decoder.decode(chunk, final=not chunk)
    except UnicodeDecodeError as error:
        line = lines + 1 + chunk[: error.start].count(b"\n")
        raise InputError(f"{path.name} is not UTF-8: line {line} cannot be decoded ({error.reason}); save it as UTF-8 "
                         "and read it again") from error  # fmt: skip
    if b"\0" in chunk:
        raise InputError(f"{path.name} is not text: line {lines + 1 + chunk[: chunk.index(0)].count(10)} holds a zero "
                         "byte; expected CSV in UTF-8, or Parquet")  # fmt: skip


def shape_of(path: Path) -> TextShape:
    """Guess the delimiter by which the first lines agree on a number of columns, and whether the first is a header."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    text = sample.decode("utf-8-sig", errors="ignore")  # the whole file is checked; a sample may end inside a letter
    if len(sample) == _SAMPLE:
        text = text[: text.rfind("\n") + 1] or text
    found = [(_agreement(text, delimiter), delimiter) for delimiter in DELIMITERS]
    (_, width), delimiter = max(found, key=lambda entry: entry[0])  # the earlier one among equals
    if not text.strip():
        raise InputError(f"{path.name} holds no text; expected a header and rows")
    first_row = next(_rows(text, delimiter))
    header = not any(_DATA_LIKE.match(cell) for cell in first_row)
    names = first_row if header else [f"column {place + 1}" for place in range(width)]
    return TextShape(delimiter, header, _distinct(names))


def _agreement(text: str, delimiter: str) -> tuple[float, int]:
    """Share of the first records with as many columns as the first one, to the tenth, and that number."""
    widths = [len(row) for _, row in zip(range(50), _rows(text, delimiter), strict=False)]
    if not widths or widths[0] < 2:
        return 0.0, 1
    return round(sum(width == widths[0] for width in widths) / len(widths), 1), widths[0]


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    return (row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row)


def _distinct(names: list[str]) -> tuple[str, ...]:
    """Name nameless columns by their place and tell equal names apart."""
    seen: dict[str, int] = {}
    distinct = []
    for place, name in enumerate(names):
        plain = name.strip() or f"column {place + 1}"
        seen[plain] = seen.get(plain, 0) + 1
        distinct.append(plain if seen[plain] == 1 else f"{plain} ({seen[plain]})")
    return tuple(distinct)
