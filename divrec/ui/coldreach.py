"""Who would be shown a new item, in which groups, and from which slider value on; the audience to take away."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from divrec.columns import SCORE, USER
from divrec.data.exports import to_csv, to_parquet
from divrec.errors import DivrecError
from divrec.ui import calls, charts, diversity, shops, state
from divrec.ui.coldplace import Question
from divrec.ui.names import translated
from divrec.ui.text import plain, t

STEP: Final = 2_000  # shoppers that one question asks about
SHOWN: Final = 200  # rows of the audience on the screen; the file has them all
GROUPS: Final = 12  # bars; the table has all groups
PLACE, FIRST, GROUP, START, EVER = "place", "first", "group", "start", "ever"


@dataclass(frozen=True, eq=False)
class Reached:
    """The counted shoppers with ``user_id, group, score, place, first``, and how many have the item at each value."""

    table: pd.DataFrame
    curve: pd.DataFrame


def draw(question: Question, chosen: int) -> None:
    """Draw whom the chosen new item would reach, by the model and the kind of list that the page names."""
    st.header(t("cold.who"), anchor=False)
    rerank, n = _lists(question.dataset_id)
    try:
        reached = _reached(question, chosen, rerank, n)
    except DivrecError as error:
        st.error(t("cold.no_answer", reason=plain(str(error))), icon=":material/error:")
        return
    table = reached.table
    _says(question, table, n)
    if (table[PLACE] == 0).all():
        st.info(t("cold.nobody"))
        return
    left, right = st.columns(2, gap="medium")
    counts = by_group(table)
    with left:
        _curve(reached.curve)
    with right:
        _groups(counts)
    shown = counts.assign(share=(100 * counts["share"]).round(1))
    titled = shown.rename(columns={name: t(f"cold.column_{name}") for name in shown})
    st.dataframe(titled, hide_index=True, alt=t("cold.by_group"), height=min(38 + 35 * len(titled), 300))
    _take_away(table)


def _lists(dataset_id: str) -> tuple[str, int]:
    """Draw the choice of method and length, the same as on the Diversity page."""
    offered = diversity.methods(dataset_id)
    with st.container(horizontal=True):
        method = state.bound(
            st.selectbox, "method", t("diversity.method"), offered, default=offered[0],
            format_func=lambda name: t(f"method.{name}"), width=280,
        )  # fmt: skip
        length = state.bound(
            st.segmented_control, "n", t("diversity.length"), diversity.LENGTHS, default=diversity.LENGTH, required=True
        )
    return method, int(length)


def _reached(question: Question, chosen: int, rerank: str, n: int) -> Reached:
    """Ask about the counted shoppers, some at a time."""
    users = calls.generated(question.generation_id, "users")[USER]
    parts, bar = [], st.empty()
    for start in range(0, len(users), STEP):
        rows = range(start, min(start + STEP, len(users)))
        bar.progress(start / len(users), text=t("cold.counting", done=start, of=len(users)))
        parts.append(_part(calls.folder(), question, chosen, rerank, n, rows.start, rows.stop))
    bar.empty()
    groups = calls.workspace().shopper_groups(question.dataset_id)
    named = users.map(groups).astype("object")
    has = named.notna()
    named[has] = translated(named[has], calls.dataset(question.dataset_id).items)
    table = pd.DataFrame({
        USER: users, GROUP: named.fillna(t("latent.others")), SCORE: _joined(parts, "scores"),
        PLACE: _joined(parts, "places"), FIRST: pd.array(_joined(parts, "first"), dtype="Float64"),
    })  # fmt: skip
    held = np.sum([part["held"] for part in parts], axis=0)
    curve = pd.DataFrame({"diversity": parts[0]["values"], "shoppers": held, "share": held / len(users)})
    return Reached(table, curve)


def _joined(parts: list[dict[str, Any]], name: str) -> list[Any]:
    return [value for part in parts for value in part[name]]


@st.cache_resource(show_spinner=False, max_entries=256)
def _part(
    folder: str, question: Question, chosen: int, rerank: str, n: int, start: int, stop: int  # noqa: ARG001  # the cache's key
) -> dict[str, Any]:
    return calls.workspace().reach_newcomer(
        question.generation_id, question.method, question.entry.items.iloc[[chosen]], question.run_id,
        range(start, stop), rerank, n, question.pictures,
    )  # fmt: skip


def _says(question: Question, table: pd.DataFrame, n: int) -> None:
    """Say in numbers and a sentence how many are reached, and who was counted."""
    counted, everybody = len(table), len(calls.candidates(question.run_id))
    counts = {
        "pool": int((table[PLACE] > 0).sum()), START: int((table[FIRST] == 0).sum()),
        EVER: int(table[FIRST].notna().sum()),
    }  # fmt: skip
    with st.container(horizontal=True):
        for name, number in counts.items():
            st.metric(t(f"cold.{name}"), f"{number:,}", help=t(f"cold.{name}_help", n=n))
    run = next(run for run in shops.finished(question.dataset_id) if run.id == question.run_id)
    model = shops.run_names(shops.finished(question.dataset_id))[run.id]
    key = "cold.counted" if counted == everybody else "cold.counted_some"
    st.caption(t(key, n=counted, of=everybody, model=model, length=n))


def _curve(curve: pd.DataFrame) -> None:
    st.subheader(t("cold.over"), anchor=False)
    titles = (t("cold.diversity"), t("cold.shoppers"))
    figure = charts.lines(curve, "diversity", "shoppers", titles=titles, height=260)
    named = curve.rename(columns={"diversity": titles[0], "shoppers": titles[1], "share": t("cold.share")})
    charts.show(figure, named.round(4), alt=t("cold.over"), key="cold_over")
    st.caption(t("cold.over_says"))


def _groups(counts: pd.DataFrame) -> None:
    """Draw which share of each group is reached somewhere on the slider."""
    st.subheader(t("cold.by_group"), anchor=False)
    drawn = counts.head(GROUPS)
    texts = [f"{row.share:.1%} ({row.ever:,})" for row in drawn.itertuples()]
    figure = charts.bars(drawn[GROUP].tolist(), drawn["share"].tolist(), texts=texts)
    figure.update_layout(margin_r=96)
    charts.show(figure, None, alt=t("cold.by_group"), key="cold_groups")
    st.caption(t("cold.by_group_says"))


def by_group(table: pd.DataFrame) -> pd.DataFrame:
    """Count by group: ``group, counted, pool, start, ever, share, first`` (the median), the largest share first."""
    facts = table.assign(pool=table[PLACE] > 0, start=table[FIRST] == 0, ever=table[FIRST].notna())
    of_group = facts.groupby(GROUP, sort=False)
    counts = of_group[["pool", START, EVER]].sum().astype(int)
    counts.insert(0, "counted", of_group.size())
    counts["share"] = counts[EVER] / counts["counted"]
    counts[FIRST] = of_group[FIRST].median().astype("float64").round(2)
    return counts.sort_values(["share", "pool"], ascending=False, kind="stable").reset_index()


def audience(table: pd.DataFrame) -> pd.DataFrame:
    """Give who has the item among the candidates, those first who are shown it at the lowest slider value."""
    return table[table[PLACE] > 0].sort_values([FIRST, PLACE], kind="stable", na_position="last", ignore_index=True)


def _take_away(table: pd.DataFrame) -> None:
    found = audience(table)
    st.subheader(t("cold.audience"), anchor=False)
    st.caption(t("cold.audience_says"))
    titled = found.rename(columns={name: t(f"cold.column_{name}") for name in (GROUP, SCORE, PLACE, FIRST)})
    titled = titled.rename(columns={USER: t("column.user_id")})
    st.dataframe(titled.head(SHOWN).round(4), hide_index=True, alt=t("cold.audience"), height=260)
    taken = found.rename(columns={FIRST: "first_diversity"})
    with st.container(horizontal=True):
        st.download_button(
            t("cold.csv"), lambda: to_csv(taken), "divrec-audience.csv", "text/csv", key="audience_csv",
            on_click="ignore", type="primary",
        )  # fmt: skip
        st.download_button(
            t("cold.parquet"), lambda: to_parquet(taken), "divrec-audience.parquet", "application/vnd.apache.parquet",
            key="audience_parquet", on_click="ignore",
        )  # fmt: skip
