"""What the slider does to all shoppers: population curves over a sample, kept in memory."""

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from divrec.evaluate.tradeoff import population_path
from divrec.rerank.path import RELEVANCE
from divrec.ui import calls, ruling, state
from divrec.ui.live import population_curves
from divrec.ui.live.payload import Measure, population_payload
from divrec.ui.live.words import live_words
from divrec.ui.livepath import View, about, has_categories, rule_options, vectors_of, worded
from divrec.ui.subjects import Subject
from divrec.ui.text import t

SAMPLE: Final = 500  # shoppers that stand for all: their means move by less than the curves' own width
GRID: Final = 31  # values of diversity; between them the curves are straight to the eye
SEED: Final = 7
EVERYBODY: Final = Subject("shopper", "")  # stands in a view that is of no single shopper
SHOWN: Final = (
    "sameness", "relevance_kept", "ild", "distinct_categories", "novelty", "similarity_to_history",
    "catalogue_coverage", "gini", "list_overlap", "personalisation",
)  # fmt: skip


def draw(view: View, start: float) -> None:
    """Draw everybody's curves for the model, method and length of a view."""
    st.caption(t("diversity.everybody_says", n=counted(view)))
    with st.spinner(t("diversity.everybody_wait"), show_time=True):
        table = curves(view)
    shown = [measure_of(name, table) for name in SHOWN if name in table and table[name].notna().any()]
    values = population_payload(shown, live_words(), state.language(), about(view))
    population_curves(values, start=start)


def counted(view: View) -> int:
    """Give how many shoppers stand for all."""
    return min(SAMPLE, len(calls.candidates(view.run, view.repeat)))


def curves(view: View) -> pd.DataFrame:
    """Give everybody's means by ``diversity`` with their ``_low`` and ``_high``, kept in memory; not to be changed."""
    return _curves(calls.folder(), replace(view, subject=EVERYBODY))


@st.cache_resource(show_spinner=False, max_entries=32)
def _curves(folder: str, view: View) -> pd.DataFrame:  # noqa: ARG001  # a part of the cache's key
    pool = calls.candidates(view.run, view.repeat)
    train, _ = calls.split(view.dataset)
    rows = np.random.default_rng(SEED).choice(len(pool), min(SAMPLE, len(pool)), replace=False)
    sample = pool.for_users(pool.users[np.sort(rows)])
    options: dict[str, Any] = {"catalogue": calls.dataset(view.dataset).items} if has_categories(view.dataset) else {}
    rules = ruling.read(view.rules)
    if rules:
        options |= rule_options(view)
    table = population_path(
        sample, vectors_of(view), view.method, view.n, GRID, rules, history=train.interactions, **options
    )
    return table.rename(columns=lambda name: name.replace(RELEVANCE, "relevance_kept", 1))


def measure_of(name: str, table: pd.DataFrame) -> Measure:
    """Put a measure's words beside its curve in a table of means, and the ends of its interval where there are any."""
    ends = [table[f"{name}_{end}"].tolist() if f"{name}_{end}" in table else None for end in ("low", "high")]
    return worded(name, table[name].tolist(), state.language(), *ends)
