"""Jobs that run in the background: shown live, cancelled, told of when done."""

import math
from collections.abc import Collection
from typing import Final

import streamlit as st

from divrec.ui import calls, state
from divrec.ui.text import known, plain, t
from divrec.workspace.records import Job

ENDED: Final = "ended_job"


def strip(without: Collection[str] = ()) -> None:
    """Show every live job in one line each, wherever the person is; ``without`` names kinds that the page shows."""
    live = calls.workspace().jobs(live_only=True)
    hidden = {*without, "probe"}  # short, and told where somebody waits for it
    if any(job.kind == "ingest" for job in live):
        hidden.add("train")  # its own baselines
    shown = tuple(job.id for job in live if job.kind not in hidden)
    if shown:
        st.fragment(_lines, run_every=1.0)(shown)


def tell() -> None:
    """Tell of the job that just ended, wherever the person is."""
    job = state.recall(ENDED, None)
    if job is None:
        return
    state.remember(ENDED, None)
    what = t(f"job.{job.kind}")
    if job.state == "done":
        st.toast(t("shell.done", what=what), icon=":material/check_circle:")
    elif job.state in ("failed", "interrupted"):
        st.toast(t("shell.failed", what=what, error=plain(job.error or "")), icon=":material/error:", duration="long")


def watch(job_ids: Collection[str], key: str) -> None:
    """Show these jobs live in the page; the whole page runs again when one of them ends."""
    st.fragment(_lines, run_every=1.0)(tuple(job_ids), key)


def _lines(job_ids: tuple[str, ...], key: str = "strip") -> None:
    jobs = {job.id: job for job in calls.workspace().jobs()}
    for job_id in job_ids:
        job = jobs.get(job_id)
        if job is None or not job.live:
            state.remember(ENDED, job)
            st.rerun(scope="app")
        else:
            line(job, key)


def line(job: Job, key: str) -> None:
    """Draw one job: what it does, how far it is, how long it will take, and a way to stop it."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}_{job.id}"):
        st.progress(share(job), text=says(job), width="stretch")
        st.button(t("shell.cancel"), key=f"cancel_{key}_{job.id}", on_click=calls.workspace().cancel, args=(job.id,))


def share(job: Job) -> float:
    """Give the share that is done, 0 … 1; 0 where the job cannot tell."""
    return min(1.0, job.done / job.total) if job.total else 0.0


def says(job: Job) -> str:
    """Say in words what a job does and how long it will still take."""
    what = t(f"job.{job.kind}")
    stage = known(f"stage.{job.stage}", job.stage or "") if job.state == "running" else t("state.queued")
    left = "" if job.seconds_left is None or math.isnan(job.seconds_left) else " · " + remaining(job.seconds_left)
    return f"{what}: {stage}{left}" if stage else f"{what}{left}"


def remaining(seconds: float) -> str:
    """Say a time left."""
    return t("shell.left", time=duration(seconds))


def duration(seconds: float) -> str:
    """Say a duration, rounded as a person would."""
    if seconds < 90:
        return t("shell.seconds", n=max(1, round(seconds)))
    return t("shell.minutes", n=round(seconds / 60))
