"""What the command line evaluates on demand: anybody's lists against a shop's test part, and families in folds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from divrec.data.dataset import Dataset
from divrec.data.files import read_parquet
from divrec.data.folds import By
from divrec.errors import InputError
from divrec.evaluate import breakdown
from divrec.evaluate.clicks import compare_clicks
from divrec.evaluate.compare import compare
from divrec.evaluate.crossvalidate import Told, cross_validate
from divrec.evaluate.table import evaluate
from divrec.models.registry import make_model
from divrec.workspace.workspace import Workspace


@dataclass(frozen=True)
class Asked:
    """How lists are evaluated: likeness by a ``run``, old acquaintances counted, cut ``by`` parts, ``against`` others.

    ``clicks`` asks for what the log says of clicks instead.
    """

    run: str | None = None
    repeat: bool = False
    by: str | None = None
    against: str | None = None
    clicks: bool = False


def in_folds(
    workspace: Workspace,
    dataset_id: str,
    family: str,
    settings: Mapping[str, Any],
    preset: str | None,
    folds: int,
    by: By,
    told: Told,
) -> pd.DataFrame:
    """Cross-validate a family on a whole shop: ``fold, metric, value, low, high, n`` (``cross_validate``)."""
    model = make_model(family, settings, preset)
    return cross_validate(model, workspace.dataset(dataset_id), folds, by, told=told)


def of_lists(workspace: Workspace, dataset_id: str, recs: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """Measure lists on a shop's test part as asked. Raises InputError for parts that the shop does not have."""
    known, test = workspace.split(dataset_id)
    if asked.clicks:
        return compare_clicks(test, recs).table
    vectors = workspace.item_vectors(asked.run) if asked.run else None
    judged = test if asked.repeat else test.new_to_users()
    other = read_parquet(asked.against) if asked.against else None
    if asked.by is None and other is None:
        return evaluate(recs, judged, data=known, vectors=vectors)
    if asked.by is None:
        assert other is not None  # noqa: S101  # the case before
        return compare(other, recs, judged, data=known, vectors=vectors)
    sets = (recs,) if other is None else (other, recs)
    return by_parts(asked.by, sets, known, judged, vectors, workspace.shopper_groups(dataset_id), None)


def by_parts(
    by: str,
    sets: tuple[pd.DataFrame, ...],
    known: Dataset,
    judged: Dataset | None,
    vectors: pd.DataFrame | None,
    groups: pd.Series,
    metrics: tuple[str, ...] | None,
) -> pd.DataFrame:
    """Measure one set of lists, or compare two, by "group" of shoppers, popularity "band" or "category"."""
    if by == "group":
        if groups.empty:
            raise InputError("this shop has no shopper groups; measure by band or category")
        if len(sets) == 1:
            return breakdown.evaluate_by_group(sets[0], groups, judged, known, vectors, metrics)
        return breakdown.compare_by_group(sets[0], sets[1], groups, judged, known, vectors, metrics)
    if len(sets) == 1:
        measure = breakdown.evaluate_by_popularity if by == "band" else breakdown.evaluate_by_category
        return measure(sets[0], known, judged, vectors, metrics)
    contrast = breakdown.compare_by_popularity if by == "band" else breakdown.compare_by_category
    return contrast(sets[0], sets[1], known, judged, vectors, metrics)
