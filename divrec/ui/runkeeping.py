"""Models, view compare: notes on a run, its files to take away, and deleting it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from divrec.ui import calls, shops, state
from divrec.ui.takeaway import FORMATS
from divrec.ui.text import t
from divrec.workspace.records import RunRecord

TAKEN: Final = 20  # products per shopper in the files
LISTS: Final = ("csv", "parquet")  # everybody's lists outgrow a worksheet


def draw(ordered: Sequence[RunRecord]) -> None:
    """Draw what can be done with one finished run."""
    st.header(t("runs.keep"), anchor=False)
    names = shops.run_names(list(ordered))
    ids = list(names)
    with st.container(border=True, key="keeping"):
        chosen = state.bound(st.selectbox, "kept", t("runs.which"), ids, start=ids[-1], format_func=names.__getitem__)
        run = next(run for run in ordered if run.id == chosen)
        _note(run)
        with st.container(horizontal=True):
            _files(run)
            _delete(run, names[run.id])


def _note(run: RunRecord) -> None:
    with st.form(f"note_form_{run.id}", border=False):
        text = st.text_area(
            t("runs.note"), run.note, max_chars=500, height=90, placeholder=t("runs.note_hint"), key=f"note_{run.id}"
        )
        if st.form_submit_button(t("runs.save_note")):
            calls.workspace().write_note(run.id, text)
            st.toast(t("runs.saved"), icon=":material/check_circle:")
            st.rerun()


def _files(run: RunRecord) -> None:
    st.download_button(
        t("runs.weights"), partial(calls.workspace().weights, run.id), f"divrec-{run.family}-{run.id}.zip",
        "application/zip", help=t("runs.weights_help"), key="take_weights", on_click="ignore",
    )  # fmt: skip
    for name in LISTS:
        write, mime = FORMATS[name]
        st.download_button(
            t(f"runs.lists_{name}"), partial(everybody, run.id, write), f"divrec-{run.family}-{run.id}.{name}", mime,
            help=t("runs.lists_help", n=TAKEN), key=f"take_lists_{name}", on_click="ignore",
        )  # fmt: skip


def everybody(run_id: str, write: Callable[[pd.DataFrame], bytes]) -> bytes:
    """Give a run's lists for all shoppers as a file."""
    return write(calls.candidates(run_id).head(TAKEN).to_frame())


def _delete(run: RunRecord, name: str) -> None:
    with st.popover(t("runs.delete")):
        st.markdown(t("runs.delete_says", name=name))
        gone = f"delete_done_{run.id}"
        st.button(t("runs.delete_now"), type="primary", key=gone, on_click=calls.workspace().delete_run, args=(run.id,))
