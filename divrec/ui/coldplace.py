"""Where a new item lies: on the run's map, and among which products of the shop."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from divrec.columns import CATEGORY, ITEM, TITLE
from divrec.errors import DivrecError
from divrec.ui import calls, charts, livepath, state, webpictures
from divrec.ui.atlas import guide, map_of_points
from divrec.ui.atlas.packing import classes, layer, packed, version_of
from divrec.ui.cards import card_table, categories
from divrec.ui.coldentry import Entry
from divrec.ui.live import product_strip
from divrec.ui.live.payload import strip_payload
from divrec.ui.map_layers import View, guide_values
from divrec.ui.map_points import EVENTS, Points, points_of
from divrec.ui.names import translated
from divrec.ui.text import plain, t

COLOUR: Final = "category"
SHOWN: Final = 3  # categories that are named


@dataclass(frozen=True)
class Question:
    """All that an answer about new items depends on."""

    dataset_id: str
    run_id: str
    generation_id: str
    method: str
    entry: Entry

    @property
    def pictures(self) -> Path | None:
        """The folder of the new items' pictures."""
        return Path(self.entry.pictures) if self.entry.pictures else None


@dataclass(frozen=True, eq=False)
class Placed:
    """What the warm process told of each new item, and which one (from 0) is looked at more closely."""

    told: list[dict[str, Any]]
    chosen: int


def draw(question: Question) -> Placed | None:
    """Draw the map with the new items on it; None, with a word, where the method knows nothing of the chosen one."""
    items = question.entry.items
    try:
        with st.spinner(t("cold.wait")):
            told = _placed(calls.folder(), question)
    except DivrecError as error:
        st.error(t("cold.no_answer", reason=plain(str(error))), icon=":material/error:")
        return None
    chosen = _choose(items)
    st.header(plain(str(items[TITLE].iloc[chosen])), anchor=False)
    if not told[chosen]["known"]:
        st.warning(t("cold.unknown"))
        return None
    points = points_of(question.dataset_id, question.run_id, "item", 2)
    if points is None:
        st.info(t("latent.no_map"))
    else:
        _map(question, told, chosen, points)
    return Placed(told, chosen)


@st.cache_resource(show_spinner=False, max_entries=64)
def _placed(folder: str, question: Question) -> list[dict[str, Any]]:  # noqa: ARG001  # a part of the cache's key
    asked = question.generation_id, question.method, question.entry.items, question.pictures
    return calls.workspace().place_newcomers(*asked)


def _choose(items: pd.DataFrame) -> int:
    if len(items) == 1:
        return 0
    names = {str(at): str(title) for at, title in enumerate(items[TITLE])}
    return int(state.bound(
        st.selectbox, "new_item", t("cold.which"), list(names), default="0", format_func=names.__getitem__
    ))  # fmt: skip


def _map(question: Question, told: list[dict[str, Any]], chosen: int, points: Points) -> None:
    joined = _joined(calls.folder(), question, state.language(), points.version)
    known = len(points.table)
    near = points.rows(told[chosen]["neighbours"])
    others = [known + at for at, each in enumerate(told) if each["known"] and at != chosen]
    marks = [layer("ring", t("cold.near"), near), layer("diamond", t("cold.others"), others)]
    marks.append(layer("star", t("cold.here"), [known + chosen]))
    nothing = points.table.iloc[:0]
    view = View(question.dataset_id, question.run_id, 2, joined, COLOUR, "move", nothing, "", "", "", "", 0)
    map_of_points(joined.content, key="cold_map")
    guide(guide_values(view, None, taken=False, more=marks), start=0.0, wish="", key="cold_guide")
    st.caption(t(f"latent.{points.method}_says"))
    places = _places(told, points, question.run_id)
    table = pd.DataFrame(places, columns=["x", "y"]).round(3)
    charts.numbers(table.assign(**{t("column.title"): question.entry.items[TITLE]}), "cold_map")


@st.cache_resource(show_spinner=False, max_entries=8)
def _joined(folder: str, question: Question, language: str, version: str) -> Points:  # noqa: ARG001  # the cache's key
    """Put the new items into a map's points, behind all others."""
    points = points_of(question.dataset_id, question.run_id, "item", 2)
    assert points is not None  # noqa: S101  # it was there a moment ago, and maps are not taken away
    items, shop = question.entry.items, calls.dataset(question.dataset_id).items
    new = pd.DataFrame({ITEM: items[ITEM], "title": items[TITLE], EVENTS: 0})
    if CATEGORY in items and items[CATEGORY].notna().any():
        named = items[CATEGORY].notna()
        new.loc[named, CATEGORY] = translated(items.loc[named, CATEGORY], shop)
    table = pd.concat([points.table, new], ignore_index=True)
    layout = calls.projection(question.run_id, points.method, "item", 2)
    assert layout is not None  # noqa: S101  # as above
    places = np.vstack([layout[["x", "y"]], _places(_placed(folder, question), points, question.run_id)])
    kinds = table[CATEGORY] if CATEGORY in table else pd.Series(None, table.index, dtype="str")
    colours = {COLOUR: classes(kinds, t("latent.others"))}
    content = packed(places.astype(np.float32), table["title"].tolist(), colours, f"{question.run_id}item")
    return Points("item", points.method, table, (COLOUR,), content, version_of(content))


def _places(told: list[dict[str, Any]], points: Points, run_id: str) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """Give where the new items lie (n, 2): between the places of the products most like them."""
    layout = calls.projection(run_id, points.method, "item", 2)
    assert layout is not None  # noqa: S101  # the points were made from it
    at = layout.set_index(ITEM)[["x", "y"]]
    return np.vstack([
        np.asarray(each["weights"]) @ at.loc[each["neighbours"][: len(each["weights"])]].to_numpy() for each in told
    ])  # fmt: skip


def neighbours(question: Question, placed: Placed) -> None:
    """Draw the products most like the chosen new item, with how alike they are."""
    told, shop = placed.told[placed.chosen], calls.dataset(question.dataset_id)
    notes = {
        item: t("cold.alike", share=f"{alike:.0%}")
        for item, alike in zip(told["neighbours"], told["alike"], strict=True)
    }
    folder, hosts = calls.workspace().pictures(question.dataset_id), webpictures.allowed(question.dataset_id)
    cards = card_table(shop.items, told["neighbours"], folder, notes, hosts)
    st.header(t("cold.neighbours"), anchor=False)
    values = strip_payload(cards, livepath.all_categories(question.dataset_id), t("cold.neighbours"), _among(cards))
    product_strip(values, key="cold_near")
    table = pd.DataFrame({t("column.title"): cards["title"], t("column.category"): categories(_rows(shop.items, cards)),
                          t("latent.alike"): np.round(told["alike"], 3)})  # fmt: skip
    charts.numbers(table, "cold_near")


def _rows(items: pd.DataFrame, cards: pd.DataFrame) -> pd.DataFrame:
    return items.set_index(ITEM).reindex(cards.index)


def _among(cards: pd.DataFrame) -> str:
    shares = cards["category"].value_counts(normalize=True).head(SHOWN)
    return t("cold.among", mostly=", ".join(f"{name} {share:.0%}" for name, share in shares.items()))
