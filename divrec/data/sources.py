"""Opening a file as a relation of the reading engine: CSV as text, Parquet with its own types.

Text stays text until it is typed on purpose, so that ids such as ``00123``, ``1e5`` or ``NA`` survive to the byte.
"""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import pandas as pd

from divrec.data.duck import connect, refused, table
from divrec.data.report import Rejected
from divrec.data.textfile import TextShape, check_text, shape_of
from divrec.errors import InputError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

_KNOWN_OTHERS: Final = {
    b"PK\x03\x04": "an Excel workbook or zip file", b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x1f\x8b": "compressed (gzip)",
}  # fmt: skip
_LARGEST_EXACT: Final = 2**53  # from here on, neighbouring whole numbers are one float


@dataclass(frozen=True)
class Source:
    """An opened file. Column number i of ``columns`` is ``c{i}`` of ``relation``; ``types`` are the engine's."""

    path: Path
    connection: "DuckDBPyConnection"  # a relation lives only as long as its connection
    relation: "DuckDBPyRelation"
    columns: tuple[str, ...]
    types: tuple[str, ...]
    shape: TextShape | None  # None for Parquet
    rejects: int = 0
    rejected: tuple[Rejected, ...] = ()

    def sql(self, column: str) -> str:
        """Give the engine's name of a column. Raises InputError where the file has no such column."""
        if column not in self.columns:
            raise InputError(f"{self.path.name} has no column {column!r}; it has {', '.join(self.columns)}")
        return f"c{self.columns.index(column)}"

    def type(self, column: str) -> str:
        """Give the engine's type of a column."""
        return self.types[int(self.sql(column)[1:])]

    def text(self, column: str) -> str:
        """Give the expression of a column as text; whole numbers stored as floats lose their ``.0``."""
        name, kind = self.sql(column), self.type(column)
        if kind in ("DOUBLE", "FLOAT"):
            whole = f"{name} = trunc({name}) AND abs({name}) < {_LARGEST_EXACT}"
            return (f"CASE WHEN isnan({name}) THEN NULL WHEN {whole} THEN CAST(CAST({name} AS BIGINT) AS VARCHAR) "
                    f"ELSE CAST({name} AS VARCHAR) END")  # fmt: skip
        if not _is_plain(kind):
            raise InputError(f"column {column!r} of {self.path.name} holds {kind}; expected text, numbers or times")
        return name if kind == "VARCHAR" else f"CAST({name} AS VARCHAR)"

    def number(self, column: str) -> str:
        """Give the expression of a column as a number; NULL where it is none."""
        return f"TRY_CAST({self.text(column)} AS DOUBLE)"

    def head(self, rows: int) -> pd.DataFrame:
        """Give the first rows as text, for the eye and for guessing."""
        plain = [name for name in self.columns if _is_plain(self.type(name))]
        shown = ", ".join(f"{self.text(name)} AS c{place}" for place, name in enumerate(plain))
        frame: pd.DataFrame = self.relation.limit(rows).project(shown).to_arrow_table().to_pandas()
        return frame.set_axis(plain, axis=1).astype("str")


def open_source(path: str | os.PathLike[str]) -> Source:
    """Open a CSV-like text file or a Parquet file, told apart by its content.

    Raises InputError for a missing, empty, damaged or other kind of file.
    """
    file = Path(path)
    if not file.is_file():
        raise InputError(f"there is no file {file}")
    with file.open("rb") as opened:
        start = opened.read(4)
    if not start:
        raise InputError(f"{file.name} is empty; expected a header and rows")
    for magic, kind in _KNOWN_OTHERS.items():
        if start.startswith(magic):
            raise InputError(f"{file.name} is {kind}; expected CSV text in UTF-8, or Parquet")
    return _open_parquet(file) if start == b"PAR1" else _open_text(file)


def id_text(source: Source, column: str) -> str:
    """Give the expression of an id column as text. Raises InputError for float ids that have lost digits."""
    name = source.sql(column)
    if source.type(column) in ("DOUBLE", "FLOAT"):
        limit = _LARGEST_EXACT if source.type(column) == "DOUBLE" else 2**24
        lost = source.relation.filter(f"abs({name}) >= {limit} AND NOT isnan({name})")
        if rows := lost.aggregate("count(*)").fetchall()[0][0]:
            raise InputError(f"{rows} ids in column {column!r} of {source.path.name} are floats too large to be exact: "
                             "their last digits are gone; store ids as text or integers")  # fmt: skip
    return source.text(column)


