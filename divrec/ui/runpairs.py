"""Models, view compare: two runs on the same shoppers, and what a GAN is worth beside them."""

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd
import streamlit as st

from divrec.ui import calls, shops, state
from divrec.ui.names import metric_name
from divrec.ui.text import t
from divrec.workspace.records import RunRecord

GANS: Final = ("aae", "cfgan")
STRONG: Final = ("blend", "ease")  # what a model, and a GAN above all, is held against where it is there


def draw(ordered: Sequence[RunRecord]) -> None:
    """Let two runs be chosen, and say whether one predicts better; then show all measures of the pair."""
    st.header(t("runs.pair"), anchor=False)
    names = shops.run_names(list(ordered))
    if len(names) < 2:
        st.caption(t("runs.one_only"))
        return
    ids = list(names)
    with st.container(horizontal=True, key="pair"):
        first = state.bound(st.selectbox, "first", t("runs.first"), ids, start=ids[-1], format_func=names.__getitem__)
        others = [run.id for run in sorted(ordered, key=lambda run: run.family not in STRONG) if run.id != first]
        second = state.bound(
            st.selectbox, "second", t("runs.second"), others, start=others[0], format_func=names.__getitem__
        )
    table = calls.difference(second, first)  # first - second
    st.markdown(verdict(table, names[first], names[second]))
    st.dataframe(pair_table(table, names[first], names[second]), hide_index=True, alt=t("runs.pair"))
    if words := about_gans(ordered, names):
        st.info(words)


def verdict(table: pd.DataFrame, first: str, second: str) -> str:
    """Say in a sentence which of two predicts better, or that no difference is shown."""
    row = table.iloc[0]
    numbers = {"low": row["low"], "high": row["high"], "n": int(row["n"])}
    if row["low"] > 0:
        return t("runs.better", better=first, worse=second, by=row["difference"], **numbers)
    if row["high"] < 0:
        turned = {**numbers, "low": -row["high"], "high": -row["low"]}
        return t("runs.better", better=second, worse=first, by=-row["difference"], **turned)
    return t("runs.no_difference", first=first, second=second, by=row["difference"], **numbers)


def pair_table(table: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """Lay the pair's measures out with their difference and what it says."""
    ends = list(zip(table["low"], table["high"], strict=True))
    return pd.DataFrame({
        t("models.measure"): [metric_name(name) for name in table["metric"]],
        first: table["after"].map("{:.4f}".format),
        second: table["before"].map("{:.4f}".format),
        t("runs.difference"): table["difference"].map("{:+.4f}".format),
        t("runs.interval"): [f"[{low:+.4f}, {high:+.4f}]" for low, high in ends],
        t("runs.verdict"): [reading(low, high, first, second) for low, high in ends],
        t("runs.shoppers"): table["n"],
    })  # fmt: skip


def reading(low: float, high: float, first: str, second: str) -> str:
    """Say which of two an interval of first − second shows to be higher, if any."""
    if low > 0 or high < 0:
        return t("runs.shown_higher", name=first if low > 0 else second)
    return t("runs.not_shown")


def about_gans(ordered: Sequence[RunRecord], names: Mapping[str, str]) -> str:
    """Say with this shop's numbers whether the newest GAN pays as a ranker; empty where it does, or there is none."""
    newest = {run.family: run.id for run in sorted(ordered, key=lambda run: run.created)}
    gan = next((newest[family] for family in GANS if family in newest), None)
    other = next((newest[family] for family in STRONG if family in newest), None)
    if gan is None or other is None:
        return ""
    row = calls.difference(gan, other).iloc[0]  # other - GAN
    if row["high"] < 0:
        return ""
    key = "runs.gan_loses" if row["low"] > 0 else "runs.gan_equal"
    return t(key, gan=names[gan], other=names[other], by=row["difference"], low=row["low"], high=row["high"])
