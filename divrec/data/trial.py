"""What a recipe would do, counted before it is applied: step by step, with what goes and pictures of both sides."""

from dataclasses import dataclass, fields
from typing import Final, Self

import pandas as pd

from divrec.columns import EVENT, ITEM, TITLE, USER, WEIGHT
from divrec.data.cleaning import Done, Recipe, each, name_of
from divrec.data.dataset import Dataset
from divrec.data.profile import activity, popularity

BEFORE: Final = "before"
AFTER: Final = "after"
_NAMED: Final = 20  # items and users that each step names among what goes, the busiest first


@dataclass(frozen=True)
class Trial:
    """The tables of a trial.

    ``counts``: what is left after each step, beginning with what there was: ``step, events, items, users, weight`` (the
    sum over the events). ``gone``: the busiest items and users that a step takes out whole: ``step, table, id, name,
    events``. ``activity`` (``month, events``) and ``popularity`` (``rank, events``) have the column ``side``: before or
    after.
    """

    counts: pd.DataFrame
    gone: pd.DataFrame
    activity: pd.DataFrame
    popularity: pd.DataFrame

    def tables(self) -> dict[str, pd.DataFrame]:
        """Give the tables by name."""
        return {entry.name: getattr(self, entry.name) for entry in fields(self)}

    @classmethod
    def of(cls, tables: dict[str, pd.DataFrame]) -> Self:
        """Make a trial of what ``tables`` gave."""
        return cls(**tables)


class Counter:
    """Counts a recipe's steps as they are applied to a shop."""

    def __init__(self, dataset: Dataset) -> None:
        """Begin with the shop as it is."""
        self._first = self._last = dataset
        self._rows = [(BEFORE, *_size(dataset))]
        self._gone: list[pd.DataFrame] = []

    def add(self, done: Done) -> None:
        """Count one step."""
        self._last = done.after
        self._rows.append((name_of(done.step), *_size(done.after)))
        self._gone += _gone(done)

    def trial(self) -> Trial:
        """Give what was counted."""
        sides = {BEFORE: self._first, AFTER: self._last}
        months = {side: _months(shop) for side, shop in sides.items()}
        curves = {side: popularity(shop)[["rank", "events"]] for side, shop in sides.items()}
        columns = ["step", "table", "id", "name", "events"]
        return Trial(
            counts=pd.DataFrame(self._rows, columns=["step", "events", "items", "users", WEIGHT]),
            gone=pd.concat(self._gone)[columns] if self._gone else pd.DataFrame({name: [] for name in columns}),
            activity=_both(months),
            popularity=_both(curves),
        )


def tried(dataset: Dataset, recipe: Recipe) -> Trial:
    """Count what a recipe would do."""
    counter = Counter(dataset)
    for done in each(dataset, recipe):
        counter.add(done)
    return counter.trial()


def _size(dataset: Dataset) -> tuple[int, int, int, float]:
    return len(dataset.interactions), len(dataset.items), len(dataset.users), float(dataset.interactions[WEIGHT].sum())


def _gone(done: Done) -> list[pd.DataFrame]:
    """Name the busiest items and users of those that the step takes out whole."""
    found = []
    for table, key, mask in (("items", ITEM, done.kept.items), ("users", USER, done.kept.users)):
        described: pd.DataFrame = getattr(done.before, table)[~mask]
        if described.empty:
            continue
        names = described[TITLE] if TITLE in described else described[key]
        events = done.before.interactions.groupby(key)[EVENT].size().reindex(described[key]).fillna(0).astype(int)
        rows = {"step": name_of(done.step), "table": table, "id": described[key], "name": names.fillna(described[key]),
                "events": events.to_numpy()}  # fmt: skip
        found.append(pd.DataFrame(rows).nlargest(_NAMED, "events"))
    return found


def _months(dataset: Dataset) -> pd.DataFrame:
    return activity(dataset).groupby("month")["events"].sum().reset_index()


def _both(sides: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([table.assign(side=side) for side, table in sides.items()], ignore_index=True)
