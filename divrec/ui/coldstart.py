"""The Generate screen's cold start: an item that nobody has bought, and a shopper who has not bought anything."""

from typing import Final

import pandas as pd
import streamlit as st

from divrec.ui import calls, charts, coldentry, coldplace, coldreach, coldshopper, progress, shops, state
from divrec.ui.text import plain, t
from divrec.workspace.records import GenerationRecord

SIDES: Final = ("item", "shopper")
METHODS: Final = ("text", "ridge", "adversary")
MEASURES: Final = {"recall": "Recall@20", "ndcg": "NDCG@20"}  # called so in every language


def draw(dataset_id: str) -> None:
    """Draw the choice between a new item and a new shopper, and what is asked of either."""
    run = shops.need_run(dataset_id)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        side = state.bound(
            st.segmented_control, "cold_for", t("cold.for"), SIDES, default=SIDES[0], required=True,
            format_func=lambda name: t(f"cold.for_{name}"),
        )  # fmt: skip
        shops.choose_run(width=190)
    if side == "shopper":
        coldshopper.draw(dataset_id, run.id)
        return
    learned = _learned(dataset_id)
    if learned is not None:
        _item(dataset_id, run.id, learned)


def _learned(dataset_id: str) -> GenerationRecord | None:
    """Give what was learned of a shop; while there is nothing, say why and how to begin, or how far it is."""
    records = calls.workspace().generations(dataset_id, "coldstart")
    done = next((record for record in records if record.state == "done"), None)
    if done is not None:
        return done
    live = {record.id for record in records if record.live}
    with st.container(border=True, key="cold_begin"):
        st.header(t("cold.empty"), anchor=False)
        st.markdown(t("cold.empty_says"))
        if live:
            jobs = calls.workspace().jobs(live_only=True)
            progress.watch([job.id for job in jobs if job.target in live], "cold")
            return None
        if records and records[0].state == "failed":
            st.error(t("cold.failed", error=plain(records[0].error or "")), icon=":material/error:")
        elif records:
            st.info(t("cold.stopped"))
        if st.button(t("cold.begin"), type="primary", key="cold_learn"):
            calls.workspace().submit_synthesis(dataset_id, "coldstart")
            st.rerun()
    return None


def _item(dataset_id: str, run_id: str, learned: GenerationRecord) -> None:
    ask, see = st.columns([4, 7], gap="medium")
    with ask:
        method = _method(learned)
        asked = coldentry.enter(dataset_id)
    if asked is None:
        with see:
            st.header(t("cold.describe"), anchor=False)
            st.markdown(t("cold.describe_says"))
            coldentry.example(dataset_id)
        return
    question = coldplace.Question(dataset_id, run_id, learned.id, method, asked)
    with see:
        placed = coldplace.draw(question)
    if placed is not None:
        coldplace.neighbours(question, placed)
        coldreach.draw(question, placed.chosen)


def _method(learned: GenerationRecord) -> str:
    """Draw which method did best on hidden items, by how much, and the choice of another one."""
    table, best = calls.generated(learned.id, "methods"), str(calls.generated_values(learned.id, "best"))
    method = state.bound(
        st.segmented_control, "cold_method", t("cold.method"), METHODS, start=best, required=True,
        format_func=lambda name: t("cold.method_best" if name == best else "cold.method_other", name=_named(name)),
    )  # fmt: skip
    st.caption(t(f"cold.method_{method}_says"))
    with st.expander(t("cold.hidden", name=_named(best)), key="cold_hidden"):
        first = table[table["metric"] == "ndcg"].sort_values("value", ascending=False)
        st.caption(t("cold.hidden_says", n=int(table["n"].iloc[0])))
        drawn = first.assign(name=[_named(name) for name in first["method"]])
        figure = charts.intervals(drawn, "name", title=MEASURES["ndcg"], highlight=[_named(best)])
        charts.show(figure, None, alt=t("cold.hidden_alt"), key="cold_methods")
        st.dataframe(_told(table, list(first["method"])), hide_index=True, alt=t("cold.hidden_alt"))
    return method


def _told(table: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    """Lay the methods' measures with their intervals side by side, the best method first."""
    said = {(row.method, row.metric): f"{row.value:.3f} [{row.low:.3f}, {row.high:.3f}]" for row in table.itertuples()}
    columns = {title: [said[name, metric] for name in order] for metric, title in MEASURES.items()}
    return pd.DataFrame({t("cold.method"): [_named(name) for name in order], **columns})


def _named(method: str) -> str:
    word = method.replace(" ", "_")
    return t(f"cold.by_{word}")
