"""Drawing a map of a finished run's items or users by UMAP, and giving generated shoppers their places in its space."""

from typing import Final

import numpy as np
import pandas as pd

from divrec.columns import USER
from divrec.data.dataset import histories
from divrec.data.files import seal, write_parquet
from divrec.latent.project import project
from divrec.models.registry import load_model
from divrec.workspace.generations import Generations
from divrec.workspace.runs import Runs, generated_name, map_name
from divrec.workspace.task import Task

MOST: Final = 2000  # generated shoppers on a map; a seeded draw of more


def draw(task: Task) -> None:
    """Do a projection job: add the map to the run's sealed folder."""
    run_id = task.lease.target
    if generation_id := task.lease.params.get("generation"):
        encode_generated(task, run_id, generation_id)
        return
    of, dimensions = task.lease.params.get("of", "item"), task.lease.params.get("dimensions", 2)
    task.stage("umap", 0, 1)
    layout = project(Runs(task.database, task.layout).vectors(run_id, of), dimensions=dimensions)
    task.check(at_once=True)
    folder = task.layout.run(run_id)
    name = map_name("umap", of, dimensions)
    write_parquet(folder / name, layout)
    seal(folder, [name])
    task.leases.report(task.lease, stage="", done=1, total=1)


def encode_generated(task: Task, run_id: str, generation_id: str) -> None:
    """Place generated shoppers in a run's space, as its real ones are placed, and add that to the run's folder."""
    task.stage("vectors", 0, 1)
    runs, name = Runs(task.database, task.layout), generated_name(generation_id)
    events = Generations(task.database, task.layout).table(generation_id, "events")
    users = events[USER].drop_duplicates()
    if len(users) > MOST:
        users = users.sample(MOST, random_state=np.random.default_rng(7)).sort_index()
    model = load_model(runs.model_folder(run_id))
    places = model.encode(histories(events[events[USER].isin(users)], users, model.item_ids))
    task.check(at_once=True)
    columns = [f"v{axis}" for axis in range(places.shape[1])]
    table = pd.DataFrame(places, index=pd.Index(users, name=USER), columns=columns)
    write_parquet(task.layout.run(run_id) / name, table)
    seal(task.layout.run(run_id), [name])
    task.leases.report(task.lease, stage="", done=1, total=1)
