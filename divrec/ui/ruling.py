"""The merchandiser's rules on the Diversity page: kept in the URL, made by clicking on a card, said in words."""

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from divrec.columns import BRAND, CATEGORY, ITEM, PRICE, STOCK
from divrec.errors import InputError
from divrec.rerank.conditions import Scope, Where
from divrec.rerank.rules import Boost, Bury, Cap, Exclude, Pin, Rule, Rules
from divrec.ui import acting, calls, state
from divrec.ui.names import titles, worded
from divrec.ui.text import t

PARAMETER: Final = "rules"
MEANT: Final = (CATEGORY, BRAND, ITEM)  # what the form can speak of
MARKED: Final = (Pin, Boost, Bury)  # rules that a card wears as a mark


def held() -> Rules:
    """Give the rules of this view; those of a link that cannot be read are left out, and the page says so."""
    text = state.param(PARAMETER)
    try:
        return Rules.from_json(text) if text else Rules()
    except (InputError, ValueError, TypeError, AttributeError):
        st.warning(t("rules.unreadable"))
        return Rules()


def hold(rules: Rules) -> None:
    """Make these the rules of this view."""
    state.set_param(PARAMETER, rules.to_json() if rules else "", "")


def about_item(rules: Rules, item: str) -> str:
    """Name what a card is marked with: ``pin``, ``boost`` or ``bury`` where a rule names this very item."""
    for rule in rules:
        if isinstance(rule, MARKED) and _names(rule, item):
            return rule.kind
    return ""


def _names(rule: Rule, item: str) -> bool:
    if isinstance(rule, Pin):
        return rule.item == item
    where = getattr(rule, "where", None)
    return where is not None and where.column == ITEM and item in where.values


def click(rules: Rules, act: str, item: str, place: int) -> Rules:
    """Give the rules after a click on a card: the new rule takes the place of any other that names only this item."""
    rest = [rule for rule in rules if not _names(rule, item)]
    alone = Where(ITEM, (item,))
    made: dict[str, Rule] = {
        "pin": Pin(item, place), "bury": Bury(alone), "boost": Boost(alone), "exclude": Exclude(alone),
    }  # fmt: skip
    return Rules([*rest, made[act]] if act in made else rest)  # anything else takes the item's rules back


def answer(clicked: Mapping[str, Any] | None) -> None:
    """Do what a card was clicked for, and draw the whole page anew."""
    if clicked is None:
        return
    act, item, place = str(clicked["act"]), str(clicked["item"]), int(clicked["place"])
    if act == "choose":
        acting.choose(item)  # seen at once at the head of the history
    else:
        hold(click(held(), act, item, max(place, 1)))
        state.remember("ruled", t(f"rules.did_{act}"))
    st.rerun()


def names_of(dataset_id: str, column: str) -> dict[str, str]:
    """Name a column's values in the reader's language, products by their titles, in the order of the names."""
    return _names_of(calls.folder(), dataset_id, column, state.language())


@st.cache_resource(show_spinner=False, max_entries=16)
def _names_of(folder: str, dataset_id: str, column: str, language: str) -> dict[str, str]:  # noqa: ARG001  # the key
    items = calls.dataset(dataset_id).items
    if column not in items:
        return {}
    rows = items.dropna(subset=column).drop_duplicates(column)
    names = titles(rows) if column == ITEM else worded(rows, column).astype(str)
    pairs = zip(rows[column].astype(str), names, strict=True)
    return dict(sorted(pairs, key=lambda pair: pair[1]))


def column_named(column: str) -> str:
    """Say a column of the catalogue."""
    return t(f"rules.column_{column}") if column in (*MEANT, PRICE) else column


def sentence(rule: Rule, dataset_id: str) -> str:
    """Say a rule in the reader's language."""
    numbers = {"n": getattr(rule, "n", 0), "place": getattr(rule, "position", 0)}
    if isinstance(rule, Pin):
        what = _titled((rule.item,), ITEM, dataset_id)
    elif isinstance(rule, Cap):
        what = column_named(rule.column)
    else:
        what = _condition(rule.where, dataset_id)  # type: ignore[attr-defined]  # every other kind has one
    said = t(f"rules.says_{rule.kind}", what=what, **numbers)
    if rule.scope == Scope():
        return said
    gone = rule.scope.kind == "group" and rule.scope.value not in set(calls.workspace().shopper_groups(dataset_id))
    return t("rules.scoped_gone" if gone else "rules.scoped", rule=said, where=rule.scope.value)


def _condition(where: Where, dataset_id: str) -> str:
    if where.values:
        return _titled(where.values, where.column, dataset_id)
    if where.column == STOCK:
        return t("rules.in_stock")
    column = column_named(where.column)
    low, high = where.low, where.high
    if low is None or high is None:
        one_end, value = ("up_to", high) if low is None else ("at_least", low)
        return t(f"rules.{one_end}", column=column, value=value)
    return t("rules.between", column=column, low=low, high=high)


def _titled(values: tuple[str, ...], column: str, dataset_id: str) -> str:
    names = names_of(dataset_id, column)
    return ", ".join(names.get(value, value) for value in values)


def canonical(rules: Rules) -> str:
    """Write rules so that equal ones make equal views: what a cached path is known by."""
    return rules.to_json() if rules else ""


def read(text: str) -> Rules | None:
    """Give the rules that ``canonical`` wrote, None where there are none."""
    return Rules.from_json(text) if text else None
