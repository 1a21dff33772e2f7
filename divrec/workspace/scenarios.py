"""Saved what-ifs: one JSON value each, under a name that is only a label."""

import json
import time
from collections.abc import Mapping
from typing import Any

from divrec.errors import InputError, UnknownIdError
from divrec.workspace.database import Database
from divrec.workspace.jobs import moment, new_id
from divrec.workspace.records import ScenarioRecord


class Scenarios:
    """The scenarios of one workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, name: str, values: Mapping[str, Any]) -> str:
        """Store a scenario and give its id; ``values["dataset"]`` and ``values["run"]`` tell what it belongs to."""
        label = _labelled(name)
        try:
            text = json.dumps(dict(values), ensure_ascii=False, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise InputError(f"a scenario must be plain JSON values: {error}") from error
        scenario = new_id("s")
        with self._database.write() as connection:
            connection.execute(
                "insert into scenario(id, name, dataset_id, run_id, json, created) values(?, ?, ?, ?, ?, ?)",
                (scenario, label, values.get("dataset"), values.get("run"), text, time.time()),
            )
        return scenario

    def all(self) -> list[ScenarioRecord]:
        """List the scenarios, newest first."""
        with self._database.read() as connection:
            rows = connection.execute("select * from scenario order by created desc, rowid desc").fetchall()
        return [
            ScenarioRecord(
                id=row["id"], name=row["name"], dataset_id=row["dataset_id"], run_id=row["run_id"],
                values=json.loads(row["json"]), created=moment(row["created"]),
            )
            for row in rows
        ]

    def rename(self, scenario_id: str, name: str) -> None:
        """Give a scenario another name. Raises InputError for blanks, UnknownIdError."""
        label = _labelled(name)
        with self._database.write() as connection:
            if not connection.execute("update scenario set name = ? where id = ?", (label, scenario_id)).rowcount:
                raise _unknown(scenario_id)

    def delete(self, scenario_id: str) -> None:
        """Remove a scenario. Raises UnknownIdError."""
        with self._database.write() as connection:
            if not connection.execute("delete from scenario where id = ?", (scenario_id,)).rowcount:
                raise _unknown(scenario_id)


def _labelled(name: str) -> str:
    if not name.strip():
        raise InputError("a scenario needs a name, found only blanks")
    return name.strip()


def _unknown(scenario_id: str) -> UnknownIdError:
    return UnknownIdError(f"there is no scenario {scenario_id!r} in this workspace")
