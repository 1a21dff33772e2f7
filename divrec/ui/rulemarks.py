"""The marks that cards wear where rules had a say: one that names the product or its kind, a limit that let it in."""

from typing import Any, Final

import pandas as pd

from divrec.data.candidates import Candidates
from divrec.rerank.path import TradeoffPath
from divrec.rerank.rules import AtLeast, Cap, Rules
from divrec.rerank.steps import about, through_limits
from divrec.ui.ruling import MARKED

LIMITS: Final = (AtLeast, Cap)  # rules that speak of the list as a whole


def touched(pool: Candidates, rules: Rules, items: pd.Index, options: dict[str, Any]) -> list[str]:
    """Name for each item the kind of the first pin, boost or bury that speaks of it or its kind, empty where none."""
    spoken = about(pool, rules, **options)
    at = pool.item_ids.get_indexer(items)
    marks = [""] * len(items)
    for number, rule in enumerate(rules):
        if isinstance(rule, MARKED) and number in spoken:
            meant = spoken[number][at]
            marks = [mark or (rule.kind if own else "") for mark, own in zip(marks, meant, strict=True)]
    return marks


def limited(
    path: TradeoffPath, pool: Candidates, vectors: pd.DataFrame, rules: Rules, options: dict[str, Any]
) -> list[list[str]]:
    """Name the items of each list of a path that caps and minimum shares alone brought in; nothing without any."""
    if not any(isinstance(rule, LIMITS) for rule in rules):
        return []
    values = [path.value_of(row) for row in range(len(path.lists))]
    return through_limits(pool, vectors, rules, path.method, values, path.positions.shape[1], **options)
