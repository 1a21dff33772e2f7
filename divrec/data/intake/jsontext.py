"""JSON Lines, arrays of objects, and single objects that hold one: numbers keep the digits that stand in the file."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from divrec.data.intake.encodings import PlainText
from divrec.data.intake.limits import Limits
from divrec.data.intake.tables import SHOWN, TABLE, Part, write_rejected
from divrec.errors import InputError

_TOGETHER: Final = 50_000  # objects of one batch
_JSON: Final = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
Numbered = tuple[int, dict[str, str | None]]


def looks_like_json(path: Path) -> bool:
    """Whether the text begins as an object or as a list of them."""
    with path.open(encoding="utf-8-sig", errors="ignore") as file:
        start = "".join(file.read(4096).split())
    return start.startswith(("{", "[{", "[[", "[]"))


def read_json(text: PlainText, label: str, folder: Path, limits: Limits) -> Part:
    """Write the objects as a table of text; objects inside become columns ``outer.inner``, lists stay JSON text.

    Raises InputError for text that is no JSON, for objects nested too deeply, and for what holds no rows.
    """
    rejected: list[tuple[int, str, str]] = []
    by_line = _is_lines(text.path)
    found = _by_line(text.path, rejected) if by_line else enumerate(_objects(text.path, label), start=1)
    try:
        rows, columns, numbers = _write(_flat(found, limits, rejected, label), folder, label, limits)
    except RecursionError as error:
        raise _too_deep(label, limits) from error
    if not columns:
        raise InputError(f"{label} holds no JSON objects that could be rows; expected one object a line, or a list")
    pq.write_table(pa.table({"line": numbers}), folder / "lines.parquet")
    return Part(
        label, str(folder / TABLE), columns, rows, "jsonl" if by_line else "json", encoding=text.encoding,
        rejects=len(rejected), rejected=write_rejected(folder, rejected), lines=str(folder / "lines.parquet"),
    )  # fmt: skip


def _is_lines(path: Path) -> bool:
    """Whether one of the first lines is an object by itself."""
    with path.open(encoding="utf-8-sig") as file:
        lines = [line for _, line in zip(range(20), file, strict=False) if line.strip()]
    for line in lines:
        try:
            whole = _JSON.decode(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(whole, dict) and (len(lines) > 1 or _rows_inside(whole) is None):
            return True
    return False


def _by_line(path: Path, rejected: list[tuple[int, str, str]]) -> Iterator[tuple[int, Any]]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                yield number, _JSON.decode(line)
            except ValueError as error:
                rejected.append((number, f"not JSON: {error}", line.strip()[:SHOWN]))


def _objects(path: Path, label: str) -> list[Any]:
    """Read a list of objects, objects one after the other, or the one list of objects inside an object."""
    text = path.read_text(encoding="utf-8-sig").strip()
    found: list[Any] = []
    at = 0
    try:
        while at < len(text):
            value, at = _JSON.raw_decode(text, at)
            found.append(value)
            while at < len(text) and text[at].isspace():
                at += 1
    except json.JSONDecodeError as error:
        raise InputError(f"{label} is not whole JSON: line {error.lineno} cannot be read ({error.msg}); export it "
                         "again, as JSON Lines if possible, where one bad line spoils no other") from error  # fmt: skip
    except RecursionError as error:
        raise InputError(f"{label} nests JSON too deeply (Limits.nesting); expected a flat list of objects") from error
    if len(found) == 1:
        whole = found[0]
        found = whole if isinstance(whole, list) else _rows_inside(whole) or [whole]
    return found


def _rows_inside(whole: Any) -> list[Any] | None:  # noqa: ANN401  # any JSON value
    lists = [value for value in whole.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
    return lists[0] if len(lists) == 1 else None


def _flat(
    found: Iterable[tuple[int, Any]], limits: Limits, rejected: list[tuple[int, str, str]], label: str
) -> Iterator[Numbered]:
    for number, value in found:
        if not isinstance(value, dict):
            rejected.append((number, "not a JSON object", str(value)[:SHOWN]))
            continue
        row: dict[str, str | None] = {}
        _flatten(value, "", row, limits.nesting, label, limits)
        broken = any(text is not None and _unwritable(text) for pair in row.items() for text in pair)
        if broken:
            rejected.append((number, "holds half a character", ascii(value)[:SHOWN]))
            continue
        yield number, row


def _unwritable(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text)


def _flatten(
    value: dict[str, Any], before: str, row: dict[str, str | None], depth: int, label: str, limits: Limits
) -> None:
    if depth == 0:
        raise _too_deep(label, limits)
    for key, inner in value.items():
        if isinstance(inner, dict):
            _flatten(inner, f"{before}{key}.", row, depth - 1, label, limits)
        elif isinstance(inner, list):
            row[before + key] = json.dumps(inner, ensure_ascii=False)
        else:
            row[before + key] = inner if isinstance(inner, str) or inner is None else "true" if inner else "false"


def _write(
    found: Iterable[Numbered], folder: Path, label: str, limits: Limits
) -> tuple[int, tuple[str, ...], list[int]]:
    """Gather batches, then write them under the union of their columns, in the order of first sight."""
    columns: dict[str, None] = {}
    batches: list[pa.Table] = []
    numbers: list[int] = []
    batch: list[dict[str, str | None]] = []

    def close() -> None:
        names = list(dict.fromkeys(key for row in batch for key in row))
        columns.update(dict.fromkeys(names))
        limits.check_columns(len(columns), label)
        batches.append(pa.table([pa.array([row.get(name) for row in batch], pa.large_string()) for name in names],
                                names=names))  # fmt: skip
        batch.clear()

    for number, row in found:
        numbers.append(number)
        batch.append(row)
        limits.check_columns(len(row), label)
        if len(batch) == _TOGETHER:
            limits.check_rows(len(numbers), label)
            close()
    close()
    schema = pa.schema([(f"c{place}", pa.large_string()) for place in range(len(columns))])
    if columns:
        with pq.ParquetWriter(folder / TABLE, schema, compression="lz4") as writer:
            for each in batches:
                empty = pa.nulls(each.num_rows, pa.large_string())
                held = [each[name] if name in each.column_names else empty for name in columns]
                writer.write_table(pa.table(held, schema=schema))
    return len(numbers), tuple(columns), numbers


def _too_deep(label: str, limits: Limits) -> InputError:
    return InputError(f"{label} nests JSON more than {limits.nesting} levels deep, the limit (Limits.nesting); "
                      "expected a flat list of objects")  # fmt: skip
