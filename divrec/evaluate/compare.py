"""Two sets of lists for the same shoppers: paired differences, which see far smaller changes than two intervals do."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from divrec.data.candidates import Candidates
from divrec.data.dataset import Dataset
from divrec.evaluate.bootstrap import BOOTSTRAP, Bootstrap, around, intervals_of_means, population_values
from divrec.evaluate.table import everybody, value_per_user
from divrec.evaluate.tables import Tables, arguments, chosen_metrics, tables_of
from divrec.metrics.lists import Events, RankedLists, Recommended, lists_of
from divrec.metrics.measure import PerUser, mean_of_defined
from divrec.metrics.metric import Metric

COLUMNS = ("metric", "before", "after", "difference", "low", "high", "n")


def compare(
    before: Recommended,
    after: Recommended,
    test: Events | None = None,
    data: Dataset | None = None,
    vectors: pd.DataFrame | None = None,
    metrics: Iterable[str] | None = None,
    seed: int = BOOTSTRAP.seed,
    *,
    pool: Candidates | pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Measure two sets of lists and their difference: ``metric, before, after, difference, low, high, n``.

    ``difference`` is after - before over the shoppers for whom both are defined (``n``); ``low`` and ``high`` bound its
    95 % interval, both sets resampled by the same shoppers. Other arguments as ``evaluate``.
    """
    tables = tables_of(test, data, vectors, pool)
    chosen = chosen_metrics(metrics, tables)
    return compared((lists_of(before), lists_of(after)), tables, chosen, replace(BOOTSTRAP, seed=seed))


def compared(
    pair: tuple[RankedLists, RankedLists], tables: Tables, chosen: list[Metric], settings: Bootstrap
) -> pd.DataFrame:
    """Compare two sets of lists with the tables at hand; the same columns as ``compare``."""
    users = everybody(pair[0], tables)
    users = users.append(pair[1].users.difference(users, sort=False))
    rows = _of_means([m for m in chosen if isinstance(m.function, PerUser)], pair, tables, users, settings)
    rows |= {
        m.name: _of_all_lists(m, pair, tables, users, settings) for m in chosen if not isinstance(m.function, PerUser)
    }
    return pd.DataFrame([(entry.name, *rows[entry.name]) for entry in chosen], columns=list(COLUMNS))


def _of_means(
    chosen: list[Metric], pair: tuple[RankedLists, RankedLists], tables: Tables, users: pd.Index, settings: Bootstrap
) -> dict[str, tuple[float, ...]]:
    first, second = (value_per_user(lists, tables, chosen, users) for lists in pair)
    change = second - first
    low, high = intervals_of_means(change, settings)
    rows = {}
    for at, entry in enumerate(chosen):
        both = ~np.isnan(change[:, at])
        means = [mean_of_defined(values[both, at]) for values in (first, second, change)]
        rows[entry.name] = (*means, low[at], high[at], int(both.sum()))
    return rows


def _of_all_lists(
    entry: Metric, pair: tuple[RankedLists, RankedLists], tables: Tables, users: pd.Index, settings: Bootstrap
) -> tuple[float, ...]:
    assert not isinstance(entry.function, PerUser)  # noqa: S101  # the caller has sorted them
    statistics = [entry.function.statistic(**arguments(entry, lists, tables)) for lists in pair]
    first, second = (statistic.value(np.ones(len(statistic.users))) for statistic in statistics)
    drawn = [population_values(statistic, users, settings) for statistic in statistics]
    low, high = around(second - first, drawn[1] - drawn[0], settings.level)
    return first, second, second - first, low, high, len(statistics[0].users.intersection(statistics[1].users))
