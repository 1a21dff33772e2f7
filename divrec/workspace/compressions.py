"""Smaller versions of finished runs: asked for, looked at, and kept as runs of their own."""

import json
import sqlite3
import time
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from divrec.data.files import check_manifest, read_json, read_parquet
from divrec.errors import ArtefactError, InputError
from divrec.models.registry import DESCRIPTION
from divrec.models.ways import WAYS
from divrec.workspace.database import Database
from divrec.workspace.jobs import Jobs, new_id
from divrec.workspace.layout import Layout
from divrec.workspace.records import Compressed, Job
from divrec.workspace.runs import Runs


class Compressions:
    """The smaller versions in one workspace."""

    def __init__(self, database: Database, layout: Layout) -> None:
        self._layout, self._runs, self._jobs = layout, Runs(database, layout), Jobs(database)

    def submit(self, run_id: str) -> Job:
        """Queue making a finished run smaller in every way that suits it; twice at once is one.

        Raises InputError for a run that is not done, or has next to nothing but histories.
        """
        run = self._runs.get(run_id)
        if run.state != "done":
            raise InputError(f"run {run_id} is {run.state}; make one smaller that is done")
        if run.family not in WAYS:
            raise InputError(f"a {run.family} holds next to nothing but histories; choose {', '.join(WAYS)}")
        return self._jobs.submit("compress", f"compress {run_id}", lambda _: run_id)

    def job(self, run_id: str) -> Job | None:
        """Give the newest work on making a run smaller, or None."""
        return next((job for job in self._jobs.of_target(run_id) if job.kind == "compress"), None)

    def table(self, run_id: str, name: str) -> pd.DataFrame | None:
        """Give ``sizes`` or ``quality`` of a run's smaller versions; None while there are none."""
        folder = self._layout.compression(run_id)
        if not folder.exists():
            return None
        check_manifest(folder, [f"{name}.parquet"])
        return read_parquet(folder / f"{name}.parquet")

    def keep(self, run_id: str, way: str) -> Job:
        """Queue a smaller version's becoming a run of its own, with lists, measures and map.

        Raises InputError for a way that was not made.
        """
        source, made = self._runs.get(run_id), Compressed(run_id, way)
        settings = read_json(self._folder(run_id, way) / DESCRIPTION)["settings"]
        key = json.dumps(["train", "compressed", run_id, way])

        def add(connection: sqlite3.Connection) -> str:
            run = new_id("r")
            connection.execute(
                "insert into run(id, dataset_id, family, settings, created) values(?, ?, ?, ?, ?)",
                (run, source.dataset_id, source.family, json.dumps(settings), time.time()),
            )
            return run

        return self._jobs.submit("train", key, add, {"compressed": asdict(made)})

    def _folder(self, run_id: str, way: str) -> Path:
        made = self.table(run_id, "sizes")
        if made is None:
            raise ArtefactError(f"run {run_id} was not made smaller yet; ask for that first")
        ways = [name for name in made["way"] if name != "original"]
        if way not in ways:
            raise InputError(f"run {run_id} was made smaller by {', '.join(ways)}; found {way!r}")
        return self._layout.compression(run_id) / way
