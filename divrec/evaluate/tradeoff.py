"""Re-ranking and measures wired together: what a list, and everyone's lists, become as the slider moves."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from divrec.data.candidates import NO_ITEM, Candidates
from divrec.evaluate.crowd_curves import CrowdCurves
from divrec.evaluate.list_measures import Ints, OfBatch, Tables, Values
from divrec.evaluate.mean_curves import MeanCurves
from divrec.rerank.options import Options
from divrec.rerank.path import RELEVANCE, Measure, TradeoffPath, exact_path
from divrec.rerank.population import Batch, Progress, population
from divrec.rerank.rules import Rules

DIVERSITY = "diversity"


def tradeoff_path(
    pool: Candidates,
    vectors: pd.DataFrame,
    method: str = "mmr",
    n: int = 20,
    rules: Rules | None = None,
    measures: dict[str, Measure] | None = None,
    **options: Any,  # noqa: ANN401  # the fields of Options, checked there
) -> TradeoffPath:
    """Find every list of one shopper over the whole slider, exactly, each with its measures.

    Measures: ``ild``; with a ``catalogue`` that has categories also ``category_entropy`` and ``distinct_categories``;
    with a ``history`` (best everybody's: it tells how many know an item) ``novelty``, ``similarity_to_history``; with
    both ``calibration``. ``measures`` adds others, as functions of lists (S, n) of positions in ``pool.item_ids``.
    ``options`` are the fields of ``rerank.options.Options``.
    """
    tables = Tables.of(pool, vectors, Options(**options))
    own = {name: _of_lists(measure) for name, measure in tables.measures().items()}
    return exact_path(pool, vectors, method, n, rules, measures={**own, **(measures or {})}, **options)


def measures_of(
    path: TradeoffPath,
    pool: Candidates,
    vectors: pd.DataFrame,
    **options: Any,  # noqa: ANN401  # the fields of Options, checked there
) -> dict[str, Values]:
    """Measure a path's lists anew by other ``vectors``: the measures of ``tradeoff_path`` by name, one value per list.

    ``pool`` is the one that the path was made from.
    """
    items = np.append(pool.item_ids.get_indexer(path.item_ids), NO_ITEM).astype(np.int32)[path.positions]
    tables = Tables.of(pool, vectors, Options(**options))
    return {name: np.asarray(_of_lists(measure)(items)) for name, measure in tables.measures().items()}


def population_path(
    pool: Candidates,
    vectors: pd.DataFrame,
    method: str = "mmr",
    n: int = 20,
    grid: int | Sequence[float] = 101,
    rules: Rules | None = None,
    progress: Progress | None = None,
    **options: Any,  # noqa: ANN401  # the fields of Options, checked there
) -> pd.DataFrame:
    """Re-rank everyone at every slider value and measure all lists: one row per value of ``diversity``.

    Columns, each with ``_low`` and ``_high`` (95 % interval over shoppers): ``relevance`` (share of the lowest value's
    relevance kept), the measures of ``tradeoff_path`` as means over shoppers, ``sameness`` with its part ``between``;
    without interval ``catalogue_coverage``, ``gini``, ``exposure_entropy``, ``personalisation``, ``list_overlap``.
    ``grid``: how many values, evenly from 0 to 1, or the values. ``progress(done, all)`` is called after every batch of
    shoppers; it may raise ``errors.Cancelled``. Memory does not grow with the number of shoppers.
    """
    settings = Options(**options)
    values = np.linspace(0, 1, grid) if isinstance(grid, int) else np.asarray(grid, dtype=np.float64)
    everyone = population(pool, vectors, method, values, n, rules, settings)
    tables = Tables.of(pool, vectors, settings)
    measures: dict[str, OfBatch] = {RELEVANCE: lambda batch: batch.kept, **tables.measures()}
    crowd = CrowdCurves(tables, len(everyone.values), n)
    means = MeanCurves(tuple(measures), len(everyone.values), crowd.asked)

    def work(batch: Batch) -> tuple[Batch, Values]:
        return batch, np.stack([measure(batch) for measure in measures.values()], axis=2)

    for batch, found in everyone.run(work, progress):
        means.add(batch.rows, found)
        crowd.add(batch)
    table = pd.DataFrame({DIVERSITY: everyone.values, **means.columns()})
    for name, column in {**crowd.columns(), **crowd.sameness(means)}.items():
        table[name] = column
    return table


def _of_lists(measure: OfBatch) -> Measure:
    def measured(lists: Ints) -> Values:
        known, places = np.unique(np.append(lists, NO_ITEM), return_inverse=True)
        at = places[:-1].reshape(lists.shape).astype(np.int32)
        at[lists == NO_ITEM] = NO_ITEM
        kept = np.ones((1, len(lists)))
        values: Values = measure(Batch(slice(0, 1), at[None], lists[None], known[None].astype(np.int32), kept))[0]
        return values

    return measured
