"""Trained models and what was made with them, as rows in the database and folders on disk."""

import io
import json
import shutil
import sqlite3
import time
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from divrec.data.candidates import Candidates
from divrec.data.files import check_manifest, read_json, read_parquet
from divrec.data.pools import load_candidates
from divrec.errors import ArtefactError, InputError, UnknownIdError
from divrec.models.registry import family as find_family
from divrec.workspace.database import Database
from divrec.workspace.jobs import Jobs, moment, new_id
from divrec.workspace.layout import Layout
from divrec.workspace.records import Compressed, Fusion, Job, Of, RunRecord

_WIDTHS = ("hidden_dim", "latent_dim", "decoder_dim")  # settings that decide the shapes of a network's layers
_SELECT = (
    "select run.*, job.state, job.seconds_left, job.finished, job.error, job.params from run "
    "join job on job.target = run.id and job.kind = 'train'"
)
_TAKEN = ("weights.safetensors", "model.json", "items.parquet")  # of a model, when it is taken away


class Runs:
    """The runs of one workspace."""

    def __init__(self, database: Database, layout: Layout) -> None:
        self._database = database
        self._layout = layout
        self._jobs = Jobs(database)

    def submit(
        self,
        dataset_id: str,
        family: str,
        settings: Mapping[str, Any] | None,
        preset: str | None,
        start_from: str | None = None,
        fused: Fusion | None = None,
    ) -> Job:
        """Queue a training with ``settings`` laid over ``preset``; the same training twice at once is one.

        ``start_from`` is the finished run of the same family whose weights it starts from, and whose widths it takes;
        ``fused`` names generated shoppers that it learns from too.
        Raises InputError for an unknown family, preset or setting, and for a run that cannot be started from.
        """
        chosen = find_family(family)
        given = {**(chosen.preset(preset) if preset else {}), **self._widths(family, start_from), **(settings or {})}
        whole = chosen.settings.of(given).to_json()
        params = {"start_from": start_from} if start_from else {"fused": asdict(fused)} if fused else {}
        key = json.dumps(["train", dataset_id, family, whole, params], sort_keys=True)

        def add(connection: sqlite3.Connection) -> str:
            run = new_id("r")
            connection.execute(
                "insert into run(id, dataset_id, family, settings, preset, epochs, created) "
                "values(?, ?, ?, ?, ?, ?, ?)",
                (run, dataset_id, family, json.dumps(whole), preset, whole.get("epochs", 0), time.time()),
            )
            return run

        return self._jobs.submit("train", key, add, params)

    def _widths(self, family: str, start_from: str | None) -> dict[str, Any]:
        """Give the widths of the layers of a run that a training of this family can start from."""
        if start_from is None:
            return {}
        source = self.get(start_from)
        if source.family != family or not find_family(family).transfers:
            raise InputError(f"a {family} cannot start from a {source.family}; choose a run of multvae, recvae or aae")
        if source.state != "done":
            raise InputError(f"run {start_from} is {source.state}; start from one that is done")
        return {name: value for name, value in source.settings.items() if name in _WIDTHS}

    def submit_projection(self, run_id: str, of: Of = "item", dimensions: int = 2) -> Job:
        """Queue the drawing of a finished run's map. Raises InputError where the run is not done."""
        if self.get(run_id).state != "done":
            raise InputError("the map is drawn from a finished run; wait until this one is done")
        return self.queue_projection(run_id, of, dimensions)

    def queue_projection(self, run_id: str, of: Of = "item", dimensions: int = 2) -> Job:
        """Queue the drawing of a map of a run whose results are there."""
        params = {"of": of, "dimensions": dimensions}
        return self._jobs.submit("project", f"project {run_id} {of} {dimensions}", lambda _: run_id, params)

    def submit_placing(self, run_id: str, generation_id: str) -> Job:
        """Queue the placing of generated shoppers in a finished run's space. Raises InputError where it is not done."""
        if self.get(run_id).state != "done":
            raise InputError("generated shoppers are placed by a finished run; wait until this one is done")
        key = f"place {generation_id} {run_id}"
        return self._jobs.submit("project", key, lambda _: run_id, {"generation": generation_id})

    def generated(self, run_id: str, generation_id: str) -> pd.DataFrame | None:
        """Give the vectors of generated shoppers in the run's space, indexed by user_id; None while not placed."""
        name = generated_name(generation_id)
        return self._table(run_id, name) if (self._done(run_id) / name).exists() else None

    def submit_parts(self, run_id: str, against: str | None) -> Job:
        """Queue the measuring of a finished run part by part, or its comparison with another run of the same shop."""
        records = [self.get(each) for each in (run_id, against) if each is not None]
        if any(record.state != "done" for record in records):
            raise InputError("only finished runs are measured by parts; wait until they are done")
        if len({record.dataset_id for record in records}) > 1 or run_id == against:
            raise InputError("two runs are compared on the same shoppers; choose two runs of one shop")
        key = f"parts {run_id} {against or ''}"
        return self._jobs.submit("break_down", key, lambda _: run_id, {"against": against} if against else {})

    def parts(self, run_id: str, against: str | None = None) -> pd.DataFrame | None:
        """Give a run's measures part by part, or its differences from another run; None where not worked out yet."""
        name = parts_name(against)
        return self._table(run_id, name) if (self._done(run_id) / name).exists() else None

    def clicks(self, run_id: str) -> dict[str, Any] | None:
        """Give what the log says of a run's clicks; None for a run of before this was kept."""
        folder, name = self._done(run_id), clicks_name()
        if not (folder / name).exists():
            return None
        check_manifest(folder, [name])
        return dict(read_json(folder / name))

    def all(self, dataset_id: str | None = None) -> list[RunRecord]:
        """List the runs (of one dataset), newest first."""
        return self._select("? is null or run.dataset_id = ?", dataset_id, dataset_id)

    def get(self, run_id: str) -> RunRecord:
        """Look a run up. Raises UnknownIdError."""
        found = self._select("run.id = ?", run_id)
        if not found:
            raise UnknownIdError(f"there is no run {run_id!r} in this workspace")
        return found[0]

    def curves(self, run_id: str) -> pd.DataFrame:
        """Give the values told after each epoch as ``epoch, name, value``."""
        with self._database.read() as connection:
            rows = connection.execute(
                "select epoch, name, value from curve where run_id = ? order by epoch, name", (run_id,)
            ).fetchall()
        types = {"epoch": "int64", "name": "str", "value": "float64"}
        return pd.DataFrame([tuple(row) for row in rows], columns=list(types)).astype(types)

    def metrics(self, run_id: str, repeat: bool = False) -> pd.DataFrame:
        """Give ``metric, value, low, high, n`` of the run's lists at diversity 0, measured on the test part."""
        return self._table(run_id, f"metrics-{pool_name(repeat)}.parquet")

    def sameness(self, run_id: str) -> dict[str, Any]:
        """Give the sameness score ``overall`` with ``parts``, and its tables ``category`` and ``group``."""
        folder = self._done(run_id)
        check_manifest(folder, ["sameness.json"])
        stored: dict[str, Any] = read_json(folder / "sameness.json")
        tables = {name: pd.DataFrame(stored[name]) for name in ("category", "group")}
        return {**stored, **tables}

    def candidates(self, run_id: str, repeat: bool = False) -> Candidates:
        """Give everybody's scored pool, mapped into memory."""
        return load_candidates(self._done(run_id) / f"candidates-{pool_name(repeat)}")

    def vectors(self, run_id: str, of: str) -> pd.DataFrame:
        """Give the vectors of ``item`` or ``user``, indexed by id."""
        return self._table(run_id, f"{of}_vectors.parquet")

    def projection(self, run_id: str, method: str, of: Of = "item", dimensions: int = 2) -> pd.DataFrame | None:
        """Give the map as ``item_id, x, y`` (``z``) or ``user_id, …``, or None while it is not drawn."""
        name = map_name(method, of, dimensions)
        return self._table(run_id, name) if (self._done(run_id) / name).exists() else None

    def model_folder(self, run_id: str) -> Path:
        """Give the folder of the trained model."""
        return self._done(run_id) / "model"

    def write_note(self, run_id: str, note: str) -> None:
        """Keep what a person wrote about a run, blanks around it taken off. Raises UnknownIdError."""
        with self._database.write() as connection:
            changed = connection.execute("update run set note = ? where id = ?", (note.strip(), run_id)).rowcount
        if not changed:
            raise UnknownIdError(f"there is no run {run_id!r} in this workspace")

    def weights(self, run_id: str) -> bytes:
        """Give a zip of a finished run's weights (safetensors), settings (JSON) and the ids of its items' rows.

        No history is in it: what shoppers did stays here.
        """
        folder = self.model_folder(run_id)
        check_manifest(folder)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for path in sorted(path for path in folder.rglob("*") if path.name in _TAKEN):
                archive.write(path, path.relative_to(folder).as_posix())
        return packed.getvalue()

    def delete(self, run_id: str) -> None:
        """Remove a run and all that was made with it. Raises InputError while work on it waits or runs."""
        with self._database.write() as connection:
            self.remove_rows(connection, run_id)
        self.remove_files(run_id)

    def remove_rows(self, connection: sqlite3.Connection, run_id: str) -> None:
        """Remove a run from the database, inside the caller's transaction."""
        self._jobs.remove_of(connection, run_id)
        if not connection.execute("delete from run where id = ?", (run_id,)).rowcount:
            raise UnknownIdError(f"there is no run {run_id!r} in this workspace")

    def remove_files(self, run_id: str) -> None:
        """Remove a run's folders."""
        for folder in (self._layout.run(run_id), self._layout.compression(run_id)):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(self._layout.checkpoint(run_id), ignore_errors=True)

    def _table(self, run_id: str, name: str) -> pd.DataFrame:
        folder = self._done(run_id)
        check_manifest(folder, [name])
        return read_parquet(folder / name)

    def _done(self, run_id: str) -> Path:
        """Give the folder of a finished run. Raises UnknownIdError, or ArtefactError where it is not finished."""
        folder = self._layout.run(run_id)
        if not folder.exists():
            run = self.get(run_id)
            raise ArtefactError(f"run {run_id} has no results yet, it is {run.state}; wait until it is done")
        return folder

    def _select(self, condition: str, *values: object) -> list[RunRecord]:
        with self._database.read() as connection:
            rows = connection.execute(
                f"{_SELECT} where {condition} order by run.created desc, run.rowid desc", values
            ).fetchall()
        return [_record(row) for row in rows]


