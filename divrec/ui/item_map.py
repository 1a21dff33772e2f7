"""The Latent space's map: its controls, its picture, and what a person takes from it."""

import math
from collections.abc import Sequence
from typing import Any, Final, cast

import numpy as np
import pandas as pd
import streamlit as st

from divrec.ui import calls, charts, diversity, map_generated, progress, state
from divrec.ui.atlas import guide, map_of_points
from divrec.ui.atlas.packing import rows_of
from divrec.ui.map_layers import View, guide_values
from divrec.ui.map_points import IDS, Points, points_of
from divrec.ui.map_tracks import WALKS, Track, axes_of, axis_track, between_track, decoder, diversity_track
from divrec.ui.text import t
from divrec.workspace.records import Of

DRAGS: Final = ("select", "move")
SHOPPERS: Final = 500  # offered in the list; any other by its id in the URL, or by a click on the map of shoppers
TAKEN: Final = "taken_on_map"
CLICKED: Final = "clicked_shopper"


def watch_umap(run_id: str) -> None:
    """Watch the drawing of UMAP maps, which take the place of the PCA maps when they are done."""
    jobs = _drawings(run_id)
    if jobs:
        progress.watch(jobs, "umap")


def _drawings(run_id: str) -> list[str]:
    live = calls.workspace().jobs(live_only=True)
    return [job.id for job in live if job.kind == "project" and job.target == run_id]


def offer_umap(view: View) -> None:
    """Offer to draw the UMAP map where it is neither drawn nor being drawn."""
    if view.points.method == "umap" or _drawings(view.run_id):
        return
    if st.button(t("latent.draw_umap"), key="draw_umap", icon=":material/scatter_plot:"):
        calls.workspace().submit_projection(view.run_id, view.points.of, view.dimensions)
        st.rerun(scope="app")


def controls(dataset_id: str, run_id: str) -> View | None:
    """Draw the rows of controls and give what they ask for; None, with a word, while no map is drawn."""
    clicked = state.recall(CLICKED, "")
    if clicked:
        state.remember(CLICKED, "")
        state.choose("shopper", clicked)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        of = cast("Of", _one_of("of", ("item", "user")))
        dimensions = int(_one_of("dims", ("2", "3")))
        made = map_generated.choose(dataset_id) if of == "user" else ""
        if made and not map_generated.placed(run_id, made):
            made = ""
        points = points_of(dataset_id, run_id, of, dimensions, made)
        if points is None:
            st.info(t("latent.no_map"))
            return None
        user = _shopper(run_id)
        lit = ("light",) if user and of == "item" else ()
        colour = _one_of("colour", (*points.colours, *lit)) if points.colours or lit else ""
        drag = _one_of("drag", DRAGS)
        search = state.bound_text(
            st.text_input, "find", t("latent.search"), placeholder=t("latent.search_hint"), width=200
        )
    walk, other, axis = _walk(run_id, user)
    return View(
        dataset_id, run_id, dimensions, points, colour, drag, _found(points, search), state.param("item"), user,
        walk, other, axis, made, state.param(map_generated.DRAWN) if made else "",
    )  # fmt: skip


def _one_of(name: str, options: Sequence[str]) -> str:
    return state.bound(
        st.segmented_control, name, t(f"latent.{name}"), options, default=options[0], required=True,
        format_func=lambda option: t(f"latent.{name}_{option}"),
    )  # fmt: skip


def _shopper(run_id: str, name: str = "shopper", without: str = "") -> str:
    known = calls.candidates(run_id).users
    offered = [user for user in known[: SHOPPERS + 1].astype(str) if user != without][:SHOPPERS]
    if (asked := state.param(name)) and asked not in offered and asked in known and asked != without:
        offered.append(asked)
    return state.bound(
        st.selectbox, name, t(f"latent.{name}"), ["", *offered], default="", width=170,
        format_func=lambda user: user or t("latent.nobody"),
    )  # fmt: skip


