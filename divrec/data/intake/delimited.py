"""CSV and its kin: parsed by the engine as text; records that do not fit the header are set aside with their lines."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from divrec.data.duck import connect, refused, table
from divrec.data.intake.encodings import PlainText
from divrec.data.intake.guards import unguarded_sql
from divrec.data.intake.limits import Limits
from divrec.data.intake.tables import LINES, SHOWN, TABLE, Part, write_rejected
from divrec.data.intake.textshape import TextShape, shape_of
from divrec.errors import InputError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_REASONS: Final = {
    "MISSING COLUMNS": "fewer columns than the header", "TOO MANY COLUMNS": "more columns than the header",
    "UNQUOTED VALUE": "text after a closing quote", "LINE SIZE OVER MAXIMUM": "line is too long",
}  # fmt: skip
Records = list[tuple[int, str, str]]


def read_delimited(text: PlainText, label: str, folder: Path, limits: Limits) -> Part:
    """Parse the text into ``folder``; every value stays text. Raises InputError for an unclosed quote."""
    shape = shape_of(text.path, label)
    width = len(shape.columns)
    limits.check_columns(width, label)
    limits.check_rows(text.lines - shape.header, label)
    spec = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(width))
    connection = connect()
    query = (
        f"COPY (SELECT {_values(shape)} FROM read_csv(?, delim = ?, header = ?, columns = {{{spec}}}, "  # noqa: S608
        "auto_detect = false, quote = '\"', escape = '\"', strict_mode = true, store_rejects = true, "
        "rejects_limit = 0)) "
        f"TO '{folder / TABLE}' (FORMAT parquet, COMPRESSION lz4_raw)"
    )
    with refused(f"{label} cannot be parsed as {width} columns separated by {shape.delimiter!r}"):
        connection.execute(query, [str(text.path), shape.delimiter, shape.header])
    columns = tuple(shape.columns[place] for place in _kept(shape))
    rows = pq.read_metadata(folder / TABLE).num_rows
    rejected = _rejected(connection, label, text.path)
    # blank lines, and values of more than one line, make counting go wrong
    counted = rows + len(rejected) + shape.header == text.lines
    return Part(
        label, str(folder / TABLE), columns, rows, "csv", encoding=text.encoding, delimiter=shape.delimiter,
        header=shape.header, first_line=1 + shape.header, rejects=len(rejected),
        rejected=write_rejected(folder, rejected),
        lines=None if counted else _lines(text, shape, rejected, rows, folder),
    )  # fmt: skip


def _kept(shape: TextShape) -> list[int]:
    return [place for place in range(len(shape.columns)) if place != shape.mark]


def _values(shape: TextShape) -> str:
    """Give the expressions of the columns that stay, without the guards of a file that we wrote."""
    if shape.mark is None:
        return "*"
    mark = f"c{shape.mark}"
    return ", ".join(f"{unguarded_sql(f'c{place}', mark)} AS c{at}" for at, place in enumerate(_kept(shape)))


def _lines(text: PlainText, shape: TextShape, rejected: Records, rows: int, folder: Path) -> str | None:
    """Find the line of each row by reading again, record by record."""
    aside = {line for line, _, _ in rejected}
    found, start = [], 1
    with text.path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=shape.delimiter)
        try:
            for record in reader:
                if record and start not in aside:
                    found.append(start)
                start = reader.line_num + 1
        except csv.Error:  # a value of more than 128 KB
            return None
    if len(found) - shape.header != rows:
        return None
    pq.write_table(pa.table({"line": np.array(found[shape.header :], dtype=np.int64)}), folder / LINES)
    return str(folder / LINES)


def _rejected(connection: "DuckDBPyConnection", label: str, readable: Path) -> Records:
    """Describe the records set aside, with their lines in the file."""
    found = table(connection, """
        SELECT line_byte_position - 1 AS start, first(CAST(error_type AS VARCHAR)) AS kind, first(csv_line) AS text
        FROM reject_errors GROUP BY line_byte_position ORDER BY start""")  # fmt: skip
    described: Records = []
    line, at = 1, 0
    with readable.open("rb") as opened:
        for start, kind, text in zip(found["start"].to_list(), found["kind"], found["text"], strict=True):
            line, at = line + _line_ends(opened, start - at), start
            # with Windows line ends the engine counts the record from the line end before it
            here = line + text.startswith("\n")
            if kind == "UNQUOTED VALUE" and "\n" in text.strip("\n"):
                raise InputError(f"a quote opened on line {here} of {label} is never closed: "
                                 f"{text.strip()[:60]!r}; close it, or double the quotes inside values")  # fmt: skip
            described.append((here, _REASONS.get(kind, kind.lower()), text.strip("\n")[:SHOWN]))
    return described


def _line_ends(opened: BinaryIO, size: int) -> int:
    """Count the line ends in the next ``size`` bytes; carriage returns count where there is nothing else."""
    feeds = returns = 0
    while size > 0 and (chunk := opened.read(min(size, 1 << 22))):
        feeds, returns, size = feeds + chunk.count(b"\n"), returns + chunk.count(b"\r"), size - len(chunk)
    return feeds or returns
