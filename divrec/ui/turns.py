"""How a product won its place in the list on the screen: what relevance and variety said, and which rules acted."""

import math
from typing import Any

import pandas as pd

from divrec.columns import ITEM
from divrec.rerank.rerank import TRACE
from divrec.rerank.rules import Rules
from divrec.rerank.steps import GAIN, RELEVANCE, about, steps
from divrec.ui import effects, livepath, ruling
from divrec.ui.livepath import View
from divrec.ui.rulemarks import LIMITS
from divrec.ui.subjects import history_of, pool_of
from divrec.ui.text import plain, t


def told(view: View, diversity: float, item: str) -> list[str]:
    """Say what decided an item's turn and, where there are rules, its way through them; nothing if it is not listed."""
    vectors = livepath.vectors_of(view)
    pool = pool_of(view.subject, view.dataset, view.run, view.repeat, vectors)
    rules = ruling.read(view.rules)
    table = steps(pool, vectors, view.method, diversity, view.n, rules, **_options(view)).set_index(ITEM)
    if item not in table.index:
        return []
    relevance, gain, trace = (table[name].to_dict()[item] for name in (RELEVANCE, GAIN, TRACE))
    said = [] if math.isnan(gain) else [_turn(relevance, gain, diversity)]
    if rules:
        said.append(t("turns.way", way=effects.way(trace)))
        said += [t("turns.rule", rule=plain(text)) for text in acting(view, rules, item, trace)]
    return said


def _turn(relevance: float, gain: float, diversity: float) -> str:
    """Say how relevance and the method's gain made up the score that won a turn."""
    parts = (1 - diversity) * relevance, diversity * gain
    numbers = {
        "relevance": relevance, "gain": gain, "one": 1 - diversity, "two": diversity,
        "first": parts[0], "second": parts[1], "total": sum(parts),
    }  # fmt: skip
    key = "turns.by_relevance" if parts[0] >= parts[1] else "turns.by_variety"
    return t(key, **{name: f"{number:.2f}" for name, number in numbers.items()})


def acting(view: View, rules: Rules, item: str, trace: str) -> list[str]:
    """Say the rules that had a part in an item's place: those that speak of it; limits only where they moved it."""
    pool = pool_of(view.subject, view.dataset, view.run, view.repeat, livepath.vectors_of(view))
    at = int(pool.item_ids.get_indexer(pd.Index([item]))[0])
    spoken = about(pool, rules, **_options(view))
    found = [
        rule
        for number, rule in enumerate(rules)
        if number in spoken and spoken[number][at] and rule.kind not in ("exclude", "include_only")
        and (not isinstance(rule, LIMITS) or "limits" in trace)
    ]  # fmt: skip
    return [ruling.sentence(rule, view.dataset) for rule in found]


def _options(view: View) -> dict[str, Any]:
    return {**livepath.rule_options(view), "history": history_of(view.subject, view.dataset)}
