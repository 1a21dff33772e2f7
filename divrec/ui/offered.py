"""What a list can be for, by name: shoppers, groups, products, and what to search for."""

from typing import Any, Final

import pandas as pd
import streamlit as st

from divrec.columns import BRAND, CATEGORY, ITEM
from divrec.ui import calls, state
from divrec.ui.names import titles, translated, worded

OFFERED: Final = 1000  # names that a list to choose from holds; any other can be typed
FOUND: Final = 50  # products that a search by name gives to choose from


def named(surface: str, dataset_id: str, run_id: str) -> pd.Series:
    """Name those that a list on a surface can be for, by id."""
    if surface == "group":
        return groups(dataset_id, run_id)
    if surface == "product":
        return products(dataset_id)
    return suggestions(dataset_id) if surface == "query" else shoppers(run_id)


def shoppers(run_id: str) -> pd.Series:
    """Name the shoppers who have candidates."""
    users = calls.candidates(run_id).users
    return pd.Series(users, index=users)


def products(dataset_id: str) -> pd.Series:
    """Name the shop's products, those with most events first."""
    return _products(calls.folder(), dataset_id, state.language())


@st.cache_resource(show_spinner=False, max_entries=4)
def _products(folder: str, dataset_id: str, language: str) -> pd.Series:  # noqa: ARG001  # parts of the cache's key
    shop = calls.dataset(dataset_id)
    events = shop.interactions[ITEM].value_counts()
    order = shop.items[ITEM].map(events).fillna(0).argsort(kind="stable")[::-1]
    return pd.Series(titles(shop.items).to_numpy(), index=shop.items[ITEM]).iloc[order]


def groups(dataset_id: str, run_id: str) -> pd.Series:
    """Name the groups that have shoppers with candidates, the largest first."""
    return _groups(calls.folder(), dataset_id, run_id, state.language(), calls.divided(dataset_id))


@st.cache_resource(show_spinner=False, max_entries=8)
def _groups(folder: str, dataset_id: str, run_id: str, language: str, divided: str) -> pd.Series:  # noqa: ARG001
    found = calls.workspace().shopper_groups(dataset_id)
    sizes = found[found.index.isin(calls.candidates(run_id).users)].value_counts()
    return pd.Series(translated(sizes.index, calls.dataset(dataset_id).items), index=sizes.index.astype(object))


def suggestions(dataset_id: str) -> pd.Series:
    """Suggest what to search for: what was searched for before, then categories, brands and titles."""
    past = pd.Series(calls.workspace().searches(dataset_id), dtype=object)
    whole = pd.concat([past, _suggestions(calls.folder(), dataset_id, state.language())]).drop_duplicates()
    return pd.Series(whole.to_numpy(), index=whole.to_numpy())


@st.cache_resource(show_spinner=False, max_entries=4)
def _suggestions(folder: str, dataset_id: str, language: str) -> pd.Series:  # noqa: ARG001  # parts of the cache's key
    """Name categories, brands, then products, those with most events first."""
    items = calls.dataset(dataset_id).items
    order = items.set_index(ITEM).loc[products(dataset_id).index].reset_index()
    columns = [worded(order, column) for column in (CATEGORY, BRAND) if column in order]
    texts: pd.Series = pd.concat([*columns, titles(order)]).dropna().astype(str)
    return texts[texts.str.strip() != ""].drop_duplicates()


def index(dataset_id: str) -> Any:  # noqa: ANN401  # a SearchIndex, whose module is loaded when somebody searches
    """Give the shop's search index, kept in memory."""
    return _index(calls.folder(), dataset_id)


@st.cache_resource(show_spinner=False, max_entries=4)
def _index(folder: str, dataset_id: str) -> Any:  # noqa: ANN401, ARG001  # a part of the cache's key
    from divrec.search.index import SearchIndex  # noqa: PLC0415  # loaded when somebody searches

    return SearchIndex.of(calls.dataset(dataset_id).items)


def count_found(dataset_id: str, query: str) -> int:
    """Count the products that have a word of a query."""
    return int((index(dataset_id).word_scores(query) > 0).sum())


def found(dataset_id: str, query: str) -> pd.Series:
    """Name the products of the whole catalogue that a query finds by its words, the best first."""
    scores = index(dataset_id).word_scores(query)
    best = scores.argsort(kind="stable")[::-1][:FOUND]
    ids = index(dataset_id).item_ids[best[scores[best] > 0]]
    return products(dataset_id).reindex(ids)
