"""What two scenarios do to all shoppers: the same ones, so that a difference can be told from chance."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from divrec.ui import calls, diversity, likeness, livepath, state, subjects
from divrec.ui.everybody import SAMPLE, SEED
from divrec.ui.livepath import View
from divrec.ui.names import metric_name
from divrec.ui.takeaway import downloads
from divrec.ui.text import plain, t
from divrec.workspace.sidebyside import lists_of, side_by_side

Settings = tuple[tuple[str, Any], ...]
OF_MANY: Final = (*subjects.OF_ONE, "group")  # surfaces whose settings make a list for any shopper


def draw(first: tuple[View, float], second: tuple[View, float], names: Sequence[str]) -> None:
    """Draw the measures of everybody's lists under both, with intervals and paired differences."""
    st.header(t("diversity.everybody"), anchor=False)
    if any(view.subject.surface not in OF_MANY for view, _ in (first, second)):
        st.caption(t("versus.not_of_shoppers"))
        return
    with st.spinner(t("diversity.everybody_wait"), show_time=True):
        table = paired(first, second)
    if table.empty:
        st.caption(t("versus.nobody"))
        return
    st.caption(t("versus.all_says", n=int(table["n"].max())))
    st.markdown(_verdict(table, names))
    st.dataframe(_shown(table, names), hide_index=True, alt=t("diversity.everybody"))
    with st.container(horizontal=True):
        downloads(table, "divrec-two-scenarios", "versus_all")


def paired(first: tuple[View, float], second: tuple[View, float]) -> pd.DataFrame:
    """Give the table of ``side_by_side`` for a sample of shoppers whom both models know, kept in memory.

    Where both are for the same group, the shoppers are of that group.
    """
    same = first[0].subject == second[0].subject and first[0].subject.surface == "group"
    group = first[0].subject.id if same else ""
    sides = _settings(*first), _settings(*second)
    return _paired(calls.folder(), first[0].dataset, sides, group, calls.divided(first[0].dataset))


def _settings(view: View, diversity_at: float) -> Settings:
    """Give what makes everybody's lists, without whom the one list is for."""
    values = diversity.scenario(view, diversity_at)
    return tuple((name, value) for name, value in values.items() if name not in ("subject", "dataset"))


@st.cache_resource(show_spinner=False, max_entries=32)
def _paired(
    folder: str,  # noqa: ARG001  # a part of the cache's key
    dataset_id: str,
    settings: tuple[Settings, Settings],
    group: str,
    divided: str,  # noqa: ARG001  # a part of the cache's key
) -> pd.DataFrame:
    sides = [dict(each) for each in settings]
    pools = [calls.candidates(side["run"], side["repeat"]) for side in sides]
    shoppers = pools[0].users.intersection(pools[1].users, sort=False)
    if group:
        shoppers = shoppers.intersection(subjects.members(dataset_id, group), sort=False)
    if shoppers.empty:
        return pd.DataFrame()
    drawn = np.random.default_rng(SEED).choice(len(shoppers), min(SAMPLE, len(shoppers)), replace=False)
    known, test = calls.split(dataset_id)
    groups = calls.workspace().shopper_groups(dataset_id)
    vectors = [likeness.vectors(dataset_id, side["run"], side["alike"]) for side in sides]
    before, after = (
        lists_of(side, pool.for_users(shoppers[np.sort(drawn)]), own, known, groups)
        for side, pool, own in zip(sides, pools, vectors, strict=True)
    )
    return side_by_side(before, after, known, test, vectors[0], not any(side["repeat"] for side in sides))


def _verdict(table: pd.DataFrame, names: Sequence[str]) -> str:
    """Say which measures differ beyond chance, and by which side; or that no difference is shown."""
    told = []
    for name, beyond in ((names[1], table["low"] > 0), (names[0], table["high"] < 0)):
        if beyond.any():
            measures = ", ".join(metric_name(name) for name in table["metric"][beyond])
            told.append(t("versus.higher", side=plain(name), measures=measures))
    rest = table["metric"][~((table["low"] > 0) | (table["high"] < 0))]
    if len(rest):
        told.append(t("versus.no_difference", measures=", ".join(map(metric_name, rest))))
    return "\n\n".join(told)


def _shown(table: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    language = state.language()
    measures = [livepath.worded(name, [], language) for name in table["metric"]]
    forms = [f".{measure.digits + 1}{'%' if measure.percent else 'f'}" for measure in measures]

    def cells(value: str, low: str, high: str, sign: str = "") -> list[str]:
        rows = zip(table[value], table[low], table[high], forms, strict=True)
        return [
            "–" if np.isnan(mean) else f"{mean:{sign}{form}}  [{bottom:{sign}{form}}, {top:{sign}{form}}]"
            for mean, bottom, top, form in rows
        ]

    beyond = [
        t("versus.shown") if low > 0 or high < 0 else t("runs.not_shown")
        for low, high in zip(table["low"], table["high"], strict=True)
    ]
    return pd.DataFrame({
        t("models.measure"): [measure.label for measure in measures],
        names[0]: cells("before", "before_low", "before_high"),
        names[1]: cells("after", "after_low", "after_high"),
        t("runs.difference"): cells("difference", "low", "high", "+"),
        t("runs.verdict"): beyond,
        t("runs.shoppers"): table["n"],
    })  # fmt: skip
