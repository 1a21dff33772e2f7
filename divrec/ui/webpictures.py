"""Pictures that lie on the web: shown only where the person at the screens said so, for this visit.

By default the app makes no request to any other host (SAFETY 12), so such pictures are tiles. The choice is kept in the
session alone: a link never makes somebody else's browser ask a host that they did not choose.
"""

from typing import Final

import streamlit as st

from divrec.columns import IMAGE
from divrec.ui import calls, state
from divrec.ui.pictures import web_host
from divrec.ui.text import plain, t

MOST: Final = 5  # hosts that are named and allowed; a catalogue with pictures from everywhere is not for one switch


def allowed(dataset_id: str) -> tuple[str, ...]:
    """Give the hosts whose pictures this person's browser may ask for: none by default."""
    return hosts(dataset_id) if state.recall(_name(dataset_id), False) else ()


def hosts(dataset_id: str) -> tuple[str, ...]:
    """Name the hosts at which the catalogue's pictures lie, those with most pictures first."""
    return _hosts(calls.folder(), dataset_id)


@st.cache_data(show_spinner=False, max_entries=16)
def _hosts(folder: str, dataset_id: str) -> tuple[str, ...]:  # noqa: ARG001  # a part of the cache's key
    items = calls.dataset(dataset_id).items
    if IMAGE not in items:
        return ()
    return tuple(items[IMAGE].map(web_host).value_counts().index[:MOST])


def switch(dataset_id: str) -> None:
    """Draw the switch, with the hosts that would be asked; nothing where no picture lies on the web."""
    found = hosts(dataset_id)
    if not found:
        return
    with st.container(border=True, key="web_pictures"):
        st.markdown(t("webpictures.says", hosts=", ".join(f"**{plain(host)}**" for host in found)))
        on = st.toggle(t("webpictures.load"), value=bool(allowed(dataset_id)), key="load_web_pictures")
        state.remember(_name(dataset_id), on)
        st.caption(t("webpictures.on" if on else "webpictures.off"))


def _name(dataset_id: str) -> str:
    return f"web_pictures_{dataset_id}"
