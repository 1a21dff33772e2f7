"""The Report screen's parts: what it is of, the page itself, and the files to take away."""

from dataclasses import replace
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from divrec.columns import BASE_RANK, RANK
from divrec.evaluate.tradeoff import DIVERSITY
from divrec.report.bundle import scenario_json, to_zip
from divrec.report.findings import Findings, Varied
from divrec.report.page import to_html
from divrec.rerank.rules import Rules
from divrec.ui import calls, diversity, everybody, livepath, ruling, scenarios, shops, state, subjects
from divrec.ui.livepath import View
from divrec.ui.names import titles
from divrec.ui.text import t
from divrec.workspace import reporting
from divrec.workspace.records import RunRecord

VIEW: Final = "view"
MODEL: Final = "model"
HEIGHT: Final = 900  # pixels of the preview


def choose(dataset_id: str) -> str:
    """Draw the choice of what the report is of: the current view, the model alone, or a saved scenario's id."""
    ready = {run.id for run in shops.finished(dataset_id)}
    saved = {
        each.id: scenarios.label(each)
        for each in calls.workspace().scenarios()
        if each.dataset_id == dataset_id and each.run_id in ready
    }
    names = {VIEW: t("report.source_view"), MODEL: t("report.source_model"), **saved}
    return state.bound(
        st.selectbox, "of", t("report.source"), list(names), default=VIEW, format_func=names.__getitem__, width=320
    )


def view_of(source: str, dataset_id: str, run_id: str) -> tuple[View, float] | None:
    """Give the view and slider value that a report is of; None for the model alone, or where nobody has its subject."""
    if source == MODEL:
        return None
    if source == VIEW:
        view, at = diversity.current(dataset_id, run_id), diversity.stands_at()
    else:
        record = next(each for each in calls.workspace().scenarios() if each.id == source)
        view, at = scenarios.view_of(record.values)
    return (view, at) if subjects.exists(view.subject, view.dataset, view.run) else None


def parameters(chosen: tuple[View, float] | None) -> dict[str, str]:
    """Give the view parameters that show on Diversity what a report is of."""
    return {} if chosen is None else scenarios.parameters(diversity.scenario(*chosen))


def findings(dataset_id: str, run: RunRecord, chosen: tuple[View, float] | None) -> Findings:
    """Gather what the report says, from what the other screens keep in memory."""
    shop = next(shop for shop in calls.workspace().datasets() if shop.id == dataset_id)
    runs = shops.finished(dataset_id)
    names = shops.run_names(runs)
    varied = None if chosen is None else _varied(*chosen)
    return reporting.findings(calls, shops.shop_name(shop), run, runs, names, varied)


def _varied(view: View, at: float) -> Varied:
    path = livepath.path_of(view)
    row = path.row_at(at)
    measures = livepath.measures(view, state.language())
    told = pd.DataFrame(
        [(measure.name, measure.values[0], measure.values[row]) for measure in measures],
        columns=["metric", "before", "after"],
    )
    steps = pd.DataFrame({measure.name: measure.values for measure in measures})
    rules = ruling.read(view.rules) or Rules()
    whole = Varied(
        f"{at:.2f}", diversity.described(view, at), [ruling.sentence(rule, view.dataset) for rule in rules],
        _lists(view, at), told, steps, row, scenario=diversity.scenario(view, at),
    )  # fmt: skip
    if view.subject.surface not in subjects.OF_ONE:
        return whole
    with st.spinner(t("report.wait"), show_time=True):
        table = everybody.curves(view)
    return replace(whole, everybody=_everybody(table, at), shoppers=everybody.counted(view))


def _lists(view: View, at: float) -> pd.DataFrame:
    before, after = diversity.listed(view, 0.0), diversity.listed(view, at)
    sides = {"before": titles(before), "after": titles(after)}
    table = pd.DataFrame(sides).reindex(range(max(len(before), len(after))))
    table.insert(0, RANK, range(1, len(table) + 1))
    return table.assign(was=after[BASE_RANK].reindex(table.index).astype("Int64"))


def _everybody(table: pd.DataFrame, at: float) -> pd.DataFrame:
    """Read everybody's curves at 0 and at a slider value; between the values measured they are taken as straight."""

    def read(name: str, where: float) -> float:
        return float(np.interp(where, table[DIVERSITY], table[name])) if name in table else float("nan")

    rows: list[dict[str, Any]] = []
    for name in everybody.SHOWN:
        if name in table and table[name].notna().any():
            row: dict[str, Any] = {"metric": name}
            for side, where in (("before", 0.0), ("after", at)):
                row |= {f"{side}{end}": read(f"{name}{end}", where) for end in ("", "_low", "_high")}
            rows.append(row)
    return pd.DataFrame(rows)


def take_away(found: Findings) -> None:
    """Draw the downloads: the page, its tables, the scenario."""
    stem, language = f"divrec-report-{found.made[:10]}", state.language()
    page = partial(to_html, found, language)
    st.download_button(
        t("report.html"), page, f"{stem}.html", "text/html", type="primary", key="report_html", on_click="ignore",
    )  # fmt: skip
    st.download_button(
        t("report.tables"), partial(to_zip, found), f"{stem}.zip", "application/zip", key="report_zip",
        help=t("report.tables_help"), on_click="ignore",
    )  # fmt: skip
    if scenario := scenario_json(found):
        st.download_button(
            t("report.scenario"), scenario, f"{stem}.json", "application/json", key="report_json", on_click="ignore",
        )  # fmt: skip


def preview(found: Findings) -> None:
    """Show the page as it will be read: it runs nothing and loads nothing, and every text in it is escaped."""
    st.iframe(to_html(found, state.language()), height=HEIGHT, alt=t("report.preview"))
