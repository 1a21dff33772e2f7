"""Advanced settings of a training: a folded form of all of them; what differs from the preset is sent, and linked."""

import json
from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from divrec.models.registry import FAMILIES
from divrec.ui import settingsform, state
from divrec.ui.settingsform import Values
from divrec.ui.text import t

PARAMETER: Final = "set"
VERSION: Final = "set_version"  # going back to the preset makes all widgets anew
GROUPS: Final = ("own", "training")


def choose(family: str, preset: str) -> dict[str, Any] | None:
    """Draw the folded form and give what differs from the preset; None, with the reason, while it cannot be trained."""
    start = _preset(family, preset)
    changed = _held(family, preset)
    if not any(settingsform.offered(family)):
        return {}
    folded = st.expander(t("advanced.title"), key="advanced", on_change="rerun")
    if folded.open:
        with folded:
            values = _form(family, preset, start, {**start, **changed})
        changed = {name: value for name, value in values.items() if value != start[name]}
    state.set_param(PARAMETER, _text(family, preset, changed), "")
    if changed:
        _differs(changed, start)
    if wrong := settingsform.complaint(family, {**start, **changed}):
        st.error(wrong, icon=":material/error:")
        return None
    return changed


def _preset(family: str, preset: str) -> dict[str, Any]:
    chosen = FAMILIES[family]
    return chosen.settings.of(chosen.preset(preset)).to_json()


def _form(family: str, preset: str, start: Values, now: Values) -> dict[str, Any]:
    """Draw all settings and give their values."""
    st.caption(t("advanced.says"))
    version = state.recall(VERSION, 0)
    values = {}
    for name, entries in zip(GROUPS, settingsform.offered(family), strict=True):
        if not entries:
            continue
        st.markdown(f"**{t(f'advanced.{name}')}**")
        grid, below = st.grid(settingsform.ACROSS, gap="small", min_column_width=120), st.container()
        for entry in entries:
            with below if settingsform.kind_of(entry) in settingsform.WIDE else grid:
                key = f"set_{family}_{preset}_{entry.name}_{version}"
                values[entry.name] = settingsform.ask(family, entry, now[entry.name], start[entry.name], key)
    return values


def _differs(changed: Values, start: Values) -> None:
    """Say what was changed from what, with a way back."""
    told = [
        f"{settingsform.label_of(name)} {settingsform.said(name, value)} ({settingsform.said(name, start[name])})"
        for name, value in changed.items()
    ]
    st.caption(t("advanced.differs", what=", ".join(told)))
    st.button(t("advanced.reset"), type="tertiary", key="reset_settings", on_click=_reset)


def _reset() -> None:
    state.set_param(PARAMETER, "", "")
    state.remember(VERSION, state.recall(VERSION, 0) + 1)


def _text(family: str, preset: str, changed: Mapping[str, Any]) -> str:
    """Write what differs as the URL holds it; nothing where nothing does."""
    whole = [family, preset, dict(changed)]
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")) if changed else ""


def _held(family: str, preset: str) -> dict[str, Any]:
    """Give what the URL holds for this family and preset; another's, and what cannot be used, is left out."""
    entries = {entry.name: entry for group in settingsform.offered(family) for entry in group}
    try:
        whole = json.loads(state.param(PARAMETER) or "[]")
        if not whole or whole[:2] != [family, preset]:
            return {}
        held: dict[str, Any] = dict(whole[2])
        sound = all(name in entries and settingsform.fits(entries[name], value) for name, value in held.items())
    except (ValueError, TypeError, KeyError, IndexError):
        sound = False
    if not sound:
        st.warning(t("advanced.unreadable"))
    return held if sound else {}
