"""Making a run smaller in every way that suits it, and measuring what that saves and costs."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from divrec.data.candidates import NO_ITEM, Candidates
from divrec.data.dataset import Dataset
from divrec.data.files import atomic_folder, write_parquet
from divrec.models.base import Recommender
from divrec.models.compression import compress as smaller
from divrec.models.progress import Progress
from divrec.models.registry import load_model
from divrec.models.speed import milliseconds, weight_bytes
from divrec.models.ways import WAYS
from divrec.workspace.datasets import Datasets
from divrec.workspace.measuring import JUDGED, difference
from divrec.workspace.runs import Runs
from divrec.workspace.task import Task

ORIGINAL = "original"
Model = Recommender[Any]


def compress(task: Task) -> None:
    """Do a compression job: the smaller models and two tables, together once they are complete."""
    runs = Runs(task.database, task.layout)
    run = runs.get(task.lease.target)
    source = runs.model_folder(run.id)
    model, ways = load_model(source), WAYS[run.family]
    parts = Datasets(task.database, task.layout).split(run.dataset_id)

    def hear(_: Progress) -> None:
        task.check()

    with atomic_folder(task.layout.compression(run.id)) as folder:
        models, seconds = {ORIGINAL: model}, {ORIGINAL: 0.0}
        for place, way in enumerate(ways):
            task.stage(way, place, len(ways) + 1)
            started = time.process_time()
            models[way] = smaller(model, parts[0], way, progress=hear)
            seconds[way] = time.process_time() - started
            models[way].save(folder / way)
        task.stage("measures", len(ways), len(ways) + 1)
        folders = {way: source if way == ORIGINAL else folder / way for way in models}
        sizes, quality = measured(models, folders, *parts)
        write_parquet(folder / "sizes.parquet", sizes.assign(seconds=sizes["way"].map(seconds)))
        write_parquet(folder / "quality.parquet", quality)
        task.stage("", len(ways) + 1, len(ways) + 1)


def measured(
    models: Mapping[str, Model], folders: Mapping[str, Path], known: Dataset, test: Dataset
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measure models, the first of them the original, and where each was saved.

    The first table is ``way, bytes, milliseconds, agreement``: bytes of the weights on disk, CPU time for scoring one
    shopper, the share of the original's first 10 products that are among its own. The second holds for each other model
    the paired comparison with the original on the test shoppers, ``way, metric, before, after, difference, low, high,
    n``.
    """
    users = test.new_to_users().user_ids
    pools = {way: model.candidates(users, n=JUDGED) for way, model in models.items()}
    first = next(iter(models))
    rows = [
        (way, weight_bytes(folders[way]), milliseconds(model, model.histories), agreement(pools[first], pools[way]))
        for way, model in models.items()
    ]
    vectors = models[first].item_vectors()
    compared = [
        difference(pools[first], pools[way], known, test, vectors).assign(way=way) for way in models if way != first
    ]
    return pd.DataFrame(rows, columns=["way", "bytes", "milliseconds", "agreement"]), pd.concat(compared)


def agreement(before: Candidates, after: Candidates) -> float:
    """Give the share of the first pools' items that are in the second ones' too, meaned over shoppers."""
    shares = [
        len({*own} & {*other} - {NO_ITEM}) / max(1, len({*own} - {NO_ITEM}))
        for own, other in zip(before.items.tolist(), after.items.tolist(), strict=True)
    ]
    return sum(shares) / max(1, len(shares))
