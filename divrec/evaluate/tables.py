"""Which tables a measure is given: what the test part and the data say, by the names of the measures' parameters."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from divrec.columns import ITEM, USER
from divrec.data.candidates import Candidates
from divrec.data.dataset import Dataset
from divrec.errors import InputError
from divrec.metrics.lists import Events, RankedLists, Recommended, events_of
from divrec.metrics.metric import Metric
from divrec.metrics.registry import METRICS, metric

Tables = dict[str, Any]


def tables_of(
    test: Events | None,
    data: Dataset | None = None,
    vectors: pd.DataFrame | None = None,
    pool: Candidates | pd.DataFrame | None = None,
    previous: Recommended | None = None,
) -> Tables:
    """Name the tables that are there: test, items, history, log, vectors, pool, previous.

    History is what was known of the test users before (the test part's own, or else ``data`` without the held-out
    pairs); the log is everybody's events (of ``data``, or else that history).
    """
    split = test if isinstance(test, Dataset) else None
    shop = data or split
    held_out = events_of(test, "test") if test is not None else None
    history = split.history if split is not None else None
    if history is None and data is not None:
        history = _without(data.interactions, held_out)
    found = {
        "test": held_out,
        "items": shop.items if shop is not None else None,
        "history": history,
        "log": data.interactions if data is not None else history,
        "vectors": vectors,
        "pool": pool,
        "previous": previous,
    }
    return {name: table for name, table in found.items() if table is not None}


def chosen_metrics(names: Iterable[str] | None, tables: Tables) -> list[Metric]:
    """Look up the measures asked for, or all that the tables suffice for; raises InputError for one they do not."""
    if names is None:
        return [entry for entry in METRICS.values() if entry.always and not _lacking(entry, tables)]
    chosen = [metric(name) for name in names]
    for entry in chosen:
        if lacking := _lacking(entry, tables):
            raise InputError(f"{entry.name} needs {', '.join(lacking)}; there are {', '.join(tables) or 'no tables'}")
    return chosen


def arguments(entry: Metric, lists: RankedLists, tables: Tables) -> Tables:
    """Keyword arguments of one measure's function."""
    return {"recs": lists, **{need: tables[need] for need in entry.needs}}


def _lacking(entry: Metric, tables: Tables) -> list[str]:
    lacking = [need for need in entry.needs if need not in tables]
    return lacking + [
        f"a {name} column in the catalogue" for name in entry.columns if name not in tables.get("items", ())
    ]


def _without(log: pd.DataFrame, held_out: pd.DataFrame | None) -> pd.DataFrame:
    if held_out is None:
        return log
    pairs = pd.MultiIndex.from_frame(held_out[[USER, ITEM]])
    return log[~pd.MultiIndex.from_frame(log[[USER, ITEM]]).isin(pairs)]
