"""Why this product stands here: what the history adds to it, and, told apart, what variety and rules did."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from divrec.columns import CATEGORY, ITEM
from divrec.data.vectors import similarity, vectors_for
from divrec.ui import calls, charts, turns
from divrec.ui.livepath import View, path_of, vectors_of
from divrec.ui.names import titles, translated
from divrec.ui.subjects import OF_ONE, history_of
from divrec.ui.text import plain, t

SHOWN = 5  # reasons in the picture, the strongest first


def answer(clicked: Mapping[str, Any] | None, view: View, diversity: float) -> bool:
    """Open the explanation where a card was clicked for it, and tell whether one was."""
    if clicked is None or clicked["act"] != "why":
        return False
    item = str(clicked["item"])
    if item in path_of(view).item_ids:
        title = t("why.title", title=plain(_titles(view, [item])[0]))
        st.dialog(title, width="medium")(_explained)(view, diversity, item)
    return True


def _explained(view: View, diversity: float, item: str) -> None:
    if view.subject.surface in OF_ONE:
        st.subheader(t("why.model"), anchor=False)
        with st.spinner(t("why.wait")):
            place, events = _reasons(calls.folder(), view, item)
        _by_the_model(view, item, place, events)
    st.subheader(t("why.moved"), anchor=False)
    for line in (*moved(view, diversity, item), *turns.told(view, diversity, item)):
        st.markdown(line)


@st.cache_resource(show_spinner=False, max_entries=128)
def _reasons(folder: str, view: View, item: str) -> tuple[int, pd.DataFrame]:  # noqa: ARG001  # a part of the key
    history = history_of(view.subject, view.dataset)
    return calls.workspace().why(view.run, history, item, view.repeat)


def _by_the_model(view: View, item: str, place: int, events: pd.DataFrame) -> None:
    st.markdown(t("why.stands", place=place))
    reasons = events[events["contribution"] > 0]
    if reasons.empty:
        st.markdown(t("why.nothing"))
        return
    st.markdown(verdict(view, place, reasons))
    shares = reasons["contribution"] / reasons["contribution"].sum()
    table = pd.DataFrame({
        t("why.because"): _titles(view, reasons[ITEM]), t("why.share"): shares.to_numpy(),
        t("why.without"): reasons["place_without"].to_numpy(),
    })  # fmt: skip
    first = table.head(SHOWN)
    picture = charts.bars(
        first.iloc[:, 0].tolist(), first.iloc[:, 1].tolist(), texts=[f"{share:.0%}" for share in first.iloc[:, 1]]
    )
    charts.show(picture, table, alt=t("why.share"), key=f"why_{item}")


def verdict(view: View, place: int, reasons: pd.DataFrame) -> str:
    """Say without which product of the history the item would leave the base list, if there is one."""
    leaves = reasons[(reasons["place_without"] > view.n) & (place <= view.n)]
    if leaves.empty:
        return t("why.no_single", n=view.n)
    worst = leaves.sort_values("place_without", kind="stable").iloc[-1]
    title = plain(_titles(view, [worst[ITEM]])[0])
    return t("why.leaves", title=title, place=worst["place_without"], n=view.n)


def moved(view: View, diversity: float, item: str) -> list[str]:
    """Say how the item came from its place in the base list to this one, and what sets it apart here."""
    path = path_of(view)
    row = path.positions[path.row_at(diversity)]
    row = row[row >= 0]
    ids = path.item_ids[row]
    at = int(ids.get_indexer(pd.Index([item]))[0])
    if at < 0:
        return [t("why.gone")]
    rank, base = at + 1, int(row[at]) + 1
    if row[at] >= path.pool_size:
        said = [t("why.pinned", rank=rank)]
    else:
        how = "fresh" if base > view.n else "up" if base > rank else "down" if base < rank else "kept"
        said = [t(f"why.{how}", base=base, rank=rank, moves=abs(base - rank))]
    return [*said, *_apart(view, ids, at)]


def _apart(view: View, ids: pd.Index, at: int) -> list[str]:
    """Tell whether nothing else of the list is of its category, and what before it is most like it."""
    said, items = [], calls.dataset(view.dataset).items
    if CATEGORY in items:
        kinds = items.set_index(ITEM)[CATEGORY].reindex(ids)
        if pd.notna(kinds.iloc[at]) and (kinds == kinds.iloc[at]).sum() == 1:
            said.append(t("why.alone", category=plain(translated([kinds.iloc[at]], items)[0])))
    vectors = vectors_of(view)
    before = ids[:at]
    before = before[before.isin(vectors.index)]
    if len(before) and ids[at] in vectors.index:
        alike = similarity(vectors_for(vectors, ids[at : at + 1]), vectors_for(vectors, before))[0]
        nearest = int(np.argmax(alike))
        title = plain(_titles(view, [before[nearest]])[0])
        said.append(t("why.nearest", title=title, share=f"{alike[nearest]:.0%}"))
    return said


def _titles(view: View, ids: Any) -> list[str]:  # noqa: ANN401  # item ids in any column
    items = calls.dataset(view.dataset).items.set_index(ITEM).reindex(pd.Index(ids, name=ITEM)).reset_index()
    return [str(title) for title in titles(items)]
