"""Reading a shop's files into a ``Dataset``: what is guessed, fixed and dropped stands in its report."""

import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from divrec import columns as c
from divrec.data.baskets import open_baskets
from divrec.data.check import ReadSettings, read_described, read_events
from divrec.data.dataset import Dataset
from divrec.data.guess import Guess, choose_columns, guess_columns
from divrec.data.ids import positions
from divrec.data.intake.files import AnyFiles
from divrec.data.intake.limits import Limits
from divrec.data.intake.tables import Part
from divrec.data.itemvectors import read_item_vectors
from divrec.data.quarantine import none
from divrec.data.report import Report
from divrec.data.sources import Source, open_files
from divrec.data.synonyms import ROLES
from divrec.data.times import TimeRange, read_times
from divrec.errors import InputError

_GUESSED_FROM = 500  # rows
_MOST_CLOCKS = 40  # columns whose times are looked into for a preview


@dataclass(frozen=True)
class Preview:
    """The beginning of a table as a person should see it before it is read, and what its files were taken for.

    ``times`` says of each column that could hold times how its first ones are written.
    """

    parts: tuple[Part, ...]
    columns: tuple[str, ...]
    guesses: dict[str, Guess]
    head: pd.DataFrame
    times: dict[str, str]


def preview(files: AnyFiles, table: str = "events", rows: int = 20, limits: Limits | None = None) -> Preview:
    """Show the first rows of a table as text with the guessed roles; ``table`` is events, items or users."""
    with tempfile.TemporaryDirectory() as scratch:
        source = open_files(files, Path(scratch), limits or Limits())
        head = source.head(_GUESSED_FROM)
        guesses = guess_columns(head, table, source.named)
        return Preview(source.parts, source.columns, guesses, head.head(rows), _times(source, head))


def _times(source: Source, head: pd.DataFrame) -> dict[str, str]:
    first, found = replace(source, relation=source.relation.limit(_GUESSED_FROM)), {}
    for column in map(str, head.columns[:_MOST_CLOCKS]):
        with suppress(InputError):  # no times, or two ways of writing: said when they are read for real
            found[column] = read_times(first, column, TimeRange()).written
    return found


def read_dataset(
    events: AnyFiles,
    items: AnyFiles | None = None,
    users: AnyFiles | None = None,
    vectors: AnyFiles | None = None,
    columns: Mapping[str, str | None] | None = None,
    name: str | None = None,
    settings: ReadSettings | None = None,
    limits: Limits | None = None,
) -> Dataset:
    """Read a log of events, and a catalogue, a table of users and ready item vectors where there are such files.

    A file is CSV or its kin, JSON, Parquet or Excel, plain or in gzip or zip; several files with the same columns make
    one table. Columns are guessed by name and content. ``columns`` maps roles to columns and goes before every guess:
    ``{"user": "visitor"}`` holds for each file that has the column, ``{"items.item": "sku"}`` for one table alone,
    ``{"time": None}`` for none. Without ``items`` the catalogue is made of what the log says of its items.
    Raises InputError where a file, a column or its content cannot be used, or goes beyond ``limits``.
    """
    settings, limits = settings or ReadSettings(), limits or Limits()
    files = {"events": events, "items": items, "users": users, "vectors": vectors}
    with tempfile.TemporaryDirectory() as scratch:
        opened = {
            table: open_files(given, Path(scratch) / table, limits)
            for table, given in files.items()
            if given is not None
        }
        return _read(opened, columns or {}, name, settings)


def _read(
    opened: Mapping[str, Source], columns: Mapping[str, str | None], name: str | None, settings: ReadSettings
) -> Dataset:
    given = _given(columns, opened)
    chosen = {
        table: choose_columns(source.head(_GUESSED_FROM), table, given[table], source.name, source.named)
        for table, source in opened.items()
    }
    events = read_events(*open_baskets(opened["events"], chosen["events"]), settings)
    log, report, aside, described = events.table, events.report, [events.aside], {}
    for table, key in (("items", c.ITEM), ("users", c.USER)):
        if table in opened:
            checked = read_described(opened[table], chosen[table], table, report, settings)
            described[table], report = checked.table, checked.report
            aside.append(checked.aside)
        else:
            described[table] = _from_log(log, key) if table == "items" else pd.DataFrame({key: log[key].unique()})
        described[table], report = _complete(described[table], log[key], key, table, report)
    if log.empty:
        raise InputError(f"{opened['events'].name} leaves no event after checking. {report}")
    ready = None
    if "vectors" in opened:
        ids = pd.Index(described["items"][c.ITEM])
        given_vectors = read_item_vectors(opened["vectors"], chosen["vectors"], ids, report)
        ready, report = given_vectors.table, given_vectors.report
        aside.append(given_vectors.aside)
    facts = [role for role in _CATALOGUE_ONLY if role in log]
    aside = [rows for rows in aside if len(rows)]
    quarantine = pd.concat(aside, ignore_index=True) if aside else none()
    name = name or Path(opened["events"].parts[0].label).stem
    log = log.drop(columns=facts)
    return Dataset(log, described["items"], described["users"], report, name, quarantine=quarantine, vectors=ready)


_CATALOGUE_ONLY = (c.TITLE, c.TITLE_ZH, c.CATEGORY, c.SUBCATEGORY, c.BRAND, c.IMAGE, c.DESCRIPTION)


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
            there = "; ".join(f"{opened[name].name}: {', '.join(opened[name].columns)}" for name in tables)
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
