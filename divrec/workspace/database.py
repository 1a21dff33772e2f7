"""The workspace's one SQLite file: what several processes may write at once, and nothing large.

Write-ahead log, full sync, and every write under BEGIN IMMEDIATE: with plain BEGIN eight writers made seven in eight
writes fail as "database is locked"; with IMMEDIATE they wait for one another.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from divrec.errors import ArtefactError

_BUSY_SECONDS: Final = 60.0  # writers are not served in order, so an unlucky one waits long

# One entry per version of the file; an entry is never edited once released, the next one alters what it made.
_MIGRATIONS: Final = (
    """
    create table dataset(
        id text primary key, name text not null, source text not null, fingerprint text not null, created real not null,
        users integer not null, items integer not null, events integer not null, unique(source, fingerprint));
    create table run(
        id text primary key, dataset_id text not null references dataset(id) on delete cascade, family text not null,
        settings text not null, preset text, created real not null,
        epoch integer not null default 0, epochs integer not null default 0);
    create table curve(
        run_id text not null references run(id) on delete cascade, epoch integer not null, name text not null,
        value real, primary key(run_id, epoch, name)) without rowid;
    create table job(
        id text primary key, kind text not null check(kind in ('ingest', 'train', 'project')), target text not null,
        params text not null, key text not null,
        state text not null check(state in ('queued', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
        stage text not null default '', done integer not null default 0, total integer not null default 0,
        seconds_left real, error text, cancel integer not null default 0, attempt integer not null default 0,
        pid integer, process text, heartbeat real, created real not null, started real, finished real);
    create unique index job_live on job(key) where state in ('queued', 'running');
    create index job_target on job(target);
    create table scenario(
        id text primary key, name text not null, dataset_id text, run_id text, json text not null,
        created real not null);
    """,
    # kinds of work are written once, in records.Kind: the table takes any, since SQLite cannot alter a check
    """
    create table job_of_any_kind(
        id text primary key, kind text not null, target text not null, params text not null, key text not null,
        state text not null check(state in ('queued', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
        stage text not null default '', done integer not null default 0, total integer not null default 0,
        seconds_left real, error text, cancel integer not null default 0, attempt integer not null default 0,
        pid integer, process text, heartbeat real, created real not null, started real, finished real);
    insert into job_of_any_kind select * from job;
    drop table job;
    alter table job_of_any_kind rename to job;
    create unique index job_live on job(key) where state in ('queued', 'running');
    create index job_target on job(target);
    create table tuning(
        id text primary key, dataset_id text not null references dataset(id) on delete cascade, family text not null,
        preset text, start text not null, settings text not null, created real not null);
    create table trial(
        tuning_id text not null references tuning(id) on delete cascade, number integer not null,
        settings text not null, value real not null, state text not null check(state in ('done', 'pruned')),
        curve text not null, primary key(tuning_id, number)) without rowid;
    create table generation(
        id text primary key, dataset_id text not null references dataset(id) on delete cascade, what text not null,
        settings text not null, created real not null);
    """,
    "alter table run add column note text not null default ''",
)


class Database:
    """The file, opened anew for every use: a connection never crosses a thread or outlives a page's run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._prepare()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection for queries; each statement sees the newest committed state."""
        connection = self._open()
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection inside a write transaction; commit at the end, roll back on an error.

        Raises ArtefactError for a full disk.
        """
        with self.read() as connection:
            try:
                connection.execute("begin immediate")
                yield connection
                connection.execute("commit")
            except BaseException as error:
                if connection.in_transaction:  # SQLite itself rolls back where the disk is full
                    connection.execute("rollback")
                if isinstance(error, sqlite3.Error) and error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                    raise ArtefactError(f"the disk is full: {self.path} was not changed; free some space") from error
                raise

    def _open(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
            connection.row_factory = sqlite3.Row
            connection.execute("pragma synchronous = full")
            connection.execute("pragma foreign_keys = on")
        except sqlite3.DatabaseError as error:
            raise ArtefactError(f"{self.path} cannot be opened as the workspace's database: {error}") from error
        return connection

    def _prepare(self) -> None:
        """Switch to the write-ahead log and bring the tables to this version."""
        with self.read() as connection:
            _switch_to_wal(connection)
        with self.write() as connection:
            version = connection.execute("pragma user_version").fetchone()[0]
            if version > len(_MIGRATIONS):
                raise ArtefactError(
                    f"{self.path} was written by a newer divrec (its tables have version {version}, this one knows "
                    f"{len(_MIGRATIONS)}); update divrec or choose another workspace"
                )
            for statements in _MIGRATIONS[version:]:
                for statement in statements.split(";"):  # executescript would commit half-way
                    connection.execute(statement)
            connection.execute(f"pragma user_version = {len(_MIGRATIONS)}")


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Set the journal mode; SQLite does not wait here by itself when another process does the same."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("pragma journal_mode = wal")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
