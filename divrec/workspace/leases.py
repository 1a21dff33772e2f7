"""Holding a job: what only a worker does with the queue.

A worker can only report on the attempt that it holds. One that was given up for lost and then wakes finds its reports
refused, so that a run has one live writer.
"""

import json
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from divrec.errors import DivrecError
from divrec.workspace.database import Database
from divrec.workspace.records import Kind, State


class LeaseLostError(DivrecError):
    """The job was taken away from this worker, because it seemed dead; somebody else may hold it now."""


@dataclass(frozen=True)
class Lease:
    """The right to work on one attempt of a job, with what the work needs to know."""

    id: str
    kind: Kind
    target: str
    params: Mapping[str, Any]
    attempt: int


class Leases:
    """The jobs that one worker process holds, known by its id and its start."""

    def __init__(self, database: Database, pid: int, process: str) -> None:
        self._database = database
        self._pid = pid
        self._process = process

    def claim(self, job_id: str | None = None) -> Lease | None:
        """Take the next waiting job (or this one), pictures and probes last; None where nothing waits."""
        with self._database.read() as connection:  # an idle worker looks often and should not take the write lock
            if connection.execute("select 1 from job where state = 'queued' limit 1").fetchone() is None:
                return None
        with self._database.write() as connection:
            row = connection.execute(
                "update job set state = 'running', stage = '', cancel = 0, attempt = attempt + 1, pid = ?, "
                "process = ?, heartbeat = ?, started = ?, finished = null where id = (select id from job "
                "where state = 'queued' and (? is null or id = ?) order by kind in ('project', 'probe'), created, rowid"
                " limit 1) returning id, kind, target, params, attempt",
                (self._pid, self._process, time.monotonic(), time.time(), job_id, job_id),
            ).fetchone()
        return None if row is None else Lease(**{**dict(row), "params": json.loads(row["params"])})

    def beat(self) -> None:
        """Say that the worker lives, for all that it holds; monotonic time, so that a sleeping laptop loses nothing."""
        with self._database.write() as connection:
            connection.execute(
                "update job set heartbeat = ? where state = 'running' and pid = ? and process = ?",
                (time.monotonic(), self._pid, self._process),
            )

    def report(self, lease: Lease, **columns: Any) -> None:  # noqa: ANN401  # whatever these columns hold
        """Write progress (stage, done, total, seconds_left, target) of a held job. Raises LeaseLostError."""
        with self._database.write() as connection:
            self.report_in(connection, lease, **columns)

    def report_in(self, connection: sqlite3.Connection, lease: Lease, **columns: Any) -> None:  # noqa: ANN401
        """Write progress inside the caller's transaction, which fails as a whole when the lease is lost."""
        settings = ", ".join(f"{name} = ?" for name in columns)
        changed = connection.execute(
            f"update job set {settings} where id = ? and attempt = ? and state = 'running'",  # noqa: S608  # our names
            (*columns.values(), lease.id, lease.attempt),
        ).rowcount
        if not changed:
            raise LeaseLostError(f"job {lease.id} is no longer held by this worker")

    def finish(self, lease: Lease, state: State, error: str | None = None) -> None:
        """End a held job. Raises LeaseLostError."""
        self.report(lease, state=state, error=error, seconds_left=None, finished=time.time())

    def cancel_asked(self, lease: Lease) -> bool:
        """Whether a person asked for this job to stop. Raises LeaseLostError."""
        with self._database.read() as connection:
            row = connection.execute(
                "select cancel from job where id = ? and attempt = ? and state = 'running'", (lease.id, lease.attempt)
            ).fetchone()
        if row is None:
            raise LeaseLostError(f"job {lease.id} is no longer held by this worker")
        return bool(row["cancel"])
