"""What the rules did to the list on the screen: rule by rule, and item by item."""

import re
from typing import Final

import pandas as pd
import streamlit as st

from divrec.columns import ITEM, RANK
from divrec.rerank.rerank import TRACE, rerank
from divrec.rerank.ruled import check_rules
from divrec.rerank.rules import Rules
from divrec.ui import calls, livepath, ruling
from divrec.ui.livepath import View
from divrec.ui.names import titles
from divrec.ui.reasons import said
from divrec.ui.subjects import history_of, pool_of
from divrec.ui.text import t

STEP: Final = re.compile(r"(?P<name>[a-z_]+) (?P<rank>\d+|–)")
OF_ONE: Final = " (1 of 1 shoppers)"


def draw(view: View, diversity: float) -> None:
    """Draw, where there are rules, what each does to the list here, and each item's way to its place."""
    rules = ruling.read(view.rules)
    if rules is None:
        return
    with st.expander(t("effects.title")):
        st.dataframe(_by_rule(view, rules, diversity), hide_index=True, width="stretch")
        st.caption(t("effects.ways"))
        st.dataframe(_by_item(view, rules, diversity), hide_index=True, width="stretch")


def _by_rule(view: View, rules: Rules, diversity: float) -> pd.DataFrame:
    vectors = livepath.vectors_of(view)
    pool = pool_of(view.subject, view.dataset, view.run, view.repeat, vectors)
    found = check_rules(pool, vectors, rules, view.method, diversity, view.n, **_options(view))
    says = [
        "; ".join(said(part.removesuffix(OF_ONE)) for part in finding.split("; ")) if finding else t("effects.works")
        for finding in found["finding"]
    ]
    sentences = [ruling.sentence(rule, view.dataset) for rule in rules]
    return pd.DataFrame({t("effects.rule"): sentences, t("effects.finding"): says})


def _by_item(view: View, rules: Rules, diversity: float) -> pd.DataFrame:
    vectors = livepath.vectors_of(view)
    pool = pool_of(view.subject, view.dataset, view.run, view.repeat, vectors)
    table = rerank(pool, vectors, view.method, diversity, view.n, rules, **_options(view))
    items = calls.dataset(view.dataset).items
    names = titles(items.set_index(ITEM).reindex(table[ITEM]).reset_index())
    return pd.DataFrame(
        {t("live.column.rank"): table[RANK], t("live.column.title"): names.to_numpy(), t("effects.way"): _told(table)}
    )


def _options(view: View) -> dict[str, object]:
    return {**livepath.rule_options(view), "history": history_of(view.subject, view.dataset)}


def _told(table: pd.DataFrame) -> list[str]:
    """Say traces in the reader's language."""
    return [way(text) for text in table[TRACE]]


def way(trace: str) -> str:
    """Say a trace in the reader's language."""
    return STEP.sub(_step, trace)


def _step(found: re.Match[str]) -> str:
    name = found["name"]
    return f"{t(f'effects.step_{name}')} {found['rank']}"
