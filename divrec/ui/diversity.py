"""The Diversity page's parts: the view that its URL holds, where the slider stands, what may be taken away."""

import gc
import math
from dataclasses import asdict
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from divrec.columns import BASE_RANK, ITEM, RANK, SCORE
from divrec.rerank.gains import GAINS
from divrec.ui import alikepairs, calls, likeness, livepath, ruleform, ruling, state, subjects
from divrec.ui.livepath import View, path_of
from divrec.ui.subjects import Subject
from divrec.ui.text import t

LENGTHS: Final = ("5", "10", "20", "30", "50")
LENGTH: Final = "20"
LIVE: Final = "live"  # the element that holds the slider
START: Final = 0.3  # where the slider stands on a first visit: far enough to show what it does


def methods(dataset_id: str) -> list[str]:
    """Name the methods that a shop's catalogue allows: some need categories."""
    sorted_out = livepath.has_categories(dataset_id)
    return [name for name, gain in GAINS.items() if sorted_out or not gain.categories]


def choose_view(dataset_id: str, run_id: str, subject: Subject) -> View:
    """Draw the choice of method, length and pool."""
    offered = methods(dataset_id)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        method = state.bound(
            st.selectbox, "method", t("diversity.method"), offered, default=offered[0],
            format_func=lambda name: t(f"method.{name}"),
        )  # fmt: skip
        alike, weighing = likeness.choose(dataset_id)
        length = state.bound(st.segmented_control, "n", t("diversity.length"), LENGTHS, default=LENGTH, required=True)
        pool = state.bound(
            st.segmented_control, "items", t("diversity.items"), ("new", "any"), default="new", required=True,
            format_func=lambda name: t(f"diversity.items_{name}"), disabled=subject.surface in ("product", "query"),
        )  # fmt: skip
    st.caption(t(f"method.{method}_says"))
    rules = ruling.held()
    ruleform.draw(dataset_id, rules)
    view = View(dataset_id, run_id, subject, method, alike, int(length), pool == "any", ruling.canonical(rules))
    if weighing.open:
        with weighing:
            alikepairs.draw(view, stands_at())
    return view


def current(dataset_id: str, run_id: str) -> View:
    """Give the view that this page shows, or would show on a first visit, without drawing its choices."""
    subject = subjects.current(run_id)
    method, length = state.param("method"), state.param("n")
    offered = methods(dataset_id)
    return View(
        dataset_id, run_id, subject, method if method in offered else offered[0],
        likeness.held(dataset_id),
        int(length if length in LENGTHS else LENGTH), state.param("items") == "any", ruling.canonical(ruling.held()),
    )  # fmt: skip


@st.cache_resource(show_spinner=False)
def settle() -> None:
    """Take the re-ranking engine, loaded by the first path, out of the garbage collector's round after every run."""
    gc.collect()
    gc.freeze()


def stands_at() -> float:
    """Give where this view's slider stands."""
    return _number(state.param("diversity", str(START)))


def wish(element: str = LIVE) -> tuple[float, str]:
    """Give where an element's slider should begin, and a name for the wish: a new one if a link moved it.

    While a person moves it, both stay as they were: what the browser holds is not sent again for another beginning.
    """
    wanted, drawn = stands_at(), state.recall(element, None) is not None
    if wanted != state.recall("slider", None) or not drawn:
        state.remember("slider", wanted)
        state.remember("wished", wanted)
        state.remember("wishes", state.recall("wishes", 0) + 1)
    return state.recall("wished", wanted), str(state.recall("wishes", 0))


def keep(diversity: float) -> None:
    """Put a released value into the URL, as the value that the screen already shows."""
    state.remember("slider", diversity)
    state.set_param("diversity", repr(diversity))


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return START
    return min(max(value, 0.0), 1.0) if math.isfinite(value) else START


def listed(view: View, diversity: float) -> pd.DataFrame:
    """Give the list at a slider value as a table with the catalogue's columns, best first."""
    path = path_of(view)
    row = path.positions[path.row_at(diversity)]
    at = row[row >= 0]
    ranks, base = range(1, len(at) + 1), np.where(at < path.pool_size, at + 1, 0)
    table = pd.DataFrame({RANK: ranks, ITEM: path.item_ids[at], BASE_RANK: base, SCORE: path.scores[at]})
    return table.merge(calls.dataset(view.dataset).items, on=ITEM, how="left", suffixes=("", "_item"))


def described(view: View, diversity: float) -> list[tuple[str, str]]:
    """Say what a list was made with: pairs of a choice and what was chosen."""
    surface = t(f"diversity.for_{view.subject.surface}")
    named = subjects.named(view.subject, view.dataset, view.run)
    return [
        (t("diversity.for"), surface if named == surface else f"{surface}: {named}"),
        (t("live.diversity"), f"{diversity:.3f}"),
        (t("diversity.method"), t(f"method.{view.method}")),
        (t("diversity.alike"), likeness.said(view.alike)),
        (t("diversity.length"), str(view.n)),
        (t("diversity.items"), t("diversity.items_any" if view.repeat else "diversity.items_new")),
    ]


def scenario(view: View, diversity: float) -> dict[str, Any]:
    """Give the view and slider value as plain JSON values."""
    return {**asdict(view), "diversity": diversity}
