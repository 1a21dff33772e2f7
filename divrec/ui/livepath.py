"""From a view to what the live element shows: the exact path, its measures and marks, the cards and their reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from divrec.columns import CATEGORY
from divrec.data.vectors import unit_rows
from divrec.evaluate.tradeoff import measures_of, tradeoff_path
from divrec.metrics.registry import METRICS
from divrec.metrics.sameness import mean_distance
from divrec.rerank.path import HIGH, LOW, RELEVANCE, TradeoffPath
from divrec.rerank.rules import Rules
from divrec.ui import calls, cardreasons, likeness, rulemarks, ruling, state, webpictures
from divrec.ui.cards import card_table, categories
from divrec.ui.listmeasures import novelty_of, sameness_of, self_information
from divrec.ui.live.payload import LivePath, Mark, Measure, payload
from divrec.ui.live.words import live_words
from divrec.ui.subjects import OF_ONE, Subject, history_of, pool_of
from divrec.ui.text import t

KEPT: Final = 0.95  # the share of relevance that the slider's first mark keeps
SHOWN: Final = ("sameness", "ild", "distinct_categories", "novelty", "similarity_to_history", "relevance_kept")
# how a measure is written where three digits would not do: digits, as a share
FORMS: Final[Mapping[str, tuple[int, bool]]] = {
    "sameness": (0, False), "distinct_categories": (0, False), "novelty": (2, False), "relevance_kept": (1, True),
    "catalogue_coverage": (1, True), "long_tail_share": (1, True),
}  # fmt: skip
DIRECTION: Final = {"higher": 1, "lower": -1, "neither": 0}


@dataclass(frozen=True)
class View:
    """All that makes a list but the slider: what a link, a scenario and a cached path are made from."""

    dataset: str
    run: str
    subject: Subject
    method: str
    alike: str
    n: int
    repeat: bool
    rules: str = ""  # as JSON


@st.cache_resource(show_spinner=False, max_entries=64)
def _path(folder: str, view: View) -> TradeoffPath:
    vectors = vectors_of(view)
    pool = pool_of(view.subject, view.dataset, view.run, view.repeat, vectors)
    rules = ruling.read(view.rules)
    options = _options(view, rules)
    # how many know an item cannot be told from one shopper's history
    novelty = novelty_of(_bits(folder, view.dataset), pool.item_ids)
    return tradeoff_path(pool, vectors, view.method, view.n, rules, measures={"novelty": novelty}, **options)


def _known_of(view: View) -> dict[str, Any]:
    """Give what measures and methods look up: the catalogue where it has categories, the subject's history."""
    known: dict[str, Any] = {"catalogue": calls.dataset(view.dataset).items} if has_categories(view.dataset) else {}
    return {**known, "history": history_of(view.subject, view.dataset)}


def _options(view: View, rules: Rules | None) -> dict[str, Any]:
    return {**_known_of(view), **(rule_options(view) if rules else {})}


def rule_options(view: View) -> dict[str, Any]:
    """Give what rules speak of: the catalogue's columns, who is in which group, what was searched for."""
    groups = dict(calls.workspace().shopper_groups(view.dataset))
    if view.subject.surface == "group":
        groups = {view.subject.id: view.subject.id}
    query = view.subject.id if view.subject.surface == "query" else None
    return {"catalogue": calls.dataset(view.dataset).items, "groups": groups, "query": query}


@st.cache_resource(show_spinner=False, max_entries=4)
def _bits(folder: str, dataset_id: str) -> "pd.Series[float]":  # noqa: ARG001  # a part of the cache's key
    return self_information(calls.dataset(dataset_id).interactions)


def has_categories(dataset_id: str) -> bool:
    """Tell whether the shop's catalogue knows any category."""
    items = calls.dataset(dataset_id).items
    return CATEGORY in items and bool(items[CATEGORY].notna().any())


def path_of(view: View) -> TradeoffPath:
    """Give the exact path of a view, kept in memory."""
    return _path(calls.folder(), view)