def _open_parquet(file: Path) -> Source:
    connection = connect()
    with refused(f"{file.name} is not a readable Parquet file"):
        found = connection.sql("FROM read_parquet(?)", params=[str(file)])
        columns, types = tuple(found.columns), tuple(str(kind) for kind in found.types)
        names = ", ".join(f"c{place}" for place in range(len(columns)))
        relation = connection.sql(f"FROM read_parquet(?) AS t({names})", params=[str(file)])
    return Source(file, connection, relation, columns, types, None)


def _open_text(file: Path) -> Source:
    mixed = check_text(file)
    shape = shape_of(file)
    if not mixed:
        return _parse(file, file, shape)
    with tempfile.TemporaryDirectory() as folder:  # the parser wants one kind of line end
        plain = Path(folder) / "plain.csv"
        plain.write_bytes(file.read_bytes().replace(b"\r\n", b"\n"))
        return _parse(file, plain, shape)


def _parse(file: Path, readable: Path, shape: TextShape) -> Source:
    """Load the text into memory, setting aside the records that do not have the header's number of columns."""
    connection = connect()
    width = len(shape.columns)
    spec = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(width))
    query = (
        f"CREATE TEMP TABLE raw AS FROM read_csv(?, delim = ?, header = ?, columns = {{{spec}}}, auto_detect = false, "
        """quote = '"', escape = '"', strict_mode = true, store_rejects = true, rejects_limit = 0)"""
    )
    with refused(f"{file.name} cannot be parsed as {width} columns separated by {shape.delimiter!r}"):
        connection.execute(query, [str(readable), shape.delimiter, shape.header])
    rejects, rejected = _rejected(connection, file, readable)
    types = ("VARCHAR",) * width
    return Source(file, connection, connection.table("raw"), shape.columns, types, shape, rejects, rejected)


def _rejected(connection: "DuckDBPyConnection", file: Path, readable: Path) -> tuple[int, tuple[Rejected, ...]]:
    """Count the records set aside and describe the first ones, with their lines in the file."""
    found = table(connection, """
        SELECT line_byte_position - 1 AS start, first(CAST(error_type AS VARCHAR)) AS kind, first(csv_line) AS text
        FROM reject_errors GROUP BY line_byte_position ORDER BY start""")  # fmt: skip
    described: list[Rejected] = []
    line, at = 1, 0
    with readable.open("rb") as opened:
        for start, kind, text in zip(found["start"].to_list(), found["kind"], found["text"], strict=True):
            line, at = line + _line_ends(opened, start - at), start
            # with Windows line ends the engine counts the record from the line end before it
            here = line + text.startswith("\n")
            if kind == "UNQUOTED VALUE" and "\n" in text.strip("\n"):
                raise InputError(f"a quote opened on line {here} of {file.name} is never closed: "
                                 f"{text.strip()[:60]!r}; close it, or double the quotes inside values")  # fmt: skip
            if len(described) < Rejected.MOST:
                reason = _REASONS.get(kind, kind.lower())
                described.append(Rejected(file.name, here, reason, text.strip("\n")[:200]))
    return len(found), tuple(described)


def _line_ends(opened: BinaryIO, size: int) -> int:
    """Count the line ends in the next ``size`` bytes; carriage returns count where there is nothing else."""
    feeds = returns = 0
    while size > 0 and (chunk := opened.read(min(size, 1 << 22))):
        feeds, returns, size = feeds + chunk.count(b"\n"), returns + chunk.count(b"\r"), size - len(chunk)
    return feeds or returns


_REASONS: Final = {
    "MISSING COLUMNS": "fewer columns than the header", "TOO MANY COLUMNS": "more columns than the header",
    "UNQUOTED VALUE": "text after a closing quote", "LINE SIZE OVER MAXIMUM": "line is too long",
}  # fmt: skip


def _is_plain(kind: str) -> bool:
    return kind != "BLOB" and not kind.endswith("]") and not kind.startswith(("STRUCT", "MAP", "UNION"))

