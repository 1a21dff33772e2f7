"""Reading a shop's files into a ``Dataset``: what is guessed, fixed and dropped stands in its report."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from divrec import columns as c
from divrec.data.check import ReadSettings, read_described, read_events
from divrec.data.dataset import Dataset
from divrec.data.guess import Guess, choose_columns, guess_columns
from divrec.data.ids import positions
from divrec.data.report import Report
from divrec.data.sources import Source, open_source
from divrec.data.synonyms import ROLES
from divrec.errors import InputError

FilePath = str | os.PathLike[str]
_GUESSED_FROM = 500  # rows


@dataclass(frozen=True)
class Preview:
    """The beginning of a file as a person should see it before it is read."""

    kind: str  # "text" or "parquet"
    delimiter: str | None
    header: bool
    columns: tuple[str, ...]
    guesses: dict[str, Guess]
    head: pd.DataFrame


def preview(path: FilePath, table: str = "events", rows: int = 20) -> Preview:
    """Show the first rows of a file as text with the guessed roles; ``table`` is events, items or users."""
    source = open_source(path)
    head = source.head(_GUESSED_FROM)
    guesses = guess_columns(head, table, _named(source))
    shape = source.shape
    return Preview("text" if shape else "parquet", shape.delimiter if shape else None, _named(source), source.columns,
                   guesses, head.head(rows))  # fmt: skip


def read_dataset(
    events: FilePath,
    items: FilePath | None = None,
    users: FilePath | None = None,
    columns: Mapping[str, str | None] | None = None,
    name: str | None = None,
    settings: ReadSettings | None = None,
) -> Dataset:
    """Read a log of events, and a catalogue and a table of users where there are such files (CSV or Parquet).

    Columns are guessed by name and content. ``columns`` maps roles to columns and goes before every guess:
    ``{"user": "visitor"}`` holds for each file that has the column, ``{"items.item": "sku"}`` for one file alone,
    ``{"time": None}`` for none. Without ``items`` the catalogue is made of what the log says of its items.
    Raises InputError where a file, a column or its content cannot be used.
    """
    settings = settings or ReadSettings()
    files = {"events": events, "items": items, "users": users}
    opened = {table: open_source(path) for table, path in files.items() if path is not None}
    given = _given(columns or {}, opened)
    chosen = {
        table: choose_columns(source.head(_GUESSED_FROM), table, given[table], source.path.name, _named(source))
        for table, source in opened.items()
    }
    log, report = read_events(opened["events"], chosen["events"], settings)
    described = {}
    for table, key in (("items", c.ITEM), ("users", c.USER)):
        if table in opened:
            described[table], report = read_described(opened[table], chosen[table], table, report, settings)
        else:
            described[table] = _from_log(log, key) if table == "items" else pd.DataFrame({key: log[key].unique()})
        described[table], report = _complete(described[table], log[key], key, table, report)
    if log.empty:
        raise InputError(f"{opened['events'].path.name} leaves no event after checking. {report}")
    facts = [role for role in _CATALOGUE_ONLY if role in log]
    return Dataset(log.drop(columns=facts), described["items"], described["users"], report,
                   name or opened["events"].path.stem)  # fmt: skip


_CATALOGUE_ONLY = (c.TITLE, c.TITLE_ZH, c.CATEGORY, c.SUBCATEGORY, c.BRAND, c.IMAGE, c.DESCRIPTION)


def _named(source: Source) -> bool:
    return source.shape is None or source.shape.header


def _given(columns: Mapping[str, str | None], opened: Mapping[str, Source]) -> dict[str, dict[str, str | None]]:
    """Divide the caller's mapping among the files. Raises InputError for a role or column that none of them has."""
    given: dict[str, dict[str, str | None]] = {table: {} for table in opened}
    for key, column in columns.items():
        table, _, role = key.rpartition(".")
        tables = [table] if table else [name for name in opened if role in ROLES[name]]
        if any(name not in opened for name in tables) or not any(role in ROLES[name] for name in tables):
            raise InputError(f"columns maps {key!r}, which is no role of the files given; roles are "
                             + "; ".join(f"{name}: {', '.join(ROLES[name])}" for name in opened))  # fmt: skip
        holding = [name for name in tables if column is None or column in opened[name].columns]
        if not holding:
            there = "; ".join(f"{opened[name].path.name}: {', '.join(opened[name].columns)}" for name in tables)
            raise InputError(f"columns maps {key!r} to {column!r}, which no file has; there are {there}")
        for name in holding:
            given[name][role] = column
    return given


def _from_log(log: pd.DataFrame, key: str) -> pd.DataFrame:
    """Describe each item by the last that the log says of it."""
    facts = [name for name in (*_CATALOGUE_ONLY, c.PRICE) if name in log]
    if not facts:
        return pd.DataFrame({key: log[key].unique()})
    return log.groupby(key, sort=False)[facts].last().reset_index()


def _complete(
    table: pd.DataFrame, ids: pd.Series, key: str, name: str, report: Report
) -> tuple[pd.DataFrame, Report]:
    """Give ids of the log that their table does not describe a bare row."""
    named = pd.Series(ids.unique())
    bare = pd.DataFrame({key: named[positions(named, pd.Index(table[key])) < 0]})
    report = report.add("fixed", f"in the log but not in the table of {name}: a bare row was added", len(bare), name)
    return (pd.concat([table, bare], ignore_index=True) if len(bare) else table), report
