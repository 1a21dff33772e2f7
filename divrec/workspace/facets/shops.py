"""What a workspace tells and does about its shops."""

import json
import os
from pathlib import Path
from typing import Any

import pandas as pd

from divrec.data.dataset import Dataset
from divrec.data.intake.files import File
from divrec.data.trial import Trial
from divrec.workspace.counting import counted
from divrec.workspace.divisions import check_division
from divrec.workspace.facets.opened import Opened
from divrec.workspace.jobs import new_id
from divrec.workspace.records import DatasetRecord, Division, Divisions
from divrec.workspace.sources import check_source


class Shops(Opened):
    """What a workspace tells and does about its shops."""

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


def _plain(value: Any) -> Any:  # noqa: ANN401  # read_dataset's arguments
    """Give paths and files, alone or in a list, as JSON values."""
    if isinstance(value, File):
        return value.to_json()
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return os.fspath(value) if isinstance(value, os.PathLike) else value
