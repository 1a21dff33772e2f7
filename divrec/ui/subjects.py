"""For whom a list is: a shopper or a product. Choosing one, what is known of them, and their candidates."""

import random
from dataclasses import dataclass
from typing import Final, Literal, cast

import pandas as pd
import streamlit as st

from divrec.columns import EVENT, ITEM, TIME, USER
from divrec.data.candidates import Candidates
from divrec.latent.neighbours import similar_items
from divrec.ui import calls, state
from divrec.ui.cards import card_table, categories
from divrec.ui.live import product_strip
from divrec.ui.live.payload import strip_payload
from divrec.ui.names import titles
from divrec.ui.text import known, t

Surface = Literal["shopper", "product"]
PARAMETERS: Final = {"shopper": "user", "product": "item"}  # in the URL, as on the map
OFFERED: Final = 1000  # names that a list to choose from holds; any other id can be typed
REMEMBERED: Final = 30  # products of a history that are shown


@dataclass(frozen=True)
class Subject:
    """Whom a list is for: ``id`` is a user_id or, for "similar to" lists, an item_id."""

    surface: Surface
    id: str


def choose(dataset_id: str, run_id: str) -> Subject:
    """Draw the choice of surface and subject; an id that nobody has ends the page with what to do."""
    surface = cast("Surface", state.bound(
        st.segmented_control, "for", t("diversity.for"), list(PARAMETERS), default="shopper", required=True,
        format_func=lambda name: t(f"diversity.for_{name}"),
    ))  # fmt: skip
    names = _shoppers(run_id) if surface == "shopper" else _products(dataset_id)
    wanted = state.param(PARAMETERS[surface])
    offered = list(names[:OFFERED].index)
    if wanted in names.index and wanted not in offered:
        offered.insert(0, wanted)
    chosen = state.bound(
        st.selectbox, PARAMETERS[surface], t(f"diversity.{surface}"), offered, start=offered[0],
        accept_new_options=True, format_func=lambda key: str(names.get(key, key)),
    )  # fmt: skip
    st.button(t("diversity.surprise"), on_click=_surprise, args=(surface, names.index), key="surprise")
    if chosen not in names.index:
        st.warning(t(f"diversity.unknown_{surface}"))  # without the id: a warning is Markdown
        st.stop()
    return Subject(surface, chosen)


def pool_of(subject: Subject, run_id: str, repeat: bool, vectors: pd.DataFrame) -> Candidates:
    """Give the candidates for a subject, as a pool of one."""
    if subject.surface == "product":
        return similar_items(vectors, subject.id)
    return calls.candidates(run_id, repeat).for_user(subject.id)


def history_of(subject: Subject, dataset_id: str) -> pd.DataFrame:
    """Give the subject's events, oldest first; a product stands for one event with itself."""
    if subject.surface == "shopper":
        return calls.history(dataset_id, subject.id)
    return pd.DataFrame({USER: [subject.id], ITEM: [subject.id], EVENT: [""], TIME: [pd.NaT], "weight": [1.0]})


def about(subject: Subject, dataset_id: str, all_categories: list[str]) -> None:
    """Draw what is known of the subject: one line, and the products of the history, latest first."""
    shop, events = calls.dataset(dataset_id), history_of(subject, dataset_id)
    latest = events.iloc[::-1].drop_duplicates(ITEM).head(REMEMBERED)
    notes = {row[ITEM]: _note(row) for _, row in latest.iterrows()}
    cards = card_table(shop.items, latest[ITEM], calls.workspace().pictures(dataset_id), notes)
    says = _profile(events, shop.items) if subject.surface == "shopper" else ""
    product_strip(strip_payload(cards, all_categories, t(f"diversity.strip_{subject.surface}"), says), key="strip")


def _note(event: pd.Series) -> str:
    kind = known(f"event.{event[EVENT]}", str(event[EVENT]))
    return " · ".join(part for part in (kind, "" if pd.isna(event[TIME]) else f"{event[TIME]:%Y-%m-%d}") if part)


def _profile(events: pd.DataFrame, items: pd.DataFrame) -> str:
    """Put a shopper's history into one line: how much, of which kinds, mostly what, when last."""
    if events.empty:
        return t("diversity.no_history")
    counts = events[EVENT].astype(str).value_counts()
    kinds = ", ".join(f"{count} {known(f'event.{kind}', str(kind))}" for kind, count in counts.items())
    named = pd.Series(categories(items.set_index(ITEM).reindex(events[ITEM]))).value_counts(normalize=True).head(3)
    mostly = ", ".join(f"{name} {share:.0%}" for name, share in named.items())
    last = events[TIME].max()
    line = t("diversity.profile", products=events[ITEM].nunique(), kinds=kinds, mostly=mostly)
    return line if pd.isna(last) else f"{line} · {t('diversity.last_seen', day=f'{last:%Y-%m-%d}')}"


def _surprise(surface: Surface, ids: pd.Index) -> None:
    state.choose(PARAMETERS[surface], str(random.choice(ids)))


def _shoppers(run_id: str) -> pd.Series:
    users = calls.candidates(run_id).users
    return pd.Series(users, index=users)


def _products(dataset_id: str) -> pd.Series:
    return _named(calls.folder(), dataset_id, state.language())


@st.cache_resource(show_spinner=False, max_entries=4)
def _named(folder: str, dataset_id: str, language: str) -> pd.Series:  # noqa: ARG001  # parts of the cache's key
    """Name the shop's products, those with most events first."""
    shop = calls.dataset(dataset_id)
    events = shop.interactions[ITEM].value_counts()
    order = shop.items[ITEM].map(events).fillna(0).argsort(kind="stable")[::-1]
    return pd.Series(titles(shop.items).to_numpy(), index=shop.items[ITEM]).iloc[order]
