"""Acting as a shopper: a history made by clicking, held in the URL, that the model answers at once.

The contract of the link: ``/diversity?for=act&history=p1,p2,p3`` (and ``data``, ``run`` as everywhere) shows the list
for somebody who chose just these items, oldest first: item ids joined by commas, each percent-escaped by itself so that
any id can stand there (``written`` and ``read`` do it). Without ``history`` it is empty. The latest MOST items count.
"""

from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, unquote

import pandas as pd
import streamlit as st

from divrec.columns import EVENT, ITEM, TIME, USER, WEIGHT
from divrec.data.kinds import CHOSEN
from divrec.ui import calls, offered, state
from divrec.ui.text import t
from divrec.workspace.scoring import SHOPPER

PARAMETER: Final = "history"
MOST: Final = 100  # items that a link holds
PERSONA: Final = 10  # items that a persona starts with: what its group chose most


def written(items: Iterable[str]) -> str:
    """Write a history as it stands in the URL; an item chosen again counts where it was chosen last."""
    latest = list(dict.fromkeys(reversed(list(items))))[:MOST]
    return ",".join(quote(item, safe="") for item in reversed(latest))


def read(text: str) -> list[str]:
    """Read the items that ``written`` wrote, oldest first."""
    return [unquote(part) for part in text.split(",") if part]


def held(dataset_id: str) -> list[str]:
    """Give this view's history, oldest first; what the shop does not have is passed over."""
    known = calls.dataset(dataset_id).item_ids
    return [item for item in read(written(read(state.param(PARAMETER)))) if item in known]


def hold(items: Iterable[str]) -> None:
    """Make these items the history of this view."""
    state.set_param(PARAMETER, written(items), "")


def choose(item: str) -> None:
    """Add an item to the end of the history."""
    hold([*read(state.param(PARAMETER)), item])


def take_out(item: str) -> None:
    """Take an item out of the history."""
    hold(each for each in read(state.param(PARAMETER)) if each != item)


def events(text: str) -> pd.DataFrame:
    """Give a written history as a log of one user."""
    items = read(text)
    return pd.DataFrame({
        USER: pd.Series([SHOPPER] * len(items), dtype=object), ITEM: pd.Series(items, dtype=object),
        EVENT: [CHOSEN] * len(items), TIME: pd.Series([pd.NaT] * len(items), dtype="datetime64[ns]"),
        WEIGHT: [1.0] * len(items),
    })  # fmt: skip


def draw(dataset_id: str, run_id: str) -> str:
    """Draw how to begin and how to add products by name; give the history as written in the URL."""
    _add(dataset_id)
    shoppers, groups = offered.shoppers(run_id).index, offered.groups(dataset_id, run_id)
    with st.popover(t("act.start")):
        st.button(t("act.empty"), key="act_empty", on_click=hold, args=([],))
        shopper = st.selectbox(t("act.shopper"), shoppers, index=None, key="act_shopper")
        if st.button(t("act.begin"), key="act_from_shopper", disabled=shopper is None) and shopper is not None:
            hold(calls.history(dataset_id, shopper)[ITEM])
        if len(groups):
            group = st.selectbox(t("act.persona"), groups.index, key="act_persona", format_func=groups.__getitem__)
            if st.button(t("act.begin"), key="act_from_persona"):
                hold(persona(dataset_id, group))
    return written(held(dataset_id))


def _add(dataset_id: str) -> None:
    """Let a product be added: one of the most bought from the list, any other by words that are searched for."""
    products = offered.products(dataset_id)
    more = len(products) > offered.OFFERED
    wanted = st.selectbox(
        t("act.add"), products.index[: offered.OFFERED], index=None, key="act_add", width=300,
        placeholder=t("act.add_any" if more else "act.add_hint"), accept_new_options=more,
        format_func=lambda item: str(products.get(item, item)),
    )  # fmt: skip
    if wanted is None or wanted in products.index:
        _once("act_added", wanted)
        return
    found = offered.found(dataset_id, wanted)
    if found.empty:
        st.caption(t("act.none_found"))
        return
    chosen = st.selectbox(
        t("act.found", n=len(found)), found.index, index=None, key=f"act_found_{wanted}", width=300,
        placeholder=t("act.found_hint"), format_func=found.__getitem__,
    )  # fmt: skip
    _once(f"act_added_{wanted}", chosen)


def _once(name: str, item: str | None) -> None:
    """Choose what a selectbox was just set to, and not again on the next run."""
    if item is not None and item != state.recall(name, None):
        choose(item)
    state.remember(name, item)


def persona(dataset_id: str, group: str) -> list[str]:
    """Name what most shoppers of a group have, the commonest last: the newest of a history made of it."""
    groups = calls.workspace().shopper_groups(dataset_id)
    log = calls.split(dataset_id)[0].interactions
    bought = log[log[USER].isin(groups.index[groups == group])].drop_duplicates([USER, ITEM])
    return list(bought[ITEM].value_counts().head(PERSONA).index[::-1])
