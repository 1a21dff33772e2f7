"""For whom a list is: a shopper, a group, a product or a search. Choosing one, what is known, and the candidates."""

import random
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

import pandas as pd
import streamlit as st

from divrec.columns import BRAND, CATEGORY, EVENT, ITEM, TIME, USER, WEIGHT
from divrec.data.candidates import Candidates
from divrec.latent.neighbours import similar_items
from divrec.rerank.together import group_pool
from divrec.ui import acting, calls, state, webpictures
from divrec.ui.cards import card_table, categories
from divrec.ui.live import product_strip
from divrec.ui.live.payload import strip_payload
from divrec.ui.names import titles, translated, worded
from divrec.ui.text import known, t

Surface = Literal["shopper", "act", "group", "product", "query"]
PARAMETERS: Final = {  # in the URL, as on the map
    "shopper": "user", "act": acting.PARAMETER, "group": "group", "product": "item", "query": "q",
}  # fmt: skip
OF_ONE: Final = ("shopper", "act")  # surfaces of one person with a history
OFFERED: Final = 1000  # names that a list to choose from holds; any other id can be typed
REMEMBERED: Final = 30  # products of a history that are shown


@dataclass(frozen=True)
class Subject:
    """Whom a list is for.

    ``id`` is a user_id, a history as ``acting`` writes it, the name of a group, an item_id, or what was searched for.
    """

    surface: Surface
    id: str


def choose(dataset_id: str, run_id: str) -> Subject:
    """Draw the choice of surface and subject; an id that nobody has ends the page with what to do."""
    surfaces = [name for name in PARAMETERS if name != "group" or len(groups(dataset_id, run_id))]
    surface = cast("Surface", state.bound(
        st.segmented_control, "for", t("diversity.for"), surfaces, default="shopper", required=True,
        format_func=lambda name: t(f"diversity.for_{name}"),
    ))  # fmt: skip
    if surface == "act":
        return acted(dataset_id, run_id)
    names = _names(surface, dataset_id, run_id)
    wanted = state.param(PARAMETERS[surface])
    offered = list(names[:OFFERED].index)
    if wanted and wanted not in offered and (surface == "query" or wanted in names.index):
        offered.insert(0, wanted)
    chosen = state.bound(
        st.selectbox, PARAMETERS[surface], t(f"diversity.{surface}"), offered, start=offered[0],
        accept_new_options=surface != "group", format_func=lambda key: str(names.get(key, key)),
    )  # fmt: skip
    st.button(t("diversity.surprise"), on_click=_surprise, args=(surface, names.index), key="surprise")
    if not exists(Subject(surface, chosen), dataset_id, run_id):
        st.warning(t(f"diversity.unknown_{surface}"))  # without the id: a warning is Markdown
        st.stop()
    return Subject(surface, chosen)


def acted(dataset_id: str, run_id: str) -> Subject:
    """Draw how a history is made by clicking, and give whoever has it."""
    products = _products(dataset_id)[:OFFERED]
    return Subject("act", acting.draw(dataset_id, _shoppers(run_id).index, groups(dataset_id, run_id), products))


def current(run_id: str) -> Subject:
    """Give the subject that the URL and the session hold; without one, the first shopper."""
    wanted = state.param("for")
    surface = cast("Surface", wanted if wanted in PARAMETERS else "shopper")
    held = state.param(PARAMETERS[surface])
    if surface == "shopper" and not held:
        held = str(_shoppers(run_id).index[0])
    return Subject(surface, held)


def exists(subject: Subject, dataset_id: str, run_id: str) -> bool:
    """Tell whether the shop has this subject; anybody can be acted."""
    if subject.surface == "query":
        return bool(subject.id) and _found(dataset_id, subject.id) > 0
    return subject.surface == "act" or subject.id in _names(subject.surface, dataset_id, run_id).index


def named(subject: Subject, dataset_id: str, run_id: str) -> str:
    """Give what a subject is called in the reader's language."""
    if subject.surface == "act":
        return t("diversity.for_act")
    return str(_names(subject.surface, dataset_id, run_id).get(subject.id, subject.id))


def _names(surface: Surface, dataset_id: str, run_id: str) -> pd.Series:
    """Name those that a list can be for, by id."""
    if surface == "group":
        return groups(dataset_id, run_id)
    if surface == "product":
        return _products(dataset_id)
    return _suggestions(dataset_id) if surface == "query" else _shoppers(run_id)


