"""``cross_validate``: how good a model is when every shopper, pair or stretch of time is held out once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.stats import t as student

from divrec.data.dataset import Dataset
from divrec.data.folds import By, fold_parts
from divrec.errors import InputError
from divrec.evaluate.bootstrap import BOOTSTRAP, Bootstrap, Values, intervals_of_means
from divrec.evaluate.pairs import pair_metrics, scored_pairs
from divrec.evaluate.table import COLUMNS, everybody, value_per_user
from divrec.evaluate.tables import Tables, arguments, chosen_metrics, tables_of
from divrec.metrics.lists import RankedLists, lists_of
from divrec.metrics.measure import PerUser, mean_of_defined
from divrec.metrics.metric import Metric
from divrec.metrics.registry import METRICS, OF_PAIRS
from divrec.models.base import Recommender

FOLD: Final = "fold"
ALL: Final = "all"
Told = Callable[[int, pd.DataFrame], None]


def cross_validate(
    model: Recommender[Any],
    data: Dataset,
    folds: int = 5,
    by: By = "users",
    n: int = 10,
    metrics: Iterable[str] | None = None,
    seed: int = BOOTSTRAP.seed,
    told: Told | None = None,
) -> pd.DataFrame:
    """Train anew for each fold and measure lists of ``n``: a table ``fold, metric, value, low, high, n``.

    ``by`` "users" holds each shopper out once, who is then scored as a newcomer with a history; "pairs" holds out each
    user–item pair once; "time" trains on what came before each later stretch of time. Only held-out items that are new
    to their users count. Rows of ``fold`` "1", "2", … have intervals over that fold's shoppers. Rows of ``fold`` "all":
    of a measure per shopper the mean and interval over shoppers, each with the mean of the folds that tested them; of
    any other the mean of the folds, with the interval of Student's t, too narrow where folds share most of their
    training. Rated logs get ``rmse``, ``mae`` and ``pair_auc`` as far as the model predicts ratings.

    ``model`` gives family and settings and stays as it is. ``told`` hears each fold's number and rows. Raises
    InputError as ``fold_parts`` and ``evaluate`` do.
    """
    wanted = None if metrics is None else list(metrics)
    settings = replace(BOOTSTRAP, seed=seed)
    found = []
    for number, (train, test) in enumerate(fold_parts(data, folds, by, seed), 1):
        fold = _measured(type(model)(**model.settings.to_json()), train, test, n, wanted)
        found.append(fold)
        if told is not None:
            told(number, _rows(str(number), [fold], settings))
    parts = [_rows(str(number), [fold], settings) for number, fold in enumerate(found, 1)]
    return pd.concat([*parts, _rows(ALL, found, settings)], ignore_index=True)


@dataclass(frozen=True, eq=False)
class _Fold:
    """One fold's values: a column per measure of shoppers (U, M), a number per measure of all lists, who was tested."""

    per_user: pd.DataFrame
    of_all: pd.Series
    users: pd.Index


def _measured(model: Recommender[Any], train: Dataset, test: Dataset, n: int, wanted: list[str] | None) -> _Fold:
    pairs = _of_pairs(model, test, wanted)
    model.fit(train)
    judged = test.new_to_users()
    lists = lists_of(model.recommend(judged, n))
    tables = tables_of(judged, train, model.item_vectors())
    alone = wanted if wanted is None else [name for name in wanted if name not in OF_PAIRS]
    parts = [_values(lists, tables, chosen_metrics(alone, tables))]
    if pairs:
        answered = tables_of(test)
        parts.append(_values(lists_of(scored_pairs(model, test)), answered, chosen_metrics(pairs, answered)))
    per_user = pd.concat([part[0] for part in parts], axis=1)
    return _Fold(per_user, pd.concat([part[1] for part in parts]), judged.user_ids)


def _of_pairs(model: Recommender[Any], test: Dataset, wanted: list[str] | None) -> list[str]:
    possible = pair_metrics(model, test)
    if wanted is None:
        return possible
    if lacking := [name for name in wanted if name in OF_PAIRS and name not in possible]:
        raise InputError(f"{', '.join(lacking)} needs held-out ratings (pair_auc: or impressions) and, but for "
                         f"pair_auc, a model that predicts ratings; {model.family} on this log has "
                         f"{', '.join(possible) or 'none of them'}")  # fmt: skip
    return [name for name in wanted if name in OF_PAIRS]


def _values(lists: RankedLists, tables: Tables, chosen: list[Metric]) -> tuple[pd.DataFrame, pd.Series]:
    users = everybody(lists, tables)
    means = [entry for entry in chosen if isinstance(entry.function, PerUser)]
    values = value_per_user(lists, tables, means, users)
    rest = {}
    for entry in chosen:
        if not isinstance(entry.function, PerUser):
            statistic = entry.function.statistic(**arguments(entry, lists, tables))
            rest[entry.name] = statistic.value(np.ones(len(statistic.users)))
    return pd.DataFrame(values, users, [entry.name for entry in means]), pd.Series(rest, dtype=np.float64)


def _rows(name: str, folds: list[_Fold], settings: Bootstrap) -> pd.DataFrame:
    """Put the values of some folds together, in the order in which the registry names the measures."""
    per_user = pd.concat([fold.per_user for fold in folds])
    if len(folds) > 1:  # who was tested in several folds is one shopper all the same
        per_user = per_user.groupby(level=0, sort=False).mean()
    values = per_user.to_numpy(np.float64)
    low, high = intervals_of_means(values, settings)
    rows = {
        str(metric): (mean_of_defined(values[:, at]), low[at], high[at], int((~np.isnan(values[:, at])).sum()))
        for at, metric in enumerate(per_user)
    }
    tested = len(pd.unique(np.concatenate([fold.users for fold in folds])))
    for metric in folds[0].of_all.index:
        several = np.array([fold.of_all[metric] for fold in folds])
        rows[metric] = (mean_of_defined(several), *_over_folds(METRICS[metric], several, settings.level), tested)
    ordered = [(metric, *rows[metric]) for metric in METRICS if metric in rows]
    table = pd.DataFrame(ordered, columns=list(COLUMNS))
    table.insert(0, FOLD, name)
    return table


def _over_folds(entry: Metric, values: Values, level: float) -> tuple[float, float]:
    """Give Student's interval of the mean over folds, inside the measure's range; NaN for a single one."""
    defined = values[~np.isnan(values)]
    if len(defined) < 2:
        return float("nan"), float("nan")
    reach = student.ppf((1 + level) / 2, len(defined) - 1) * defined.std(ddof=1) / np.sqrt(len(defined))
    least, greatest = entry.range
    low, high = np.clip(defined.mean() + np.array([-reach, reach]), least, np.inf if greatest is None else greatest)
    return float(low), float(high)
