"""What was generated from a shop, as rows in the database and sealed folders on disk."""

import json
import shutil
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from divrec.data.files import check_manifest, read_json, read_parquet
from divrec.data.settings import Settings
from divrec.errors import ArtefactError, InputError, UnknownIdError
from divrec.synthesis.itemjobs import ItemJobSettings
from divrec.synthesis.jobs import ColdStartJobSettings, ShopperJobSettings
from divrec.workspace.database import Database
from divrec.workspace.jobs import Jobs, moment, new_id
from divrec.workspace.layout import Layout
from divrec.workspace.records import Fusion, GenerationRecord, Job

# what can be generated: its settings, and the module whose ``make(task, record, folder)`` fills the folder
WHAT: Final[Mapping[str, tuple[type[Settings], str]]] = {
    "shoppers": (ShopperJobSettings, "divrec.workspace.generating"),
    "coldstart": (ColdStartJobSettings, "divrec.workspace.coldstarting"),
    "items": (ItemJobSettings, "divrec.workspace.itemgenerating"),
}
_SELECT: Final = (
    "select generation.*, job.state, job.finished, job.error from generation "
    "join job on job.target = generation.id and job.kind = 'synthesise'"
)


class Generations:
    """The generated sets of one workspace."""

    def __init__(self, database: Database, layout: Layout) -> None:
        self._database = database
        self._layout = layout
        self._jobs = Jobs(database)

    def submit(self, dataset_id: str, what: str, settings: Mapping[str, Any]) -> Job:
        """Queue a generation; the same one twice at once is one. Raises InputError for unknown or wrong settings."""
        if what not in WHAT:
            raise InputError(f"what can be generated is {', '.join(WHAT)}; found {what!r}")
        whole = WHAT[what][0].of(dict(settings)).to_json()
        key = json.dumps(["synthesise", dataset_id, what, whole], sort_keys=True)

        def add(connection: sqlite3.Connection) -> str:
            generation = new_id("g")
            connection.execute(
                "insert into generation(id, dataset_id, what, settings, created) values(?, ?, ?, ?, ?)",
                (generation, dataset_id, what, json.dumps(whole), time.time()),
            )
            return generation

        return self._jobs.submit("synthesise", key, add)

    def all(self, dataset_id: str | None = None, what: str | None = None) -> list[GenerationRecord]:
        """List the generations (of one shop, of one kind), newest first."""
        condition = "(? is null or dataset_id = ?) and (? is null or what = ?)"
        return self._select(condition, dataset_id, dataset_id, what, what)

    def get(self, generation_id: str) -> GenerationRecord:
        """Look a generation up. Raises UnknownIdError."""
        found = self._select("generation.id = ?", generation_id)
        if not found:
            raise UnknownIdError(f"nothing generated in this workspace has the id {generation_id!r}")
        return found[0]

    def table(self, generation_id: str, name: str) -> pd.DataFrame:
        """Read a table of a finished generation."""
        return read_parquet(self._file(generation_id, f"{name}.parquet"))

    def values(self, generation_id: str, name: str) -> Any:  # noqa: ANN401  # any JSON value
        """Read JSON values of a finished generation."""
        return read_json(self._file(generation_id, f"{name}.json"))

    def fusion(self, generation_id: str) -> Fusion:
        """Give how many of these shoppers the gate lets in, and what each counts.

        Raises InputError, with the reason, where the gate is shut; ArtefactError where the generation is not done.
        """
        if self.get(generation_id).settings.get("epsilon"):
            raise InputError(
                "shoppers generated with differential privacy learned from the shop's test part too, so a model "
                "trained with them cannot be judged by it; fuse shoppers generated without ε"
            )
        gate = self.values(generation_id, "gate")
        if not gate["open"]:
            raise InputError(
                "these generated shoppers are not fused with the real ones: held-out shoppers must gain NDCG for "
                f"certain, found {gate['gain']:+.4f} [{gate['low']:+.4f}, {gate['high']:+.4f}]; generate others, or "
                "train on the real ones alone"
            )
        return Fusion(generation_id, gate["share"], gate["weight"])

    def delete(self, generation_id: str) -> None:
        """Remove a generation. Raises InputError while work on it waits or runs."""
        with self._database.write() as connection:
            self.remove_rows(connection, generation_id)
        self.remove_files(generation_id)

    def remove_rows(self, connection: sqlite3.Connection, generation_id: str) -> None:
        """Remove a generation from the database, inside the caller's transaction."""
        self._jobs.remove_of(connection, generation_id)
        if not connection.execute("delete from generation where id = ?", (generation_id,)).rowcount:
            raise UnknownIdError(f"nothing generated in this workspace has the id {generation_id!r}")

    def remove_files(self, generation_id: str) -> None:
        """Remove a generation's folder."""
        shutil.rmtree(self._layout.generation(generation_id), ignore_errors=True)

    def _file(self, generation_id: str, name: str) -> Path:
        folder = self._layout.generation(generation_id)
        if not folder.exists():
            state = self.get(generation_id).state
            raise ArtefactError(f"{generation_id} has no results yet, it is {state}; wait until it is done")
        check_manifest(folder, [name])
        return folder / name

    def _select(self, condition: str, *values: object) -> list[GenerationRecord]:
        with self._database.read() as connection:
            rows = connection.execute(
                f"{_SELECT} where {condition} order by generation.created desc, generation.rowid desc", values
            ).fetchall()
        return [
            GenerationRecord(
                id=row["id"], dataset_id=row["dataset_id"], what=row["what"], settings=json.loads(row["settings"]),
                state=row["state"], created=moment(row["created"]), error=row["error"],
                finished=None if row["finished"] is None else moment(row["finished"]),
            )
            for row in rows
        ]
