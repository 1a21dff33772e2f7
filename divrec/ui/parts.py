"""Models, view by part: one run's accuracy beside its sameness by group, band and category, or two runs' difference."""

from collections.abc import Sequence
from typing import Final

import pandas as pd
import streamlit as st

from divrec.metrics.registry import METRICS
from divrec.ui import calls, charts, names, runpairs, shops, state, theme
from divrec.ui.comparing import cell
from divrec.ui.names import metric_name
from divrec.ui.takeaway import FORMATS
from divrec.ui.text import known, t
from divrec.workspace.records import RunRecord

BY: Final = ("group", "band", "category")
ALONE: Final = "alone"
DRAWN: Final = 12  # parts in the picture; the table has all
SIDE_BY_SIDE: Final = ("ndcg", "recall", "sameness", "ild", "catalogue_coverage", "gini", "novelty")
TAKEN: Final = ("csv", "xlsx")


def view(dataset_id: str) -> None:
    """Draw the choice of one or two runs and of how to cut, then the numbers of each part."""
    done = [run for run in calls.workspace().runs(dataset_id) if run.state == "done"]
    if not done:
        st.caption(t("models.none_done"))
        return
    run, against = _chosen(sorted(done, key=lambda run: (run.family not in shops.BASELINES, run.created)))
    table = calls.parts(run, None if against == ALONE else against)
    if table is None:
        _offer(run, against)
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="parts_of"):
        here = [by for by in BY if by in set(table["by"])]
        by = state.bound(
            st.segmented_control, "part_by", t("parts.by"), here, default=here[0], required=True,
            format_func=lambda name: t(f"parts.by_{name}"),
        )  # fmt: skip
        rows = table[table["by"] == by].drop(columns="by")
        measures = [name for name in METRICS if name in set(rows["metric"])]
        measure = state.bound(
            st.selectbox, "part_measure", t("models.measure"), measures, start="ndcg", format_func=metric_name,
            help=t("parts.measured"), width=300,
        )  # fmt: skip
    rows = rows.assign(name=_worded(rows["name"], by, dataset_id))
    st.caption(METRICS[measure].sentence[state.language()] + " " + t(f"parts.about_{by}"))
    called = shops.run_names(done)
    if against == ALONE:
        _one(rows, measure, called[run])
    else:
        _two(rows, measure, called[run], called[against])
    _take(table, run)


def _chosen(ordered: Sequence[RunRecord]) -> tuple[str, str]:
    called = shops.run_names(list(ordered))
    ids = list(called)
    with st.container(horizontal=True, key="parts_runs"):
        run = state.bound(
            st.selectbox, "part_run", t("parts.run"), ids, start=ids[-1], format_func=called.__getitem__, width=300
        )
        others = [ALONE, *(other for other in ids if other != run)]
        against = state.bound(
            st.selectbox, "part_against", t("parts.against"), others, default=ALONE, width=300,
            format_func=lambda other: called.get(other, t("parts.alone")),
        )  # fmt: skip
    return run, against


def _offer(run: str, against: str) -> None:
    """Offer to have what is not there worked out; while it is, say so."""
    if any(job.kind == "break_down" and job.target == run for job in calls.workspace().jobs(live_only=True)):
        st.caption(t("parts.working"))
        return
    with st.container(border=True, key="parts_offer"):
        st.markdown(t("parts.not_yet" if against == ALONE else "parts.not_yet_pair"))
        given = (run, None if against == ALONE else against)
        st.button(t("parts.work"), type="primary", key="parts_work", on_click=_work, args=given)


def _work(run: str, against: str | None) -> None:
    calls.workspace().submit_parts(run, against)


def _worded(found: pd.Series, by: str, dataset_id: str) -> list[str]:
    if by == "band":
        return [known(f"parts.{name}", name) for name in found]
    return names.translated(found, calls.dataset(dataset_id).items)


