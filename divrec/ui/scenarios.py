"""Saved what-ifs on the Diversity page: open one again, take it away as a file, rename or delete it."""

import json
from typing import Any

import streamlit as st

from divrec.ui import calls, state
from divrec.ui.subjects import PARAMETERS
from divrec.ui.text import t
from divrec.workspace.records import ScenarioRecord

PLAIN = ("method", "alike", "rules")  # parts of a scenario that are view parameters as they are


def draw(dataset_id: str) -> None:
    """Draw what may be done with this shop's saved scenarios, newest first; nothing where there are none."""
    saved = {each.id: each for each in calls.workspace().scenarios() if each.dataset_id == dataset_id}
    if not saved:
        return
    with st.popover(t("scenarios.saved", n=len(saved))):
        chosen = st.selectbox(
            t("scenarios.which"), list(saved), key="scenario", format_func=lambda key: label(saved[key])
        )
        record = saved[chosen]
        with st.container(horizontal=True):
            if st.button(t("scenarios.open"), type="primary", key="open_scenario", disabled=not _known(record)):
                state.open_page("diversity", **parameters(record.values))
            st.download_button(
                "JSON", json.dumps(dict(record.values), ensure_ascii=False, indent=2), f"divrec-{record.id}.json",
                "application/json", key="scenario_file", on_click="ignore",
            )  # fmt: skip
            st.button(t("scenarios.delete"), key="delete_scenario", on_click=_delete, args=(record.id,))
        name = st.text_input(t("scenarios.new_name"), record.name, max_chars=80, key=f"rename_{record.id}")
        st.button(
            t("scenarios.rename"), key="rename_scenario", disabled=name.strip() in ("", record.name),
            on_click=calls.workspace().rename_scenario, args=(record.id, name),
        )  # fmt: skip
        if not _known(record):
            st.caption(t("scenarios.run_gone"))


def parameters(values: Any) -> dict[str, str]:  # noqa: ANN401  # what was saved
    """Give the view parameters that bring a scenario back."""
    subject = values["subject"]
    found = {name: str(values.get(name, "")) for name in PLAIN}
    found |= {"data": values["dataset"], "run": values["run"], "n": str(values["n"])}
    found |= {"items": "any" if values["repeat"] else "new", "diversity": repr(float(values["diversity"]))}
    return found | {"for": subject["surface"], PARAMETERS[subject["surface"]]: subject["id"]}


def _known(record: ScenarioRecord) -> bool:
    return any(run.id == record.run_id for run in calls.workspace().runs(record.dataset_id))


def label(record: ScenarioRecord) -> str:
    """Name a scenario with its slider value and when it was saved."""
    return f"{record.name} · {record.values.get('diversity', 0):.2f} · {record.created:%Y-%m-%d %H:%M}"


def _delete(scenario_id: str) -> None:
    calls.workspace().delete_scenario(scenario_id)