def map_name(method: str, of: Of = "item", dimensions: int = 2) -> str:
    """Name the file of a map; one of PCA holds three dimensions, of which the first two are the flat one."""
    solid = "-3d" if dimensions == 3 and method != "pca" else ""
    return f"projection-{'' if of == 'item' else of + '-'}{method}{solid}.parquet"


def generated_name(generation_id: str) -> str:
    """Name the file of generated shoppers' vectors."""
    return f"generated-{generation_id}.parquet"


def parts_name(against: str | None = None) -> str:
    """Name the file of a run's measures part by part, or of its differences from another run."""
    return f"parts-{against}.parquet" if against else "parts.parquet"


def clicks_name() -> str:
    """Name the file of what the log says of a run's clicks."""
    return "clicks.json"


def pool_name(repeat: bool) -> str:
    """Name what a pool may hold: ``new`` items only, or ``any``."""
    return "any" if repeat else "new"


def _record(row: sqlite3.Row) -> RunRecord:
    params = json.loads(row["params"])
    fused, compressed = params.get("fused"), params.get("compressed")
    return RunRecord(
        id=row["id"], dataset_id=row["dataset_id"], family=row["family"], settings=json.loads(row["settings"]),
        preset=row["preset"], state=row["state"], epoch=row["epoch"], epochs=row["epochs"],
        seconds_left=row["seconds_left"], created=moment(row["created"]), error=row["error"], note=row["note"],
        finished=None if row["finished"] is None else moment(row["finished"]),
        fused=Fusion(**fused) if fused else None, compressed=Compressed(**compressed) if compressed else None,
    )
