"""Two ways of making lists, held against each other on the same shoppers."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from divrec.columns import USER
from divrec.data.candidates import Candidates
from divrec.data.dataset import Dataset
from divrec.evaluate.compare import compare
from divrec.evaluate.table import evaluate
from divrec.evaluate.tables import chosen_metrics, tables_of
from divrec.rerank.rerank import rerank
from divrec.rerank.rules import Rules

MEASURES: Final = (
    "ndcg", "recall", "sameness", "ild", "distinct_categories", "novelty", "similarity_to_history",
    "catalogue_coverage", "gini", "list_overlap",
)  # fmt: skip
AGAINST: Final = ("ndcg", "recall")  # what shoppers then chose; of lists of new items only


def lists_of(
    values: Mapping[str, Any], pool: Candidates, vectors: pd.DataFrame, known: Dataset, groups: pd.Series
) -> pd.DataFrame:
    """Make everybody's lists in ``pool`` as a scenario's ``values`` say; ``vectors`` are those of its likeness.

    ``known`` is what was known of the shoppers, ``groups`` names each one's group. Gives what ``rerank`` gives.
    """
    rules = Rules.from_json(values["rules"]) if values.get("rules") else None
    options = {"catalogue": known.items, "history": known.interactions, "groups": dict(groups)}
    return rerank(pool, vectors, values["method"], float(values["diversity"]), int(values["n"]), rules, **options)


def side_by_side(
    before: pd.DataFrame, after: pd.DataFrame, known: Dataset, test: Dataset, vectors: pd.DataFrame, new_only: bool
) -> pd.DataFrame:
    """Measure two sets of lists for the same shoppers, and their difference, pair by pair.

    Gives ``metric, before, before_low, before_high, after, after_low, after_high, difference, low, high, n``: each side
    and the difference (after - before) with its 95 % interval over these shoppers. Both sides are measured by the same
    ``vectors``. Held-out events count where all lists are of ``new_only`` items.
    """
    held_out = test.new_to_users().interactions
    judged = held_out[held_out[USER].isin(before[USER])] if new_only else None
    tables = tables_of(judged, known, vectors)
    possible = {entry.name for entry in chosen_metrics(None, tables)}
    chosen = [name for name in MEASURES if name in possible and (new_only or name not in AGAINST)]
    told = compare(before, after, judged, known, vectors, chosen)
    for side, lists in (("before", before), ("after", after)):
        ends = evaluate(lists, judged, known, vectors, chosen).set_index("metric")
        told = told.assign(**{f"{side}_{end}": told["metric"].map(ends[end]) for end in ("low", "high")})
    order = [f"{side}{end}" for side in ("before", "after") for end in ("", "_low", "_high")]
    return told[["metric", *order, "difference", "low", "high", "n"]]