def _walk(run_id: str, user: str) -> tuple[str, str, int]:
    """Draw the choice of what the slider runs along, once a shopper is chosen; its place on the page is always kept.

    Elements that come and go in front of the map would have it drawn anew.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if not user:
            return "", "", 0
        walk, other, axis = _one_of("walk", WALKS), "", 0
        if walk != "diversity" and decoder(run_id) is None:
            st.info(t("latent.no_decoder"))
            walk = ""
        elif walk == "between":
            other = _shopper(run_id, "towards", without=user)
        elif walk == "axis":
            shares = axes_of(run_id).share
            axis = int(state.bound(
                st.selectbox, "axis", t("latent.axis"), [str(at) for at in range(len(shares))], default="0", width=230,
                format_func=lambda at: t("latent.axis_says", n=int(at) + 1, share=f"{shares[int(at)]:.0%}"),
            ))  # fmt: skip
        if walk == "between" and not other:
            st.caption(t("latent.choose_other"))
            walk = ""
    return walk, other, axis


def _found(points: Points, search: str) -> pd.DataFrame:
    wanted = search.strip()
    if not wanted:
        return points.table.iloc[:0]
    words = points.table["title"].str.contains(wanted, case=False, regex=False, na=False)
    return points.table[words | (points.table[IDS[points.of]] == wanted)]


def track_of(view: View) -> Track | None:
    """Give what the slider runs along in this view."""
    if view.walk == "diversity":
        return diversity_track(view.dataset_id, view.run_id, view.user)
    if view.walk == "between":
        return between_track(view.dataset_id, view.run_id, view.user, view.other)
    if view.walk == "axis":
        return axis_track(view.dataset_id, view.run_id, view.user, view.axis)
    return None


def draw(view: View) -> View:
    """Draw the map, and give the view with what was just clicked."""
    picked, taken = map_of_points(view.points.content)
    st.caption(t(f"latent.{view.points.method}_says"))
    offer_umap(view)
    axes = ["title", *(name for name in view.points.table if name not in ("title", IDS[view.points.of]))]
    charts.numbers(view.points.table[[IDS[view.points.of], *axes]], "map")
    return _heard(view, picked, taken)


def draw_guide(view: View) -> tuple[Track | None, float]:
    """Tell the map what lies over it, draw the slider where there is something to run along, give both."""
    track = track_of(view)
    start, wish = _wished(view, track)
    value = guide(guide_values(view, track, bool(len(taken_rows(view)))), start=start, wish=wish)
    if view.walk == "diversity":
        diversity.keep(value)
    elif track is not None:
        state.set_param("step", repr(value))
    return track, value


def _heard(view: View, picked: dict[str, Any] | None, taken: dict[str, Any] | None) -> View:
    """Take in a click and a loop, if they were made on these very points."""
    points = view.points
    if taken and taken.get("version") == points.version:
        state.remember(TAKEN, (points.version, rows_of(taken.get("bits"), len(points.table))))
    row = picked.get("row") if picked and picked.get("version") == points.version else None
    if not isinstance(row, int) or not 0 <= row < len(points.table):
        return view
    forget_taken()
    found = str(points.ids[row])
    if view.made and row >= len(points.table) - map_generated.count(view.run_id, view.made):
        state.set_param(map_generated.DRAWN, found, "")
        return view.with_drawn(found)
    if points.of == "user":
        state.set_param(map_generated.DRAWN, "", "")
        state.remember(CLICKED, found)
        st.rerun(scope="fragment")
    state.set_param("item", found, "")
    return view.with_item(found)


def taken_rows(view: View) -> "np.ndarray[Any, np.dtype[np.int64]]":
    """Give the rows that the last loop on these points took."""
    version, rows = state.recall(TAKEN, ("", np.empty(0, dtype=np.int64)))
    return rows if version == view.points.version else np.empty(0, dtype=np.int64)


def forget_taken() -> None:
    """Let go of what a loop took."""
    state.remember(TAKEN, ("", np.empty(0, dtype=np.int64)))


def _wished(view: View, track: Track | None) -> tuple[float, str]:
    """Give where the slider should stand: diversity as everywhere in the app, a walk where its link says."""
    if track is None or view.walk == "diversity":
        return diversity.stands_at(), diversity.wish("guide")[1]
    try:
        step = float(state.param("step", "0"))
    except ValueError:
        step = 0.0
    step = step if math.isfinite(step) else 0.0
    return min(max(step, track.low), track.high), f"{view.walk}/{view.user}/{view.other}/{view.axis}"
