"""What taking a file in gives: a Parquet table of its values, and what is known of the file."""

from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.parquet as pq

TABLE: Final = "table.parquet"
REJECTED: Final = "rejected.parquet"  # line, reason, text: records that could not be parsed
LINES: Final = "lines.parquet"  # the line of each row, where counting does not give it
REJECTED_SCHEMA: Final = pa.schema([("line", pa.int64()), ("reason", pa.string()), ("text", pa.string())])
SHOWN: Final = 200  # characters of a rejected record that are kept


@dataclass(frozen=True)
class Part:
    """One table taken in. Column number i of ``columns`` is ``c{i}`` of the Parquet file ``table``."""

    label: str  # the file's name for people
    table: str
    columns: tuple[str, ...]
    rows: int
    format: str  # csv, jsonl, json, parquet or excel
    packed: tuple[str, ...] = ()  # gzip, zip
    encoding: str | None = None
    delimiter: str | None = None
    header: bool = True
    first_line: int = 1  # of the first row
    rejects: int = 0
    rejected: str | None = None
    lines: str | None = None
    rounded: tuple[str, ...] = ()  # columns with numbers of which the file's own format has lost digits
    notes: tuple[str, ...] = ()
    own_names: bool = False  # the table is the shop's own Parquet file, with the columns' own names

    def to_json(self) -> dict[str, Any]:
        """Give plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Read what ``to_json`` gave."""
        lists = {"columns", "packed", "rounded", "notes"}
        known = {field.name for field in fields(cls)}
        given: dict[str, Any] = {key: tuple(v) if key in lists else v for key, v in values.items() if key in known}
        return cls(**given)


def write_rejected(folder: Path, records: list[tuple[int, str, str]]) -> str | None:
    """Write the records set aside; None where there are none."""
    if not records:
        return None
    columns = [list(column) for column in zip(*records, strict=True)]
    pq.write_table(pa.table(columns, schema=REJECTED_SCHEMA), folder / REJECTED, compression="zstd")
    return str(folder / REJECTED)
