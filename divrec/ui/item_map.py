"""The Latent space's map: its controls, its picture, and what a person takes from it."""

from collections.abc import Sequence
from typing import Any, Final, Literal

import pandas as pd
import streamlit as st

from divrec.columns import BRAND, CATEGORY, ITEM
from divrec.ui import calls, charts, progress, state
from divrec.ui.map_layers import COLOURS, EVENTS, View, classes, graded, laid_over
from divrec.ui.names import titles, worded
from divrec.ui.text import t

DRAGS: Final = ("lasso", "pan")
KEY: Final = "map"
HEIGHT: Final = 620
SHOPPERS: Final = 500  # offered in the list; any other by its id in the URL


def watch_umap(run_id: str) -> None:
    """Watch the drawing of the UMAP map, which takes the place of the PCA map when it is done."""
    jobs = _drawings(run_id)
    if jobs:
        progress.watch(jobs, "umap")


def offer_umap(run_id: str) -> None:
    """Offer to draw the UMAP map where it is neither drawn nor being drawn."""
    if calls.projection(run_id, "umap") is not None or _drawings(run_id):
        return
    if st.button(t("latent.draw_umap"), key="draw_umap", icon=":material/scatter_plot:"):
        calls.workspace().submit_projection(run_id)
        st.rerun(scope="app")


def _drawings(run_id: str) -> list[str]:
    live = calls.workspace().jobs(live_only=True)
    return [job.id for job in live if job.kind == "project" and job.target == run_id]


def controls(dataset_id: str, run_id: str) -> View | None:
    """Draw the row of controls and give what they ask for; None, with a word, while no map is drawn."""
    method: Literal["pca", "umap"] = "umap" if calls.projection(run_id, "umap") is not None else "pca"
    layout = calls.projection(run_id, method)
    if layout is None:
        st.info(t("latent.no_map"))
        return None
    points = _described(dataset_id, layout)
    colours = [name for name, column in COLOURS.items() if column in points and points[column].notna().any()]
    shoppers = ["", *calls.candidates(run_id).users[:SHOPPERS].astype(str)]
    if (asked := state.param("shopper")) and asked not in shoppers and asked in calls.candidates(run_id).users:
        shoppers.append(asked)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        colour = _one_of("colour", colours)
        drag = _one_of("drag", DRAGS)
        search = state.bound_text(
            st.text_input, "find", t("latent.search"), placeholder=t("latent.search_hint"), width=220
        )
        user = state.bound(
            st.selectbox, "shopper", t("latent.shopper"), shoppers, default="", width=180,
            format_func=lambda name: name or t("latent.nobody"),
        )  # fmt: skip
    return View(dataset_id, run_id, method, points, colour, drag, _found(points, search), state.param("item"), user)


def _one_of(name: str, options: Sequence[str]) -> str:
    return state.bound(
        st.segmented_control,
        name,
        t(f"latent.{name}"),
        options,
        default=options[0],
        required=True,
        format_func=lambda option: t(f"latent.{name}_{option}"),
    )


def _described(dataset_id: str, layout: pd.DataFrame) -> pd.DataFrame:
    shop = calls.dataset(dataset_id)
    counts = shop.interactions[ITEM].value_counts().rename(EVENTS)
    spoken = {name: worded(shop.items, name) for name in (CATEGORY, BRAND) if name in shop.items}
    items = shop.items.assign(title=titles(shop.items), **spoken)
    points = layout.merge(items, on=ITEM, how="left").merge(counts, left_on=ITEM, right_index=True, how="left")
    points[EVENTS] = points[EVENTS].fillna(0).astype(int)
    return points


def _found(points: pd.DataFrame, search: str) -> pd.DataFrame:
    if not search.strip():
        return points.iloc[:0]
    words = points["title"].str.contains(search.strip(), case=False, regex=False, na=False)
    return points[words | (points[ITEM] == search.strip())]


def draw(view: View) -> list[str]:
    """Draw the map and give the item ids that a lasso took."""
    figure = charts.frame(HEIGHT, dragmode=view.drag, uirevision=f"{view.run_id}{view.method}", showlegend=True)
    figure.update_layout(legend={"orientation": "h", "y": -0.02, "yanchor": "top", "itemsizing": "constant"})
    figure.update_xaxes(visible=False, fixedrange=False)
    figure.update_yaxes(visible=False, fixedrange=False)
    over = bool(view.item or view.user or len(view.found))
    for trace in classes(view) if view.colour in ("category", "brand") else [graded(view)]:
        figure.add_trace(trace.update(marker_opacity=0.35 if over else 0.85))
    for trace in laid_over(view):
        figure.add_trace(trace)
    event = charts.show(
        figure,
        view.points[[ITEM, "title", "x", "y"]],
        alt=t("latent.map_alt", n=len(view.points)),
        key=KEY,
        config={"scrollZoom": True},
        on_select=_picked,
        selection_mode=("points", "lasso"),
    )
    st.caption(t(f"latent.{view.method}_says"))
    offer_umap(view.run_id)
    taken = _ids(event)
    return taken if len(taken) > 1 else []


def _picked() -> None:
    """Keep a clicked product in the URL: a picture that changes forgets its selection."""
    taken = _ids(state.recall(KEY, None))
    if len(taken) == 1:
        state.set_param("item", taken[0], "")


def _ids(event: Any) -> list[str]:  # noqa: ANN401  # a PlotlyState, or None before the first one
    points = event.selection.points if event else []
    return list(dict.fromkeys(_one(point["customdata"]) for point in points if point.get("customdata") is not None))


def _one(custom: Any) -> str:  # noqa: ANN401  # Plotly gives a list or the bare value
    return str(custom[0] if isinstance(custom, list) else custom)