@st.cache_resource(show_spinner=False, max_entries=64)
def _values(folder: str, view: View, language: str, hosts: tuple[str, ...]) -> dict[str, Any]:  # noqa: ARG001  # the cache's key
    path, shop, vectors = path_of(view), calls.dataset(view.dataset), vectors_of(view)
    place = np.unique(path.positions[path.positions >= 0])
    used = path.item_ids[place]
    if view.subject.surface == "group":
        why = cardreasons.shared(calls.candidates(view.run, view.repeat), view.subject, view.dataset, view.n, used)
    else:
        why = cardreasons.nearest(view.subject, view.dataset, used, vectors)
    cards = card_table(shop.items, used, calls.workspace().pictures(view.dataset), why, hosts)
    low, high = np.nanmin(path.scores), np.nanmax(path.scores)  # items that rules pinned from outside have none
    cards["base"] = np.where(place < path.pool_size, place + 1, 0)
    rules, limited = ruling.read(view.rules) or Rules(), list[list[str]]()
    cards["ruled"] = [ruling.about_item(rules, item) for item in used]
    cards["touched"] = ""
    if rules:
        pool, options = pool_of(view.subject, view.dataset, view.run, view.repeat, vectors), _options(view, rules)
        cards["touched"] = rulemarks.touched(pool, rules, used, options)
        limited = rulemarks.limited(path, pool, vectors, rules, options)
    cards["relevance"] = (path.scores[place] - low) / (high - low) if high > low else 1.0
    live = LivePath(
        path.starts.tolist(), path.lists, measures(view, language), cards, all_categories(view.dataset), marks(path),
        about=about(view), acting=view.subject.surface == "act", limited=limited,
    )  # fmt: skip
    return payload(live, live_words(), language)


def live_values(view: View) -> dict[str, Any]:
    """Give what the live element needs for a view, in the reader's language; not to be changed."""
    return _values(calls.folder(), view, state.language(), webpictures.allowed(view.dataset))


def about(view: View) -> str:
    """Name what a path shares with everybody's curves: nothing where it is no shopper's."""
    shared = (view.dataset, view.run, view.method, view.alike, view.n, view.repeat, view.rules)
    return "/".join(map(str, shared)) if view.subject.surface in OF_ONE else "product"


def vectors_of(view: View) -> pd.DataFrame:
    """Give the vectors of a view's likeness."""
    return likeness.vectors(view.dataset, view.run, view.alike)


@st.cache_resource(show_spinner=False, max_entries=16)
def _shop_distance(folder: str, dataset_id: str, run_id: str, alike: str) -> float:  # noqa: ARG001  # the cache's key
    return mean_distance(unit_rows(likeness.vectors(dataset_id, run_id, alike).to_numpy(np.float32)))


def measures(view: View, language: str, alike: str | None = None) -> list[Measure]:
    """Give the path's measures in the order of the screen, each with its words; those not defined here are left out.

    They are taken by the view's own likeness, or by another where ``alike`` names one.
    """
    by = alike or view.alike
    table = _measured(view, by).drop(columns=[LOW, HIGH]).rename(columns={RELEVANCE: "relevance_kept"})
    if view.subject.surface not in OF_ONE:
        table = table.drop(columns="similarity_to_history")  # a product or query has no history, a group has everything
    table["sameness"] = sameness_of(table, _shop_distance(calls.folder(), view.dataset, view.run, by))
    defined = [name for name in SHOWN if name in table and table[name].notna().any()]
    return [worded(name, table[name].tolist(), language) for name in defined]


def _measured(view: View, alike: str) -> pd.DataFrame:
    """Give the measures of the view's lists by a likeness."""
    path, table = path_of(view), path_of(view).metrics
    if alike == view.alike:
        return table
    vectors = likeness.vectors(view.dataset, view.run, alike)
    pool = pool_of(view.subject, view.dataset, view.run, view.repeat, vectors_of(view))
    anew = pd.DataFrame(measures_of(path, pool, vectors, **_known_of(view)), index=table.index)
    anew = anew.drop(columns="novelty")  # it is of the whole log, and of no likeness
    return table.drop(columns=anew.columns).join(anew)


def worded(name: str, values: list[float], language: str, *ends: list[float] | None) -> Measure:
    """Put the registry's words beside a measure's values, and the ends of its interval where there are any."""
    metric = METRICS[name]
    digits, percent = FORMS.get(name, (3, False))
    says = f"{metric.sentence[language]}\n{metric.formula}"
    return Measure(name, metric.label[language], says, values, DIRECTION[metric.better], digits, percent, *ends)


def marks(path: TradeoffPath) -> list[Mark]:
    """Give the slider's marks: the most diverse list that keeps enough relevance, and the knee where there is one."""
    found = [Mark("budget", path.budget(KEPT), t("diversity.keeps", share=f"{KEPT:.0%}"))]
    knee = path.knee()
    return found if knee is None else [*found, Mark("knee", knee, t("diversity.knee"))]


@st.cache_resource(show_spinner=False, max_entries=8)
def _categories(folder: str, dataset_id: str, language: str) -> list[str]:  # noqa: ARG001  # parts of the cache's key
    items = calls.dataset(dataset_id).items
    return list(dict.fromkeys(categories(items.sort_values(CATEGORY) if CATEGORY in items else items)))


def all_categories(dataset_id: str) -> list[str]:
    """Name the shop's categories in the reader's language, in an order that stays."""
    return _categories(calls.folder(), dataset_id, state.language())
