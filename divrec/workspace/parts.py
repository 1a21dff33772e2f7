"""Runs by shopper group, popularity band and category, alone or in pairs; and what the log says of their clicks."""

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from divrec.columns import CATEGORY, ITEM
from divrec.data.candidates import Candidates
from divrec.data.dataset import Dataset
from divrec.data.files import seal, write_json, write_parquet
from divrec.errors import NotEstimableError
from divrec.evaluate.clicks import compare_clicks
from divrec.workspace.datasets import Datasets
from divrec.workspace.evaluating import by_parts
from divrec.workspace.measuring import JUDGED, SHOWN
from divrec.workspace.runs import Runs, clicks_name, parts_name
from divrec.workspace.task import Task

BY: Final = ("group", "band", "category")
ACCURATE: Final = ("ndcg", "recall")  # of the first 10 places, on who has new held-out items
ALIKE: Final = ("sameness", "ild", "catalogue_coverage", "gini", "novelty")  # of everybody's first 20
MOST_CATEGORIES: Final = 30  # those with most events; more would be no table to read


def cut(
    pools: tuple[Candidates, ...], known: Dataset, test: Dataset, vectors: pd.DataFrame, groups: pd.Series
) -> pd.DataFrame:
    """Measure accuracy and sameness side by side, part by part: ``by, name, metric, value, low, high, n``.

    Of two pools their paired difference, second − first: ``by, name, metric, before, after, difference, low, high, n``.
    A shop without groups or categories has no rows of them.
    """
    judged = test.new_to_users()
    tested = tuple(pool.for_users(judged.user_ids).head(JUDGED).to_frame() for pool in pools)
    shown = tuple(pool.head(SHOWN).to_frame() for pool in pools)
    whole = _with_chief_categories(known)
    found = []
    for by in BY:
        if (by == "group" and groups.empty) or (by == "category" and CATEGORY not in known.items):
            continue
        shop = whole if by == "category" else known
        tables = [
            by_parts(by, tested, shop, judged, vectors, groups, ACCURATE),
            by_parts(by, shown, shop, None, vectors, groups, ALIKE),
        ]
        found.append(pd.concat(tables, ignore_index=True).rename(columns={"group": "name"}).assign(by=by))
    table = pd.concat(found, ignore_index=True)
    return table[["by", *(name for name in table if name != "by")]]


def clicks_told(pool: Candidates, test: Dataset) -> dict[str, Any]:
    """Say in plain JSON values what the held-out impressions tell of these lists, or the ``reason`` why nothing."""
    try:
        found = compare_clicks(test, pool.to_frame())
    except NotEstimableError as refused:
        return {"reason": refused.reason, "numbers": refused.numbers, "said": str(refused)}
    return {
        "table": found.table.to_dict("records"),
        "examination": [None if np.isnan(value) else float(value) for value in found.examination],
        "shown": found.shown, "overlap": found.overlap, "effective": found.effective, "by": found.by,
    }  # fmt: skip


def break_down(task: Task) -> None:
    """Do a job of this kind: add what is missing to the run's sealed folder."""
    runs, datasets = Runs(task.database, task.layout), Datasets(task.database, task.layout)
    run_id, against = task.lease.target, task.lease.params.get("against")
    task.stage("parts", 0, 1)
    dataset_id = runs.get(run_id).dataset_id
    (known, test), groups = datasets.split(dataset_id), datasets.shopper_groups(dataset_id)
    folder, names = task.layout.run(run_id), [parts_name(against)]
    pools = tuple(runs.candidates(run) for run in ([against] if against else []) + [run_id])
    vectors = runs.vectors(against or run_id, "item")
    write_parquet(folder / names[0], cut(pools, known, test, vectors, groups))
    if not (folder / clicks_name()).exists():
        names.append(clicks_name())
        write_json(folder / clicks_name(), clicks_told(pools[-1], test))
    task.check(at_once=True)
    seal(folder, names)
    task.leases.report(task.lease, stage="", done=1, total=1)


def _with_chief_categories(known: Dataset) -> Dataset:
    if CATEGORY not in known.items:
        return known
    category = known.items[CATEGORY]
    events = known.interactions[ITEM].map(known.items.set_index(ITEM)[CATEGORY]).value_counts()
    chief = events.index[:MOST_CATEGORIES]
    return replace(known, items=known.items.assign(**{CATEGORY: category.where(category.isin(chief))}))
