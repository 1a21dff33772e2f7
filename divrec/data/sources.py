"""Files taken in, opened as one relation of the reading engine: text as text, Parquet with its own types.

Text stays text until it is typed on purpose, so that ids such as ``00123``, ``1e5`` or ``NA`` survive to the byte.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.data.duck import connect, refused
from divrec.data.intake.files import AnyFiles, listed
from divrec.data.intake.limits import Limits
from divrec.data.intake.tables import Part
from divrec.errors import InputError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

PART: Final = "file part"
ROW: Final = "file row"
_LARGEST_EXACT: Final = 2**53  # from here on, neighbouring whole numbers are one float


@dataclass(frozen=True)
class Source:
    """One table in one or several files. Column number i of ``columns`` is ``c{i}`` of ``relation``.

    ``relation`` also has the number of the part and the row in it, from 0, as ``PART`` and ``ROW``.
    """

    parts: tuple[Part, ...]
    connection: "DuckDBPyConnection"  # a relation lives only as long as its connection
    relation: "DuckDBPyRelation"
    columns: tuple[str, ...]
    types: tuple[str, ...]

    @property
    def name(self) -> str:
        """The files' names for people."""
        return self.parts[0].label + (f" and {len(self.parts) - 1} more" if len(self.parts) > 1 else "")

    @property
    def named(self) -> bool:
        """Whether a header names the columns."""
        return self.parts[0].header

    @property
    def rejects(self) -> int:
        """Records that could not be parsed."""
        return sum(part.rejects for part in self.parts)

    def sql(self, column: str) -> str:
        """Give the engine's name of a column. Raises InputError where the file has no such column."""
        if column not in self.columns:
            raise InputError(f"{self.name} has no column {column!r}; it has {', '.join(self.columns)}")
        return f"c{self.columns.index(column)}"

    def type(self, column: str) -> str:
        """Give the engine's type of a column."""
        return self.types[int(self.sql(column)[1:])]

    def text(self, column: str) -> str:
        """Give the expression of a column as text; whole numbers stored as floats lose their ``.0``."""
        name, kind = self.sql(column), self.type(column)
        if not _is_plain(kind):
            raise InputError(f"column {column!r} of {self.name} holds {kind}; expected text, numbers or times")
        return _as_text(name, kind)

    def number(self, column: str) -> str:
        """Give the expression of a column as a number; NULL where it is none."""
        return f"TRY_CAST({self.text(column)} AS DOUBLE)"

    def head(self, rows: int) -> pd.DataFrame:
        """Give the first rows as text, for the eye and for guessing."""
        plain = [name for name in self.columns if _is_plain(self.type(name))]
        shown = ", ".join(f"{self.text(name)} AS c{place}" for place, name in enumerate(plain))
        frame: pd.DataFrame = self.relation.limit(rows).project(shown).to_arrow_table().to_pandas()
        return frame.set_axis(plain, axis=1).astype("str")

    def lines(self, parts: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Give the line in its file of each row: counted past the records set aside, or looked up."""
        lines = np.zeros(len(rows), dtype=np.int64)
        for number, part in enumerate(self.parts):
            here = parts == number
            if not here.any():
                continue
            if part.lines:
                lines[here] = pd.read_parquet(part.lines)["line"].to_numpy()[rows[here]]
                continue
            aside = self._aside(part)["line"].to_numpy() if part.rejected else np.empty(0, dtype=np.int64)
            before = aside - part.first_line - np.arange(len(aside))  # good rows that stand before each of these
            lines[here] = rows[here] + part.first_line + np.searchsorted(before, rows[here], side="right")
        return lines

    def rejected(self) -> pd.DataFrame:
        """Give the records that could not be parsed: ``file, line, reason, text``."""
        found = [self._aside(part).assign(file=part.label) for part in self.parts if part.rejected]
        return pd.concat(found)[["file", "line", "reason", "text"]] if found else pd.DataFrame()

    def _aside(self, part: Part) -> pd.DataFrame:
        return pd.read_parquet(str(part.rejected))


def open_files(files: AnyFiles, scratch: Path, limits: Limits) -> Source:
    """Take all files of one table in, into ``scratch``, which must outlive the source, and open them together."""
    every = listed(files)
    if not every:
        raise InputError("expected one file or more; found an empty list")
    return open_source([
        part for number, file in enumerate(every) for part in file.taken_in(scratch / f"file{number}", limits)
    ])  # fmt: skip


def open_source(parts: Sequence[Part]) -> Source:
    """Open the parts of one table together. Raises InputError where their columns differ."""
    connection = connect()
    first = parts[0]
    selects, kinds = [], []
    for part in parts:
        _check_same(first, part)
        place = part.table.replace("'", "''")
        with refused(f"{part.label} is not a readable Parquet file"):
            read = f"read_parquet('{place}', file_row_number = true)"
            kinds.append(tuple(map(str, connection.sql(f"FROM {read}").types))[: len(part.columns)])
        selects.append(read)
    same = all(kind == kinds[0] for kind in kinds) and all(part.columns == first.columns for part in parts)
    queries = []
    for number, (part, read, kind) in enumerate(zip(parts, selects, kinds, strict=True)):
        alias = ", ".join(f"c{place}" for place in range(len(part.columns)))
        shown = alias if same else ", ".join(
            f"{_as_text(f'c{at}', kind[at])} AS c{place}"
            for place, at in enumerate(map(part.columns.index, first.columns))
        )  # fmt: skip
        queries.append(f'SELECT {shown}, {number} AS "{PART}", r AS "{ROW}" FROM {read} AS t({alias}, r)')  # noqa: S608
    relation = connection.sql(" UNION ALL ".join(queries))
    types = kinds[0] if same else ("VARCHAR",) * len(first.columns)
    return Source(tuple(parts), connection, relation, first.columns, types)


def id_text(source: Source, column: str) -> str:
    """Give the expression of an id column as text. Raises InputError for numeric ids that have lost digits."""
    name, kind = source.sql(column), source.type(column)
    if kind in ("DOUBLE", "FLOAT"):
        limit = _LARGEST_EXACT if kind == "DOUBLE" else 2**24
        lost = source.relation.filter(f"abs({name}) >= {limit} AND NOT isnan({name})")
        if rows := lost.aggregate("count(*)").fetchall()[0][0]:
            raise InputError(f"{rows} ids in column {column!r} of {source.name} are floats too large to be exact: "
                             "their last digits are gone; store ids as text or integers")  # fmt: skip
    if any(column in part.rounded for part in source.parts):
        raise InputError(f"column {column!r} of {source.name} holds ids of more than 15 digits as numbers, of which "
                         "Excel keeps 15: their last digits are gone; format the column as text before filling it, or "
                         "export CSV")  # fmt: skip
    return source.text(column)


def _as_text(name: str, kind: str) -> str:
    if kind in ("DOUBLE", "FLOAT"):
        whole = f"{name} = trunc({name}) AND abs({name}) < {_LARGEST_EXACT}"
        return (f"CASE WHEN isnan({name}) THEN NULL WHEN {whole} THEN CAST(CAST({name} AS BIGINT) AS VARCHAR) "
                f"ELSE CAST({name} AS VARCHAR) END")  # fmt: skip
    if kind.endswith("]"):
        return f"CAST(to_json({name}) AS VARCHAR)"
    return name if kind == "VARCHAR" else f"CAST({name} AS VARCHAR)"


def _check_same(first: Part, part: Part) -> None:
    if set(part.columns) == set(first.columns) and part.header == first.header:
        return
    more = ", ".join(sorted(set(part.columns) - set(first.columns))) or "none"
    fewer = ", ".join(sorted(set(first.columns) - set(part.columns))) or "none"
    raise InputError(f"{part.label} has other columns than {first.label} (more: {more}; missing: {fewer}); parts of "
                     "one table need the same columns")  # fmt: skip


def _is_plain(kind: str) -> bool:
    return kind != "BLOB" and not kind.startswith(("STRUCT", "MAP", "UNION"))
