"""The Data screen's cleaning: choose steps, see what each would take, make a cleaned version of the shop."""

import json
from dataclasses import fields
from typing import Any, Final, get_args, get_origin

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from divrec.data.cleaning import STEPS, Recipe, name_of
from divrec.data.steps import CleaningStep
from divrec.data.trial import AFTER, BEFORE, Trial, tried
from divrec.errors import DivrecError, InputError
from divrec.ui import calls, charts, shops, state, theme
from divrec.ui.text import plain, t

PARAMETER: Final = "recipe"
VERSION: Final = "recipe_version"  # a recipe that comes from a file makes all its widgets anew
LARGEST: Final = 200_000  # bytes of a recipe's file
ACROSS: Final = 3  # settings of a step side by side
HERE: Final = 300_000  # events up to which steps are counted in the process that serves pages


def draw(dataset_id: str) -> None:
    """Draw the choice of steps on the left, what they would do on the right, and beneath it the way to do it."""
    st.caption(t("clean.says"))
    _applied(dataset_id)
    choose, look = st.columns([5, 7], gap="large")
    with choose:
        recipe = _chosen(_held())
        _files(recipe)
    state.set_param(PARAMETER, _text(recipe) if recipe.steps else "", "")
    with look:
        if not recipe.steps:
            st.info(t("clean.none_chosen"))
            return
        try:
            with st.spinner(t("clean.counting")):
                trial = _tried(calls.folder(), dataset_id, _text(recipe))
        except DivrecError as error:
            st.error(t("clean.uncounted", reason=plain(str(error))), icon=":material/error:")
            return
        show(trial)
        _make(dataset_id, recipe, trial)


def _applied(dataset_id: str) -> None:
    """Say how the shop that is looked at was cleaned already."""
    steps = Recipe.from_json(calls.workspace().origin(dataset_id).get("recipe", [])).steps
    if steps:
        st.caption(t("clean.applied", steps=", ".join(t(f"clean.{name_of(step)}") for step in steps)))


def _held() -> Recipe:
    """Give the recipe of this view; one of a link that cannot be read is left out, and the page says so."""
    try:
        return Recipe.from_json(json.loads(state.param(PARAMETER) or "[]"))
    except (InputError, ValueError) as error:
        st.warning(t("clean.unreadable", reason=plain(str(error))))
        return Recipe()


def _text(recipe: Recipe) -> str:
    return json.dumps(recipe.to_json(), ensure_ascii=False, separators=(",", ":"))


@st.cache_resource(show_spinner=False, max_entries=16)
def _tried(folder: str, dataset_id: str, recipe: str) -> Trial:  # noqa: ARG001  # a part of the cache's key
    steps = json.loads(recipe)
    if len(calls.dataset(dataset_id).interactions) > HERE:
        return calls.workspace().trial(dataset_id, steps)
    return tried(calls.dataset(dataset_id), Recipe.from_json(steps))


def _chosen(held: Recipe) -> Recipe:
    """Draw every step with its settings, those that the recipe holds switched on, and give what is chosen now."""
    version = state.recall(VERSION, 0)
    given = {name_of(step): step for step in held.steps}
    chosen = []
    for name in STEPS:
        with st.container(border=True, gap="small", key=f"step_{name}"):
            on = st.toggle(t(f"clean.{name}"), name in given, key=f"clean_{name}_{version}")
            st.caption(t(f"clean.{name}_says"))
            step = _settings(name, given.get(name) or STEPS[name](), version) if on else None
        if step is not None:
            chosen.append(step)
    return Recipe(tuple(chosen))


def _settings(name: str, start: CleaningStep, version: int) -> CleaningStep | None:
    """Draw a step's settings and give the step; None, with the reason, while they cannot be."""
    entries = fields(start)  # type: ignore[arg-type]  # every step is a dataclass
    values = {}
    columns = st.columns(ACROSS) if len(entries) > ACROSS else [st.container() for _ in entries]
    for place, entry in enumerate(entries):
        with columns[place % len(columns)]:
            now = getattr(start, entry.name)
            values[entry.name] = _asked(entry, now, f"clean_{name}_{entry.name}_{version}")
    try:
        return STEPS[name](**values)
    except InputError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None


def _asked(entry: Any, now: Any, key: str) -> Any:  # noqa: ANN401  # a dataclass field and its value
    label = t(f"clean.set_{entry.name}")
    if choices := get_args(entry.type) if get_origin(entry.type) is not None else ():
        words = {choice: t(f"clean.{entry.name}_{choice}") for choice in choices}
        return st.selectbox(label, choices, choices.index(now), format_func=words.__getitem__, key=key)
    if entry.type is str:
        return st.text_input(label, now, max_chars=500, key=key)
    number = entry.type
    ends = {"min_value": number(entry.metadata["low"]), "max_value": number(entry.metadata["high"])}
    return number(st.number_input(label, value=number(now), key=key, **ends))


