"""The panel of rules on the Diversity page: those that hold, and the form for another."""

from collections.abc import Callable, Mapping
from typing import Final

import pandas as pd
import streamlit as st

from divrec.columns import ITEM, PRICE, STOCK
from divrec.rerank.conditions import Scope, Where
from divrec.rerank.rules import (
    AtLeast,
    Boost,
    Bury,
    Cap,
    Exclude,
    IncludeOnly,
    Pin,
    Rule,
    Rules,
    in_stock,
    price_band,
)  # fmt: skip
from divrec.ui import calls, ruling, state
from divrec.ui.offered import OFFERED
from divrec.ui.text import t

ABOUT_ITEMS: Final[Mapping[str, Callable[..., Rule]]] = {
    "exclude": Exclude, "include_only": IncludeOnly, "boost": Boost, "bury": Bury,
}  # fmt: skip
FORM: Final = ("exclude", "include_only", "boost", "bury", "at_least", "cap", "pin", "price", "stock")


def draw(dataset_id: str, rules: Rules) -> None:
    """Draw the rules that hold, each with a button to drop it, and the form for another."""
    if told := state.recall("ruled", ""):
        st.toast(told)
        state.remember("ruled", "")
    label = t("rules.some", n=len(rules)) if rules else t("rules.none")
    with st.expander(label, expanded=False, key="rules_panel"):
        st.caption(t("rules.says"))
        for at, rule in enumerate(rules):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.text(ruling.sentence(rule, dataset_id), width="stretch")
                st.button(
                    t("rules.drop"), key=f"drop_rule_{at}", on_click=_drop, args=(at,),
                    help=t("rules.drop_help", n=at + 1),
                )  # fmt: skip
        _form(dataset_id)
        if rules:
            with st.container(horizontal=True):
                st.button(t("rules.clear"), key="clear_rules", on_click=ruling.hold, args=(Rules(),))
                st.download_button(
                    t("rules.download"), rules.to_json(), "divrec-rules.json", "application/json",
                    key="download_rules", on_click="ignore",
                )  # fmt: skip


def _drop(at: int) -> None:
    ruling.hold(ruling.held().without(at))


def _form(dataset_id: str) -> None:
    items = calls.dataset(dataset_id).items
    offered = [kind for kind in FORM if _allowed(kind, items)]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox(
            t("rules.kind"), offered, key="rule_kind", width=230, format_func=lambda name: t(f"rules.kind_{name}")
        )
        made = _made(kind, dataset_id)
        scope = _scope(dataset_id)
        if st.button(t("rules.add"), key="add_rule", type="primary", disabled=made is None) and made is not None:
            ruling.hold(Rules([*ruling.held(), made(scope)]))
            st.rerun()


def _allowed(kind: str, items: pd.DataFrame) -> bool:
    needs = {"price": PRICE, "stock": STOCK}.get(kind)
    return needs is None or (needs in items and bool(items[needs].notna().any()))


def _made(kind: str, dataset_id: str) -> Callable[[Scope], Rule] | None:
    """Ask for what a kind of rule needs; give how to make it once its scope is known, None while something lacks."""
    if kind == "stock":
        return in_stock
    if kind == "price":
        low = st.number_input(t("rules.from"), min_value=0.0, value=None, key="rule_low", width=110)
        high = st.number_input(t("rules.to"), min_value=0.0, value=None, key="rule_high", width=110)
        return None if low is None and high is None else lambda scope: price_band(low, high, scope)
    if kind == "pin":
        item = _choose_values(dataset_id, ITEM, most=1)
        place = int(st.number_input(t("rules.place"), 1, 50, 1, key="rule_place", width=110))
        return (lambda scope: Pin(item[0], place, scope=scope)) if item else None
    items = calls.dataset(dataset_id).items
    columns = [column for column in ruling.MEANT if column in items and items[column].notna().any()]
    if kind == "cap":
        columns.remove(ITEM)
        column = st.selectbox(t("rules.column"), columns, key="rule_column", width=140, format_func=ruling.column_named)
        most = int(st.number_input(t("rules.most"), 0, 50, 3, key="rule_most", width=110))
        return (lambda scope: Cap(column, most, scope=scope)) if column else None
    column = st.selectbox(t("rules.column"), columns, key="rule_column", width=140, format_func=ruling.column_named)
    values = _choose_values(dataset_id, column)
    where = Where(column, values)
    if kind == "at_least":
        least = int(st.number_input(t("rules.least"), 1, 50, 2, key="rule_least", width=110))
        return (lambda scope: AtLeast(where, least, scope=scope)) if values else None
    build = ABOUT_ITEMS[kind]
    return (lambda scope: build(where, scope=scope)) if values else None


def _choose_values(dataset_id: str, column: str, most: int | None = None) -> tuple[str, ...]:
    names = ruling.names_of(dataset_id, column)
    chosen = st.multiselect(
        t("rules.values"), list(names)[:OFFERED], key=f"rule_values_{column}_{most}", max_selections=most, width=300,
        format_func=lambda value: names.get(value, value), accept_new_options=len(names) > OFFERED,
    )  # fmt: skip
    return tuple(value for value in chosen if value in names)


def _scope(dataset_id: str) -> Scope:
    groups = sorted(calls.workspace().shopper_groups(dataset_id).unique())
    group = st.selectbox(
        t("rules.scope"), ["", *groups], key="rule_scope", width=190,
        format_func=lambda name: name or t("rules.everyone"),
    )  # fmt: skip
    return Scope("group", group) if group else Scope()
