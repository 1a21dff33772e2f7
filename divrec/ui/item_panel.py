"""Beside the map: what a lasso took, a product's neighbours, a shopper's history and list, or how to begin."""

from collections.abc import Sequence
from typing import Final

import pandas as pd
import streamlit as st

from divrec.columns import BRAND, CATEGORY, ITEM, PRICE
from divrec.latent.neighbours import similar_items
from divrec.ui import calls, charts, state
from divrec.ui.map_layers import NEIGHBOURS, View, list_of, slider
from divrec.ui.text import t

SHOWN: Final = ("title", CATEGORY, BRAND, PRICE)


def draw(view: View, taken: Sequence[str]) -> None:
    """Draw whatever the person asked for last, the most special first."""
    if taken:
        _taken(view, taken)
    elif view.item:
        _neighbours(view)
    elif view.user:
        _shopper(view)
    elif len(view.found):
        st.header(t("latent.found", n=len(view.found)), anchor=False)
        _table(view.found, "found")
    else:
        st.header(t("latent.begin"), anchor=False)
        st.markdown(t("latent.begin_says"))


def _taken(view: View, taken: Sequence[str]) -> None:
    part = view.points[view.points[ITEM].isin(taken)]
    st.header(t("latent.taken", n=len(part)), anchor=False)
    if CATEGORY in part:
        mix = part[CATEGORY].value_counts(normalize=True).head(8)
        texts = [f"{share:.0%}" for share in mix]
        figure = charts.bars(mix.index.astype(str).tolist(), mix.tolist(), texts=texts)
        st.plotly_chart(figure, key="mix", alt=t("latent.mix"), config=charts.CONFIG)
    _table(part, "taken")


def _neighbours(view: View) -> None:
    at = view.points.set_index(ITEM, drop=False)
    if view.item not in at.index:
        st.caption(t("latent.unknown", item=view.item))
        return
    st.header(t("latent.neighbours"), anchor=False)
    st.text(at.at[view.item, "title"])
    near = similar_items(calls.item_vectors(view.run_id), view.item, NEIGHBOURS).to_frame()
    rows = at.reindex(near[ITEM]).reset_index(drop=True)
    rows[t("latent.alike")] = near["score"].to_numpy()
    _table(rows, "neighbours", t("latent.alike"))
    st.button(t("latent.clear"), key="clear_item", on_click=state.set_param, args=("item", "", ""))


def _shopper(view: View) -> None:
    at = view.points.set_index(ITEM, drop=False)
    history = calls.history(view.dataset_id, view.user)[ITEM].unique()
    shown = list_of(view)
    st.header(t("latent.list", diversity=slider()), anchor=False)
    _table(at.reindex(shown).dropna(subset=["x"]), "list")
    st.header(t("latent.history"), anchor=False)
    _table(at.reindex(history).dropna(subset=["x"]), "history")


def _table(rows: pd.DataFrame, key: str, *more: str) -> None:
    first, *others = (name for name in SHOWN if name in rows)
    columns = [first, *more, *others]
    labels = {name: t(f"column.{name}") for name in SHOWN}
    named = rows[columns].rename(columns=labels)
    height = min(38 + 35 * max(len(named), 1), 320)
    formats = {name: st.column_config.NumberColumn(format="%.2f") for name in (labels[PRICE], *more)}
    st.dataframe(
        named, hide_index=True, height=height, key=f"panel_{key}", column_config=formats, alt=t("latent.products")
    )
