"""Differential privacy on the Generate screen: choose ε and δ, see what they cost, read and take away the promise."""

import math
from html import escape
from typing import Any, Final

import pandas as pd
import streamlit as st

from divrec.models.budget import FEWEST, default_delta
from divrec.ui import calls, charts, state, theme
from divrec.ui.reportpage import whole_page
from divrec.ui.text import t
from divrec.workspace.records import GenerationRecord

EPSILONS: Final = ("0.5", "1", "2", "3", "5", "10", "20")
SMALL: Final = 20_000  # shoppers below which the noise is felt in everything
SAID: Final = ("protects", "mechanism", "randomness", "assumes", "again", "outside")  # of the promise, in this order
_LEAST: Final = 3 * FEWEST // 2  # some of them are held out
_MEASURES: Final = ("generated_against_real", "item_popularity", "membership_auc")


def choose(dataset_id: str) -> dict[str, float]:
    """Draw the choice of privacy, and of its budget; nothing where the shoppers are generated without."""
    options = ("none", "dp")
    chosen = state.bound(
        st.segmented_control, "privacy", t("private.choose"), options, default=options[0], required=True,
        format_func=lambda name: t(f"private.choose_{name}"), help=t("private.choose_help"),
    )  # fmt: skip
    if chosen == "none":
        return {}
    shoppers = len(calls.dataset(dataset_id).users)
    epsilon = state.bound(
        st.select_slider, "epsilon", t("private.epsilon"), EPSILONS, default="3", help=t("private.epsilon_help")
    )
    least = round(-math.log10(default_delta(shoppers)))
    deltas = [f"1e-{power}" for power in range(least, least + 4)]
    delta = state.bound(
        st.selectbox, "delta", t("private.delta"), deltas, start=deltas[0], help=t("private.delta_help", n=shoppers)
    )
    st.caption(t("private.means", factor=f"{math.exp(float(epsilon)):,.1f}", epsilon=epsilon, delta=delta))
    if not enough(dataset_id):
        st.error(t("private.few", n=shoppers, least=_LEAST), icon=":material/error:")
    elif shoppers < SMALL:
        st.warning(t("private.small", n=shoppers), icon=":material/warning:")
    return {"epsilon": float(epsilon), "delta": float(delta)}


def enough(dataset_id: str) -> bool:
    """Tell whether a shop has shoppers enough to learn from under privacy, some being held out."""
    return len(calls.dataset(dataset_id).users) >= _LEAST


def promised(record: GenerationRecord) -> bool:
    """Tell whether a generation keeps to a promise of privacy."""
    return bool(record.settings.get("epsilon"))


def guarantee(record: GenerationRecord) -> dict[str, Any]:
    """Give the promise as JSON values for programs."""
    return {"generated": True, **calls.generated_values(record.id, "guarantee")}


def promise(record: GenerationRecord) -> None:
    """Draw the promise: its numbers, and what it holds for and what not."""
    values = calls.generated_values(record.id, "guarantee")
    st.markdown(t("private.promise", **_numbers(values)))
    with st.expander(t("private.details")):
        for name, words in _said(values):
            st.markdown(f"**{t(f'private.{name}_title')}** {words}")


def page(record: GenerationRecord) -> str:
    """Write the promise as the page that lies in the zip beside the events."""
    values = calls.generated_values(record.id, "guarantee")
    parts = [
        f"<h2>{escape(t(f'private.{name}_title'))}</h2>\n<p>{escape(words)}</p>\n" for name, words in _said(values)
    ]
    return whole_page(t("private.title"), t("private.promise", **_numbers(values)).replace("**", ""), parts)


def cost(records: list[GenerationRecord]) -> None:
    """Draw how useful each finished set is over its ε, where sets of more than one ε are there to compare."""
    table = pd.DataFrame([_row(record) for record in records])
    if table["epsilon"].nunique() < 2:
        return
    table = table.sort_values("epsilon", kind="stable", ignore_index=True)
    names = [t("private.without") if math.isinf(value) else f"{value:g}" for value in table["epsilon"]]
    st.header(t("private.cost"), anchor=False)
    figure = charts.frame(240)
    figure.add_scatter(
        x=names, y=table["generated_against_real"], mode="markers", marker={"size": 10, "color": theme.ACCENT},
        hovertemplate="ε = %{x}: %{y:.3f}<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(title="ε", type="category")
    figure.update_yaxes(title=t("fidelity.generated_against_real"), rangemode="tozero")
    said = {"epsilon": "ε", "made": t("private.made")} | {name: t(f"fidelity.{name}") for name in _MEASURES}
    charts.show(figure, table.assign(epsilon=names).rename(columns=said), alt=t("private.cost"), key="private_cost")
    st.caption(t("private.cost_says"))


def _row(record: GenerationRecord) -> dict[str, Any]:
    values = calls.generated(record.id, "fidelity").set_index("metric")["value"]
    epsilon = float(record.settings.get("epsilon") or math.inf)
    made = f"{record.created:%Y-%m-%d %H:%M}"
    return {"epsilon": epsilon, "made": made, **{name: float(values[name]) for name in _MEASURES}}


def _numbers(values: dict[str, Any]) -> dict[str, str]:
    return {
        "epsilon": f"{values['epsilon']:g}", "delta": f"{values['delta']:g}", "spent": f"{values['spent']:.3f}",
        "factor": f"{math.exp(values['epsilon']):,.1f}", "training": f"{values['training']:.2f}",
        "release": f"{values['release']:.2f}", "share": f"{values['training_settings']['share']:g}",
        "steps": f"{values['training_settings']['steps']:,}",
    }  # fmt: skip


def _said(values: dict[str, Any]) -> list[tuple[str, str]]:
    return [(name, t(f"private.{name}", **_numbers(values))) for name in SAID]