def pool_of(subject: Subject, dataset_id: str, run_id: str, repeat: bool, vectors: pd.DataFrame) -> Candidates:
    """Give the candidates for a subject, as a pool of one."""
    if subject.surface == "product":
        return similar_items(vectors, subject.id)
    if subject.surface == "query":
        return _index(calls.folder(), dataset_id).pool(subject.id, vectors)  # type: ignore[no-any-return]
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


def about(subject: Subject, dataset_id: str, all_categories: list[str], still: bool = False) -> None:
    """Draw what is known of the subject: a line, and the history's products, latest first or, of a group, commonest.

    ``still``: nothing can be taken out of a history that was made otherwise than by clicking.
    """
    if subject.surface == "query":
        st.caption(t("diversity.found", n=_found(dataset_id, subject.id)))
        return
    shop, events = calls.dataset(dataset_id), history_of(subject, dataset_id)
    if subject.surface == "group":
        most = events[ITEM].value_counts().head(REMEMBERED)
        shown, notes = list(most.index), {str(item): t("diversity.events", n=count) for item, count in most.items()}
    else:
        latest = events.iloc[::-1].drop_duplicates(ITEM).head(REMEMBERED)
        shown, notes = latest[ITEM].tolist(), {row[ITEM]: _note(row) for _, row in latest.iterrows()}
    folder, hosts = calls.workspace().pictures(dataset_id), webpictures.allowed(dataset_id)
    cards = card_table(shop.items, shown, folder, notes, hosts)
    says = "" if subject.surface == "product" else _profile(events, shop.items, subject.surface)
    if subject.surface == "group":
        says = t("diversity.members", n=len(members(dataset_id, subject.id)), says=says)
    values = strip_payload(cards, all_categories, t(f"diversity.strip_{subject.surface}"), says)
    if subject.surface != "act" or still:
        product_strip(values, key="strip")
    elif gone := product_strip({**values, "act": t("act.take_out", title="{title}")}, key="act_strip"):
        acting.take_out(gone)
        st.rerun()


def _note(event: pd.Series) -> str:
    kind = known(f"event.{event[EVENT]}", str(event[EVENT]))
    return " · ".join(part for part in (kind, "" if pd.isna(event[TIME]) else f"{event[TIME]:%Y-%m-%d}") if part)


def _profile(events: pd.DataFrame, items: pd.DataFrame, surface: Surface) -> str:
    """Put a shopper's history into one line: how much, of which kinds, mostly what, when last."""
    if events.empty:
        return t("diversity.no_history" if surface == "shopper" else "act.nothing")
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


def groups(dataset_id: str, run_id: str) -> pd.Series:
    """Name the groups that have shoppers with candidates, the largest first."""
    return _groups_of(calls.folder(), dataset_id, run_id, state.language(), calls.divided(dataset_id))


@st.cache_resource(show_spinner=False, max_entries=8)
def _groups_of(folder: str, dataset_id: str, run_id: str, language: str, divided: str) -> pd.Series:  # noqa: ARG001
    groups = calls.workspace().shopper_groups(dataset_id)
    sizes = groups[groups.index.isin(calls.candidates(run_id).users)].value_counts()
    return pd.Series(translated(sizes.index, calls.dataset(dataset_id).items), index=sizes.index.astype(object))


def _suggestions(dataset_id: str) -> pd.Series:
    return _suggested(calls.folder(), dataset_id, state.language())


@st.cache_resource(show_spinner=False, max_entries=4)
def _suggested(folder: str, dataset_id: str, language: str) -> pd.Series:  # noqa: ARG001  # parts of the cache's key
    """Suggest what to search for: categories, brands, then titles, those with most events first."""
    items = calls.dataset(dataset_id).items
    order = items.set_index(ITEM).loc[_products(dataset_id).index].reset_index()
    columns = [worded(order, column) for column in (CATEGORY, BRAND) if column in order]
    texts = pd.concat([*columns, titles(order)]).dropna().astype(str)
    texts = texts[texts.str.strip() != ""].drop_duplicates()
    return pd.Series(texts.to_numpy(), index=texts.to_numpy())


@st.cache_resource(show_spinner=False, max_entries=4)
def _index(folder: str, dataset_id: str) -> Any:  # noqa: ANN401, ARG001  # a SearchIndex; a part of the cache's key
    from divrec.search.index import SearchIndex  # noqa: PLC0415  # loaded when somebody searches

    return SearchIndex.of(calls.dataset(dataset_id).items)


def _found(dataset_id: str, query: str) -> int:
    return int((_index(calls.folder(), dataset_id).word_scores(query) > 0).sum())
