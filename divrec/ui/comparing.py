"""Models, view compare: finished runs beside each other, baselines on top, with intervals."""

import math
from collections.abc import Sequence
from typing import Final

import pandas as pd
import streamlit as st

from divrec.metrics.registry import METRICS, OF_PAIRS
from divrec.ui import calls, charts, clicking, compressing, runkeeping, runpairs, shops, state
from divrec.ui.names import metric_name
from divrec.ui.text import t
from divrec.workspace.records import RunRecord

CHIEF: Final = ("ndcg", "recall", "sameness", "ild", "catalogue_coverage", "novelty", *OF_PAIRS)  # the first is drawn


def view(dataset_id: str) -> None:
    """Draw the finished runs of a shop beside each other, two of them in pairs, and what a person keeps of each."""
    done = [run for run in calls.workspace().runs(dataset_id) if run.state == "done"]
    if not done:
        st.caption(t("models.none_done"))
        return
    ordered = sorted(done, key=lambda run: (run.family not in shops.BASELINES, run.created))
    compare(ordered)
    runpairs.draw(ordered)
    clicking.draw(ordered)
    runkeeping.draw(ordered)


def compare(ordered: Sequence[RunRecord]) -> None:
    """Compare finished runs, baselines on top: accuracy with intervals as a picture, the chief measures, then all."""
    names = shops.run_names(ordered)
    measures = pd.concat([calls.metrics(run.id).assign(run=names[run.id]) for run in ordered], ignore_index=True)
    accuracy = measures[measures["metric"] == CHIEF[0]].reset_index(drop=True)
    own = [names[run.id] for run in ordered if run.family not in shops.BASELINES]
    if not accuracy.empty:
        st.caption(t("models.chief_says", n=int(accuracy["n"].max())))
        figure = charts.intervals(accuracy, "run", title=metric_name(CHIEF[0]), highlight=own)
        st.plotly_chart(figure, key="accuracy", alt=t("models.chief_alt"), config=charts.CONFIG)
    cells = _cells(measures)
    chief = cells.reindex(index=list(names.values()), columns=[name for name in CHIEF if name in cells])
    chief.columns = [metric_name(name) for name in chief.columns]
    notes = {names[run.id]: run.note for run in ordered}
    if any(notes.values()):
        chief[t("runs.note")] = chief.index.map(notes)
    chief = chief.fillna("–").rename_axis(t("shell.model")).reset_index()
    st.dataframe(chief, hide_index=True, alt=t("models.compare"))
    for run in ordered:
        if run.fused:
            how = {"share": run.fused.share, "weight": run.fused.weight}
            st.caption(t("models.fused_says", name=names[run.id], **how))
    for said in compressing.origins(ordered, names):
        st.caption(said)
    every = cells.T.reindex(columns=list(names.values()))
    about = [METRICS[name].sentence[state.language()] if name in METRICS else "" for name in every.index]
    every.insert(0, t("models.measure"), [metric_name(str(name)) for name in every.index])
    every[t("models.meaning")] = about
    folded = st.expander(t("models.measures"), key="measures", on_change="rerun")
    if folded.open:
        folded.dataframe(every, hide_index=True, alt=t("models.measures"))


def _cells(measures: pd.DataFrame) -> pd.DataFrame:
    """Lay measures out as one row per run and one column per measure, each cell as ``value [low, high]``."""
    numbers = zip(measures["value"], measures["low"], measures["high"], strict=True)
    told = measures.assign(cell=[cell(*three) for three in numbers])
    return told.pivot_table(index="run", columns="metric", values="cell", aggfunc="first", sort=False)


def cell(value: float, low: float, high: float, sign: str = "") -> str:
    """Write a number with its interval; with ``sign`` "+" as a difference."""
    if math.isnan(value):
        return "–"
    form = f"{sign}.3f"
    return f"{value:{form}}" if math.isnan(low) else f"{value:{form}}  [{low:{form}}, {high:{form}}]"
