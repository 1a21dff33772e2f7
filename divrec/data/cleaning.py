"""Optional cleaning after reading: small settings objects, applied in the order of a recipe that is stored as JSON."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Protocol, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.columns import CATEGORY, EVENT, ITEM, SUBCATEGORY, TIME, TITLE, USER
from divrec.data.dataset import Dataset
from divrec.data.ids import positions
from divrec.errors import InputError

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Kept:
    """What a step keeps: rows of the log, of the catalogue and of the users; and why the others go."""

    events: Mask
    items: Mask
    users: Mask
    reason: str


class CleaningStep(Protocol):
    """One optional cleaning step."""

    def kept(self, dataset: Dataset) -> Kept:
        """Say which rows stay."""
        ...


@dataclass(frozen=True)
class Duplicates:
    """Drop events that say the same again: same user, item, kind and time, whatever else differs."""

    def kept(self, dataset: Dataset) -> Kept:
        """Keep the first of each; events without a time are never the same."""
        log = dataset.interactions
        again = log.duplicated([USER, ITEM, EVENT, TIME]) & log[TIME].notna()
        return _by_events(dataset, ~again.to_numpy(), "says the same as an earlier event")


@dataclass(frozen=True)
class NonProducts:
    """Drop items in whose title or categories ``pattern`` (a regular expression, any case) is found."""

    pattern: str

    def kept(self, dataset: Dataset) -> Kept:
        """Keep the items without a match, and their events."""
        try:
            pattern = re.compile(self.pattern, re.IGNORECASE)
        except re.error as error:
            raise InputError(f"{self.pattern!r} is not a regular expression ({error}); write for example "
                             "'gift card|deposit'") from error  # fmt: skip
        texts = [name for name in (TITLE, CATEGORY, SUBCATEGORY) if name in dataset.items]
        found = np.zeros(len(dataset.items), dtype=bool)
        for name in texts:
            found |= dataset.items[name].str.contains(pattern, na=False).to_numpy(bool)
        events = ~found[positions(dataset.interactions[ITEM], dataset.item_ids)]
        return Kept(events, ~found, _everyone(dataset), f"not a product: matches {self.pattern!r}")


@dataclass(frozen=True)
class Bots:
    """Drop users who on any one day leave more than ``most_per_day`` events."""

    most_per_day: int = 500

    def kept(self, dataset: Dataset) -> Kept:
        """Count the events of each user and day; events without a time do not count."""
        log = dataset.interactions
        timed = log[TIME].notna()
        counts = log[timed].groupby([USER, log.loc[timed, TIME].dt.floor("D")], observed=True).size()
        bots = counts[counts > self.most_per_day].index.get_level_values(0).unique()
        users = positions(dataset.users[USER], bots) < 0
        events = positions(log[USER], bots) < 0
        return Kept(events, _whole_catalogue(dataset), users, f"user has more than {self.most_per_day} events on a day")


@dataclass(frozen=True)
class Core:
    """Keep users with at least ``users`` distinct items and items with at least ``items`` distinct users.

    Dropping one can bring another under its limit, so it is repeated until nothing changes (the k-core).
    """

    users: int = 5
    items: int = 5

    @property
    def reason(self) -> str:
        """Why rows outside the core go."""
        return f"outside the core of users with {self.users} items and items with {self.items} users"

    def kept(self, dataset: Dataset) -> Kept:
        """Count the distinct pairs by number of user and item, which needs no sorting of text."""
        user = positions(dataset.interactions[USER], dataset.user_ids)
        item = positions(dataset.interactions[ITEM], dataset.item_ids)
        shape = len(dataset.users), len(dataset.items)
        pair = np.unique(user.astype(np.int64) * shape[1] + item)
        users, items = core_masks(pair // max(shape[1], 1), pair % max(shape[1], 1), shape, self)
        return Kept(users[user] & items[item], items, users, self.reason)


def core_masks(
    owner: npt.NDArray[np.integer], thing: npt.NDArray[np.integer], shape: tuple[int, int], core: Core
) -> tuple[Mask, Mask]:
    """Say which of ``shape`` (users, items) are in the core of the distinct pairs ``owner, thing``.

    A pass costs as much as pairs are left, and goes on until nobody falls: the fixpoint.
    """
    while True:
        of_user = np.bincount(owner, minlength=shape[0])
        of_item = np.bincount(thing, minlength=shape[1])
        stays = (of_user[owner] >= core.users) & (of_item[thing] >= core.items)
        if stays.all():
            return of_user >= max(core.users, 1), of_item >= max(core.items, 1)
        owner, thing = owner[stays], thing[stays]


STEPS: Final[Mapping[str, type[CleaningStep]]] = {
    "duplicates": Duplicates, "non_products": NonProducts, "bots": Bots, "core": Core,
}  # fmt: skip


@dataclass(frozen=True)
class Recipe:
    """Cleaning steps in their order."""

    steps: tuple[CleaningStep, ...] = ()

    def to_json(self) -> list[dict[str, Any]]:
        """Give the recipe as plain JSON values."""
        names = {kind: name for name, kind in STEPS.items()}
        return [{"step": names[type(step)], **asdict(step)} for step in self.steps]  # type: ignore[call-overload]

    @classmethod
    def from_json(cls, values: list[dict[str, Any]]) -> Self:
        """Read what ``to_json`` gave. Raises InputError for an unknown step or setting."""
        steps = []
        for value in values:
            name = str(value.get("step"))
            if name not in STEPS:
                raise InputError(f"a cleaning step is one of {', '.join(STEPS)}; found {name!r}")
            known = {field.name for field in fields(STEPS[name])}  # type: ignore[arg-type]
            if unknown := sorted(set(value) - known - {"step"}):
                raise InputError(f"the step {name} takes {', '.join(sorted(known)) or 'nothing'}; found {unknown[0]!r}")
            steps.append(STEPS[name](**{key: setting for key, setting in value.items() if key != "step"}))
        return cls(tuple(steps))


def clean(dataset: Dataset, recipe: Recipe) -> Dataset:
    """Apply the steps in order; each notes in the report how many rows of each table it dropped."""
    for step in recipe.steps:
        dataset = _applied(dataset, step)
    return dataset


def before_and_after(dataset: Dataset, recipe: Recipe) -> pd.DataFrame:
    """Count what is left after each step: ``step, events, items, users``, beginning with what there was."""
    names = {kind: name for name, kind in STEPS.items()}
    rows = [("before", len(dataset.interactions), len(dataset.items), len(dataset.users))]
    for step in recipe.steps:
        dataset = _applied(dataset, step)
        rows.append((names[type(step)], len(dataset.interactions), len(dataset.items), len(dataset.users)))
    return pd.DataFrame(rows, columns=["step", "events", "items", "users"])


def _applied(dataset: Dataset, step: CleaningStep) -> Dataset:
    kept = step.kept(dataset)
    report = dataset.report
    for table, mask in (("interactions", kept.events), ("items", kept.items), ("users", kept.users)):
        report = report.add("dropped", kept.reason, int((~mask).sum()), table)
    return Dataset(
        dataset.interactions[kept.events].reset_index(drop=True),
        dataset.items[kept.items].reset_index(drop=True),
        dataset.users[kept.users].reset_index(drop=True),
        report,
        dataset.name,
    )


def _by_events(dataset: Dataset, events: Mask, reason: str) -> Kept:
    return Kept(events, _whole_catalogue(dataset), _everyone(dataset), reason)


def _whole_catalogue(dataset: Dataset) -> Mask:
    return np.ones(len(dataset.items), dtype=bool)


def _everyone(dataset: Dataset) -> Mask:
    return np.ones(len(dataset.users), dtype=bool)
