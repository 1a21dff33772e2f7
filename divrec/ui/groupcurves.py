"""What the slider does to each group of shoppers: one measure's curve per group, all on one scale."""

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from divrec.evaluate.tradeoff import population_path
from divrec.rerank.path import RELEVANCE
from divrec.ui import calls, everybody, livepath, offered, ruling, state
from divrec.ui.live import population_curves
from divrec.ui.live.payload import population_payload
from divrec.ui.live.words import live_words
from divrec.ui.livepath import View
from divrec.ui.names import metric_name
from divrec.ui.text import t

MOST: Final = 8  # groups, the largest ones
SAMPLE: Final = 150  # shoppers that stand for a group
FEWEST: Final = 10  # shoppers below which a mean says nothing
GRID: Final = 11  # values of diversity


def draw(view: View, start: float) -> None:
    """Draw the choice of a measure and its curve for each of the largest groups, with the table of them all."""
    with st.spinner(t("diversity.everybody_wait"), show_time=True):
        found = curves(view)
    if not found:
        st.caption(t("groupcurves.none", n=FEWEST))
        return
    there = [name for name in everybody.SHOWN if all(name in table for _, table in found.values())]
    measure = state.bound(
        st.selectbox, "measure", t("models.measure"), there, default=there[0], format_func=metric_name, width=300
    )
    st.caption(t("groupcurves.says", n=SAMPLE))
    names = offered.groups(view.dataset, view.run)
    shown = [
        replace(everybody.measure_of(measure, table), label=t("groupcurves.group", name=names[group], n=size))
        for group, (size, table) in found.items()
    ]
    values = population_payload(shown, live_words(), state.language(), together=True)
    population_curves(values, start=start, key="group_curves")


def curves(view: View) -> dict[str, tuple[int, pd.DataFrame]]:
    """Give each group's number of shoppers looked at and their means by ``diversity``, kept in memory."""
    wanted = replace(view, subject=everybody.EVERYBODY)
    return _curves(calls.folder(), wanted, calls.divided(view.dataset))


@st.cache_resource(show_spinner=False, max_entries=16)
def _curves(folder: str, view: View, divided: str) -> dict[str, tuple[int, pd.DataFrame]]:  # noqa: ARG001  # the key
    pool, train = calls.candidates(view.run, view.repeat), calls.split(view.dataset)[0]
    groups = calls.workspace().shopper_groups(view.dataset)
    groups = groups[groups.index.isin(pool.users)]
    options: dict[str, Any] = {"history": train.interactions}
    if livepath.has_categories(view.dataset):
        options["catalogue"] = train.items
    rules = ruling.read(view.rules)
    if rules:
        options |= livepath.rule_options(view)
    vectors, found = livepath.vectors_of(view), {}
    for group, size in groups.value_counts().head(MOST).items():
        if size < FEWEST:
            continue
        members = groups.index[groups == group]
        rows = np.random.default_rng(everybody.SEED).choice(len(members), min(SAMPLE, size), replace=False)
        sample = pool.for_users(members[np.sort(rows)])
        table = population_path(sample, vectors, view.method, view.n, GRID, rules, **options)
        found[str(group)] = len(sample), table.rename(columns=lambda name: name.replace(RELEVANCE, "relevance_kept", 1))
    return found
