"""Past searches: what was typed is suggested again, until somebody has it forgotten."""

import streamlit as st

from divrec.ui import calls, state
from divrec.ui.text import plain, t


def draw(dataset_id: str, query: str) -> None:
    """Keep a search that a person has just made, and draw what is kept with the way to forget it."""
    place = f"searched_{dataset_id}"
    if query != state.recall(place, query):  # what a link or the first visit brought was not typed here
        calls.workspace().keep_search(dataset_id, query)
    state.remember(place, query)
    past = calls.workspace().searches(dataset_id)
    if not past:
        return
    with st.popover(t("searches.past", n=len(past))):
        st.caption(t("searches.says"))
        for at, text in enumerate(past):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(plain(text), width="stretch")
                st.button(
                    t("searches.forget"), key=f"forget_{at}", on_click=calls.workspace().forget_searches,
                    args=(dataset_id, text), help=t("searches.forget_help", text=plain(text)),
                )  # fmt: skip
        st.button(
            t("searches.forget_all"), key="forget_all", on_click=calls.workspace().forget_searches, args=(dataset_id,)
        )