def _files(recipe: Recipe) -> None:
    """Draw the ways for a recipe out of the app and into it."""
    if recipe.steps:
        content = json.dumps(recipe.to_json(), ensure_ascii=False, indent=1)
        st.download_button(
            t("clean.download"), content, "divrec-recipe.json", "application/json", key="download_recipe",
            on_click="ignore",
        )  # fmt: skip
    key = f"recipe_file_{state.recall(VERSION, 0)}"
    given = st.file_uploader(t("clean.upload"), ["json"], key=key, max_upload_size=1)
    if given is None:
        return
    try:
        read = Recipe.from_json(json.loads(given.getvalue()[:LARGEST].decode("utf-8-sig")))
        if len({type(step) for step in read.steps}) < len(read.steps):
            raise InputError("it holds a step twice; here each step is done once")
    except (InputError, ValueError) as error:
        st.error(t("clean.unreadable", reason=plain(str(error))), icon=":material/error:")
        return
    state.set_param(PARAMETER, _text(read), "")
    state.remember(VERSION, state.recall(VERSION, 0) + 1)
    st.rerun()


def show(trial: Trial) -> None:
    """Draw what a recipe would do: sizes before and after, what each step takes, pictures of both sides."""
    first, last = trial.counts.iloc[0], trial.counts.iloc[-1]
    with st.grid(3, gap="small", min_column_width=130):
        for name, label in (("events", "data.events"), ("items", "data.products"), ("users", "data.shoppers")):
            delta = int(last[name] - first[name])
            st.metric(t(label), int(last[name]), delta or None, delta_color="off", format="localized", border=True)
    st.header(t("clean.takes"), anchor=False)
    figure, table = _taken(trial.counts)
    charts.show(figure, table, alt=t("clean.takes_alt"), key="taken")
    _gone(trial.gone)
    for name, x, title in (("activity", "month", ""), ("popularity", "rank", t("data.rank"))):
        both: pd.DataFrame = getattr(trial, name)
        st.header(t(f"data.{name}"), anchor=False)
        if both.empty:
            st.caption(t(f"data.no_{name}"))
            continue
        figure = _both_sides(both, x, title, log=name == "popularity")
        charts.show(figure, both, alt=t(f"clean.{name}_alt"), key=f"clean_{name}")


def _taken(counts: pd.DataFrame) -> tuple[go.Figure, pd.DataFrame]:
    lost = -counts["events"].diff().iloc[1:].astype(int)
    share = lost / max(int(counts["events"].iloc[0]), 1)
    names = [t(f"clean.{name}") for name in counts["step"].iloc[1:]]
    texts = [f"{rows:,} ({charts.share_of(part)})" for rows, part in zip(lost, share, strict=True)]
    said = counts.assign(step=[t("clean.before"), *names])
    labels = {"step": t("clean.step"), "events": t("data.events"), "items": t("data.products"),
              "users": t("data.shoppers"), "weight": t("clean.weight")}  # fmt: skip
    return charts.bars(names, lost.tolist(), texts=texts).update_layout(margin_r=120), said.rename(columns=labels)


def _gone(gone: pd.DataFrame) -> None:
    """Fold away which products and shoppers each step takes out whole, the busiest first."""
    if gone.empty:
        return
    folded = st.expander(t("clean.gone"), key="clean_gone", on_change="rerun")
    if folded.open:
        said = pd.DataFrame({
            t("clean.step"): [t(f"clean.{name}") for name in gone["step"]],
            t("data.step_table"): [t(f"table.{name}") for name in gone["table"]],
            t("clean.id"): gone["id"], t("column.title"): gone["name"], t("data.events"): gone["events"],
        })  # fmt: skip
        folded.dataframe(said, hide_index=True, height=260, alt=t("clean.gone"))


def _both_sides(both: pd.DataFrame, x: str, title: str, log: bool) -> go.Figure:
    figure = charts.frame(240, showlegend=True, legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"})
    for side, colour in ((BEFORE, theme.QUIET), (AFTER, theme.ACCENT)):
        part = both[both["side"] == side]
        part = charts.few(part) if log else charts.whole_months(part)
        line = {"width": 2.2, "color": colour}
        figure.add_scatter(x=part[x], y=part["events"], mode="lines", name=t(f"clean.{side}"), line=line)
    scale = "log" if log else None
    figure.update_xaxes(title=title, type=scale, tickformat=None if log else "%Y-%m")
    return figure.update_yaxes(title=t("data.events"), type=scale, rangemode=None if log else "tozero")


def _make(dataset_id: str, recipe: Recipe, trial: Trial) -> None:
    """Offer to make the cleaned shop; what is looked at stays as it is."""
    st.header(t("clean.make"), anchor=False)
    left = int(trial.counts["events"].iloc[-1])
    if not left:
        st.warning(t("clean.nothing_left"))
    names = {shop.id: shops.shop_name(shop) for shop in calls.workspace().datasets()}
    name = st.text_input(t("upload.name"), t("clean.named", name=names[dataset_id]), max_chars=80, key="clean_name")
    same = trial.counts.iloc[0, 1:].equals(trial.counts.iloc[-1, 1:].rename(0))
    if same:
        st.caption(t("clean.changes_nothing"))
    st.caption(t("clean.make_says"))
    if st.button(t("clean.apply"), type="primary", disabled=not left or same, key="apply_recipe"):
        job = calls.workspace().submit_cleaning(dataset_id, recipe.to_json(), name.strip() or names[dataset_id])
        state.remember("opening", job)
        st.rerun()
