"""Excel: sheets as text. What Excel itself lost (zeros before numbers, digits beyond 15) is not there to be read."""

import zipfile
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from divrec.data.intake.limits import Limits
from divrec.data.intake.tables import TABLE, Part
from divrec.data.intake.textshape import distinct, is_header
from divrec.errors import InputError

_EXACT: Final = 1e15  # Excel keeps 15 digits


def read_workbook(path: Path, label: str, folder: Path, limits: Limits) -> Part:
    """Read the first sheet that holds rows, and with it every other sheet under the same header.

    Runs in a child process: some damaged or sparse workbooks make the parser end the process it runs in.
    """
    import fastexcel  # noqa: PLC0415  # only needed for workbooks

    _check_unfolded(path, label, limits)
    try:
        reader = fastexcel.read_excel(path)
        found_in = {name: _sheet(reader, name, label, limits) for name in reader.sheet_names}
    except fastexcel.FastExcelError as error:
        raise InputError(f"{label} is not a readable Excel workbook: {str(error).splitlines()[0]}") from error
    sheets = [(name, found) for name, found in found_in.items() if found is not None]
    if not sheets:
        raise InputError(f"{label} holds no sheet with rows; expected a header and rows")
    columns, header, _, _ = sheets[0][1]
    same = [(name, found) for name, found in sheets if found[0] == columns]
    others = [name for name, found in sheets if found[0] != columns]
    together = pa.concat_tables([found[2] for _, found in same])
    pq.write_table(together, folder / TABLE, compression="lz4")
    numbers = [row for _, found in same for row in range(1 + found[1], 1 + found[1] + found[2].num_rows)]
    pq.write_table(pa.table({"line": pa.array(numbers, pa.int64())}), folder / "lines.parquet")
    notes = [f"sheet {sheets[0][0]}" if len(same) == 1 else f"sheets {', '.join(name for name, _ in same)}"]
    notes += [f"left out, with other columns: {', '.join(others)}"] if others else []
    rounded = {name for _, found in same for name in found[3]}
    return Part(
        label, str(folder / TABLE), columns, together.num_rows, "excel", header=header, first_line=1 + header,
        rounded=tuple(sorted(rounded)), notes=tuple(notes), lines=str(folder / "lines.parquet"),
    )  # fmt: skip


_Sheet = tuple[tuple[str, ...], bool, pa.Table, tuple[str, ...]]


def _sheet(reader: object, name: str, label: str, limits: Limits) -> _Sheet | None:
    """Give a sheet's columns, whether a header leads, its rows as text, and the columns with rounded numbers."""
    load = reader.load_sheet  # type: ignore[attr-defined]  # fastexcel's own class, imported late
    batch = load(name, header_row=None, dtypes="string", eager=True)
    limits.check_columns(batch.num_columns, label)
    if batch.num_rows < 1 or batch.num_columns < 1:
        return None
    first = [value.as_py() or "" for value in (column[0] for column in batch.columns)]
    header = is_header(first)
    names = distinct(first if header else [""] * len(first))
    whole = pa.table(batch.columns, names=[f"c{place}" for place in range(len(names))]).slice(int(header))
    filled = [pc.is_valid(column) for column in whole.columns]
    any_filled = filled[0]
    for column in filled[1:]:
        any_filled = pc.or_(any_filled, column)
    last = pc.max(pc.if_else(any_filled, pa.array(range(whole.num_rows)), None)).as_py()
    whole = whole.slice(0, 0 if last is None else last + 1)  # blank rows at the end are formatting
    typed = load(name, header_row=None, skip_rows=int(header), schema_sample_rows=None, eager=True)
    rounded = [
        names[place]
        for place, column in enumerate(typed.columns[: len(names)])
        if pa.types.is_floating(column.type) and (pc.max(pc.abs(column)).as_py() or 0) >= _EXACT
    ]
    return names, header, whole, tuple(rounded)


def _check_unfolded(path: Path, label: str, limits: Limits) -> None:
    """Refuse a workbook whose parts unfold too far, by what its directory says; the child's limits hold in any case."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        size = sum(member.file_size for member in archive.infolist())
    most = limits.unpacked(path.stat().st_size)
    if size > most:
        raise InputError(f"{label} unfolds to {size / 2**20:,.0f} MB; the limit for a file of its size is "
                         f"{most / 2**20:,.0f} MB (Limits.unpacked_times)")  # fmt: skip
