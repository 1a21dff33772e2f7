"""For whom a list is: a shopper, a group, a product or a search. Choosing one, its events and its candidates."""

import random
from dataclasses import dataclass
from typing import Final, Literal, cast

import pandas as pd
import streamlit as st

from divrec.columns import EVENT, ITEM, TIME, USER, WEIGHT
from divrec.data.candidates import Candidates
from divrec.latent.neighbours import similar_items
from divrec.rerank.together import group_pool
from divrec.ui import acting, calls, offered, searches, state
from divrec.ui.text import t

Surface = Literal["shopper", "act", "group", "product", "query"]
PARAMETERS: Final = {  # in the URL, as on the map
    "shopper": "user", "act": acting.PARAMETER, "group": "group", "product": "item", "query": "q",
}  # fmt: skip
OF_ONE: Final = ("shopper", "act")  # surfaces of one person with a history


@dataclass(frozen=True)
class Subject:
    """Whom a list is for.

    ``id`` is a user_id, a history as ``acting`` writes it, the name of a group, an item_id, or what was searched for.
    """

    surface: Surface
    id: str


def choose(dataset_id: str, run_id: str) -> Subject:
    """Draw the choice of surface and subject; an id that nobody has ends the page with what to do."""
    surfaces = [name for name in PARAMETERS if name != "group" or len(offered.groups(dataset_id, run_id))]
    surface = cast("Surface", state.bound(
        st.segmented_control, "for", t("diversity.for"), surfaces, default="shopper", required=True,
        format_func=lambda name: t(f"diversity.for_{name}"),
    ))  # fmt: skip
    if surface == "act":
        return acted(dataset_id, run_id)
    names = offered.named(surface, dataset_id, run_id)
    wanted = state.param(PARAMETERS[surface])
    options = list(names[: offered.OFFERED].index)
    if wanted and wanted not in options and (surface == "query" or wanted in names.index):
        options.insert(0, wanted)
    chosen = state.bound(
        st.selectbox, PARAMETERS[surface], t(f"diversity.{surface}"), options, start=options[0],
        accept_new_options=surface != "group", format_func=lambda key: str(names.get(key, key)),
    )  # fmt: skip
    st.button(t("diversity.surprise"), on_click=_surprise, args=(surface, names.index), key="surprise")
    if not exists(Subject(surface, chosen), dataset_id, run_id):
        st.warning(t(f"diversity.unknown_{surface}"))  # without the id: a warning is Markdown
        st.stop()
    if surface == "query":
        searches.draw(dataset_id, chosen)
    return Subject(surface, chosen)


def acted(dataset_id: str, run_id: str) -> Subject:
    """Draw how a history is made by clicking, and give whoever has it."""
    return Subject("act", acting.draw(dataset_id, run_id))


def current(run_id: str) -> Subject:
    """Give the subject that the URL and the session hold; without one, the first shopper."""
    wanted = state.param("for")
    surface = cast("Surface", wanted if wanted in PARAMETERS else "shopper")
    held = state.param(PARAMETERS[surface])
    if surface == "shopper" and not held:
        held = str(offered.shoppers(run_id).index[0])
    return Subject(surface, held)


def exists(subject: Subject, dataset_id: str, run_id: str) -> bool:
    """Tell whether the shop has this subject; anybody can be acted."""
    if subject.surface == "query":
        return bool(subject.id) and offered.count_found(dataset_id, subject.id) > 0
    return subject.surface == "act" or subject.id in offered.named(subject.surface, dataset_id, run_id).index


def named(subject: Subject, dataset_id: str, run_id: str) -> str:
    """Give what a subject is called in the reader's language."""
    if subject.surface == "act":
        return t("diversity.for_act")
    return str(offered.named(subject.surface, dataset_id, run_id).get(subject.id, subject.id))


def pool_of(subject: Subject, dataset_id: str, run_id: str, repeat: bool, vectors: pd.DataFrame) -> Candidates:
    """Give the candidates for a subject, as a pool of one."""
    if subject.surface == "product":
        return similar_items(vectors, subject.id)
    if subject.surface == "query":
        return offered.index(dataset_id).pool(subject.id, vectors)  # type: ignore[no-any-return]
    if subject.surface == "act":
        return _acted(calls.folder(), run_id, subject.id, repeat)
    if subject.surface == "group":
        return group_pool(calls.candidates(run_id, repeat), members(dataset_id, subject.id), subject.id)
    return calls.candidates(run_id, repeat).for_user(subject.id)


@st.cache_resource(show_spinner=False, max_entries=64)
def _acted(folder: str, run_id: str, history: str, repeat: bool) -> Candidates:  # noqa: ARG001  # a part of the key
    with st.spinner(t("act.wait")):  # only the first answer takes longer than a blink: the model is read
        return calls.workspace().candidates_of(run_id, acting.events(history), repeat=repeat)


def history_of(subject: Subject, dataset_id: str) -> pd.DataFrame:
    """Give the subject's events, oldest first: a group's are all its shoppers'; a product stands for one event."""
    if subject.surface == "shopper":
        return calls.history(dataset_id, subject.id)
    if subject.surface == "act":
        return acting.events(subject.id)
    if subject.surface == "group":
        events = calls.split(dataset_id)[0].interactions
        return events[events[USER].isin(members(dataset_id, subject.id))].assign(**{USER: subject.id})
    one = [subject.id] if subject.surface == "product" else []
    return pd.DataFrame({
        USER: pd.Series(one, dtype=object), ITEM: pd.Series(one, dtype=object), EVENT: [""] * len(one),
        TIME: pd.Series([pd.NaT] * len(one), dtype="datetime64[ns]"), WEIGHT: [1.0] * len(one),
    })  # fmt: skip


def members(dataset_id: str, group: str) -> pd.Index:
    """Name the shoppers of a group."""
    groups = calls.workspace().shopper_groups(dataset_id)
    return groups.index[groups == group]


def _surprise(surface: Surface, ids: pd.Index) -> None:
    state.choose(PARAMETERS[surface], str(random.choice(ids)))
