"""The Overview's parts: the sameness score drawn honestly, where lists are most alike, the next sensible step."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from divrec.ui import calls, charts, shops, state
from divrec.ui.live import bars
from divrec.ui.names import translated
from divrec.ui.text import known, plain, t

LEADS: Final = {"category": ("query", "q"), "group": ("group", "group")}  # a category's products are found by its name
SHOWN = 6  # rows of "most alike" in the picture; the table has them all


def score(sameness: Mapping[str, Any]) -> None:
    """Draw the headline number with what its ends mean."""
    value = float(sameness["overall"])
    st.metric(t("overview.sameness"), f"{value:.0f} / 100", help=t("overview.sameness_help"))
    st.markdown(t(f"overview.verdict_{_verdict(value)}"))


def _verdict(value: float) -> str:
    return "high" if value >= 60 else "middle" if value >= 40 else "low"


def parts(sameness: Mapping[str, Any]) -> None:
    """Draw the score and its parts, all on the whole scale from 0 to 100, with their table."""
    whole = t("overview.sameness")
    rows = [(whole, float(sameness["overall"]))]
    rows += [(known(f"sameness.{part}", part), float(value)) for part, value in sameness["parts"].items()]
    bars(rows, label=t("overview.parts_alt"), most=100, strong={whole}, key="parts")
    charts.numbers(pd.DataFrame(rows, columns=[t("overview.part"), whole]), "parts")


def most_alike(sameness: Mapping[str, Any], kind: str, dataset_id: str) -> None:
    """Draw the categories or shopper groups whose lists are most alike, with the table of all of them."""
    items = calls.dataset(dataset_id).items
    table: pd.DataFrame = sameness[kind]
    st.header(t(f"overview.by_{kind}"), anchor=False)
    if table.empty:
        st.caption(t(f"overview.no_{kind}"))
        return
    stale = kind == "group" and not set(table["name"]) <= set(calls.workspace().shopper_groups(dataset_id))
    if stale:
        st.caption(t("overview.groups_then"))
    table = table.sort_values("sameness", ascending=False)
    leads = [] if stale else table["name"].head(SHOWN).tolist()
    table = table.assign(name=translated(table["name"], items))
    rows = list(table[["name", "sameness"]].head(SHOWN).itertuples(index=False, name=None))
    opened = bars(
        rows, label=t(f"overview.by_{kind}"), most=100, strong={name for name, _ in rows}, key=f"alike_{kind}",
        leads=leads, opens=t(f"overview.open_{kind}", name="{name}"),
    )  # fmt: skip
    if opened:
        surface, parameter = LEADS[kind]
        state.open_page("diversity", **{"for": surface, parameter: opened})
    titled = table.rename(columns={name: t(f"sameness.{name}") for name in table.columns if name != "sameness"})
    titled = titled.rename(columns={"sameness": t("overview.sameness")}).round(1)
    charts.numbers(titled, f"alike_{kind}")


def next_step(dataset_id: str) -> None:
    """Say what stands and offer the next sensible step as the one strong button, others beside it."""
    shop = next(shop for shop in calls.workspace().datasets() if shop.id == dataset_id)
    ready = shops.finished(dataset_id)
    own = any(run.family not in shops.BASELINES for run in ready)
    with st.container(border=True, key="next_step"):
        counts = {"shoppers": shop.users, "products": shop.items, "events": shop.events}
        st.markdown(t("overview.open", name=plain(shops.shop_name(shop)), **counts))
        step = "compare" if own else "slider" if ready else "wait"
        st.caption(t(f"overview.next_{step}"))
        with st.container(horizontal=True):
            if ready and st.button(t("overview.to_slider"), type="primary", icon=":material/tune:", key="to_slider"):
                state.open_page("diversity")
            if st.button(t("overview.to_models"), icon=":material/model_training:", key="to_training"):
                state.open_page("models")
            if ready and st.button(t("overview.to_map"), icon=":material/scatter_plot:", key="to_map"):
                state.open_page("latent")
            if st.button(t("overview.to_data"), icon=":material/table_view:", key="to_report"):
                state.open_page("data")