def _one(rows: pd.DataFrame, measure: str, called: str) -> None:
    chosen = rows[rows["metric"] == measure].dropna(subset="value")
    _picture(chosen, measure, t("parts.alt", measure=metric_name(measure), name=called))
    numbers = zip(rows["value"], rows["low"], rows["high"], strict=True)
    _matrix(rows.assign(cell=[cell(*three) for three in numbers]), called)


def _two(rows: pd.DataFrame, measure: str, first: str, second: str) -> None:
    chosen = rows[rows["metric"] == measure]
    shown = chosen["difference"].notna()
    ends = chosen.loc[shown, ["low", "high"]]
    up, down = int((ends["low"] > 0).sum()), int((ends["high"] < 0).sum())
    count = {"up": up, "down": down, "rest": int(shown.sum()) - up - down, "all": int(shown.sum())}
    pair = {"first": first, "second": second, "measure": metric_name(measure)}
    st.markdown(t("parts.verdict" if up or down else "parts.no_difference", **pair, **count))
    axis, alt = t("parts.axis", first=first, second=second), t("parts.alt_pair", **pair)
    _picture(chosen[shown].assign(value=chosen["difference"]), measure, alt, title=axis)
    readings = [runpairs.reading(low, high, first, second) for low, high in ends.to_numpy()]
    table = pd.DataFrame({
        t("parts.part"): chosen.loc[shown, "name"], first: chosen.loc[shown, "after"].map("{:.4f}".format),
        second: chosen.loc[shown, "before"].map("{:.4f}".format),
        t("runs.difference"): chosen.loc[shown, "difference"].map("{:+.4f}".format),
        t("runs.interval"): [f"[{low:+.4f}, {high:+.4f}]" for low, high in ends.to_numpy()],
        t("runs.verdict"): readings, t("runs.shoppers"): chosen.loc[shown, "n"],
    })  # fmt: skip
    st.dataframe(table, hide_index=True, alt=alt)
    numbers = zip(rows["difference"], rows["low"], rows["high"], strict=True)
    _matrix(rows.assign(cell=[cell(*three, sign="+") for three in numbers]), f"{first} − {second}")
    st.caption(t("parts.by_chance"))


def _picture(rows: pd.DataFrame, measure: str, alt: str, title: str = "") -> None:
    """Draw the parts with most shoppers, the others are in the table."""
    most = rows.nlargest(DRAWN, "n").index
    drawn = rows[rows.index.isin(most)].reset_index(drop=True)
    if drawn.empty:
        st.caption(t("parts.undefined"))
        return
    figure = charts.intervals(drawn, "name", title=title or metric_name(measure), highlight=list(drawn["name"]))
    if title:
        figure.add_vline(x=0, line={"width": 1, "color": theme.QUIET})
    st.plotly_chart(figure, key="parts_picture", alt=alt, config=charts.CONFIG)
    if len(rows) > len(drawn):
        st.caption(t("parts.drawn", n=len(drawn), all=len(rows)))


def _matrix(rows: pd.DataFrame, called: str) -> None:
    """Show every measure of every part: accuracy, then what tells sameness, exposure and novelty."""
    wide = rows.pivot_table(index="name", columns="metric", values="cell", aggfunc="first", sort=False)
    wide = wide[[name for name in SIDE_BY_SIDE if name in wide]].rename(columns=metric_name)
    wide = wide.rename_axis(t("parts.part")).reset_index()
    wide.insert(1, t("runs.shoppers"), rows.groupby("name", sort=False)["n"].max().reindex(wide.iloc[:, 0]).to_numpy())
    st.header(t("parts.all", name=called), anchor=False)
    st.dataframe(wide.fillna("–"), hide_index=True, alt=t("parts.all", name=called))


def _take(table: pd.DataFrame, run: str) -> None:
    with st.container(horizontal=True):
        for kind in TAKEN:
            write, mime = FORMATS[kind]
            st.download_button(
                t(f"parts.take_{kind}"), write(table), f"divrec-parts-{run}.{kind}", mime, key=f"take_parts_{kind}",
                on_click="ignore",
            )  # fmt: skip
