"""Beside the map: what a loop took, a product's neighbours, a shopper's history and list, or how to begin."""

from typing import Final

import pandas as pd
import streamlit as st

from divrec.columns import BRAND, CATEGORY, ITEM, PRICE, USER
from divrec.latent.neighbours import similar_items
from divrec.ui import calls, charts, item_map, map_generated, state
from divrec.ui.map_layers import NEIGHBOURS, View
from divrec.ui.map_points import EVENTS, GROUP, MADE
from divrec.ui.map_tracks import Track
from divrec.ui.names import titles, worded
from divrec.ui.text import plain, t

SHOWN: Final = ("title", CATEGORY, BRAND, PRICE)
MIXED: Final = {"item": (CATEGORY, BRAND, PRICE), "user": (MADE, GROUP, CATEGORY)}
ROWS: Final = 6  # kinds of a mix in its picture; the table has them all
BANDS: Final = 5  # of prices, each with as many of the shop's products


def draw(view: View, track: Track | None, value: float) -> None:
    """Draw whatever the person asked for last, the most special first."""
    rows = item_map.taken_rows(view)
    if len(rows):
        _taken(view, view.points.table.iloc[rows])
    elif view.item and view.points.of == "item":
        _neighbours(view)
    elif view.drawn:
        _generated(view)
    elif view.user:
        _shopper(view, track, value)
    elif len(view.found):
        st.header(t("latent.found", n=len(view.found)), anchor=False)
        _table(view.found, "found")
    else:
        st.header(t("latent.begin"), anchor=False)
        st.markdown(t(f"latent.begin_{view.points.of}"))


def _taken(view: View, part: pd.DataFrame) -> None:
    st.header(t(f"latent.taken_{view.points.of}", n=len(part)), anchor=False)
    st.button(t("latent.clear"), key="clear_taken", on_click=item_map.forget_taken)
    whole = view.points.table
    offered = [name for name in MIXED[view.points.of] if name in whole and whole[name].notna().any()]
    if offered:
        by = state.bound(
            st.segmented_control, "mix", t("latent.mix_by"), offered, default=offered[0], required=True,
            format_func=lambda name: t(f"latent.mix_{name}"),
        )  # fmt: skip
        table = mix(whole, part, by)
        first = table.head(ROWS)
        texts = [f"{row.share:.0%} ({row.of_all:.0%})" for row in first.itertuples()]
        figure = charts.bars(first["name"].tolist(), first["share"].tolist(), texts=texts)
        figure.update_layout(margin_r=96)
        titled = table.rename(columns={name: t(f"latent.mix_column_{name}") for name in table})
        st.caption(t("latent.mix_says"))
        charts.show(figure, titled.round(4), alt=t("latent.mix"), key="mix_picture")
    _table(part, "taken")


def mix(whole: pd.DataFrame, part: pd.DataFrame, by: str) -> pd.DataFrame:
    """Hold the mix of a part against that of the whole: ``name, share, of_all, times``, the largest share first.

    Numbers are put into bands that each hold as much of the whole.
    """
    kinds = whole[by]
    if pd.api.types.is_numeric_dtype(kinds):
        kinds = pd.qcut(kinds, BANDS, duplicates="drop", precision=0).map("{0.left:g} – {0.right:g}".format)
    kinds = kinds.astype("string").fillna("–")
    of_all = kinds.value_counts(normalize=True)
    share = kinds.loc[part.index].value_counts(normalize=True)
    table = pd.DataFrame({"name": share.index, "share": share.to_numpy(), "of_all": of_all[share.index].to_numpy()})
    return table.assign(times=table["share"] / table["of_all"])


def _neighbours(view: View) -> None:
    at = view.points.table.set_index(ITEM, drop=False)
    if view.item not in at.index:
        st.caption(t("latent.unknown", item=plain(view.item)))
        return
    st.header(t("latent.neighbours"), anchor=False)
    st.text(at.at[view.item, "title"])
    near = similar_items(calls.item_vectors(view.run_id), view.item, NEIGHBOURS).to_frame()
    rows = at.reindex(near[ITEM]).reset_index(drop=True)
    rows[t("latent.alike")] = near["score"].to_numpy()
    _table(rows, "neighbours", t("latent.alike"))
    st.button(t("latent.clear"), key="clear_item", on_click=state.set_param, args=("item", "", ""))


def _shopper(view: View, track: Track | None, value: float) -> None:
    if track is not None:
        charts.numbers(_named(_products(view, track.at(value))), "track")
    st.header(t("latent.history"), anchor=False)
    _table(_products(view, calls.history(view.dataset_id, view.user)[ITEM].unique().tolist()), "history")


def _generated(view: View) -> None:
    """Draw what a generated shopper has, with the way to act as this shopper."""
    items = map_generated.history(view.made, view.drawn)
    st.header(t("latent.drawn_history", user=plain(view.drawn)), anchor=False)
    if not items:
        st.caption(t("latent.drawn_unknown"))
        return
    with st.container(horizontal=True):
        if st.button(t("latent.act_as"), key="act_as_drawn", icon=":material/person:"):
            map_generated.act_as(view.made, view.drawn)
        st.button(t("latent.clear"), key="clear_drawn", on_click=state.set_param, args=(map_generated.DRAWN, "", ""))
    _table(_products(view, items), "drawn")


def _products(view: View, ids: list[str]) -> pd.DataFrame:
    items = calls.dataset(view.dataset_id).items
    found = items.set_index(ITEM, drop=False).reindex(ids).dropna(subset=[ITEM]).reset_index(drop=True)
    spoken = {name: worded(found, name) for name in (CATEGORY, BRAND) if name in found}
    return found.assign(title=titles(found), **spoken)


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep what the panel knows words for, under these words."""
    words = {**{name: t(f"column.{name}") for name in (*SHOWN, USER)}, GROUP: t("latent.mix_group")}
    words |= {EVENTS: t("latent.mix_events"), t("latent.alike"): t("latent.alike")}
    return rows[[name for name in rows if name in words]].rename(columns=words)


def _table(rows: pd.DataFrame, key: str, *more: str) -> None:
    wanted = (USER, GROUP, CATEGORY, EVENTS) if USER in rows else SHOWN
    first, *others = (name for name in wanted if name in rows)
    named = _named(rows[[first, *more, *others]])
    height = min(38 + 35 * max(len(named), 1), 320)
    formats = {name: st.column_config.NumberColumn(format="%.2f") for name in (t("column.price"), *more)}
    st.dataframe(
        named, hide_index=True, height=height, key=f"panel_{key}", column_config=formats, alt=t("latent.products")
    )
