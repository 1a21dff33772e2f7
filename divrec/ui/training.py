"""Models, view train: choose and train, watch the curves, cancel, resume."""

from collections.abc import Sequence
from itertools import cycle
from typing import Final

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from divrec.columns import EVENT
from divrec.data.kinds import RATING
from divrec.models.registry import FAMILIES
from divrec.ui import advanced, calls, charts, expecting, progress, shops, state, theme, transfer
from divrec.ui.text import known, plain, t
from divrec.workspace.records import RESUMABLE, RunRecord

BEST: Final = ("blend", None, "best")  # family, settings, preset
CURVES: Final = ("loss", "ndcg")  # drawn at once; the others a model tells are folded beneath


def view(dataset_id: str) -> None:
    """Draw the choice of a model beside what trains or was trained last."""
    runs = calls.workspace().runs(dataset_id)
    live = [run for run in runs if run.live]
    choose, beside = st.columns([4, 6], gap="medium")
    with choose:
        form(dataset_id)
    with beside:
        if live:
            follow(live)
        else:
            quiet([run for run in runs if run.state == "done"])
        unfinished(runs)


def form(dataset_id: str) -> None:
    """Draw the choice of family and preset, the best one on top, with what each is and how long it will take."""
    with st.container(border=True, key="train_form"):
        st.header(t("models.train"), anchor=False)
        best(dataset_id)
        kinds = set(calls.profile(dataset_id)["events"][EVENT])
        offered = [key for key, family in FAMILIES.items() if RATING in kinds or not family.rated]
        families = sorted(offered, key=lambda key: key in shops.BASELINES)
        family = state.bound(
            st.selectbox, "family", t("models.family"), families, default=families[0], format_func=shops.family_name
        )
        st.caption(t(FAMILIES[family].about))
        presets: list[str] = list(FAMILIES[family].presets)
        preset = presets[0]
        if len(presets) > 1:
            preset = state.bound(
                st.segmented_control,
                "preset",
                t("models.preset"),
                presets,
                default=presets[0],
                required=True,
                format_func=lambda name: t(f"models.preset_{name}"),
            )
        source = transfer.choose(family)
        changed = advanced.choose(family, preset)
        expecting.draw(dataset_id, family, preset, bool(changed))
        ready = changed is not None
        if st.button(t("models.start"), type="primary", width="stretch", key="start", disabled=not ready):
            calls.workspace().submit_training(dataset_id, family, changed, preset, source)
            st.rerun()


def best(dataset_id: str) -> None:
    """Offer the most accurate choice in one click, with what it is worth."""
    with st.container(border=True, key="best"):
        st.markdown(t("models.best"))
        if st.button(t("models.best_start"), width="stretch", icon=":material/star:", key="start_best"):
            calls.workspace().submit_training(dataset_id, *BEST)
            st.rerun()
        expecting.draw(dataset_id, BEST[0], BEST[2])


def follow(live: Sequence[RunRecord]) -> None:
    """Show the trainings that run, each with its curves as they grow."""
    for run in live:
        st.fragment(_follow_one, run_every=1.0)(run.id, run.dataset_id)


def quiet(done: Sequence[RunRecord]) -> None:
    """Say what to do while nothing trains: start a model, or use the newest one."""
    own = [run for run in done if not shops.automatic(run)]
    if not own:
        st.header(t("models.quiet"), anchor=False)
        st.markdown(t("models.quiet_says"))
        return
    newest = max(own, key=lambda run: run.created)
    with st.container(border=True, key="ready"):
        st.header(t("models.ready", name=shops.run_names(list(done))[newest.id]), anchor=False)
        if newest.epochs:
            curves(newest.id)
        with st.container(horizontal=True):
            if st.button(t("overview.to_slider"), type="primary", icon=":material/tune:", key="ready_slider"):
                state.open_page("diversity", run=newest.id)
            if st.button(t("overview.to_map"), icon=":material/scatter_plot:", key="ready_map"):
                state.open_page("latent", run=newest.id)


def _follow_one(run_id: str, dataset_id: str) -> None:
    runs = {run.id: run for run in calls.workspace().runs(dataset_id)}
    if run_id not in runs or not runs[run_id].live:
        st.rerun(scope="app")
    with st.container(border=True, key=f"follow_{run_id}"):
        st.header(t("models.training", name=shops.run_names(list(runs.values()))[run_id]), anchor=False)
        job = next((job for job in calls.workspace().jobs(live_only=True) if job.target == run_id), None)
        if job is not None:
            progress.line(job, "train")
        curves(run_id)


def curves(run_id: str) -> None:
    """Draw the loss and the validation NDCG of a run over its epochs, side by side, with every curve as a table."""
    table = calls.workspace().curves(run_id)
    if table.empty:
        st.caption(t("models.no_curves"))
        return
    for column, name in zip(st.columns(2), CURVES, strict=True):
        with column:
            st.caption(t(f"models.curve_{name}"))
            part = table[table["name"] == name]
            figure = charts.lines(part, "epoch", "value", titles=(t("models.epoch"), ""), height=200)
            figure.update_yaxes(rangemode="normal")
            if name == "ndcg" and part["value"].notna().any():
                st.caption(_mark_best(figure, part))
            st.plotly_chart(figure, key=f"{name}_{run_id}", alt=t(f"models.curve_{name}"), config=charts.CONFIG)
    _other_curves(table[~table["name"].isin(CURVES)], run_id)
    wide = table.pivot(index="epoch", columns="name", values="value").reset_index()
    charts.numbers(wide.rename(columns={"epoch": t("models.epoch")}), f"curves_{run_id}")


def _mark_best(figure: go.Figure, part: pd.DataFrame) -> str:
    """Mark the epoch with the highest value, and say it."""
    best = part.iloc[part["value"].argmax()]
    mark = {"size": 9, "color": theme.ACCENT}
    figure.add_scatter(x=[best["epoch"]], y=[best["value"]], mode="markers", marker=mark, cliponaxis=False)
    return t("runs.best", epoch=int(best["epoch"]), value=best["value"])


def _other_curves(table: pd.DataFrame, run_id: str) -> None:
    """Fold away the further terms that the model tells, each drawn on a scale of its own."""
    told = list(table["name"].unique())
    if not told:
        return
    folded = st.expander(t("runs.terms", n=len(told)), key=f"terms_{run_id}", on_change="rerun")
    if not folded.open:
        return
    for column, name in zip(cycle(folded.columns(2)), told, strict=False):
        said = known(f"runs.term_{name}", name)
        column.caption(said)
        part = table[table["name"] == name]
        figure = charts.lines(part, "epoch", "value", titles=(t("models.epoch"), ""), height=160)
        figure.update_yaxes(rangemode="normal")
        column.plotly_chart(figure, key=f"{name}_{run_id}", alt=said, config=charts.CONFIG)


def unfinished(runs: Sequence[RunRecord]) -> None:
    """Offer to resume or delete runs that were cancelled, failed or broken off, with the reason."""
    names = shops.run_names(list(runs))
    for run in runs:
        if run.state not in RESUMABLE:
            continue
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"unfinished_{run.id}"):
            how = {"state": t(f"state.{run.state}"), "epoch": run.epoch, "epochs": run.epochs}
            st.markdown(t("models.unfinished", name=names[run.id], **how))
            if run.error:
                st.caption(plain(run.error))
            if st.button(t("models.resume"), key=f"resume_{run.id}", type="primary"):
                calls.workspace().resume(run.id)
                st.rerun()
            if st.button(t("models.delete"), key=f"delete_{run.id}"):
                calls.workspace().delete_run(run.id)
                st.rerun()
