"""``Workspace``: one folder of shops, trained runs, scenarios and the work in the background."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from divrec.data.candidates import Candidates
from divrec.data.dataset import Dataset
from divrec.data.intake.files import File
from divrec.data.trial import Trial
from divrec.errors import InputError, UnknownIdError
from divrec.workspace.compressions import Compressions
from divrec.workspace.counting import counted
from divrec.workspace.database import Database
from divrec.workspace.datasets import Datasets
from divrec.workspace.divisions import check_division
from divrec.workspace.expectations import Expectations
from divrec.workspace.generations import Generations
from divrec.workspace.inbox import Inbox
from divrec.workspace.jobs import Jobs, new_id
from divrec.workspace.layout import Layout, default_folder
from divrec.workspace.records import (
    RESUMABLE,
    DatasetRecord,
    Division,
    Divisions,
    GenerationRecord,
    Job,
    Of,
    RunRecord,
    ScenarioRecord,
    TuningRecord,
)
from divrec.workspace.runs import Runs
from divrec.workspace.scenarios import Scenarios
from divrec.workspace.scoring import Scoring
from divrec.workspace.searches import Searches
from divrec.workspace.sources import check_source
from divrec.workspace.starter import Starter
from divrec.workspace.tunings import Tunings


class Workspace:
    """Everything that stays: asked by pages and the command line, filled by the worker process.

    Opening makes the folder and its database. Reading never imports torch, scikit-learn or umap. Work is submitted and
    done by a process of its own, which outlives this one. Only one machine may use a folder at a time.
    """

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        self.folder = Path(folder) if folder is not None else default_folder()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._layout = Layout(self.folder)
        database = Database(self._layout.database)
        self._database = database
        self._jobs = Jobs(database)
        self._datasets = Datasets(database, self._layout)
        self._runs = Runs(database, self._layout)
        self._generations = Generations(database, self._layout)
        self._scenarios = Scenarios(database)
        self._searches = Searches(self._layout)
        self._tunings = Tunings(database, self._layout)
        self._compressions = Compressions(database, self._layout)
        self._expectations = Expectations(database, self._layout)
        self._starter = Starter(self._layout, self._jobs)
        self._scoring = Scoring(self._layout)
        self.inbox = Inbox(self.folder)

    # Work in the background ---------------------------------------------------------------------------------------

    def submit_ingest(self, source: str, name: str | None = None, **options: Any) -> str:  # noqa: ANN401  # read_dataset's
        """Have a shop opened and give the job's id; its ``target`` becomes the dataset.

        ``source`` is "demo", "groceries" or "upload"; an upload takes ``read_dataset``'s arguments, paths as text. With
        ``recipe`` (of ``Recipe.to_json``) the shop is cleaned before it is stored.
        A shop that is already here is not stored twice.
        """
        check_source(source, options)
        self._tend()
        plain = {key: _plain(value) for key, value in options.items()}
        params = {"source": source, "name": name, "options": plain}
        key = json.dumps(["ingest", params], sort_keys=True)
        return self._submitted(self._jobs.submit("ingest", key, lambda _: new_id("d"), params)).id

    def submit_cleaning(self, dataset_id: str, recipe: list[dict[str, Any]], name: str | None = None) -> str:
        """Have a cleaned version of a shop made beside it and give the job's id; its ``target`` becomes the dataset.

        ``recipe`` is what ``Recipe.to_json`` gives. Raises UnknownIdError for an unknown shop, InputError for a wrong
        recipe.
        """
        label = name or self._datasets.get(dataset_id).name
        places = self._layout.dataset(dataset_id).resolve(), self.pictures(dataset_id).resolve()
        return self.submit_ingest("cleaned", label, folder=places[0], pictures=places[1], recipe=recipe)

    def submit_training(
        self,
        dataset_id: str,
        family: str,
        settings: Mapping[str, Any] | None = None,
        preset: str | None = None,
        start_from: str | None = None,
    ) -> str:
        """Have a model trained, with ``settings`` laid over ``preset``, and give the run's id.

        ``start_from`` names a finished run of the same family, of this or another shop, whose weights it starts from.
        Raises UnknownIdError for an unknown dataset, InputError for an unknown family, preset or setting.
        """
        self._datasets.get(dataset_id)
        self._tend()
        return self._submitted(self._runs.submit(dataset_id, family, settings, preset, start_from)).target

    def submit_fused_training(self, generation_id: str) -> str:
        """Have EASE trained on the real shoppers and as many generated ones as the gate lets in; give the run's id.

        EASE with its own settings is what the gate tried. Raises InputError, with the reason, where the gate is shut.
        """
        dataset_id = self._generations.get(generation_id).dataset_id
        fused = self._generations.fusion(generation_id)
        self._tend()
        return self._submitted(self._runs.submit(dataset_id, "ease", None, None, fused=fused)).target

    def submit_projection(self, run_id: str, of: Of = "item", dimensions: int = 2) -> str:
        """Have a map of a finished run's items or users drawn by UMAP, in 2 or 3 dimensions, and give the job's id."""
        self._tend()
        return self._submitted(self._runs.submit_projection(run_id, of, dimensions)).id

    def submit_placing(self, run_id: str, generation_id: str) -> str:
        """Have generated shoppers placed in a finished run's space, among its real ones, and give the job's id."""
        self._tend()
        return self._submitted(self._runs.submit_placing(run_id, generation_id)).id

    def submit_tuning(
        self, dataset_id: str, family: str, preset: str | None = None, settings: Mapping[str, Any] | None = None
    ) -> str:
        """Have the settings of a family searched, beginning with a preset's, and give the search's id.

        ``settings`` are those of the search (``TuningSettings``). Raises UnknownIdError for an unknown dataset,
        InputError for an unknown family, preset or setting.
        """
        self._datasets.get(dataset_id)
        self._tend()
        return self._submitted(self._tunings.submit(dataset_id, family, preset, settings)).target

    def submit_synthesis(self, dataset_id: str, what: str, settings: Mapping[str, Any] | None = None) -> str:
        """Have ``what`` ("shoppers", "items", "coldstart") made from a shop and give the generation's id.

        Raises UnknownIdError for an unknown dataset, InputError for an unknown ``what`` or setting.
        """
        self._datasets.get(dataset_id)
        self._tend()
        return self._submitted(self._generations.submit(dataset_id, what, settings or {})).target

    def submit_regrouping(self, dataset_id: str, what: Divisions, k: int | None) -> str:
        """Have a shop's users or items divided into ``k`` groups (None: the automatic number) and give the job's id.

        Finished runs keep what they measured by the groups of their time. Raises UnknownIdError for an unknown dataset,
        InputError for an unknown ``what`` or a ``k`` out of range.
        """
        self._datasets.get(dataset_id)
        check_division(what, k)
        self._tend()
        params = {"what": what, "k": k}
        key = json.dumps(["regroup", dataset_id, params], sort_keys=True)
        return self._submitted(self._jobs.submit("regroup", key, lambda _: dataset_id, params)).id

    def submit_parts(self, run_id: str, against: str | None = None) -> str:
        """Have a finished run measured part by part, or compared with another of the same shop; give the job's id."""
        self._tend()
        return self._submitted(self._runs.submit_parts(run_id, against)).id

    def jobs(self, live_only: bool = False) -> list[Job]:
        """List the jobs, newest first; work whose process has gone shows as interrupted."""
        self._tend()
        return self._jobs.all(live_only)

    def cancel(self, id: str) -> None:  # noqa: A002  # a job's, dataset's or run's
        """Cancel the live work with this id or on this dataset or run; a running job stops within a batch."""
        for job in self._of(id):
            self._jobs.cancel(job.id)

    def resume(self, id: str) -> None:  # noqa: A002  # a job's, dataset's or run's
        """Continue the newest unfinished work with this id or on this dataset or run, a training from its checkpoint.

        Live work is left as it is. Raises InputError where all of it is done.
        """
        jobs = self._of(id)
        unfinished = next((job for job in jobs if job.state in RESUMABLE), jobs[0])
        self._jobs.resume(unfinished.id)
        self._starter.ensure()

    # Shops --------------------------------------------------------------------------------------------------------

    def datasets(self) -> list[DatasetRecord]:
        """List the shops, newest first."""
        return self._datasets.all()

    def dataset(self, dataset_id: str) -> Dataset:
        """Read a shop."""
        return self._datasets.dataset(dataset_id)

    def split(self, dataset_id: str) -> tuple[Dataset, Dataset]:
        """Give the training and test parts that all runs of a shop are compared on."""
        return self._datasets.split(dataset_id)

    def origin(self, dataset_id: str) -> dict[str, Any]:
        """Give the ``columns`` a shop was read from and the ``recipe`` that cleaned it, as far as they are known."""
        return self._datasets.origin(dataset_id)

    def trial(self, dataset_id: str, recipe: list[dict[str, Any]]) -> Trial:
        """Count what a recipe would do to a shop, in a process of its own."""
        return counted(self._layout.dataset(dataset_id), recipe)

    def profile(self, dataset_id: str) -> dict[str, pd.DataFrame]:
        """Give the ready tables of the Data screen by name (``data.profile``)."""
        return self._datasets.profile(dataset_id)

    def shopper_groups(self, dataset_id: str) -> pd.Series:
        """Give the names of users' groups, indexed by user_id; users without a group are left out."""
        return self._datasets.shopper_groups(dataset_id)

    def item_clusters(self, dataset_id: str) -> pd.Series:
        """Give the names of items' clusters, indexed by item_id; empty for a shop stored before they were kept."""
        return self._datasets.item_clusters(dataset_id)

    def division(self, dataset_id: str, what: Divisions) -> Division:
        """Say into how many groups a shop's users or items are divided, and how many the silhouette chose."""
        return self._datasets.division(dataset_id, what)

    def groups_tried(self, dataset_id: str, what: Divisions) -> pd.DataFrame:
        """Give ``k, silhouette`` of the numbers of groups that were tried; empty where they were not kept."""
        return self._datasets.tried(dataset_id, what)

    def item_features(self, dataset_id: str) -> dict[str, pd.DataFrame]:
        """Give item vectors of ``text`` and ``picture``, those that the shop has."""
        return self._datasets.item_features(dataset_id)

    def history(self, dataset_id: str, user: str) -> pd.DataFrame:
        """Give what the models were told of a user, oldest first."""
        return self._datasets.history(dataset_id, user)

    def pictures(self, dataset_id: str) -> Path:
        """Give the folder in which a shop's picture files lie; it need not exist."""
        return self._datasets.pictures(dataset_id)

    def delete_dataset(self, dataset_id: str) -> None:
        """Remove a shop with all its runs. Raises InputError while work on any of them waits or runs."""
        runs = [run.id for run in self._runs.all(dataset_id)]
        searches = [search.id for search in self._tunings.all(dataset_id)]
        generations = [record.id for record in self._generations.all(dataset_id)]
        with self._database.write() as connection:
            for tuning_id in searches:
                self._tunings.remove_rows(connection, tuning_id)
            for generation_id in generations:
                self._generations.remove_rows(connection, generation_id)
            for run_id in runs:
                self._runs.remove_rows(connection, run_id)
            self._datasets.remove(connection, dataset_id)
        for run_id in runs:
            self._runs.remove_files(run_id)
        for tuning_id in searches:
            self._tunings.remove_files(tuning_id)
        for generation_id in generations:
            self._generations.remove_files(generation_id)
        self._datasets.remove_files(dataset_id)

    # Runs ---------------------------------------------------------------------------------------------------------

    def runs(self, dataset_id: str | None = None) -> list[RunRecord]:
        """List the runs (of one shop), newest first; one whose process has gone shows as interrupted."""
        self._tend()
        return self._runs.all(dataset_id)

    def curves(self, run_id: str) -> pd.DataFrame:
        """Give what a training told after each epoch: ``epoch, name, value``."""
        return self._runs.curves(run_id)

    def metrics(self, run_id: str, repeat: bool = False) -> pd.DataFrame:
        """Give ``metric, value, low, high, n`` of the run's lists at diversity 0 on the shop's test part."""
        return self._runs.metrics(run_id, repeat)

    def sameness(self, run_id: str) -> dict[str, Any]:
        """Give the sameness score ``overall`` (0 … 100), its ``parts``, and tables by ``category`` and ``group``."""
        return self._runs.sameness(run_id)

    def candidates(self, run_id: str, repeat: bool = False) -> Candidates:
        """Give everybody's scored pool, mapped into memory; with ``repeat`` items of the history may be in it."""
        return self._runs.candidates(run_id, repeat)

    def candidates_of(self, run_id: str, history: pd.DataFrame, n: int = 500, repeat: bool = False) -> Candidates:
        """Score a history that nobody has, ``item_id`` (and ``weight``) oldest first: a pool of one, no retraining.

        The model answers in a process of its own that stays warm; items that it does not know are passed over.
        """
        return self._scoring.pool(run_id, self.candidates(run_id, repeat).item_ids, history, n, repeat)

    def why(self, run_id: str, history: pd.DataFrame, item: str, repeat: bool = False) -> tuple[int, pd.DataFrame]:
        """Give an item's place in the run's ranking for a history, and what each of its items adds.

        The table is that of ``explain.contributions``: ``item_id, contribution, place_without``.
        """
        return self._scoring.why(run_id, history, item, repeat)

    def item_vectors(self, run_id: str) -> pd.DataFrame:
        """Give the run's item vectors, indexed by item_id."""
        return self._runs.vectors(run_id, "item")

    def user_vectors(self, run_id: str) -> pd.DataFrame:
        """Give the run's user vectors, indexed by user_id."""
        return self._runs.vectors(run_id, "user")

    def generated_vectors(self, run_id: str, generation_id: str) -> pd.DataFrame | None:
        """Give the places of generated shoppers in the run's space, as ``user_vectors``; None while not placed."""
        return self._runs.generated(run_id, generation_id)

    def projection(
        self, run_id: str, method: Literal["pca", "umap"] = "pca", of: Of = "item", dimensions: int = 2
    ) -> pd.DataFrame | None:
        """Give the run's map ``item_id, x, y`` or ``user_id, x, y`` (PCA always, UMAP on request with ``z``).

        None while it is not drawn.
        """
        return self._runs.projection(run_id, method, of, dimensions)

    def model_folder(self, run_id: str) -> Path:
        """Give the folder that ``load_model`` reads."""
        return self._runs.model_folder(run_id)

    def weights(self, run_id: str) -> bytes:
        """Give a zip of the run's weights (safetensors), settings (JSON) and item ids, without anybody's history."""
        return self._runs.weights(run_id)

    def write_note(self, run_id: str, note: str) -> None:
        """Keep what a person wrote about a run; an empty text takes the note away. Raises UnknownIdError."""
        self._runs.write_note(run_id, note)

    def compare(self, before: str, after: str) -> pd.DataFrame:
        """Compare two runs of one shop on the same shoppers: ``metric, before, after, difference, low, high, n``.

        Lists of new items at diversity 0; likeness is that of ``before``'s vectors. Raises InputError for runs of
        different shops.
        """
        from divrec.workspace.measuring import difference  # noqa: PLC0415  # brings numba

        shops = {self._runs.get(run).dataset_id for run in (before, after)}
        if len(shops) > 1:
            raise InputError("two runs are compared on the same shoppers; choose two runs of one shop")
        known, test = self.split(shops.pop())
        pools = self.candidates(before), self.candidates(after)
        return difference(*pools, known, test, self.item_vectors(before))

    def parts(self, run_id: str, against: str | None = None) -> pd.DataFrame | None:
        """Give a run's measures by shopper group, popularity band and category; None where not worked out yet.

        ``by, name, metric, value, low, high, n``; with ``against`` another run, ``by, name, metric, before, after,
        difference, low, high, n``, paired by shoppers.
        """
        return self._runs.parts(run_id, against)

    def clicks(self, run_id: str) -> dict[str, Any] | None:
        """Give the clicks and conversion of what was shown and of the run's lists, or the reason why not.

        ``table`` (records as ``compare_clicks`` gives them), ``examination``, ``shown``, ``overlap``, ``effective``,
        ``by``; or ``reason``, ``numbers`` and ``said``. None where not worked out yet.
        """
        return self._runs.clicks(run_id)

    def delete_run(self, run_id: str) -> None:
        """Remove a run and all that was made with it. Raises InputError while work on it waits or runs."""
        self._runs.delete(run_id)

    def expected(self, dataset_id: str, family: str) -> dict[str, float] | None:
        """Give the seconds that a training of a family is expected to take here, by preset; None while not measured."""
        return self._expectations.seconds(dataset_id, family)

    def probe_job(self, dataset_id: str, family: str) -> Job | None:
        """Give the newest probe of a family on a shop, or None."""
        return self._expectations.job(dataset_id, family)

    def submit_probe(self, dataset_id: str, family: str) -> str:
        """Have it measured how long trainings of a family will take on a shop, and give the job's id.

        Raises UnknownIdError for an unknown dataset, InputError for an unknown family.
        """
        self._datasets.get(dataset_id)
        self._tend()
        return self._submitted(self._expectations.submit(dataset_id, family)).id

    # Smaller runs -------------------------------------------------------------------------------------------------

    def submit_compression(self, run_id: str) -> str:
        """Have smaller versions of a finished run made in every way that suits it, and give the job's id.

        Raises InputError where the run is not done, or its family has nothing to make smaller.
        """
        self._tend()
        return self._submitted(self._compressions.submit(run_id)).id

    def compression_job(self, run_id: str) -> Job | None:
        """Give the newest work on making a run smaller, or None."""
        self._tend()
        return self._compressions.job(run_id)

    def compression(self, run_id: str, name: Literal["sizes", "quality"] = "sizes") -> pd.DataFrame | None:
        """Give what smaller versions of a run save, or how they compare with it; None while there are none.

        ``sizes``: ``way, bytes, milliseconds, agreement, seconds``, the run itself first; ``quality``: ``way, metric,
        before, after, difference, low, high, n`` (see ``compressing.measured``).
        """
        return self._compressions.table(run_id, name)

    def keep_compressed(self, run_id: str, way: str) -> str:
        """Have a smaller version become a run of its own, and give that run's id."""
        self._tend()
        return self._submitted(self._compressions.keep(run_id, way)).target

    # Searches for settings ----------------------------------------------------------------------------------------

    def tunings(self, dataset_id: str | None = None) -> list[TuningRecord]:
        """List the searches (of one shop), newest first."""
        self._tend()
        return self._tunings.all(dataset_id)

    def trials(self, tuning_id: str) -> pd.DataFrame:
        """Give a search's trials: ``number, value, state, epochs`` and one column per setting that was searched."""
        return self._tunings.trials(tuning_id)

    def importances(self, tuning_id: str) -> dict[str, float]:
        """Give the share of the differences that each setting explains; empty while too few trials are done."""
        return self._tunings.importances(tuning_id)

    def train_best(self, tuning_id: str) -> str:
        """Have the best trial's settings trained with everything, hidden items too, and give the run's id."""
        found = self._tunings.get(tuning_id)
        return self.submit_training(found.dataset_id, found.family, self._tunings.best_settings(tuning_id))

    def delete_tuning(self, tuning_id: str) -> None:
        """Remove a search with its trials. Raises InputError while it waits or runs."""
        self._tunings.delete(tuning_id)

    # Generated ----------------------------------------------------------------------------------------------------

    def generations(self, dataset_id: str | None = None, what: str | None = None) -> list[GenerationRecord]:
        """List what was generated (from one shop, of one kind), newest first."""
        self._tend()
        return self._generations.all(dataset_id, what)

    def generated(self, generation_id: str, name: str) -> pd.DataFrame:
        """Give a table of a finished generation, such as ``events`` or ``fidelity``."""
        return self._generations.table(generation_id, name)

    def generated_values(self, generation_id: str, name: str) -> Any:  # noqa: ANN401  # any JSON value
        """Give JSON values of a finished generation, such as ``gate``."""
        return self._generations.values(generation_id, name)

    def place_newcomers(
        self, generation_id: str, method: str, items: pd.DataFrame, pictures: Path | None = None
    ) -> list[dict[str, Any]]:
        """Tell of items of no log (a catalogue) what they lie among, by a ``method`` of a finished cold start.

        For each: whether it is ``known`` at all, its ``neighbours`` with how ``alike`` they are on [0, 1], and
        the ``weights`` of the first of these, between whose places it lies. ``pictures`` is the folder of its pictures.
        """
        return self._scoring.place(self._newcomers(generation_id, method, items, pictures))

    def reach_newcomer(
        self, generation_id: str, method: str, item: pd.DataFrame, run_id: str, rows: range, rerank: str, n: int,
        pictures: Path | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Tell which of the counted shoppers (``rows`` of its table ``users``) would be shown an item of no log.

        By the run's lists of ``n``, varied by the method ``rerank``: ``scores, places, first`` (the lowest slider
        value, or None) for each shopper, and how many have it (``held``) at each of the slider ``values``.
        """
        asked = self._newcomers(generation_id, method, item, pictures)
        return self._scoring.reach(
            {**asked, "run": run_id, "start": rows.start, "stop": rows.stop, "rerank": rerank, "n": n}
        )

    def _newcomers(self, generation_id: str, method: str, items: pd.DataFrame, pictures: Path | None) -> dict[str, Any]:
        rows = items.astype(object).where(items.notna(), None).to_dict("records")
        folder = None if pictures is None else str(pictures)
        dataset_id = self._generations.get(generation_id).dataset_id
        return {"generation": generation_id, "dataset": dataset_id, "method": method, "items": rows, "pictures": folder}

    def delete_generation(self, generation_id: str) -> None:
        """Remove something generated. Raises InputError while work on it waits or runs."""
        self._generations.delete(generation_id)

    # Scenarios ----------------------------------------------------------------------------------------------------

    def save_scenario(self, name: str, values: Mapping[str, Any]) -> str:
        """Save a what-if and give its id; ``values`` are plain JSON, with ``dataset`` and ``run`` among them."""
        return self._scenarios.save(name, values)

    def scenarios(self) -> list[ScenarioRecord]:
        """List the saved what-ifs, newest first."""
        return self._scenarios.all()

    def rename_scenario(self, scenario_id: str, name: str) -> None:
        """Give a saved what-if another name."""
        self._scenarios.rename(scenario_id, name)

    def delete_scenario(self, scenario_id: str) -> None:
        """Remove a saved what-if."""
        self._scenarios.delete(scenario_id)

    def searches(self, dataset_id: str) -> list[str]:
        """List what a shop was searched for by people here, latest first."""
        return self._searches.all(dataset_id)

    def keep_search(self, dataset_id: str, text: str) -> None:
        """Keep a search among the shop's latest."""
        self._searches.keep(dataset_id, text)

    def forget_searches(self, dataset_id: str, text: str | None = None) -> None:
        """Forget one past search of a shop, or all of them."""
        self._searches.forget(dataset_id, text)

    def _submitted(self, job: Job) -> Job:
        self._starter.ensure()
        return job

    def _tend(self) -> None:
        """Notice lost work, and have a worker wherever work waits."""
        self._starter.collect()
        self._jobs.reap()
        if self._jobs.waiting():
            self._starter.ensure()

    def _of(self, id_: str) -> list[Job]:
        """List the jobs with this id or target, newest first. Raises UnknownIdError where there are none."""
        self._tend()
        jobs = [job for job in self._jobs.all() if id_ in (job.id, job.target)]
        if not jobs:
            raise UnknownIdError(f"no work in this workspace has or makes {id_!r}")
        return jobs


def _plain(value: Any) -> Any:  # noqa: ANN401  # read_dataset's arguments
    """Give paths and files, alone or in a list, as JSON values."""
    if isinstance(value, File):
        return value.to_json()
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return os.fspath(value) if isinstance(value, os.PathLike) else value
