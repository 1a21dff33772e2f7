"""The Models screen's search for settings: start, watch, see what was tried, train the best."""

from typing import Final

import pandas as pd
import streamlit as st

from divrec.errors import InputError
from divrec.models.registry import FAMILIES
from divrec.models.settings import TuningSettings, searched
from divrec.ui import calls, charts, shops, state, theme
from divrec.ui.text import plain, t
from divrec.workspace.records import RESUMABLE, TuningRecord

FEWEST, MOST = 5, 100  # trials offered
FIRST: Final = "multvae"


def view(dataset_id: str) -> None:
    """Draw the form and, beside it, one search."""
    ask, show = st.columns([4, 6], gap="medium")
    with ask:
        _form(dataset_id)
    with show:
        found = calls.workspace().tunings(dataset_id)
        if not found:
            st.caption(t("tuning.none"))
            return
        names = {search.id: _name(search) for search in found}
        chosen = state.bound(
            st.selectbox, "tuning", t("tuning.which"), list(names), start=found[0].id, format_func=names.__getitem__
        )
        _search(next(search for search in found if search.id == chosen))


def _form(dataset_id: str) -> None:
    with st.container(border=True, key="tune_form"):
        st.header(t("tuning.start_title"), anchor=False)
        st.caption(t("tuning.says"))
        family = state.bound(
            st.selectbox, "tuned", t("models.family"), _families(), default=FIRST, format_func=shops.family_name
        )
        presets = list(FAMILIES[family].presets)
        preset: str = presets[0]
        if len(presets) > 1:
            preset = st.segmented_control(
                t("models.preset"), presets, default=presets[0], required=True, key="tune_preset",
                format_func=lambda name: t(f"models.preset_{name}"), help=t("tuning.preset_help"),
            )  # fmt: skip
        _trials()
        given = (dataset_id, family, preset)
        st.button(
            t("tuning.start"), type="primary", width="stretch", key="start_tuning", on_click=_start, args=given
        )


def _trials() -> None:
    """Draw the number of trials, which the link keeps."""
    usual = TuningSettings().trials
    asked = state.param("trials", str(usual))
    start = min(max(int(asked), FEWEST), MOST) if asked.isdecimal() else usual
    chosen = st.slider(t("tuning.trials"), FEWEST, MOST, start, key="trials", help=t("tuning.trials_help"))
    state.set_param("trials", str(chosen), str(usual))


def _start(dataset_id: str, family: str, preset: str) -> None:
    trials = state.recall("trials", TuningSettings().trials)  # as it is now: what a click brings along counts
    state.choose("tuning", calls.workspace().submit_tuning(dataset_id, family, preset, {"trials": trials}))


def _families() -> list[str]:
    """List the families that have something to search."""
    found = []
    for key, family in FAMILIES.items():
        try:
            searched(family.settings)
        except InputError:
            continue
        found.append(key)
    return sorted(found, key=lambda key: key in shops.BASELINES)


def _name(search: TuningRecord) -> str:
    return t("tuning.name", family=shops.family_name(search.family), time=f"{search.created.astimezone():%m-%d %H:%M}")


def _search(search: TuningRecord) -> None:
    if search.live:
        st.fragment(_result, run_every=2.0)(search)  # how far it is stands above, on every screen
    else:
        _unfinished(search)
        _result(search)


def _unfinished(search: TuningRecord) -> None:
    if search.state not in RESUMABLE:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="tuning_unfinished"):
        done = len(calls.workspace().trials(search.id))
        how = t(f"state.{search.state}")
        st.markdown(t("tuning.unfinished", state=how, done=done, trials=search.settings["trials"]))
        if search.error:
            st.caption(plain(search.error))
        if st.button(t("models.resume"), key="resume_tuning", type="primary"):
            calls.workspace().resume(search.id)
            st.rerun()
        if st.button(t("models.delete"), key="delete_tuning"):
            calls.workspace().delete_tuning(search.id)
            st.rerun()


def _result(search: TuningRecord) -> None:
    trials = calls.workspace().trials(search.id)
    done = trials[trials["state"] == "done"]
    if done.empty:
        if search.live:
            st.caption(t("tuning.running"))
        return
    best = float(done["value"].max())
    with st.container(horizontal=True, vertical_alignment="bottom", key="tuning_best"):
        gain = t("tuning.gain", value=best - float(trials["value"].iloc[0]))
        about = t("tuning.best_help", n=search.settings["n"])
        st.metric(t("tuning.best"), f"{best:.4f}", gain, help=about, delta_color="off", delta_arrow="off")
        lost = t("tuning.pruned", n=len(trials) - len(done))
        counted = f"{len(trials)} / {search.settings['trials']}"
        st.metric(t("tuning.tried"), counted, lost, help=t("tuning.trials_help"), delta_color="off", delta_arrow="off")
        if st.button(t("tuning.train"), type="primary", key="train_best", help=t("tuning.train_help")):
            calls.workspace().train_best(search.id)
            state.open_page("models", models_view="train")
    _history(trials)
    _importances(search)


def _history(trials: pd.DataFrame) -> None:
    st.caption(t("tuning.history"))
    figure = charts.frame(260)
    so_far = trials["value"].where(trials["state"] == "done").cummax().ffill()
    figure.add_scatter(
        x=trials["number"] + 1, y=so_far, mode="lines", hoverinfo="skip", line={"color": theme.ACCENT, "shape": "hv"}
    )
    words = {"done": t("tuning.done"), "pruned": t("tuning.given_up")}
    for kind, symbol, colour in (("done", "circle", theme.ACCENT), ("pruned", "x-thin-open", theme.QUIET)):
        part = trials[trials["state"] == kind]
        figure.add_scatter(
            x=part["number"] + 1, y=part["value"], mode="markers", name=words[kind],
            marker={"symbol": symbol, "size": 9, "color": colour, "line": {"color": colour, "width": 2}},
            hovertemplate="%{x}: %{y:.4f}<extra>" + words[kind] + "</extra>",
        )  # fmt: skip
    if (trials["state"] == "pruned").any():
        figure.update_layout(showlegend=True, legend={"orientation": "h", "y": 1.15, "x": 0})
        figure.data[0].showlegend = False
    figure.update_xaxes(title=t("tuning.trial"))
    figure.update_yaxes(title=t("tuning.ndcg"))
    named = {"number": t("tuning.trial"), "value": t("tuning.ndcg"), "state": t("tuning.state")}
    table = trials.assign(number=trials["number"] + 1, state=trials["state"].map(words))
    table = table.rename(columns={**named, "epochs": t("tuning.epochs")})
    charts.show(figure, table, alt=t("tuning.history_alt"), key="tuning_history")


def _importances(search: TuningRecord) -> None:
    found = calls.workspace().importances(search.id)
    if not found:
        return
    st.caption(t("tuning.importance"))
    names, shares = list(found), list(found.values())
    figure = charts.bars(names, shares, texts=[f"{share:.0%}" for share in shares])
    table = pd.DataFrame({t("tuning.setting"): names, t("tuning.share"): shares})
    charts.show(figure, table, alt=t("tuning.importance_alt"), key="tuning_importance")
