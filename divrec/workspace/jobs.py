"""The queue of background work: submitted by anyone, claimed by the worker, never run twice at once.

A job is queued → running → done, failed, cancelled or interrupted; from the last three it may be queued again. Every
claim by a worker is a new attempt (``leases.py``).
"""

import json
import sqlite3
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from divrec.errors import InputError, UnknownIdError
from divrec.workspace.database import Database
from divrec.workspace.processes import end, lives
from divrec.workspace.records import Job, Kind

STALE_SECONDS: Final = 45.0  # without a heartbeat for so long, even a process that exists has stopped working
_LIVE_SQL: Final = "state in ('queued', 'running')"
_LOST: Final = "the process that did this work has gone; resume it to continue from its last checkpoint"


class Jobs:
    """The queue in one workspace's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def submit(
        self, kind: Kind, key: str, target: Callable[[sqlite3.Connection], str], params: Mapping[str, Any] | None = None
    ) -> Job:
        """Queue work and give its job, or the live job of the same ``key``: a double click asks for one thing.

        ``target`` names what the work makes, and may write the rows that have to stand together with the job.
        """
        with self._database.write() as connection:
            live = connection.execute(f"select id from job where key = ? and {_LIVE_SQL}", (key,)).fetchone()  # noqa: S608
            job_id = live["id"] if live else new_id("j")
            if live is None:
                connection.execute(
                    "insert into job(id, kind, target, params, key, state, created) values(?, ?, ?, ?, ?, 'queued', ?)",
                    (job_id, kind, target(connection), json.dumps(params or {}), key, time.time()),
                )
        return self.get(job_id)

    def all(self, live_only: bool = False) -> list[Job]:
        """List the jobs, newest first."""
        return self._select(_LIVE_SQL if live_only else "true")

    def waiting(self) -> bool:
        """Whether any job waits."""
        return bool(self._select("state = 'queued'"))

    def of_target(self, target: str) -> list[Job]:
        """List the jobs that make this dataset or run, newest first."""
        return self._select("target = ?", target)

    def of_key(self, key: str) -> list[Job]:
        """List the jobs that asked for the same work, newest first."""
        return self._select("key = ?", key)

    def unfinished(self, but: str) -> list[dict[str, Any]]:
        """Give what was asked of all jobs that may still run or be resumed, but of this one."""
        with self._database.read() as connection:
            rows = connection.execute(
                "select params from job where id != ? and state not in ('done', 'cancelled')", (but,)
            ).fetchall()
        return [dict(json.loads(row["params"])) for row in rows]

    def get(self, job_id: str) -> Job:
        """Look a job up. Raises UnknownIdError."""
        found = self._select("id = ?", job_id)
        if not found:
            raise UnknownIdError(f"there is no job {job_id!r} in this workspace")
        return found[0]

    def cancel(self, job_id: str) -> None:
        """Cancel a waiting job at once and ask a running one to stop; a job that has ended is left as it is."""
        with self._database.write() as connection:
            connection.execute("update job set cancel = 1 where id = ? and state = 'running'", (job_id,))
            connection.execute(
                "update job set state = 'cancelled', finished = ? where id = ? and state = 'queued'",
                (time.time(), job_id),
            )

    def resume(self, job_id: str) -> None:
        """Queue a failed, cancelled or interrupted job again; a live one is left as it is.

        Raises InputError for one that is done, or where the same work was submitted anew meanwhile.
        """
        try:
            with self._database.write() as connection:
                connection.execute(
                    "update job set state = 'queued', cancel = 0, error = null, seconds_left = null, finished = null "
                    "where id = ? and state in ('failed', 'cancelled', 'interrupted')",
                    (job_id,),
                )
        except sqlite3.IntegrityError as error:
            raise InputError("the same work was submitted again and is waiting or running; follow that one") from error
        if self.get(job_id).state == "done":
            raise InputError("this work is done, there is nothing to resume; submit it again to repeat it")

    def remove_of(self, connection: sqlite3.Connection, target: str) -> None:
        """Forget the jobs of a dataset or run, in the caller's transaction. Raises InputError while one is live."""
        live = connection.execute(f"select 1 from job where target = ? and {_LIVE_SQL}", (target,)).fetchone()  # noqa: S608
        if live is not None:
            raise InputError("work on this is waiting or running; cancel it first and wait until it has stopped")
        connection.execute("delete from job where target = ?", (target,))

    def reap(self) -> int:
        """Mark running jobs whose worker has gone or fallen silent, and count them.

        A worker that is there but silent is ended: it would hold the lock that a new one needs.
        """
        with self._database.read() as connection:
            running = connection.execute("select * from job where state = 'running'").fetchall()
        lost = [row for row in running if not _held(row)]
        for row in lost:
            end(row["pid"], row["process"])
            with self._database.write() as connection:
                connection.execute(
                    "update job set state = case cancel when 1 then 'cancelled' else 'interrupted' end, "
                    "error = case cancel when 1 then null else ? end, seconds_left = null, finished = ? "
                    "where id = ? and attempt = ? and state = 'running' and heartbeat = ?",
                    (_LOST, time.time(), row["id"], row["attempt"], row["heartbeat"]),
                )
        return len(lost)

    def fail_waiting(self, error: str) -> None:
        """Fail every waiting job, where no worker can be started at all."""
        with self._database.write() as connection:
            connection.execute(
                "update job set state = 'failed', error = ?, finished = ? where state = 'queued'", (error, time.time())
            )

    def _select(self, condition: str, *values: object) -> list[Job]:
        with self._database.read() as connection:
            rows = connection.execute(
                f"select * from job where {condition} order by created desc, rowid desc",  # noqa: S608  # our own words
                values,
            ).fetchall()
        return [_job(row) for row in rows]


def new_id(prefix: str) -> str:
    """Make an id that is safe as a folder's name; the letter tells what it names."""
    return f"{prefix}{uuid4().hex[:12]}"


def moment(seconds: float) -> datetime:
    """Read a stored time as UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def _held(row: sqlite3.Row) -> bool:
    silent = time.monotonic() - row["heartbeat"]
    return lives(row["pid"], row["process"]) and 0 <= silent < STALE_SECONDS


def _job(row: sqlite3.Row) -> Job:
    return Job(
        id=row["id"], kind=row["kind"], target=row["target"], state=row["state"], stage=row["stage"], done=row["done"],
        total=row["total"], seconds_left=row["seconds_left"], error=row["error"], created=moment(row["created"]),
        started=None if row["started"] is None else moment(row["started"]),
        finished=None if row["finished"] is None else moment(row["finished"]),
    )
