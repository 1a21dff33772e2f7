"""A cleaning recipe: steps in their order, stored as JSON, replayed on new data, counted before it is applied."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Self

from divrec.columns import WEIGHT
from divrec.data.dataset import Dataset
from divrec.data.steps import CleaningStep, Core, Duplicates, Impossible, Kept, NonProducts
from divrec.data.suspects import Bots, Outliers
from divrec.data.weighing import Recency, Repeats, Weights
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
        return [{"step": name_of(step), **step.to_json()} for step in self.steps]

    @classmethod
    def from_json(cls, values: Any) -> Self:  # noqa: ANN401  # whatever a file held
        """Read what ``to_json`` gave. Raises InputError for another shape, an unknown step or an impossible setting."""
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise InputError('a recipe is a list of steps such as [{"step": "core", "users": 5, "items": 5}]; found '
                             f"{str(values)[:80]}")  # fmt: skip
        return cls(tuple(map(_step, values)))


@dataclass(frozen=True)
class Done:
    """One step as it was applied: what it kept of ``before``, and what that made."""

    step: CleaningStep
    kept: Kept
    before: Dataset
    after: Dataset


def clean(dataset: Dataset, recipe: Recipe) -> Dataset:
    """Apply the steps in order; each notes in the report how many rows of each table it dropped."""
    for done in each(dataset, recipe):
        dataset = done.after
    return dataset


def each(dataset: Dataset, recipe: Recipe) -> Iterator[Done]:
    """Apply the steps one by one, so that a caller can look at each, or stop between two."""
    for step in recipe.steps:
        kept = step.kept(dataset)
        after = _applied(dataset, step, kept)
        yield Done(step, kept, dataset, after)
        dataset = after


def name_of(step: CleaningStep) -> str:
    """Give the name under which a recipe stores a step."""
    return next(name for name, kind in STEPS.items() if type(step) is kind)


def _step(value: dict[str, Any]) -> CleaningStep:
    name = str(value.get("step"))
    if name not in STEPS:
        raise InputError(f"a cleaning step is one of {', '.join(STEPS)}; found {name!r}")
    known = {field.name for field in fields(STEPS[name])}  # type: ignore[arg-type]
    if unknown := sorted(set(value) - known - {"step"}):
        raise InputError(f"the step {name} takes {', '.join(sorted(known)) or 'nothing'}; found {unknown[0]!r}")
    return STEPS[name](**{key: setting for key, setting in value.items() if key != "step"})


def _applied(dataset: Dataset, step: CleaningStep, kept: Kept) -> Dataset:
    report = dataset.report
    for table, mask in (("interactions", kept.events), ("items", kept.items), ("users", kept.users)):
        report = report.add("dropped", kept.reason, int((~mask).sum()), table)
    log = dataset.interactions
    if kept.weights is not None:
        log = log.assign(**{WEIGHT: kept.weights})
        report = report.add("fixed", f"weighed anew: {name_of(step)}", int(kept.events.sum()))
    items = dataset.items[kept.items].reset_index(drop=True)
    return replace(
        dataset,
        interactions=log[kept.events].reset_index(drop=True),
        items=items,
        users=dataset.users[kept.users].reset_index(drop=True),
        report=report,
        vectors=None if dataset.vectors is None else dataset.vectors[kept.items],
    )
