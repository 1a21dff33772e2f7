"""Which shop and which model the person looks at, what they are called, and what to do where there is none yet."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from divrec.models.registry import FAMILIES
from divrec.ui import calls, state
from divrec.ui.text import known, t
from divrec.workspace.records import DatasetRecord, RunRecord

AUTOMATIC = ("popularity", "ease")  # trained when a shop is opened
BASELINES = ("popularity", "frequency", "ease", "itemknn", "userknn", "ials", "biasedmf", "gfcf", "content")


def need_shop() -> str:
    """Give the id of the chosen shop; where there is none, say what to do and end the page here."""
    shops = [shop.id for shop in calls.workspace().datasets()]
    if shops:
        wanted = state.param("data", shops[0])
        return wanted if wanted in shops else shops[0]
    nothing_yet("shell.no_shop_title", "shell.no_shop", "shell.to_overview", "overview")
    return st.stop()


def finished(dataset_id: str) -> list[RunRecord]:
    """Give the finished runs of a shop, the one to look at first in front: a person's newest, then EASE."""
    runs = [run for run in calls.workspace().runs(dataset_id) if run.state == "done"]
    runs.sort(key=lambda run: run.created, reverse=True)
    return sorted(runs, key=lambda run: (run.family in BASELINES, run.family != "ease"))


def automatic(run: RunRecord) -> bool:
    """Whether a run is one of those that opening a shop trains, and not one that a person asked for."""
    family = FAMILIES[run.family]
    own = dict(run.settings) == family.settings().to_json() and run.preset is None
    return run.family in AUTOMATIC and own and not (run.fused or run.compressed)


def choose_shop(**extra: Any) -> None:  # noqa: ANN401  # selectbox options
    """Draw the choice of shop, where there is one."""
    names = {shop.id: shop_name(shop) for shop in calls.workspace().datasets()}
    if names:
        state.bound(st.selectbox, "data", t("shell.shop"), list(names), format_func=names.__getitem__, **extra)


def shop_name(shop: DatasetRecord) -> str:
    """Give the name that a person gave; a ready-made shop is called in the reader's language."""
    return known(f"shop.{shop.source}", shop.name)


def need_run(dataset_id: str) -> RunRecord:
    """Give the chosen run; where none is finished, say what to do and end the page here."""
    runs = {run.id: run for run in finished(dataset_id)}
    if runs:
        return runs.get(state.param("run"), next(iter(runs.values())))
    nothing_yet("shell.no_run_title", "shell.no_run", "shell.to_models", "models")
    return st.stop()


def choose_run(**extra: Any) -> None:  # noqa: ANN401  # selectbox options
    """Draw the choice of model among the finished runs of the chosen shop, where there are any."""
    shops = [shop.id for shop in calls.workspace().datasets()]
    runs = finished(state.param("data", shops[0])) if shops else []
    if runs:
        names = run_names(runs)
        state.bound(st.selectbox, "run", t("shell.model"), list(names), format_func=names.__getitem__, **extra)


def run_names(runs: Sequence[RunRecord]) -> dict[str, str]:
    """Name runs by family; several of one family are numbered in the order in which they were made.

    A run that learned from generated shoppers too says so, and a smaller version of another by which way.
    """
    names = {}
    for run in runs:
        same = sorted((other for other in runs if other.family == run.family), key=lambda other: other.created)
        number = f" {same.index(run) + 1}" if len(same) > 1 else ""
        made = t(f"compress.suffix_{run.compressed.way}") if run.compressed else ""
        names[run.id] = family_name(run.family) + number + (t("models.with_generated") if run.fused else made)
    return names


def family_name(family: str) -> str:
    """Give a model family's name in the reader's language."""
    return known(f"family.{family}.name", family)


def nothing_yet(title: str, text: str, action: str, page: str) -> None:
    """Draw an empty state: what is missing, and the button that leads there."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("small")
        st.header(t(title), anchor=False, text_alignment="center")
        st.markdown(t(text), text_alignment="center", width=560)
        if st.button(t(action), type="primary", key=f"to_{page}"):
            state.open_page(page)
        st.space("small")
