"""The first visit: three ways in, and the opening of a shop with its progress."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from divrec.ui import calls, progress, state
from divrec.ui.text import plain, t
from divrec.workspace.records import Job

WAYS = {
    "demo": ":material/storefront:",
    "groceries": ":material/shopping_basket:",
    "upload": ":material/upload_file:",
}


def ways_in(ways: Sequence[str] = tuple(WAYS)) -> None:
    """Draw the ways in as equal cards; the demo shop is the one to start with."""
    for way, column in zip(ways, st.columns(len(ways)), strict=True):
        with column.container(border=True, height="stretch", key=f"way_{way}"):
            st.header(t(f"welcome.{way}.title"), anchor=False, icon=WAYS[way])
            st.markdown(t(f"welcome.{way}.text"))
            st.caption(t(f"welcome.{way}.facts"))
            st.space("stretch")
            strong: Literal["primary", "secondary"] = "primary" if way == "demo" else "secondary"
            pressed = st.button(t(f"welcome.{way}.action"), type=strong, width="stretch", key=f"open_{way}")
        if pressed and way == "upload":
            state.open_page("data", view="add")
        elif pressed:
            state.remember("opening", calls.workspace().submit_ingest(way))
            st.rerun()


def arrive() -> None:
    """Turn to the shop that this person had opened, once it is open."""
    asked = state.recall("opening", "")
    job = next((job for job in calls.workspace().jobs() if job.id == asked), None) if asked else None
    if job is not None and not job.live:
        state.remember("opening", "")
        if job.state == "done":
            state.choose("data", job.target)
            state.choose("view", "report")  # the Data screen shows what was read


def opening() -> list[Job]:
    """Give the shops being opened now."""
    return [job for job in calls.workspace().jobs(live_only=True) if job.kind == "ingest"]


def failed() -> Job | None:
    """Give the newest opening of a shop, if it failed or broke off."""
    jobs = [job for job in calls.workspace().jobs() if job.kind == "ingest"]
    newest = max(jobs, key=lambda job: job.created, default=None)
    return newest if newest is not None and newest.state in ("failed", "interrupted") else None


def show_opening(jobs: Sequence[Job]) -> None:
    """Show the opening of shops live; the page goes on by itself when they are open."""
    with st.container(border=True, key="opening"):
        st.header(t("welcome.opening"), anchor=False)
        progress.watch([job.id for job in jobs], "opening")
        st.caption(t("welcome.opening_note"))


def show_failure() -> None:
    """Tell of an opening that failed, with its reason; a person who starts another one moves on."""
    job = failed()
    if job is not None:
        st.error(
            t("welcome.failed", reason=plain(job.error) if job.error else t(f"state.{job.state}")),
            icon=":material/error:",
        )
