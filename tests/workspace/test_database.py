"""The database: many writers at once, all or nothing, and a schema that knows its version."""

import sqlite3
import subprocess
import sys

import pytest

from divrec.errors import ArtefactError
from divrec.workspace.database import _MIGRATIONS, Database

WRITERS, ROWS = 8, 100
WRITE_MANY = f"""
import sys
from pathlib import Path
from divrec.workspace.database import Database
from divrec.workspace.jobs import Jobs, new_id
jobs = Jobs(Database(Path(sys.argv[1])))
for number in range({ROWS}):
    jobs.submit("project", f"{{sys.argv[2]}} {{number}}", lambda _: new_id("r"))
"""


def test_eight_processes_write_eight_hundred_rows_without_a_lock_error(tmp_path):
    path = tmp_path / "divrec.sqlite"  # the processes also race to make it
    command = [sys.executable, "-c", WRITE_MANY, str(path)]
    writers = [subprocess.Popen([*command, str(number)], stderr=subprocess.PIPE) for number in range(WRITERS)]
    said = [writer.communicate(timeout=240)[1].decode() for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * WRITERS, said
    with Database(path).read() as connection:
        assert connection.execute("select count(*) from job").fetchone()[0] == WRITERS * ROWS


def test_file_is_write_ahead_and_fully_synced(tmp_path):
    with Database(tmp_path / "divrec.sqlite").read() as connection:
        assert connection.execute("pragma journal_mode").fetchone()[0] == "wal"
        assert connection.execute("pragma synchronous").fetchone()[0] == 2


def test_an_error_inside_a_write_leaves_nothing_behind(tmp_path):
    database = Database(tmp_path / "divrec.sqlite")
    row = "insert into scenario(id, name, json, created) values('s1', 'a', '{}', 0)"

    def fail():
        with database.write() as connection:
            connection.execute(row)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.write() as connection:
        connection.execute(row)  # the id is still free, and so is the lock


def test_a_full_disk_is_said_and_changes_nothing(tmp_path):
    database = Database(tmp_path / "divrec.sqlite")

    def fill():
        with database.write() as connection:
            pages = connection.execute("pragma page_count").fetchone()[0]
            connection.execute(f"pragma max_page_count = {pages}")
            long = "a" * 100_000
            connection.execute("insert into scenario(id, name, json, created) values('s1', ?, '{}', 0)", (long,))

    with pytest.raises(ArtefactError, match="disk is full"):
        fill()
    with database.read() as connection:
        assert connection.execute("select count(*) from scenario").fetchone()[0] == 0


def test_opening_again_keeps_everything(tmp_path):
    path = tmp_path / "divrec.sqlite"
    with Database(path).write() as connection:
        connection.execute("insert into scenario(id, name, json, created) values('s1', 'a', '{}', 0)")
    with Database(path).read() as connection:
        assert connection.execute("select count(*) from scenario").fetchone()[0] == 1


def test_a_newer_or_foreign_file_is_refused(tmp_path):
    newer = tmp_path / "newer.sqlite"
    connection = sqlite3.connect(newer)
    connection.execute("pragma user_version = 99")
    connection.close()
    with pytest.raises(ArtefactError, match="newer divrec"):
        Database(newer)
    foreign = tmp_path / "foreign.sqlite"
    foreign.write_bytes(b"this is no database, it only has its name" * 50)
    with pytest.raises(ArtefactError, match="cannot be opened"):
        Database(foreign)


def test_an_older_workspace_keeps_its_jobs_and_takes_new_kinds(tmp_path):
    path = tmp_path / "divrec.sqlite"
    with sqlite3.connect(path) as old:
        old.executescript(_MIGRATIONS[0] + "pragma user_version = 1;")
        old.execute("insert into job(id, kind, target, params, key, state, created) "
                    "values('j1', 'train', 'r1', '{}', 'k', 'queued', 1.0)")  # fmt: skip
    with Database(path).write() as connection:
        assert connection.execute("select kind, target, state, created from job").fetchone()[:] == (
            "train", "r1", "queued", 1.0,
        )  # fmt: skip
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("insert into job(id, kind, target, params, key, state, created) "
                               "values('j2', 'tune', 't1', '{}', 'k', 'queued', 2.0)")  # fmt: skip
        connection.execute("insert into job(id, kind, target, params, key, state, created) "
                           "values('j2', 'tune', 't1', '{}', 'other', 'queued', 2.0)")  # fmt: skip
