"""Saved what-ifs on the Diversity page: open one again, compare two, take one away as a file, rename or delete it."""

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from divrec.ui import calls, state
from divrec.ui.livepath import View
from divrec.ui.subjects import PARAMETERS, Subject
from divrec.ui.text import t
from divrec.workspace.records import ScenarioRecord

PLAIN = ("method", "alike", "rules")  # parts of a scenario that are view parameters as they are


def saved(dataset_id: str) -> list[ScenarioRecord]:
    """List a shop's saved scenarios, newest first."""
    return [each for each in calls.workspace().scenarios() if each.dataset_id == dataset_id]


def draw(dataset_id: str) -> None:
    """Draw what may be done with this shop's saved scenarios; nothing where there are none."""
    records = {each.id: each for each in saved(dataset_id)}
    if not records:
        return
    with st.popover(t("scenarios.saved", n=len(records))):
        chosen = st.selectbox(
            t("scenarios.which"), list(records), key="scenario", format_func=lambda key: label(records[key])
        )
        record = records[chosen]
        with st.container(horizontal=True):
            if st.button(t("scenarios.open"), type="primary", key="open_scenario", disabled=not known(record)):
                state.open_page("diversity", **parameters(record.values))
            st.download_button(
                "JSON", json.dumps(dict(record.values), ensure_ascii=False, indent=2), f"divrec-{record.id}.json",
                "application/json", key="scenario_file", on_click="ignore",
            )  # fmt: skip
            st.button(t("scenarios.delete"), key="delete_scenario", on_click=_delete, args=(record.id,))
        _compare(record, records)
        name = st.text_input(t("scenarios.new_name"), record.name, max_chars=80, key=f"rename_{record.id}")
        st.button(
            t("scenarios.rename"), key="rename_scenario", disabled=name.strip() in ("", record.name),
            on_click=calls.workspace().rename_scenario, args=(record.id, name),
        )  # fmt: skip
        if not known(record):
            st.caption(t("scenarios.run_gone"))


def _compare(record: ScenarioRecord, records: Mapping[str, ScenarioRecord]) -> None:
    others = [each.id for each in records.values() if each.id != record.id and known(each)]
    if not others or not known(record):
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        other = st.selectbox(
            t("scenarios.with"), others, key="other_scenario", format_func=lambda key: label(records[key])
        )
        if st.button(t("scenarios.compare"), key="compare_scenarios"):
            state.open_page("diversity", compare=f"{record.id},{other}")


def parameters(values: Mapping[str, Any]) -> dict[str, str]:
    """Give the view parameters that bring a scenario back."""
    subject = values["subject"]
    found = {name: str(values.get(name, "")) for name in PLAIN}
    found |= {"data": values["dataset"], "run": values["run"], "n": str(values["n"])}
    found |= {"items": "any" if values["repeat"] else "new", "diversity": repr(float(values["diversity"]))}
    return found | {"for": subject["surface"], PARAMETERS[subject["surface"]]: subject["id"]}


def view_of(values: Mapping[str, Any]) -> tuple[View, float]:
    """Give the view and slider value that a scenario holds."""
    fields = {name: value for name, value in values.items() if name != "diversity"}
    return View(**{**fields, "subject": Subject(**fields["subject"])}), float(values["diversity"])


def known(record: ScenarioRecord) -> bool:
    """Tell whether a scenario's model is still there."""
    return any(run.id == record.run_id for run in calls.workspace().runs(record.dataset_id))


def label(record: ScenarioRecord) -> str:
    """Name a scenario with its slider value and when it was saved."""
    return f"{record.name} · {record.values.get('diversity', 0):.2f} · {record.created:%Y-%m-%d %H:%M}"


def _delete(scenario_id: str) -> None:
    calls.workspace().delete_scenario(scenario_id)
