"""A log too large for a table of events: from file to the matrix of its core, with the same checks of every row.

Ids are numbered inside the engine and events stream out of it in blocks as three numbers each, so that memory holds 12
bytes an event and no text but the distinct ids.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from divrec import columns as c
from divrec.data.baskets import open_baskets
from divrec.data.check import RAGGED, ReadSettings, event_columns, note_mapping
from divrec.data.duck import table
from divrec.data.guess import Guess, choose_columns
from divrec.data.intake.files import AnyFiles
from divrec.data.intake.limits import Limits
from divrec.data.report import Report
from divrec.data.sources import Source, open_files
from divrec.data.steps import Core, core_masks
from divrec.errors import InputError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Codes = npt.NDArray[np.int32]
_BLOCK: Final = 1 << 20  # events fetched together
_GUESSED_FROM: Final = 500  # rows
_WHOLE: Final = ("INTEGER", "BIGINT", "SMALLINT", "TINYINT", "UINTEGER", "UBIGINT", "USMALLINT", "UTINYINT", "HUGEINT")


@dataclass(frozen=True, eq=False)
class CoreMatrix:
    """``matrix`` (users, items) float32 CSR with the summed weights of the events, its ids, and the account of them."""

    matrix: sparse.csr_matrix
    user_ids: pd.Index
    item_ids: pd.Index
    report: Report


def read_core(
    events: AnyFiles,
    columns: Mapping[str, str | None] | None = None,
    core: Core | None = None,
    settings: ReadSettings | None = None,
    limits: Limits | None = None,
) -> CoreMatrix:
    """Read a log straight to the matrix of its core, ids in order of their text.

    Rows are refused for the reasons of ``read_dataset``, but exact copies are not looked for: they add their weight.
    Without a column of weights every event weighs 1. Raises InputError where the file or a column cannot be used.
    """
    with tempfile.TemporaryDirectory() as scratch:
        source = open_files(events, Path(scratch), limits or Limits())
        return _read_core(source, columns or {}, core or Core(), settings or ReadSettings())


def _read_core(source: Source, columns: Mapping[str, str | None], core: Core, settings: ReadSettings) -> CoreMatrix:
    mapping = choose_columns(source.head(_GUESSED_FROM), "events", columns, source.name, source.named)
    source, mapping = open_baskets(source, mapping)
    report = note_mapping(Report(), source, mapping, "interactions")
    report = _checked(source, mapping, *event_columns(source, mapping, settings, report))
    if not report.kept:
        raise InputError(f"{source.name} leaves no event after checking. {report}")
    user_ids, item_ids = (_numbered(source.connection, *named) for named in (("u", c.USER), ("i", c.ITEM)))
    user, item, weight = _events(source.connection, report.kept)
    shape = len(user_ids), len(item_ids)
    whole = sparse.coo_matrix((weight, (user, item)), shape=shape).tocsr()
    owner = np.repeat(np.arange(shape[0], dtype=np.int32), np.diff(whole.indptr))
    users, items = core_masks(owner, whole.indices, shape, core)
    report = report.add("dropped", core.reason, report.kept - int((users[user] & items[item]).sum()))
    matrix = whole[users][:, items]
    matrix.sort_indices()
    return CoreMatrix(matrix, user_ids[users], item_ids[items], report)


def _checked(
    source: Source,
    mapping: Mapping[str, Guess],
    columns: dict[str, str],
    reasons: list[tuple[str, str]],
    report: Report,
) -> Report:
    """Type every row once into the engine's table ``typed``: ids, weight, and the number of the reason to drop it."""
    needed = [c.USER, c.ITEM, c.TIME, c.WEIGHT, c.QUANTITY, "has time", "has weight", "is cancelled"]
    shown = ", ".join(f'{columns[name]} AS "{name}"' for name in needed if name in columns)
    raw = ", ".join(f'{_raw(source, mapping[role].column)} AS "raw {role}"' for role in ("user", "item"))
    cases = " ".join(f"WHEN {rule} THEN {place}" for place, (rule, _) in enumerate(reasons))
    weight = f"coalesce({c.WEIGHT}, 1)" if c.WEIGHT in columns else "1"
    source.connection.execute("SET preserve_insertion_order = false")  # sums do not ask for it, and it costs memory
    source.relation.project(f"{shown}, {raw}").project(
        f'"raw user" AS u, "raw item" AS i, CAST({weight} AS FLOAT) AS w, CAST(CASE {cases} END AS TINYINT) AS reason'
    ).create("typed")
    counts = dict(source.connection.table("typed").aggregate("reason, count(*)", "reason").fetchall())
    report = replace(report, read=sum(counts.values()) + source.rejects)
    report = report.add("dropped", RAGGED, source.rejects)
    for place, (_, reason) in enumerate(reasons):
        report = report.add("dropped", reason, counts.get(place, 0))
    return report


def _raw(source: Source, column: str) -> str:
    """Give an id as it is stored where that is a whole number, cheaper to compare than its text, and one to one."""
    return source.sql(column) if source.type(column) in _WHOLE else source.text(column)


def _numbered(connection: "DuckDBPyConnection", key: str, name: str) -> pd.Index:
    """Number the distinct ids of a column in order of their text, as the engine's table ``numbered_<key>``."""
    connection.execute(f"""
        CREATE TABLE numbered_{key} AS
        SELECT raw, CAST(raw AS VARCHAR) AS id, CAST(row_number() OVER (ORDER BY id) - 1 AS INTEGER) AS code
        FROM (SELECT DISTINCT {key} AS raw FROM typed WHERE reason IS NULL)""")  # noqa: S608  # our own names
    ids = table(connection, f"SELECT id FROM numbered_{key} ORDER BY code")["id"]  # noqa: S608  # our own names
    found: pd.Index = pd.Index(ids, name=name)
    return found


def _events(connection: "DuckDBPyConnection", size: int) -> tuple[Codes, Codes, npt.NDArray[np.float32]]:
    """Fetch every event as the numbers of its user and item, and its weight."""
    user, item = np.empty(size, np.int32), np.empty(size, np.int32)
    weight = np.empty(size, np.float32)
    found = connection.sql("""
        SELECT users.code, items.code, w FROM typed JOIN numbered_u AS users ON u = users.raw
        JOIN numbered_i AS items ON i = items.raw WHERE reason IS NULL""")
    begin = 0
    for block in found.to_arrow_reader(_BLOCK):
        end = begin + block.num_rows
        for into, column in zip((user, item, weight), block.columns, strict=True):
            into[begin:end] = column.to_numpy()
        begin = end
    return user, item, weight
