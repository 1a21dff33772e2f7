"""What counts as alike on the screens: a ready choice or a blend that somebody weighed, each kept in memory."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from divrec.errors import InputError
from divrec.ui import calls, state
from divrec.ui.text import t
from divrec.workspace.likeness import BEHAVIOUR, CHOICES, MOST, PARTS, lacking, likeness_vectors, weights_of, written

PARAMETER: Final = "alike"
STEP: Final = 5  # of a weight's slider


def offered(dataset_id: str) -> list[str]:
    """Name the likenesses that the shop's catalogue allows, behaviour first."""
    missing = lacking(calls.dataset(dataset_id), calls.item_features(dataset_id))
    return [name for name, parts in CHOICES.items() if missing.keys().isdisjoint(parts)]


def held(dataset_id: str) -> str:
    """Give this view's likeness; one that a link has wrong or the shop has no parts for gives way to behaviour."""
    try:
        weights = weights_of(state.param(PARAMETER, BEHAVIOUR))
    except InputError:
        return BEHAVIOUR
    missing = lacking(calls.dataset(dataset_id), calls.item_features(dataset_id))
    return written(weights) if missing.keys().isdisjoint(weights) else BEHAVIOUR


def choose(dataset_id: str) -> tuple[str, Any]:
    """Draw the choice of what counts as alike; with it comes the popover where it is weighed, for more to be put in."""
    now, names = held(dataset_id), offered(dataset_id)
    if state.param(PARAMETER, BEHAVIOUR) != now:
        state.choose(PARAMETER, now)
    names = names if now in names else [*names, now]
    alike = state.bound(
        st.selectbox, PARAMETER, t("diversity.alike"), names, default=BEHAVIOUR, width=210,
        format_func=said, help=t("diversity.alike_help"),
    )  # fmt: skip
    weighing = st.popover(t("alike.weigh"), icon=":material/balance:", key="weighing", on_change="rerun")
    if weighing.open:
        with weighing:
            _weights(dataset_id, weights_of(alike))
    return alike, weighing


def said(alike: str) -> str:
    """Say a likeness in the reader's language: the name of a choice, else its parts with their shares."""
    if alike in CHOICES:
        return t(f"alike.{alike}")
    weights = weights_of(alike)
    whole = sum(weights.values())
    return " · ".join(f"{t(f'alike.part_{part}')} {weight / whole:.0%}" for part, weight in weights.items())


def _weights(dataset_id: str, weights: Mapping[str, int]) -> None:
    """Draw a slider for each part's weight; one that cannot tell this shop's products apart says why."""
    missing = lacking(calls.dataset(dataset_id), calls.item_features(dataset_id))
    st.caption(t("alike.weigh_says"))
    columns = st.columns(2, gap="medium")
    for place, part in enumerate(part for part in PARTS if part != "vectors" or part not in missing):
        if state.recall(_key(part), None) != weights.get(part, 0):
            state.remember(_key(part), weights.get(part, 0))
        columns[place % 2].slider(
            t(f"alike.part_{part}"), 0, MOST, step=STEP, key=_key(part), on_change=_weighed, disabled=part in missing,
            help=t(f"alike.{missing[part]}_{part}") if part in missing else None,
        )  # fmt: skip
    if missing:
        st.caption(" ".join(t(f"alike.{why}_{part}") for part, why in missing.items() if part != "vectors"))
    st.markdown(f"**{said(written(weights))}**")


def _weighed() -> None:
    """Take the sliders' weights over; where all are 0, what held before stays."""
    weights = {part: int(state.recall(_key(part), 0)) for part in PARTS}
    if any(weights.values()):
        state.choose(PARAMETER, written(weights))


def _key(part: str) -> str:
    return f"weight_{part}"


def vectors(dataset_id: str, run_id: str, alike: str) -> pd.DataFrame:
    """Give the item vectors of a likeness, for re-ranking and measures alike."""
    if alike == BEHAVIOUR:
        return calls.item_vectors(run_id)
    return _vectors(calls.folder(), dataset_id, run_id, alike).copy(deep=False)


@st.cache_resource(show_spinner=False, max_entries=8)
def _vectors(folder: str, dataset_id: str, run_id: str, alike: str) -> pd.DataFrame:  # noqa: ARG001  # the cache's key
    return likeness_vectors(calls, dataset_id, run_id, alike)
