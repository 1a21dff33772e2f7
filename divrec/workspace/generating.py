"""Generating shoppers as a job: train on most shoppers, draw, compare, try beside the real ones, draw the map."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from divrec.columns import USER
from divrec.data.dataset import Dataset
from divrec.data.files import write_json, write_parquet
from divrec.latent.project import project
from divrec.models.base import Recommender
from divrec.models.registry import make_model
from divrec.models.trained import Trained
from divrec.synthesis.fidelity import fidelity, popularity_curve
from divrec.synthesis.jobs import ShopperJobSettings
from divrec.synthesis.private import synthesise_privately
from divrec.synthesis.settings import ShopperSettings
from divrec.synthesis.shoppers import Generated, synthesise
from divrec.synthesis.usefulness import Judge, augmentation
from divrec.workspace.datasets import Datasets
from divrec.workspace.records import GenerationRecord
from divrec.workspace.task import Task

STAGES: Final = ("read", "fit", "prior", "draw", "events", "judge", "fuse", "picture")
_POINTS: Final = 1500  # of each kind on the map


def make(task: Task, record: GenerationRecord, folder: Path) -> None:
    """Fill ``folder``: events, users, account, fidelity, curve, gate, popularity, map; guarantee where ε was asked for.

    With ε only events, users and guarantee are covered by the promise; what compares with real shoppers never is.
    """
    settings = ShopperJobSettings.of(dict(record.settings))

    def stage(name: str) -> None:
        if name:
            task.stage(name, STAGES.index(name), len(STAGES))
        else:
            task.check()

    stage("read")
    datasets = Datasets(task.database, task.layout)
    asked = ShopperSettings.of({name: getattr(settings, name) for name in ShopperSettings().to_json()})
    model: Trained[Any]
    if settings.epsilon:
        # the whole log, each shopper held out by their own id: the shop's other split may look at all shoppers at once
        whole = datasets.dataset(record.dataset_id)
        data, held_out = whole.split("users", share=settings.held_out, seed=settings.seed, by_id=True)
        private = synthesise_privately(data, asked, settings.epsilon, settings.delta, stage)
        model, made = private.model, private.generated
        write_json(folder / "guarantee.json", private.guarantee())
    else:
        learned, _ = datasets.split(record.dataset_id)  # the shop's test part stays unseen
        data, held_out = learned.split("users", share=settings.held_out, seed=settings.seed)
        stage("fit")
        model = _trained(data, settings, lambda _: task.check())
        made = synthesise(model, data, asked, datasets.shopper_groups(record.dataset_id), stage)
    write_parquet(folder / "events.parquet", made.events)
    write_parquet(folder / "users.parquet", made.users)
    write_parquet(folder / "account.parquet", made.account)
    stage("judge")
    write_parquet(folder / "fidelity.parquet", fidelity(data, made.events, held_out, settings.seed))
    write_parquet(folder / "popularity.parquet", _popularity(data, made))
    stage("fuse")
    judge = Judge(data, held_out)
    curve, gate = augmentation(judge, made.histories)
    write_parquet(folder / "curve.parquet", curve)
    write_json(folder / "gate.json", asdict(gate))
    stage("picture")
    write_parquet(folder / "map.parquet", _map(model, data, made, settings.seed))


def _trained(data: Dataset, settings: ShopperJobSettings, listener: Any) -> Trained[Any]:  # noqa: ANN401  # a Listener
    model: Recommender[Any] = make_model(settings.family, {"seed": settings.seed}, settings.preset)
    model.fit(data, progress=listener)
    assert isinstance(model, Trained)  # noqa: S101  # the settings offer autoencoders only
    return model


def _popularity(data: Dataset, made: Generated) -> pd.DataFrame:
    """Shares of the items, most bought first, among real and generated shoppers: ``rank, real, generated``."""
    real, drawn = popularity_curve(data.matrix()), popularity_curve(made.histories)
    order = np.argsort(-real, kind="stable")
    return pd.DataFrame({"rank": np.arange(1, len(order) + 1), "real": real[order], "generated": drawn[order]})


def _map(model: Trained[Any], data: Dataset, made: Generated, seed: int) -> pd.DataFrame:
    """Lay real and generated shoppers out together: ``user_id, x, y, generated``."""
    rng = np.random.default_rng(seed)
    known = data.matrix()
    able = rng.permutation(np.flatnonzero(np.diff(known.indptr)))[:_POINTS]
    drawn = rng.permutation(len(made.users))[:_POINTS]
    ids = pd.Index([*data.user_ids[able], *made.users[USER].iloc[drawn]], name=USER)
    vectors = pd.DataFrame(np.vstack([model.encode(known[able]), model.encode(made.histories[drawn])]), index=ids)
    laid = project(vectors.set_axis([f"v{axis}" for axis in range(vectors.shape[1])], axis=1), method="pca", seed=seed)
    return laid.assign(generated=np.arange(len(laid)) >= len(able))
