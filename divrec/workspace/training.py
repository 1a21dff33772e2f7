"""Training a run: fit, score everybody, measure, draw; then publish all of it at once."""

import shutil
import sqlite3
import time
from typing import Any, Final

import numpy as np
import pandas as pd

from divrec.data.dataset import Dataset
from divrec.data.files import atomic_folder, write_json, write_parquet
from divrec.data.pools import save_candidates
from divrec.evaluate.pairs import evaluate_pairs
from divrec.latent.project import project
from divrec.models.base import Recommender
from divrec.models.progress import Progress
from divrec.models.registry import FAMILIES, load_model, make_model
from divrec.synthesis.usefulness import fuse, weights_of
from divrec.workspace.datasets import Datasets
from divrec.workspace.generations import Generations
from divrec.workspace.measuring import measure, sameness
from divrec.workspace.parts import clicks_told, cut
from divrec.workspace.records import RunRecord
from divrec.workspace.runs import Runs, clicks_name, map_name, parts_name, pool_name
from divrec.workspace.task import Task

POOL: Final = 500  # items scored per user before re-ranking
AFTER_FIT: Final = ("candidates", "vectors", "measures", "sameness", "parts", "picture")
_TELL_SECONDS: Final = 1.0  # how often at most the time left is written between epochs


def train(task: Task) -> None:
    """Do a training job; its results appear together, once they are complete."""
    runs = Runs(task.database, task.layout)
    run = runs.get(task.lease.target)
    if not task.layout.run(run.id).exists():  # there, if the last attempt was lost after publishing
        _make(task, run)
    shutil.rmtree(task.layout.checkpoint(run.id), ignore_errors=True)
    if FAMILIES[run.family].trained:  # a baseline's map is drawn when somebody wants to see it
        runs.queue_projection(run.id)


def _make(task: Task, run: RunRecord) -> None:
    datasets = Datasets(task.database, task.layout)
    (trainee, test), groups = datasets.split(run.dataset_id), datasets.shopper_groups(run.dataset_id)
    listener = Listener(task, run.epochs)
    stages = iter(enumerate(AFTER_FIT))

    def next_stage() -> None:
        place, name = next(stages)
        task.stage(name, listener.epochs + place, listener.steps)

    task.stage("fit", min(run.epoch, run.epochs), listener.steps)
    model = _model(task, run, trainee, listener)
    with atomic_folder(task.layout.run(run.id)) as folder:
        model.save(folder / "model")
        next_stage()
        pools = {repeat: model.candidates(trainee, n=POOL, repeat=repeat) for repeat in (False, True)}
        for repeat, pool in pools.items():
            save_candidates(pool, folder / f"candidates-{pool_name(repeat)}")
        next_stage()
        vectors, places = model.item_vectors(), user_vectors(model, trainee.user_ids)
        write_parquet(folder / "item_vectors.parquet", vectors)
        write_parquet(folder / "user_vectors.parquet", places)
        next_stage()
        for repeat, pool in pools.items():
            table = measure(pool, trainee, test, vectors, repeat)
            if not repeat and (answered := evaluate_pairs(model, test)).size:
                table = pd.concat([table, answered], ignore_index=True)
            write_parquet(folder / f"metrics-{pool_name(repeat)}.parquet", table)
        next_stage()
        write_json(folder / "sameness.json", sameness(pools[False], trainee, vectors, groups))
        next_stage()
        write_parquet(folder / parts_name(), cut((pools[False],), trainee, test, vectors, groups))
        write_json(folder / clicks_name(), clicks_told(pools[False], test))
        next_stage()
        write_parquet(folder / map_name("pca"), project(vectors, method="pca", dimensions=3))
        write_parquet(folder / map_name("pca", "user"), project(places, method="pca", dimensions=3))
        task.stage("", listener.steps, listener.steps)


def _model(task: Task, run: RunRecord, trainee: Dataset, listener: "Listener") -> Recommender[Any]:
    """Train the run's model; a smaller version of another run is there already."""
    if run.compressed:
        return load_model(task.layout.compression(run.compressed.run_id) / run.compressed.way)
    model = make_model(run.family, run.settings)
    if source := task.lease.params.get("start_from"):
        model.starting_from(load_model(Runs(task.database, task.layout).model_folder(source)))
    _fit(model, task, run, trainee, listener)
    return model


def _fit(model: Recommender[Any], task: Task, run: RunRecord, trainee: Dataset, listener: "Listener") -> None:
    """Train on the real shoppers, and on generated ones where the run is a fused one."""
    if run.fused is None:
        model.fit(trainee, progress=listener, checkpoint=task.layout.checkpoint(run.id))
        return
    more = Generations(task.database, task.layout).table(run.fused.generation_id, "events")
    whole = fuse(trainee, more, run.fused.share)
    model.fit(whole, progress=listener, user_weights=weights_of(whole, run.fused.weight))


def user_vectors(model: Recommender[Any], users: pd.Index) -> pd.DataFrame:
    """Place users of the training in the model's space: a table of floats indexed by user_id."""
    places = model.encode(model.gathered(users))
    names = [f"v{axis}" for axis in range(places.shape[1])]
    return pd.DataFrame(places, index=users, columns=names)


class Listener:
    """Hears a model's training: stops it when asked, and writes its curves and its time left."""

    def __init__(self, task: Task, epochs: int) -> None:
        """Start from the epochs that the settings name; a blend, or a second fit, makes them more or fewer."""
        self._task = task
        self.epochs = epochs
        self._told = 0.0

    @property
    def steps(self) -> int:
        """Epochs, and what is done after them."""
        return self.epochs + len(AFTER_FIT)

    def __call__(self, progress: Progress) -> None:
        """Take one piece of news; raises Cancelled where a person asked for a stop."""
        self._task.check()
        self.epochs = max(progress.epochs, progress.epoch)
        now = time.monotonic()
        if not progress.values and now - self._told < _TELL_SECONDS:
            return
        self._told = now
        with self._task.database.write() as connection:
            self._write(connection, progress)

    def _write(self, connection: sqlite3.Connection, progress: Progress) -> None:
        left = progress.seconds_left if np.isfinite(progress.seconds_left) else None
        lease = self._task.lease
        self._task.leases.report_in(connection, lease, done=progress.epoch, total=self.steps, seconds_left=left)
        connection.execute(
            "update run set epoch = ?, epochs = ? where id = ?", (progress.epoch, progress.epochs, lease.target)
        )
        connection.executemany(  # a resumed training tells its last epochs again, with the same values
            "insert or replace into curve(run_id, epoch, name, value) values(?, ?, ?, ?)",
            [(lease.target, progress.epoch, name, float(value)) for name, value in progress.values.items()],
        )
