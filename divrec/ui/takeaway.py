"""What a person takes from the Diversity page: the list as a file, the view as a scenario."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from divrec.data.exports import to_csv, to_excel, to_json, to_parquet
from divrec.ui import calls, diversity, scenarios
from divrec.ui.livepath import View
from divrec.ui.text import t

FORMATS: Final[Mapping[str, tuple[Callable[[pd.DataFrame], bytes], str]]] = {
    "csv": (to_csv, "text/csv"),
    "xlsx": (to_excel, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "json": (to_json, "application/json"),
    "parquet": (to_parquet, "application/vnd.apache.parquet"),
}


def draw(view: View, released: float) -> None:
    """Draw the downloads of the list at the released value and the saving of the scenario."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        stem = f"divrec-{view.subject.surface}-{released:.3f}"
        downloads(partial(diversity.listed, view, released), stem, "download")
        with st.popover(t("diversity.save")):
            name = st.text_input(t("diversity.scenario_name"), max_chars=80, key="scenario_name")
            if st.button(t("diversity.save_now"), type="primary", disabled=not name.strip(), key="save_scenario"):
                calls.workspace().save_scenario(name, diversity.scenario(view, released))
                st.toast(t("diversity.saved"))
        scenarios.draw(view.dataset)


def downloads(table: pd.DataFrame | Callable[[], pd.DataFrame], stem: str, key: str) -> None:
    """Draw a button for each format that a table, or what is made when it is asked for, can be taken away in."""
    for name, (write, mime) in FORMATS.items():
        st.download_button(
            t(f"diversity.download_{name}"), partial(_file, table, write), f"{stem}.{name}", mime, key=f"{key}_{name}",
            on_click="ignore",
        )  # fmt: skip


def _file(table: pd.DataFrame | Callable[[], pd.DataFrame], write: Callable[[pd.DataFrame], bytes]) -> bytes:
    return write(table if isinstance(table, pd.DataFrame) else table())
