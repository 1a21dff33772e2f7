"""What is known of whom a list is for: a line, and a strip of products."""

from typing import Final

import pandas as pd
import streamlit as st

from divrec.columns import EVENT, ITEM, TIME
from divrec.ui import acting, calls, offered, webpictures
from divrec.ui.cards import card_table, categories
from divrec.ui.live import product_strip
from divrec.ui.live.payload import strip_payload
from divrec.ui.subjects import Subject, Surface, history_of, members
from divrec.ui.text import known, t

REMEMBERED: Final = 30  # products of a history that are shown


def draw(subject: Subject, dataset_id: str, all_categories: list[str], still: bool = False) -> None:
    """Draw what is known of the subject: a line, and the history's products, latest first or, of a group, commonest.

    ``still``: nothing can be taken out of a history that was made otherwise than by clicking.
    """
    if subject.surface == "query":
        st.caption(t("diversity.found", n=offered.count_found(dataset_id, subject.id)))
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
