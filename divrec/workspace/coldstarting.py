"""Learning cold start as a job: try every way on hidden items, then learn all of them from all items.

None of it depends on a run: what is learned of a shop answers for all its models.
"""

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from divrec.columns import IMAGE, ITEM, USER
from divrec.data.dataset import Dataset
from divrec.data.features.pictures import colour_histograms, read_pixels
from divrec.data.files import write_json, write_parquet
from divrec.models.artefacts import write_arrays, write_histories
from divrec.models.inputs import Floats, weighted
from divrec.synthesis.coldstart import ColdStart, best
from divrec.synthesis.hidden import METHODS, try_out
from divrec.synthesis.jobs import ColdStartJobSettings
from divrec.synthesis.settings import ColdStartSettings
from divrec.workspace.datasets import Datasets
from divrec.workspace.records import GenerationRecord
from divrec.workspace.task import Task

USERS: Final = "users.parquet"
COLOURS: Final = "colours.safetensors"
ITEMS: Final = "items.parquet"
PICTURES: Final = "pictures.parquet"


def make(task: Task, record: GenerationRecord, folder: Path) -> None:
    """Fill ``folder``: methods, users with their histories, items, colours, and for each method what it learned."""
    settings = ColdStartJobSettings.of(dict(record.settings))
    plain = {name: value for name, value in settings.to_json().items() if name in ColdStartSettings().to_json()}
    stages = ["read", *(f"cold_{method}" for method in METHODS), "cold_rest", *(f"cold_all_{m}" for m in METHODS)]

    def stage(name: str) -> None:
        task.stage(name, stages.index(name), len(stages))

    stage("read")
    datasets = Datasets(task.database, task.layout)
    data, _ = datasets.split(record.dataset_id)  # the shop's test part stays unseen, as for its models
    pictures, colours = _pictures(data, datasets.pictures(record.dataset_id))
    write_arrays(folder / COLOURS, {"mean": colours})

    def tried(method: str) -> None:
        stage(f"cold_{method}" if method in METHODS else "cold_rest")

    trial = try_out(data, ColdStartSettings.of(plain), pictures, tried)
    write_parquet(folder / "methods.parquet", trial.table)
    write_json(folder / "best.json", best(trial.table))
    users = _counted(data, settings)
    histories = weighted(data.matrix()[users], "binary")
    write_parquet(folder / USERS, pd.DataFrame({USER: data.user_ids[users]}))
    write_histories(folder, histories)
    write_parquet(folder / ITEMS, data.items)
    if pictures is not None:
        write_parquet(folder / PICTURES, pictures.set_axis([str(column) for column in pictures], axis=1))
    for method in METHODS:
        stage(f"cold_all_{method}")
        cold = ColdStart(**plain).learn(data, method, trial, pictures)
        cold.save(folder / method)


def of_pictures(items: pd.DataFrame, folder: Path, mean: Floats | None = None) -> tuple[pd.DataFrame, Floats] | None:
    """Describe items (those with a picture in ``folder``) by their colours less ``mean``, or less their own mean.

    Gives a table indexed by item_id, and the mean; None where no item has a picture.
    """
    if IMAGE not in items:
        return None
    names, pixels = read_pixels(items[IMAGE], folder)
    if not names:
        return None
    colours = colour_histograms(pixels)
    middle = colours.mean(axis=0) if mean is None else mean
    place = pd.Index(names).get_indexer(pd.Index(items[IMAGE]))
    shown = place >= 0
    index = pd.Index(items[ITEM][shown], name=ITEM)
    return pd.DataFrame((colours - middle)[place[shown]], index=index), np.asarray(middle, dtype=np.float32)


def _pictures(data: Dataset, folder: Path) -> tuple[pd.DataFrame | None, Floats]:
    found = of_pictures(data.items, folder)
    return found if found is not None else (None, np.zeros(0, dtype=np.float32))


def _counted(data: Dataset, settings: ColdStartJobSettings) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Draw the shoppers who are counted, in the log's order."""
    everybody = np.arange(len(data.user_ids), dtype=np.int64)
    if len(everybody) <= settings.shoppers:
        return everybody
    return np.sort(np.random.default_rng(settings.seed).choice(everybody, settings.shoppers, replace=False))
