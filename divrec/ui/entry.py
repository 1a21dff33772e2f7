"""Every visit enters through ``app.py``, also the first one after a start."""

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from divrec.ui import state

_ENTERED = "entered"


def enter() -> None:
    """Note that this session has come through ``app.py``."""
    state.remember(_ENTERED, True)


def through_app() -> None:
    """Begin again in ``app.py`` where Streamlit runs a page alone for a session that never came through it.

    A folder ``pages/`` beside the app makes Streamlit 1.67 do so when the first visit to a fresh server is a link to a
    page: without navigation and language, until somebody opens the first page. ``st.navigation`` turns that off by
    this flag, which is the only handle.
    """
    if PagesManager.uses_pages_directory and not state.recall(_ENTERED, False):
        PagesManager.uses_pages_directory = False
        st.rerun()
