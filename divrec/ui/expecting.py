"""How long a training will take, said before it is started: measured by the worker when somebody wants to know."""

import streamlit as st

from divrec.ui import calls, progress
from divrec.ui.text import t


def draw(dataset_id: str, family: str, preset: str, changed: bool = False) -> None:
    """Say the expected time of a preset; where it is not known, have it measured and look again until it is.

    With ``changed`` settings it says of what it speaks.
    """
    known = calls.workspace().expected(dataset_id, family)
    if known is not None:
        said = "models.expected_preset" if changed else "models.expected"
        st.caption(t(said, time=progress.duration(known[preset])))
        return
    job = calls.workspace().probe_job(dataset_id, family)
    if job is None:
        calls.workspace().submit_probe(dataset_id, family)
    elif not job.live:  # it was tried, and could not be told
        st.caption(t("models.expected_unknown"))
        return
    st.fragment(_waiting, run_every=1.0)(dataset_id, family)


def _waiting(dataset_id: str, family: str) -> None:
    job = calls.workspace().probe_job(dataset_id, family)
    if job is not None and not job.live:
        st.rerun(scope="app")
    st.caption(t("models.being_measured"))
