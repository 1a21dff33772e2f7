"""Opening a shop: read it, store it with its ready tables, train the baselines that every model is compared with."""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from divrec.columns import TIME
from divrec.data.cleaning import Recipe, clean
from divrec.data.dataset import Dataset
from divrec.data.features.sentences import text_model
from divrec.data.files import read_json
from divrec.data.intake.files import File, listed
from divrec.data.store import load_dataset
from divrec.errors import InputError
from divrec.workspace.datasets import ORIGIN, SPLIT, Datasets
from divrec.workspace.inbox import Inbox
from divrec.workspace.records import RESUMABLE
from divrec.workspace.runs import Runs
from divrec.workspace.task import Task

BASELINES: Final = ("popularity", "ease")
TABLES: Final = ("events", "items", "users", "vectors")
PICTURES: Final = "pictures"
_OURS: Final = (PICTURES, "recipe")  # options of an upload that the reader does not know
STEPS: Final = ("read", "store", *(f"train_{family}" for family in BASELINES), "features")


def ingest(task: Task) -> None:
    """Do an ingest job; one that is done again finds what is there and goes on from it."""
    task.stage("read", 0, len(STEPS))
    text_model()  # a wrong setting is said now, not after the minutes until it is used
    datasets = Datasets(task.database, task.layout)
    with tempfile.TemporaryDirectory() as scratch:
        dataset_id = _stored(task, datasets, Path(scratch))
    for place, family in enumerate(BASELINES, start=2):
        task.stage(STEPS[place], place, len(STEPS))
        _train(task, dataset_id, family)
    task.stage(STEPS[-1], len(STEPS) - 1, len(STEPS))
    datasets.describe_items(dataset_id)
    Inbox(task.layout.folder).release(task.lease.params["options"], task.jobs.unfinished(but=task.lease.id))
    task.stage("", len(STEPS), len(STEPS))


def _stored(task: Task, datasets: Datasets, scratch: Path) -> str:
    """Read the shop, store it unless it is there, and give its id."""
    params = task.lease.params
    read, split = SOURCES[params["source"]]
    options = params["options"]
    dataset = _cleaned(read(options, scratch), options.get("recipe") or [])
    dataset = replace(dataset, name=params["name"] or dataset.name or params["source"])
    task.stage("store", 1, len(STEPS))
    known = datasets.same_as(params["source"], dataset.fingerprint)
    if known is not None:
        task.leases.report(task.lease, target=known)
        return known
    datasets.write(task.lease.target, dataset, split(dataset, options), scratch / PICTURES, _origin(options))
    task.check(at_once=True)
    datasets.enter(task.lease.target, dataset, params["source"])
    return task.lease.target


def _cleaned(dataset: Dataset, recipe: list[dict[str, Any]]) -> Dataset:
    cleaned = clean(dataset, Recipe.from_json(recipe))
    if cleaned.interactions.empty:
        raise InputError(f"the recipe leaves none of {len(dataset.interactions):,} events; loosen a step")
    return cleaned


def _origin(options: Mapping[str, Any]) -> dict[str, Any]:
    """Say which columns a shop was read from and how it was cleaned, for new data of the same shop."""
    before = Path(options["folder"]) / ORIGIN if "folder" in options else None
    parent: dict[str, Any] = read_json(before) if before is not None and before.is_file() else {}
    recipe = [*parent.get("recipe", []), *(options.get("recipe") or [])]
    return {"columns": options.get("columns") or parent.get("columns") or {}, "recipe": recipe}


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
    dataset = read_dataset(**{name: value for name, value in {**options, **kept}.items() if name not in _OURS})
    pictures = listed(options.get(PICTURES) or [])
    return with_pictures(dataset, pictures, scratch / PICTURES) if pictures else dataset


def _stored_before(options: Mapping[str, Any], scratch: Path) -> Dataset:
    if Path(options["pictures"]).is_dir():
        shutil.copytree(options["pictures"], scratch / PICTURES)
    return load_dataset(options["folder"])


def _kept(files: Any, scratch: Path) -> list[File]:  # noqa: ANN401  # one or several of the shapes that `listed` takes
    return [file if file.kept else replace(file, kept=scratch / str(n)) for n, file in enumerate(listed(files))]


def _latest(dataset: Dataset, _: Mapping[str, Any]) -> dict[str, Any]:
    """Hold out the latest events, as in life; a log without times gives a random fifth."""
    if dataset.interactions[TIME].notna().any():
        return {"how": "time", "share": 0.15}
    return {"how": "random", "share": 0.2, "seed": 7}


def _november(_: Dataset, __: Mapping[str, Any]) -> dict[str, Any]:
    return {"how": "time", "at": "2017-11-01"}


def _as_before(_: Dataset, options: Mapping[str, Any]) -> dict[str, Any]:
    """Hold out as the shop before cleaning did, so that both are judged on the same time."""
    return dict(read_json(Path(options["folder"]) / SPLIT))


Reader = Callable[[Mapping[str, Any], Path], Dataset]  # options, and a folder for the time of the job
Splitter = Callable[[Dataset, Mapping[str, Any]], dict[str, Any]]
SOURCES: Final[Mapping[str, tuple[Reader, Splitter]]] = {
    "demo": (_demo, _latest),
    "groceries": (_groceries, _november),
    "upload": (_upload, _latest),
    "cleaned": (_stored_before, _as_before),
}

