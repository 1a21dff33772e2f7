"""What counts as alike on the screens: a choice of blends that cost no training, each kept in memory."""

from typing import Final

import pandas as pd
import streamlit as st

from divrec.columns import BRAND, CATEGORY, PRICE
from divrec.data.likeness import blend, brand_block, category_block, price_block
from divrec.ui import calls, state
from divrec.ui.text import t

BEHAVIOUR: Final = "behaviour"
READY: Final = "vectors"  # made elsewhere, uploaded with the shop
BLOCKS: Final = {"category": (CATEGORY, category_block), "brand": (BRAND, brand_block), "price": (PRICE, price_block)}
CHOICES: Final = {
    BEHAVIOUR: (BEHAVIOUR,),
    "category": ("category",),
    "both": (BEHAVIOUR, "category"),
    "brand": ("brand",),
    "price": ("price",),
    "vectors": (READY,),
    "text": ("text",),
    "picture": ("picture",),
    "look": ("picture", "category"),
}


def offered(dataset_id: str) -> list[str]:
    """Name the likenesses that the shop's catalogue allows, behaviour first."""
    items = calls.dataset(dataset_id).items
    filled = {name for name, (column, _) in BLOCKS.items() if column in items and items[column].notna().any()}
    there = filled | {BEHAVIOUR} | set(calls.item_features(dataset_id))
    there |= {READY} if calls.dataset(dataset_id).vectors is not None else set()
    return [name for name, parts in CHOICES.items() if set(parts) <= there]


def choose(dataset_id: str) -> str:
    """Draw the choice of what counts as alike."""
    return state.bound(
        st.selectbox, "alike", t("diversity.alike"), offered(dataset_id), default=BEHAVIOUR, width=210,
        format_func=lambda name: t(f"alike.{name}"), help=t("diversity.alike_help"),
    )  # fmt: skip


def vectors(dataset_id: str, run_id: str, alike: str) -> pd.DataFrame:
    """Give the item vectors of a likeness, for re-ranking and measures alike."""
    if CHOICES[alike] == (BEHAVIOUR,):
        return calls.item_vectors(run_id)
    return _blended(calls.folder(), dataset_id, run_id, alike).copy(deep=False)


@st.cache_resource(show_spinner=False, max_entries=8)
def _blended(folder: str, dataset_id: str, run_id: str, alike: str) -> pd.DataFrame:  # noqa: ARG001  # the cache's key
    made = calls.item_features(dataset_id)
    return blend({part: made[part] if part in made else _block(part, dataset_id, run_id) for part in CHOICES[alike]})


def _block(part: str, dataset_id: str, run_id: str) -> pd.DataFrame:
    shop = calls.dataset(dataset_id)
    if part == READY and shop.vectors is not None:
        return shop.vectors
    return calls.item_vectors(run_id) if part == BEHAVIOUR else BLOCKS[part][1](shop.items)
