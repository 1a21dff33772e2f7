"""What surrounds every screen: the navigation's entries, the bar with shop and language, the live jobs."""

import gc

import streamlit as st
from streamlit.navigation.page import Page

from divrec.ui import people, progress, shops, state, welcome
from divrec.ui.entry import enter
from divrec.ui.text import t
from divrec.words import LANGUAGES

PAGES = ("overview", "data", "models", "latent", "diversity", "generate", "report")
ICONS = {
    "overview": ":material/home:",
    "data": ":material/table_view:",
    "models": ":material/model_training:",
    "latent": ":material/scatter_plot:",
    "diversity": ":material/tune:",
    "generate": ":material/group_add:",
    "report": ":material/description:",
}
SHOWS_A_MODEL = ("overview", "latent")
SHOWS_ITSELF = {
    "overview": {"ingest"},
    "data": {"ingest"},
    "models": {"train"},
    "latent": {"project"},
    "generate": {"synthesise"},
}

# The accent carries white labels, so on dark it is too dim to be a label itself (3.4 to 1), as Streamlit has it here.
READABLE = """<style>
button[data-variant][data-selected='true'], [data-testid='stSliderThumbValue'] { color: inherit !important }
</style>"""


@st.cache_resource(show_spinner=False)
def settle() -> None:
    """Take what start-up left out of the garbage collector's rounds: Streamlit collects after every run."""
    gc.collect()
    gc.freeze()


def pages() -> list[Page]:
    """Give the screens for ``st.navigation``, in the order of the loop."""
    return [
        st.Page(f"pages/{name}.py", title=t(f"{name}.nav"), icon=ICONS[name], url_path=name, default=name == PAGES[0])
        for name in PAGES
    ]


def header(page: Page) -> None:
    """Draw the screen's title, the choice of shop and language, and the jobs that run."""
    name = page.url_path or PAGES[0]
    enter()
    people.gate()
    st.html(READABLE)
    welcome.arrive()
    progress.tell()
    with st.container(horizontal=True, vertical_alignment="bottom", key="bar"):
        with st.container(gap=None):
            st.title(t(f"{name}.title"), anchor=False)
            st.caption(t(f"{name}.subtitle"))
        shops.choose_shop(width=200)
        if name in SHOWS_A_MODEL:
            shops.choose_run(width=170)
        state.bound(
            st.selectbox,
            "lang",
            t("shell.language"),
            list(LANGUAGES),
            start=state.language(),
            format_func=LANGUAGES.__getitem__,
            width=110,
        )
        people.account()
    progress.strip(without=SHOWS_ITSELF.get(name, set()))
