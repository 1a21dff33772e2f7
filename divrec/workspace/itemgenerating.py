"""Generating items as a job: learn most of the catalogue, draw, filter, compare, draw the map."""

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.columns import ITEM
from divrec.data.files import write_parquet
from divrec.latent.project import project
from divrec.models.progress import Progress
from divrec.synthesis.itemfidelity import item_fidelity
from divrec.synthesis.itemjobs import LONGER, ItemJobSettings
from divrec.synthesis.itemnearness import Items
from divrec.synthesis.items import GeneratedItems, synthesise_items
from divrec.synthesis.itemsettings import ItemNetworkSettings, ItemSettings
from divrec.synthesis.itemtable import NUMBERS
from divrec.workspace.datasets import Datasets
from divrec.workspace.records import GenerationRecord
from divrec.workspace.task import Task

_POINTS: Final = 1500  # of each kind on the map
_STEPS: Final = 101  # of a curve of numbers
_AROUND: Final = 4  # steps beside the epochs: read, draw, judge, picture


def make(task: Task, record: GenerationRecord, folder: Path) -> None:
    """Fill ``folder``: items, guides, account, fidelity, numbers, map."""
    settings = ItemJobSettings.of(dict(record.settings))
    epochs = ItemNetworkSettings().epochs * LONGER[settings.preset]
    total = epochs + _AROUND
    after = {"fit": 1, "draw": 1 + epochs}

    def learning(progress: Progress) -> None:
        if progress.values:
            task.stage("fit", 1 + progress.epoch, total)
        else:
            task.check()

    task.stage("read", 0, total)
    datasets = Datasets(task.database, task.layout)
    items = datasets.dataset(record.dataset_id).items
    hidden = np.zeros(len(items), dtype=bool)
    order = np.random.default_rng(settings.seed).permutation(len(items))
    hidden[order[: round(settings.held_out * len(items))]] = True
    known = items[~hidden].reset_index(drop=True)
    plain = {name: value for name, value in settings.to_json().items() if name in ItemSettings().to_json()}
    made = synthesise_items(
        known, datasets.item_features(record.dataset_id), ItemSettings.of(plain), {"epochs": epochs},
        lambda name: task.stage(name, after[name], total), learning,
    )  # fmt: skip
    for name in ("items", "guides", "account"):
        write_parquet(folder / f"{name}.parquet", getattr(made, name))
    task.stage("judge", total - 2, total)
    write_parquet(folder / "fidelity.parquet", item_fidelity(known, made.items, items[hidden], settings.seed))
    write_parquet(folder / "numbers.parquet", _curves(known, made.items))
    task.stage("picture", total - 1, total)
    write_parquet(folder / "map.parquet", _map(known, made, settings.seed))


def _curves(items: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Give prices and margins of real and generated items from low to high: ``column, share, real, generated``."""
    share = np.linspace(0, 1, _STEPS)
    parts = [
        pd.DataFrame({"column": name, "share": share, "real": items[name].quantile(share).to_numpy(),
                      "generated": more[name].quantile(share).to_numpy()})
        for name in NUMBERS if name in more
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"column": pd.Series(dtype="str")})


def _map(items: pd.DataFrame, made: GeneratedItems, seed: int) -> pd.DataFrame:
    """Lay real and generated items out together: ``item_id, x, y, generated``."""
    rng = np.random.default_rng(seed)
    some = [rng.permutation(len(side))[:_POINTS] for side in (made.real, made.made)]
    ids = pd.Index([*items[ITEM].iloc[some[0]], *made.items[ITEM].iloc[some[1]]], name=ITEM)
    rows = np.vstack([_flat(made.real.at(some[0])), _flat(made.made.at(some[1]))])
    laid = project(pd.DataFrame(rows, index=ids, columns=[f"v{axis}" for axis in range(rows.shape[1])]), "pca", seed)
    return laid.assign(generated=np.arange(len(laid)) >= len(some[0]))


def _flat(items: Items) -> npt.NDArray[np.float32]:
    """Give items as numbers (n, d): their vectors and ranks, where they have any, else their labels."""
    parts = np.hstack([*items.vectors, np.nan_to_num(items.numbers, nan=0.5) - np.float32(0.5)])
    return parts if parts.shape[1] else items.labels.astype(np.float32)
