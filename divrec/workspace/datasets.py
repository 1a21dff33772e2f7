"""Shops in the workspace: rows in the database, sealed folders on disk."""

import shutil
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from divrec.columns import USER
from divrec.data.dataset import Dataset
from divrec.data.files import atomic_folder, check_manifest, read_json, read_parquet, write_json, write_parquet
from divrec.data.groups import Tell, item_clusters, shopper_groups
from divrec.data.profile import profile_tables
from divrec.data.store import load_dataset, save_dataset
from divrec.errors import UnknownIdError
from divrec.simulate.demo import demo_pictures
from divrec.workspace import divisions
from divrec.workspace.database import Database
from divrec.workspace.features import make_features, read_features
from divrec.workspace.jobs import Jobs, moment
from divrec.workspace.layout import Layout
from divrec.workspace.records import DatasetRecord, Division, Divisions

ORIGIN: Final = "origin.json"
SPLIT: Final = "split.json"
_HISTORIES: Final = "histories.parquet"
_ROWS_TOGETHER: Final = 20_000  # rows of a Parquet group: what is read to find one user's history


class Datasets:
    """The shops of one workspace."""

    def __init__(self, database: Database, layout: Layout) -> None:
        self._database = database
        self._layout = layout
        self._jobs = Jobs(database)
        self._trusted: set[str] = set()  # datasets whose histories were checked by this process

    def all(self) -> list[DatasetRecord]:
        """List the shops, newest first."""
        return self._select("true")

    def get(self, dataset_id: str) -> DatasetRecord:
        """Look a shop up. Raises UnknownIdError."""
        found = self._select("id = ?", dataset_id)
        if not found:
            raise UnknownIdError(f"there is no dataset {dataset_id!r} in this workspace")
        return found[0]

    def same_as(self, source: str, fingerprint: str) -> str | None:
        """Find the stored shop of the same source and content."""
        found = self._select("source = ? and fingerprint = ?", source, fingerprint)
        return found[0].id if found else None

    def write(
        self,
        dataset_id: str,
        dataset: Dataset,
        split: Mapping[str, Any],
        pictures: Path | None = None,
        origin: Mapping[str, Any] | None = None,
    ) -> None:
        """Write a shop's folder with its ready tables; ``split`` holds ``how`` and its settings (``Dataset.split``).

        ``pictures`` is a folder of picture files that the items name; ``origin`` holds the ``columns`` that the shop
        was read from and the ``recipe`` that cleaned it.
        """
        settings = dict(split)
        train, _ = dataset.split(settings.pop("how"), **settings)
        histories = train.interactions.sort_values(USER, kind="stable", ignore_index=True)
        with atomic_folder(self._layout.dataset(dataset_id)) as folder:
            save_dataset(dataset, folder)
            if pictures is not None and pictures.is_dir():
                shutil.copytree(pictures, folder / "pictures")
            write_json(folder / SPLIT, dict(split))
            write_json(folder / ORIGIN, dict(origin or {}))
            histories.to_parquet(folder / _HISTORIES, compression="zstd", row_group_size=_ROWS_TOGETHER)
            groups, clusters = shopper_groups(dataset), item_clusters(dataset)
            divisions.write_labels(folder, "shopper_groups", groups)
            divisions.write_labels(folder, "item_clusters", clusters)
            tables = profile_tables(dataset, groups, clusters)
            for name, table in tables.items():
                write_parquet(folder / f"profile-{name}.parquet", table)
            write_json(folder / "profile.json", list(tables))

    def enter(self, dataset_id: str, dataset: Dataset, source: str) -> None:
        """Make a written shop known."""
        counts = len(dataset.users), len(dataset.items), len(dataset.interactions)
        with self._database.write() as connection:
            connection.execute(
                "insert into dataset(id, name, source, fingerprint, created, users, items, events) "
                "values(?, ?, ?, ?, ?, ?, ?, ?)",
                (dataset_id, dataset.name, source, dataset.fingerprint, time.time(), *counts),
            )

    def dataset(self, dataset_id: str) -> Dataset:
        """Read a shop."""
        self.get(dataset_id)
        return load_dataset(self._layout.dataset(dataset_id))

    def split(self, dataset_id: str) -> tuple[Dataset, Dataset]:
        """Give the training and test parts that all runs of a shop are compared on."""
        folder = self._layout.dataset(dataset_id)
        whole = self.dataset(dataset_id)
        check_manifest(folder, [SPLIT])
        settings: dict[str, Any] = read_json(folder / SPLIT)
        return whole.split(settings.pop("how"), **settings)

    def origin(self, dataset_id: str) -> dict[str, Any]:
        """Give the ``columns`` a shop was read from and the ``recipe`` that cleaned it, as far as they are known."""
        self.get(dataset_id)
        folder = self._layout.dataset(dataset_id)
        if not (folder / ORIGIN).is_file():  # stored before origins were kept
            return {}
        check_manifest(folder, [ORIGIN])
        return dict(read_json(folder / ORIGIN))

    def profile(self, dataset_id: str) -> dict[str, pd.DataFrame]:
        """Read the ready tables of the Data screen by name."""
        self.get(dataset_id)
        folder = self._layout.dataset(dataset_id)
        check_manifest(folder, ["profile.json"])
        names = read_json(folder / "profile.json")
        check_manifest(folder, [f"profile-{name}.parquet" for name in names])
        tables = {name: read_parquet(folder / f"profile-{name}.parquet") for name in names}
        return tables | {what: divisions.described(folder, what) for what in divisions.FOUND}

    def shopper_groups(self, dataset_id: str) -> pd.Series:
        """Read the names of users' groups, indexed by user_id; users without a group are left out."""
        self.get(dataset_id)
        return divisions.labels(self._layout.dataset(dataset_id), "shopper_groups")

    def item_clusters(self, dataset_id: str) -> pd.Series:
        """Read the names of items' clusters, indexed by item_id."""
        self.get(dataset_id)
        return divisions.labels(self._layout.dataset(dataset_id), "item_clusters")

    def division(self, dataset_id: str, what: Divisions) -> Division:
        """Say into how many groups a shop's users or items are divided."""
        self.get(dataset_id)
        return divisions.division(self._layout.dataset(dataset_id), what)

    def tried(self, dataset_id: str, what: Divisions) -> pd.DataFrame:
        """Read ``k, silhouette`` of the numbers of groups that were tried."""
        self.get(dataset_id)
        return divisions.tried(self._layout.dataset(dataset_id), what)

    def divide(self, dataset_id: str, what: Divisions, k: int | None, tell: Tell | None = None) -> None:
        """Divide a shop's users or items into ``k`` groups, None: into as many as were found first."""
        divisions.divide(self._layout.dataset(dataset_id), self.dataset(dataset_id), what, k, tell)

    def pictures(self, dataset_id: str) -> Path:
        """Give the folder in which a shop's picture files lie; it need not exist. The demo shop's are bundled."""
        bundled = self.get(dataset_id).source == "demo"
        return demo_pictures() if bundled else self._layout.dataset(dataset_id) / "pictures"

    def describe_items(self, dataset_id: str) -> None:
        """Make the vectors of the catalogue's texts and pictures."""
        folder = self._layout.dataset(dataset_id)
        make_features(read_parquet(folder / "items.parquet"), self.pictures(dataset_id), folder)

    def item_features(self, dataset_id: str) -> dict[str, pd.DataFrame]:
        """Read item vectors of ``text`` and ``picture``, those that the shop has."""
        self.get(dataset_id)
        return read_features(self._layout.dataset(dataset_id))

    def history(self, dataset_id: str, user: str) -> pd.DataFrame:
        """Read what the models were told of a user, oldest first: the events of the training part.

        Empty for a user with no event before the test. Raises UnknownIdError for a user that the shop does not have.
        """
        self.get(dataset_id)
        folder = self._layout.dataset(dataset_id)
        if dataset_id not in self._trusted:  # hashing all histories for each user would take longer than reading one
            check_manifest(folder, [_HISTORIES, "users.parquet"])
            self._trusted.add(dataset_id)
        known = pd.read_parquet(folder / _HISTORIES, filters=[(USER, "==", user)])
        if known.empty and pd.read_parquet(folder / "users.parquet", filters=[(USER, "==", user)]).empty:
            raise UnknownIdError(f"there is no user {user!r} in this dataset")
        return known.reset_index(drop=True)

    def remove(self, connection: sqlite3.Connection, dataset_id: str) -> None:
        """Remove a shop from the database, inside the caller's transaction."""
        self._jobs.remove_of(connection, dataset_id)
        if not connection.execute("delete from dataset where id = ?", (dataset_id,)).rowcount:
            raise UnknownIdError(f"there is no dataset {dataset_id!r} in this workspace")

    def remove_files(self, dataset_id: str) -> None:
        """Remove a shop's folder."""
        shutil.rmtree(self._layout.dataset(dataset_id), ignore_errors=True)
        self._trusted.discard(dataset_id)

    def _select(self, condition: str, *values: object) -> list[DatasetRecord]:
        with self._database.read() as connection:
            rows = connection.execute(
                f"select * from dataset where {condition} order by created desc, rowid desc",  # noqa: S608  # our words
                values,
            ).fetchall()
        return [
            DatasetRecord(
                id=row["id"], name=row["name"], source=row["source"], created=moment(row["created"]),
                users=row["users"], items=row["items"], events=row["events"],
            )
            for row in rows
        ]
