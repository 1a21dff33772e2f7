"""What a likeness takes for the same: the most alike pairs of the list on the screen and of the whole catalogue."""

from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from divrec.columns import ITEM
from divrec.latent.pairs import ALIKE, OTHER, most_alike
from divrec.ui import calls, likeness, livepath, webpictures
from divrec.ui.cards import card_table
from divrec.ui.live import pair_rows
from divrec.ui.live.payload import pairs_payload
from divrec.ui.livepath import View
from divrec.ui.text import t

SHOWN: Final = 4  # pairs of each kind
SAMPLE: Final = 2_000  # products that stand for the whole catalogue
SEED: Final = 7


def draw(view: View, diversity: float) -> None:
    """Draw the most alike pairs of the list at a slider value, and of the catalogue."""
    listed = pd.Index(livepath.path_of(view).at(diversity))
    found = most_alike(livepath.vectors_of(view), listed, SHOWN)
    _pairs(view, t("alike.pairs_list"), found, "pairs_list")
    catalogue = calls.dataset(view.dataset).item_ids
    of_all = _of_catalogue(calls.folder(), view.dataset, view.run, view.alike)
    key = "alike.pairs_sample" if len(catalogue) > SAMPLE else "alike.pairs_catalogue"
    _pairs(view, t(key, n=min(SAMPLE, len(catalogue))), of_all, "pairs_all")


@st.cache_resource(show_spinner=False, max_entries=32)
def _of_catalogue(folder: str, dataset_id: str, run_id: str, alike: str) -> pd.DataFrame:  # noqa: ARG001  # the key
    ids = calls.dataset(dataset_id).item_ids
    if len(ids) > SAMPLE:
        ids = ids[np.sort(np.random.default_rng(SEED).choice(len(ids), SAMPLE, replace=False))]
    return most_alike(likeness.vectors(dataset_id, run_id, alike), ids, SHOWN)


def _pairs(view: View, label: str, found: pd.DataFrame, key: str) -> None:
    st.markdown(f"**{label}**")
    if found.empty:
        st.caption(t("alike.pairs_none"))
        return
    folder, hosts = calls.workspace().pictures(view.dataset), webpictures.allowed(view.dataset)
    used = pd.unique(pd.concat([found[ITEM], found[OTHER]]))
    cards = card_table(calls.dataset(view.dataset).items, used, folder, hosts=hosts)
    pairs = [(row[ITEM], row[OTHER], f"{row[ALIKE]:.0%}") for _, row in found.iterrows()]
    pair_rows(pairs_payload(cards, livepath.all_categories(view.dataset), pairs, label), key=key)
