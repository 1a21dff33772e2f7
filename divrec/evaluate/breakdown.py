"""Where lists are good or alike, and for whom: the same measures by group of shoppers and by kind of item.

Of one set of lists each measure with its interval; of two sets their paired difference (``compare_by_…``).
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pandas as pd

from divrec.columns import CATEGORY, ITEM
from divrec.data.candidates import Candidates
from divrec.data.dataset import Dataset
from divrec.errors import InputError
from divrec.evaluate import compare as pairwise
from divrec.evaluate.bootstrap import BOOTSTRAP
from divrec.evaluate.compare import compared
from divrec.evaluate.parts import Part, parts_by_group, parts_by_kind, popularity_bands
from divrec.evaluate.table import COLUMNS, measured
from divrec.evaluate.tables import Tables, chosen_metrics, tables_of
from divrec.metrics.lists import Events, RankedLists, Recommended, lists_of
from divrec.metrics.metric import Metric

GROUP = "group"
_BAND = "band"


def evaluate_by_group(
    recs: Recommended,
    groups: pd.Series,
    test: Events | None = None,
    data: Dataset | None = None,
    vectors: pd.DataFrame | None = None,
    metrics: Iterable[str] | None = None,
    seed: int = BOOTSTRAP.seed,
    *,
    pool: Candidates | pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Measure the lists of each group of shoppers: ``group, metric, value, low, high, n``.

    ``groups`` names each shopper's group, indexed by user_id; shoppers without one are left out, and so are their
    held-out events. The nearest shopper is looked for inside the group. Other arguments as ``evaluate``.
    """
    tables = tables_of(test, data, vectors, pool)
    return _measured(parts_by_group((lists_of(recs),), tables, groups), chosen_metrics(metrics, tables), seed)


def evaluate_by_category(
    recs: Recommended,
    data: Dataset,
    test: Events | None = None,
    vectors: pd.DataFrame | None = None,
    metrics: Iterable[str] | None = None,
    by: str = CATEGORY,
    seed: int = BOOTSTRAP.seed,
) -> pd.DataFrame:
    """Measure that part of each list that is of one kind of item: ``group, metric, value, low, high, n``.

    ``by`` names the catalogue's column (category, brand, …). The catalogue and the held-out events are narrowed to that
    kind; vectors and histories are not, so that sameness has the same reference everywhere.
    """
    parts, chosen = _of_kinds((recs,), data, test, vectors, metrics, by)
    return _measured(parts, chosen, seed)


def evaluate_by_popularity(
    recs: Recommended,
    data: Dataset,
    test: Events | None = None,
    vectors: pd.DataFrame | None = None,
    metrics: Iterable[str] | None = None,
    seed: int = BOOTSTRAP.seed,
) -> pd.DataFrame:
    """Measure that part of each list that is of the head, middle or tail: ``group, metric, value, low, high, n``.

    The bands are those of ``popularity_bands`` in the log of ``data``. Other arguments as ``evaluate_by_category``.
    """
    return evaluate_by_category(recs, _banded(data), test, vectors, metrics, _BAND, seed)


def compare_by_group(
    before: Recommended,
    after: Recommended,
    groups: pd.Series,
    test: Events | None = None,
    data: Dataset | None = None,
    vectors: pd.DataFrame | None = None,
    metrics: Iterable[str] | None = None,
    seed: int = BOOTSTRAP.seed,
) -> pd.DataFrame:
    """Compare two sets of lists group by group: ``group, metric, before, after, difference, low, high, n``.

    The difference is paired as in ``compare``; groups as in ``evaluate_by_group``.
    """
    tables = tables_of(test, data, vectors)
    pair = lists_of(before), lists_of(after)
    return _compared(parts_by_group(pair, tables, groups), chosen_metrics(metrics, tables), seed)


def compare_by_category(
    before: Recommended,
    after: Recommended,
    data: Dataset,
    test: Events | None = None,
    vectors: pd.DataFrame | None = None,
    metrics: Iterable[str] | None = None,
    by: str = CATEGORY,
    seed: int = BOOTSTRAP.seed,
) -> pd.DataFrame:
    """Compare two sets of lists kind by kind: ``group, metric, before, after, difference, low, high, n``.

    The difference is paired as in ``compare``; kinds as in ``evaluate_by_category``.
    """
    parts, chosen = _of_kinds((before, after), data, test, vectors, metrics, by)
    return _compared(parts, chosen, seed)


def compare_by_popularity(
    before: Recommended,
    after: Recommended,
    data: Dataset,
    test: Events | None = None,
    vectors: pd.DataFrame | None = None,
    metrics: Iterable[str] | None = None,
    seed: int = BOOTSTRAP.seed,
) -> pd.DataFrame:
    """Compare two sets of lists by popularity band: ``group, metric, before, after, difference, low, high, n``."""
    return compare_by_category(before, after, _banded(data), test, vectors, metrics, _BAND, seed)


def _of_kinds(
    sets: tuple[Recommended, ...],
    data: Dataset,
    test: Events | None,
    vectors: pd.DataFrame | None,
    metrics: Iterable[str] | None,
    by: str,
) -> tuple[Iterator[Part], list[Metric]]:
    if by not in data.items:
        raise InputError(f"the catalogue has no column {by}; it has {', '.join(map(str, data.items.columns))}")
    tables: Tables = tables_of(test, data, vectors)
    lists: tuple[RankedLists, ...] = tuple(map(lists_of, sets))
    return parts_by_kind(lists, tables, data.items, by), chosen_metrics(metrics, tables)


def _banded(data: Dataset) -> Dataset:
    return replace(data, items=data.items.assign(**{_BAND: data.items[ITEM].map(popularity_bands(data))}))


def _measured(parts: Iterable[Part], chosen: list[Metric], seed: int) -> pd.DataFrame:
    settings = replace(BOOTSTRAP, seed=seed)
    tables = [(part.name, measured(part.lists[0], part.tables, chosen, settings)) for part in parts]
    return _joined(tables, COLUMNS)


def _compared(parts: Iterable[Part], chosen: list[Metric], seed: int) -> pd.DataFrame:
    settings = replace(BOOTSTRAP, seed=seed)
    tables = [(part.name, compared((part.lists[0], part.lists[1]), part.tables, chosen, settings)) for part in parts]
    return _joined(tables, pairwise.COLUMNS)


def _joined(tables: list[tuple[str, pd.DataFrame]], columns: tuple[str, ...]) -> pd.DataFrame:
    named = [GROUP, *columns]
    parts = [table.assign(**{GROUP: name}) for name, table in tables]
    return pd.concat(parts, ignore_index=True)[named] if parts else pd.DataFrame(columns=named)
