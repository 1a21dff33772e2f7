"""Opening a shop: read it, store it with its ready tables, train the baselines that every model is compared with."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from divrec.columns import TIME
from divrec.data.dataset import Dataset
from divrec.data.intake.files import File, listed
from divrec.workspace.datasets import Datasets
from divrec.workspace.records import RESUMABLE
from divrec.workspace.runs import Runs
from divrec.workspace.task import Task

BASELINES: Final = ("popularity", "ease")
TABLES: Final = ("events", "items", "users", "vectors")
PICTURES: Final = "pictures"
STEPS: Final = ("read", "store", *(f"train_{family}" for family in BASELINES), "features")


def ingest(task: Task) -> None:
    """Do an ingest job; one that is done again finds what is there and goes on from it."""
    task.stage("read", 0, len(STEPS))
    datasets = Datasets(task.database, task.layout)
    with tempfile.TemporaryDirectory() as scratch:
        dataset_id = _stored(task, datasets, Path(scratch))
    for place, family in enumerate(BASELINES, start=2):
        task.stage(STEPS[place], place, len(STEPS))
        _train(task, dataset_id, family)
    task.stage(STEPS[-1], len(STEPS) - 1, len(STEPS))
    datasets.describe_items(dataset_id)
    task.stage("", len(STEPS), len(STEPS))


def _stored(task: Task, datasets: Datasets, scratch: Path) -> str:
    """Read the shop, store it unless it is there, and give its id."""
    params = task.lease.params
    read, split = SOURCES[params["source"]]
    dataset = read(params["options"], scratch)
    dataset = replace(dataset, name=params["name"] or dataset.name or params["source"])
    task.stage("store", 1, len(STEPS))
    known = datasets.same_as(params["source"], dataset.fingerprint)
    if known is not None:
        task.leases.report(task.lease, target=known)
        return known
    datasets.write(task.lease.target, dataset, split(dataset), scratch / PICTURES)
    task.check(at_once=True)
    datasets.enter(task.lease.target, dataset, params["source"])
    return task.lease.target


def _train(task: Task, dataset_id: str, family: str) -> None:
    """Train a baseline inside this job, unless it is there."""
    runs = Runs(task.database, task.layout)
    same = [run for run in runs.all(dataset_id) if run.family == family]
    if any(run.state == "done" for run in same):
        return
    broken = next((run for run in same if run.state in RESUMABLE), None)
    if broken is None:
        job = runs.submit(dataset_id, family, None, None).id
    else:
        job = next(job.id for job in task.jobs.of_target(broken.id) if job.kind == "train")
        task.jobs.resume(job)
    task.run_now(job, task)


def _demo(_: Mapping[str, Any], __: Path) -> Dataset:
    from divrec.simulate.demo import load_demo  # noqa: PLC0415  # only this source needs it

    return load_demo()


def _groceries(_: Mapping[str, Any], __: Path) -> Dataset:
    from divrec.data.groceries import load_groceries  # noqa: PLC0415  # only this source needs it

    return load_groceries(most_bought=5000)


def _upload(options: Mapping[str, Any], scratch: Path) -> Dataset:
    from divrec.data.itempictures import with_pictures  # noqa: PLC0415  # only this source needs it
    from divrec.data.read import read_dataset  # noqa: PLC0415

    # every file goes through a child, whatever its kind
    kept = {table: _kept(options[table], scratch / table) for table in TABLES if options.get(table)}
    dataset = read_dataset(**{name: value for name, value in {**options, **kept}.items() if name != PICTURES})
    pictures = listed(options.get(PICTURES) or [])
    return with_pictures(dataset, pictures, scratch / PICTURES) if pictures else dataset


def _kept(files: Any, scratch: Path) -> list[File]:  # noqa: ANN401  # one or several of the shapes that `listed` takes
    return [file if file.kept else replace(file, kept=scratch / str(n)) for n, file in enumerate(listed(files))]


def _latest(dataset: Dataset) -> dict[str, Any]:
    """Hold out the latest events, as in life; a log without times gives a random fifth."""
    if dataset.interactions[TIME].notna().any():
        return {"how": "time", "share": 0.15}
    return {"how": "random", "share": 0.2, "seed": 7}


def _november(_: Dataset) -> dict[str, Any]:
    return {"how": "time", "at": "2017-11-01"}


Reader = Callable[[Mapping[str, Any], Path], Dataset]  # options, and a folder for the time of the job
Splitter = Callable[[Dataset], dict[str, Any]]
SOURCES: Final[Mapping[str, tuple[Reader, Splitter]]] = {
    "demo": (_demo, _latest),
    "groceries": (_groceries, _november),
    "upload": (_upload, _latest),
}

