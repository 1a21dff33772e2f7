"""What a shopper would be shown who has not bought anything: made of clicked items, of a group, or of categories."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, unquote

import numpy as np
import pandas as pd
import streamlit as st

from divrec.columns import CATEGORY, ITEM
from divrec.errors import DivrecError
from divrec.ui import acting, calls, charts, diversity, livepath, offered, state, subjectline, subjects, webpictures
from divrec.ui.cards import card_table
from divrec.ui.live import product_strip
from divrec.ui.live.payload import strip_payload
from divrec.ui.names import translated
from divrec.ui.subjects import Subject
from divrec.ui.text import plain, t

SOURCES: Final = ("items", "group", "taste")
TASTE: Final = "taste"  # in the URL: categories with their weights
WEIGHT: Final = 50  # of a category that has just been chosen
ITEMS: Final = 12  # that a described persona has bought


def draw(dataset_id: str, run_id: str) -> None:
    """Draw how the shopper is made, the history that comes of it, and the model's list for it."""
    st.header(t("cold.shopper"), anchor=False)
    st.caption(t("cold.shopper_says"))
    groups = offered.groups(dataset_id, run_id)
    kinds = _categories(dataset_id)
    there = {"items": True, "group": len(groups) > 0, TASTE: len(kinds) > 0}
    source = state.bound(
        st.segmented_control, "cold_from", t("cold.from"), [name for name in SOURCES if there[name]], default="items",
        required=True, format_func=lambda name: t(f"cold.from_{name}"),
    )  # fmt: skip
    subject = _made(source, dataset_id, run_id, groups, kinds)
    subjectline.draw(subject, dataset_id, livepath.all_categories(dataset_id), still=source != "items")
    _list(subject, dataset_id, run_id)


def _made(source: str, dataset_id: str, run_id: str, groups: pd.Series, kinds: pd.Series) -> Subject:
    if source == "items":
        with st.container(horizontal=True, vertical_alignment="bottom"):
            return subjects.acted(dataset_id, run_id)
    if source == "group":
        group = state.bound(
            st.selectbox, "group", t("diversity.group"), list(groups.index), start=str(groups.index[0]),
            format_func=groups.__getitem__, width=360,
        )  # fmt: skip
        return Subject("act", acting.written(acting.persona(dataset_id, group)))
    return Subject("act", acting.written(history_of(_weights(kinds), dataset_id)))


def _weights(kinds: pd.Series) -> dict[str, int]:
    """Draw the choice of categories and how much of each, kept in the URL."""
    held = read(state.param(TASTE))
    said = dict(zip(kinds.index.astype(str), kinds.astype(str), strict=True))
    chosen = st.multiselect(
        t("cold.taste"), list(said), [name for name in held if name in said], key="taste_of",
        format_func=said.__getitem__, placeholder=t("cold.taste_hint"),
    )  # fmt: skip
    weights = {}
    with st.grid(3, gap="small", min_column_width=200):
        for name in chosen:
            weights[name] = st.slider(said[name], 0, 100, held.get(name, WEIGHT), 5, key=f"taste_{name}")
    state.set_param(TASTE, written(weights), "")
    return weights


def written(weights: Mapping[str, int]) -> str:
    """Write categories and weights as they stand in the URL."""
    return ",".join(f"{quote(name, safe='')}:{weight}" for name, weight in weights.items())


def read(text: str) -> dict[str, int]:
    """Read what ``written`` wrote; what is no whole number from 0 to 100 is passed over."""
    pairs = (part.rpartition(":") for part in text.split(","))
    return {unquote(name): int(weight) for name, _, weight in pairs if weight.isascii() and weight.isdigit()
            and int(weight) <= 100}  # fmt: skip


def history_of(weights: Mapping[str, int], dataset_id: str) -> list[str]:
    """Give ITEMS items in the proportion of the weights, of each category what is chosen most; the commonest last."""
    shop = calls.dataset(dataset_id)
    events = shop.interactions[ITEM].value_counts()
    kind = shop.items.set_index(ITEM)[CATEGORY]
    found = []
    for name, many in shared(weights, ITEMS).items():
        found += [item for item in events.index if kind.get(item) == name][:many]
    return sorted(found, key=lambda item: int(events[item]))


def shared(weights: Mapping[str, int], n: int) -> dict[str, int]:
    """Share ``n`` out by weights, by largest remainders; nothing where all weights are 0."""
    given = {name: weight for name, weight in weights.items() if weight > 0}
    if not given:
        return {}
    exact = np.array(list(given.values())) * n / sum(given.values())
    whole = np.floor(exact).astype(int)
    for at in np.argsort(-(exact - whole), kind="stable")[: n - whole.sum()]:
        whole[at] += 1
    return dict(zip(given, whole.tolist(), strict=True))


def _categories(dataset_id: str) -> pd.Series:
    """Name the shop's categories in the reader's language, those with most items first."""
    items = calls.dataset(dataset_id).items
    kinds = list(items[CATEGORY].dropna().astype(str).value_counts().index) if CATEGORY in items else []
    return pd.Series(translated(kinds, items), index=pd.Index(kinds, dtype=object), dtype=object)


def _list(subject: Subject, dataset_id: str, run_id: str) -> None:
    try:
        pool = subjects.pool_of(subject, dataset_id, run_id, repeat=False, vectors=pd.DataFrame())
    except DivrecError as error:
        st.error(t("cold.no_answer", reason=plain(str(error))), icon=":material/error:")
        return
    listed = pool.head(int(diversity.LENGTH)).to_frame()[ITEM]
    notes = {item: t("cold.rank", n=rank) for rank, item in enumerate(listed, start=1)}
    folder, hosts = calls.workspace().pictures(dataset_id), webpictures.allowed(dataset_id)
    cards = card_table(calls.dataset(dataset_id).items, listed, folder, notes, hosts)
    st.header(t("cold.list"), anchor=False)
    product_strip(
        strip_payload(cards, livepath.all_categories(dataset_id), t("cold.list"), t("cold.list_says")), key="cold_list"
    )
    table = cards[["title", "category", "brand", "price"]].reset_index(drop=True)
    charts.numbers(table.rename(columns={name: t(f"column.{name}") for name in table}), "cold_list")
    if st.button(t("cold.act"), type="primary", key="cold_act", icon=":material/tune:"):
        state.open_page("diversity", **{"for": "act", acting.PARAMETER: subject.id})
