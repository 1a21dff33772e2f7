"""Describing items of no log: one in a form, or several in a small file."""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd
import streamlit as st

from divrec.columns import BRAND, CATEGORY, DESCRIPTION, IMAGE, ITEM, PRICE, SUBCATEGORY, TITLE
from divrec.data.intake.files import File
from divrec.data.read import preview
from divrec.data.synonyms import COLUMN_OF
from divrec.errors import DivrecError
from divrec.ui import calls, state
from divrec.ui.names import translated
from divrec.ui.text import plain, t

WAYS: Final = ("form", "file")
TYPES: Final = ["csv", "tsv", "json", "jsonl", "parquet", "xlsx"]
PICTURES: Final = ["png", "jpg", "jpeg", "webp", "gif"]
MOST: Final = 50  # items of a file
LARGEST: Final = 20  # MB of an upload
OFFERED: Final = 500  # brands in the list; any other can be typed


@dataclass(frozen=True)
class Entry:
    """New items as JSON rows of a catalogue, and the folder of their pictures ("": none)."""

    rows: str
    pictures: str = ""

    @property
    def items(self) -> pd.DataFrame:
        """The items as a catalogue."""
        return pd.DataFrame(json.loads(self.rows))


def enter(dataset_id: str) -> Entry | None:
    """Draw the ways to describe new items; None while there is nothing to go by."""
    way = state.bound(
        st.segmented_control, "cold_enter", t("cold.enter"), WAYS, default=WAYS[0], required=True,
        format_func=lambda name: t(f"cold.enter_{name}"), label_visibility="collapsed",
    )  # fmt: skip
    return _form(dataset_id) if way == "form" else _file()


def _form(dataset_id: str) -> Entry | None:
    items = calls.dataset(dataset_id).items
    with st.container(border=True, key="cold_form"):
        title = state.bound_text(st.text_input, "new_title", t("cold.title"), max_chars=200)
        text = state.bound_text(
            st.text_area, "new_description", t("cold.description"), max_chars=2000, height=90,
            help=t("cold.description_help"),
        )  # fmt: skip
        kinds = _known(items, CATEGORY)
        said = dict(zip(kinds, translated(kinds, items), strict=True))
        category = state.bound(
            st.selectbox, "new_category", t("cold.category"), ["", *kinds], default="",
            format_func=lambda name: said.get(name, t("cold.unsaid")),
        )  # fmt: skip
        brand, price = _brand(items), state.bound_text(st.text_input, "new_price", t("cold.price"), max_chars=20)
        number = _number(price)
        if price.strip() and number is None:
            st.caption(t("cold.no_price"))
        picture = _picture()
    if not title.strip():
        return None
    row: dict[str, Any] = {TITLE: title.strip(), DESCRIPTION: text.strip() or None, CATEGORY: category or None}
    row |= {BRAND: brand or None, PRICE: number, IMAGE: picture.name if picture else None}
    return Entry(_rows([row]), str(picture.parent) if picture else "")


def _number(text: str) -> float | None:
    """Read a price; None for what is none."""
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if 0 < value < math.inf else None


def _known(items: pd.DataFrame, column: str) -> list[str]:
    """Name a column's values, the commonest first."""
    return list(items[column].dropna().astype(str).value_counts().index) if column in items else []


def _brand(items: pd.DataFrame) -> str:
    wanted, brands = state.param("new_brand"), _known(items, BRAND)[:OFFERED]
    offered = ["", *brands, *([wanted] if wanted and wanted not in brands else [])]
    return state.bound(
        st.selectbox, "new_brand", t("cold.brand"), offered, default="", accept_new_options=True,
        format_func=lambda name: name or t("cold.unsaid"),
    )  # fmt: skip


def _picture() -> Path | None:
    about = t("cold.picture_help")
    given = st.file_uploader(t("cold.picture"), PICTURES, key="new_picture", max_upload_size=LARGEST, help=about)
    if given is None:
        return None
    kept = _kept(calls.folder(), given.file_id, given)
    if isinstance(kept, str):
        st.error(t("cold.unreadable", reason=plain(kept)), icon=":material/error:")
        return None
    st.image(str(kept), width=96, caption=plain(given.name))
    return kept


@st.cache_resource(show_spinner=False, max_entries=32)
def _kept(folder: str, file_id: str, _given: Any) -> Path | str:  # noqa: ANN401, ARG001  # Streamlit's own; the cache's key
    """Keep a picture once, or remember why it is none."""
    try:
        return calls.workspace().inbox.picture(file_id, _given.name, _given.getbuffer())
    except DivrecError as error:
        return str(error)


def example(dataset_id: str) -> None:
    """Draw a way to begin without typing."""
    about = t("cold.example_help")
    st.button(t("cold.example"), on_click=_copy, args=(dataset_id,), key="cold_example", help=about)


def _copy(dataset_id: str) -> None:
    """Describe the shop's most chosen product, as a beginning to change."""
    shop = calls.dataset(dataset_id)
    most = shop.interactions[ITEM].value_counts().index[0]
    row = shop.items.set_index(ITEM).loc[most]
    state.choose("cold_enter", WAYS[0])
    for column in (TITLE, DESCRIPTION, CATEGORY, BRAND, PRICE):
        state.choose(f"new_{column}", "" if column not in row or pd.isna(row[column]) else str(row[column]))


def _file() -> Entry | None:
    st.caption(t("cold.file_says", most=MOST))
    given = st.file_uploader(t("cold.file"), TYPES, key="new_items", max_upload_size=LARGEST)
    if given is None:
        return None
    file = calls.workspace().inbox.keep(given.file_id, given.name, given.getbuffer())
    with st.spinner(t("upload.reading")):
        seen = _seen(calls.folder(), file)
    if isinstance(seen, str):
        st.error(t("upload.unreadable", reason=plain(seen)), icon=":material/error:")
        return None
    shown = seen.rename(columns={name: t(f"column.{name}") for name in seen})
    st.dataframe(shown, hide_index=True, height=200, alt=t("cold.file"))
    return Entry(_rows(json.loads(seen.to_json(orient="records"))))


@st.cache_resource(show_spinner=False, max_entries=16)
def _seen(folder: str, file: File) -> pd.DataFrame | str:  # noqa: ARG001  # a part of the cache's key
    """Read what a file says of its first items, by guessed columns; or why it cannot be read."""
    try:
        found = preview([file], "items", rows=MOST)
    except DivrecError as error:
        return str(error)
    columns = {COLUMN_OF[role]: guess.column for role, guess in found.guesses.items()}
    wanted = [name for name in (TITLE, DESCRIPTION, CATEGORY, SUBCATEGORY, BRAND, PRICE) if name in columns]
    if TITLE not in wanted:
        return t("cold.no_title", columns=", ".join(found.columns))
    table = found.head[[columns[name] for name in wanted]].set_axis(wanted, axis=1)
    if PRICE in table:
        table[PRICE] = pd.to_numeric(table[PRICE], errors="coerce")
    table = table[table[TITLE].notna() & (table[TITLE].str.strip() != "")].reset_index(drop=True)
    return table if len(table) else t("cold.no_title", columns=", ".join(found.columns))


def _rows(rows: list[dict[str, Any]]) -> str:
    """Write items as JSON, each under an id that no shop has."""
    return json.dumps([{ITEM: f"\x00new {at}", **row} for at, row in enumerate(rows, start=1)])
