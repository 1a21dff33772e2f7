"""A cleaning recipe: steps in their order, stored as JSON, replayed on new data, counted before it is applied."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final, Self

import pandas as pd

from divrec.columns import WEIGHT
from divrec.data.dataset import Dataset
from divrec.data.steps import (
    Bots,
    CleaningStep,
    Core,
    Duplicates,
    Impossible,
    NonProducts,
    Outliers,
    Recency,
    Repeats,
    Weights,
)
from divrec.errors import InputError

STEPS: Final[Mapping[str, type[CleaningStep]]] = {
    "duplicates": Duplicates, "impossible": Impossible, "non_products": NonProducts, "outliers": Outliers,
    "bots": Bots, "repeats": Repeats, "weights": Weights, "recency": Recency, "core": Core,
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
    log = dataset.interactions
    if kept.weights is not None:
        log = log.assign(**{WEIGHT: kept.weights})
        report = report.add("fixed", f"weighed anew: {name_of(step)}", int(kept.events.sum()))
    return replace(
        dataset,
        interactions=log[kept.events].reset_index(drop=True),
        items=dataset.items[kept.items].reset_index(drop=True),
        users=dataset.users[kept.users].reset_index(drop=True),
        report=report,
    )


def name_of(step: CleaningStep) -> str:
    """Give the name under which a recipe stores a step."""
    return next(name for name, kind in STEPS.items() if type(step) is kind)
