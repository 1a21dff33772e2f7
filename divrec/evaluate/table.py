"""``evaluate``: every measure that the given tables suffice for, with its interval."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from divrec.columns import USER
from divrec.data.candidates import Candidates
from divrec.data.dataset import Dataset
from divrec.evaluate.bootstrap import BOOTSTRAP, Bootstrap, around, intervals_of_means, population_values
from divrec.evaluate.tables import Tables, arguments, chosen_metrics, tables_of
from divrec.metrics.lists import Events, RankedLists, Recommended, lists_of
from divrec.metrics.measure import PerUser, mean_of_defined
from divrec.metrics.metric import Metric

COLUMNS = ("metric", "value", "low", "high", "n")


def evaluate(
    recs: Recommended,
    test: Events | None = None,
    data: Dataset | None = None,
    vectors: pd.DataFrame | None = None,
    metrics: Iterable[str] | None = None,
    seed: int = BOOTSTRAP.seed,
    *,
    pool: Candidates | pd.DataFrame | None = None,
    previous: Recommended | None = None,
) -> pd.DataFrame:
    """Measure recommendations: a table ``metric, value, low, high, n``, one row per measure.

    ``low`` and ``high`` bound the 95 % interval under resampling of shoppers, seeded; ``n`` counts the shoppers for
    whom the measure is defined. Without ``metrics`` every measure comes that the tables suffice for: ``test`` (held-out
    events, or the test part of a split) for accuracy, ``data`` for the catalogue and the log, ``vectors`` for likeness.
    All items of the catalogue compete; nothing is sampled but what the measure's own page says.

    Raises InputError for an unknown measure or one whose tables are missing.
    """
    tables = tables_of(test, data, vectors, pool, previous)
    return measured(lists_of(recs), tables, chosen_metrics(metrics, tables), replace(BOOTSTRAP, seed=seed))


def measured(lists: RankedLists, tables: Tables, chosen: list[Metric], settings: Bootstrap) -> pd.DataFrame:
    """Measure lists with the tables at hand; the same columns as ``evaluate``."""
    users = everybody(lists, tables)
    per_user = [entry for entry in chosen if isinstance(entry.function, PerUser)]
    values = value_per_user(lists, tables, per_user, users)
    low, high = intervals_of_means(values, settings)
    columns = {
        entry.name: (mean_of_defined(values[:, at]), low[at], high[at], int((~np.isnan(values[:, at])).sum()))
        for at, entry in enumerate(per_user)
    }
    columns |= {
        entry.name: _of_all_lists(entry, lists, tables, users, settings) for entry in chosen if entry not in per_user
    }
    rows = [(entry.name, *columns[entry.name]) for entry in chosen]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def everybody(lists: RankedLists, tables: Tables) -> pd.Index:
    """Users who have a list or held-out events: those that are resampled."""
    if "test" not in tables:
        return lists.users
    tested = pd.Index(tables["test"][USER].unique())
    return lists.users.append(tested.difference(lists.users, sort=False))


def value_per_user(lists: RankedLists, tables: Tables, chosen: list[Metric], users: pd.Index) -> np.ndarray:
    """Values (U, M) of the measures that have one per user, NaN where undefined."""
    columns = [
        entry.function.per_user(**arguments(entry, lists, tables)).reindex(users).to_numpy(np.float64)
        for entry in chosen
        if isinstance(entry.function, PerUser)
    ]
    return np.column_stack(columns) if columns else np.empty((len(users), 0))


def _of_all_lists(
    entry: Metric, lists: RankedLists, tables: Tables, users: pd.Index, settings: Bootstrap
) -> tuple[float, float, float, int]:
    assert not isinstance(entry.function, PerUser)  # noqa: S101  # the caller has sorted them
    statistic = entry.function.statistic(**arguments(entry, lists, tables))
    value = statistic.value(np.ones(len(statistic.users)))
    low, high = around(value, population_values(statistic, users, settings), settings.level)
    least, greatest = entry.range
    bounded = np.clip([low, high], least, np.inf if greatest is None else greatest)
    return value, float(bounded[0]), float(bounded[1]), len(statistic.users)
