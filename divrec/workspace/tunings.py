"""Searches for settings as rows in the database: plain JSON and numbers, nothing pickled, readable without torch."""

import json
import shutil
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import pandas as pd

from divrec.data.files import read_json
from divrec.errors import InputError, UnknownIdError
from divrec.models.registry import family as find_family
from divrec.models.settings import TuningSettings, searched
from divrec.workspace.database import Database
from divrec.workspace.jobs import Jobs, moment, new_id
from divrec.workspace.layout import Layout
from divrec.workspace.records import Job, TuningRecord

_SELECT = (
    "select tuning.*, job.state, job.error from tuning join job on job.target = tuning.id and job.kind = 'tune'"
)


class Tunings:
    """The searches of one workspace."""

    def __init__(self, database: Database, layout: Layout) -> None:
        self._database, self._layout = database, layout
        self._jobs = Jobs(database)

    def submit(self, dataset_id: str, family: str, preset: str | None, settings: Mapping[str, Any] | None) -> Job:
        """Queue a search; the same one twice at once is one.

        Raises InputError for an unknown family, preset or setting, and for a family with nothing to search.
        """
        chosen = find_family(family)
        searched(chosen.settings)
        start = chosen.preset(preset) if preset else {}
        whole = TuningSettings.of(dict(settings or {})).to_json()
        key = json.dumps(["tune", dataset_id, family, start, whole], sort_keys=True)

        def add(connection: sqlite3.Connection) -> str:
            tuning = new_id("t")
            connection.execute(
                "insert into tuning(id, dataset_id, family, preset, start, settings, created) "
                "values(?, ?, ?, ?, ?, ?, ?)",
                (tuning, dataset_id, family, preset, json.dumps(start), json.dumps(whole), time.time()),
            )
            return tuning

        return self._jobs.submit("tune", key, add)

    def all(self, dataset_id: str | None = None) -> list[TuningRecord]:
        """List the searches (of one dataset), newest first."""
        return self._select("? is null or tuning.dataset_id = ?", dataset_id, dataset_id)

    def get(self, tuning_id: str) -> TuningRecord:
        """Look a search up. Raises UnknownIdError."""
        found = self._select("tuning.id = ?", tuning_id)
        if not found:
            raise UnknownIdError(f"there is no search {tuning_id!r} in this workspace")
        return found[0]

    def rows(self, tuning_id: str) -> list[dict[str, Any]]:
        """Give the stored trials in order, as plain values."""
        with self._database.read() as connection:
            rows = connection.execute(
                "select * from trial where tuning_id = ? order by number", (tuning_id,)
            ).fetchall()
        return [
            {
                "number": row["number"], "settings": json.loads(row["settings"]), "value": row["value"],
                "state": row["state"], "curve": tuple(json.loads(row["curve"])),
            }
            for row in rows
        ]  # fmt: skip

    def trials(self, tuning_id: str) -> pd.DataFrame:
        """Give ``number, value, state, epochs`` and one column per setting that was searched."""
        names = list(searched(find_family(self.get(tuning_id).family).settings))
        rows = [
            (row["number"], row["value"], row["state"], len(row["curve"]), *(row["settings"][name] for name in names))
            for row in self.rows(tuning_id)
        ]
        return pd.DataFrame(rows, columns=["number", "value", "state", "epochs", *names])

    def best_settings(self, tuning_id: str) -> dict[str, Any]:
        """Give the settings of the best finished trial, for a training that also learns what was hidden.

        Raises InputError where none is finished.
        """
        done = [row for row in self.rows(tuning_id) if row["state"] == "done"]
        if not done:
            raise InputError("no trial is finished yet; let the search run until the first one is")
        found = self.get(tuning_id)
        best = max(done, key=lambda row: (row["value"], -row["number"]))
        names = {entry.name for entry in fields(find_family(found.family).settings)}
        return {**found.start, **best["settings"], **({"refit": True} if "refit" in names else {})}

    def importances(self, tuning_id: str) -> dict[str, float]:
        """Give what the worker found out about the settings' importance; empty where nothing."""
        path = self._layout.importances(tuning_id)
        return dict(read_json(path)) if path.exists() else {}

    def delete(self, tuning_id: str) -> None:
        """Remove a search with its trials. Raises InputError while it waits or runs."""
        with self._database.write() as connection:
            self.remove_rows(connection, tuning_id)
        self.remove_files(tuning_id)

    def remove_rows(self, connection: sqlite3.Connection, tuning_id: str) -> None:
        """Remove a search from the database, inside the caller's transaction."""
        self._jobs.remove_of(connection, tuning_id)
        if not connection.execute("delete from tuning where id = ?", (tuning_id,)).rowcount:
            raise UnknownIdError(f"there is no search {tuning_id!r} in this workspace")

    def remove_files(self, tuning_id: str) -> None:
        """Remove a search's folder."""
        shutil.rmtree(self._layout.tuning(tuning_id), ignore_errors=True)

    def _select(self, condition: str, *values: object) -> list[TuningRecord]:
        with self._database.read() as connection:
            rows = connection.execute(
                f"{_SELECT} where {condition} order by tuning.created desc, tuning.rowid desc", values
            ).fetchall()
        return [_record(row) for row in rows]


def _record(row: sqlite3.Row) -> TuningRecord:
    return TuningRecord(
        id=row["id"], dataset_id=row["dataset_id"], family=row["family"], preset=row["preset"],
        start=json.loads(row["start"]), settings=json.loads(row["settings"]), state=row["state"],
        created=moment(row["created"]), error=row["error"],
    )  # fmt: skip
