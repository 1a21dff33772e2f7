"""Widgets for the settings of a model, made from its settings class, and what is wrong with what was typed."""

import math
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, Final, Literal, get_args, get_origin

import streamlit as st

from divrec.errors import InputError
from divrec.models.registry import FAMILIES
from divrec.models.settings import TrainingSettings
from divrec.ui import shops
from divrec.ui.text import known, plain, t

ACROSS: Final = 2  # other settings side by side
OUTSIDE: Final = ("blend", "sasrec")  # no members of a blend: itself, and what needs the order of a history

Kind = Literal["members", "choice", "switch", "number"]
WIDE: Final = ("members", "switch")  # take a whole line
Values = Mapping[str, Any]


def kind_of(entry: Field[Any]) -> Kind:
    """Tell what a setting is chosen with."""
    if entry.default_factory is not MISSING:
        return "members"
    if get_origin(entry.type) is Literal:
        return "choice"
    return "switch" if entry.type is bool else "number"


def offered(family: str) -> tuple[list[Field[Any]], list[Field[Any]]]:
    """List the settings that leave something to choose: the model's own, and those of its training."""
    shared = {entry.name for entry in fields(TrainingSettings)}
    entries = [entry for entry in fields(FAMILIES[family].settings) if len(get_args(entry.type)) != 1]
    return [entry for entry in entries if entry.name not in shared], [e for e in entries if e.name in shared]


def ask(family: str, entry: Field[Any], now: Any, preset: Any, key: str) -> Any:  # noqa: ANN401  # a setting's value
    """Draw one setting and give its value; None for a number that was taken away."""
    label, about = label_of(entry.name), _about(family, entry, preset)
    kind = kind_of(entry)
    if kind == "switch":
        return st.toggle(label, now, key=key, help=about)
    if kind == "choice":
        options = get_args(entry.type)
        words = {option: said(entry.name, option) for option in options}
        return st.selectbox(label, options, options.index(now), format_func=words.__getitem__, key=key, help=about)
    if kind == "members":
        able = [name for name in FAMILIES if name not in OUTSIDE]
        chosen = st.multiselect(label, able, list(now), format_func=shops.family_name, key=key, help=about)
        return {name: preset.get(name, {}) for name in chosen}
    if entry.type is int:
        return st.number_input(label, value=int(now), step=1, key=key, help=about)
    return st.number_input(label, value=float(now), step=_step(float(now)), format="%g", key=key, help=about)


def _step(value: float) -> float:
    """Give a step of about a tenth of the number's size."""
    return 10.0 ** (math.floor(math.log10(value)) - 1) if value > 0 else 0.1


def label_of(name: str) -> str:
    """Name a setting."""
    return t(f"setting.{name}")


def _about(family: str, entry: Field[Any], preset: Any) -> str:  # noqa: ANN401  # a setting's value
    meaning = known(f"setting.{family}.{entry.name}.says", t(f"setting.{entry.name}.says"))
    told = {"value": said(entry.name, preset)}
    if kind_of(entry) != "number":
        return f"{meaning} {t('advanced.preset_has', **told)}"
    ends = {end: _number(entry.metadata[end]) for end in ("low", "high")}
    return f"{meaning} {t('advanced.range', **ends, **told)}"


def said(name: str, value: Any) -> str:  # noqa: ANN401  # a setting's value
    """Say a value in the reader's language."""
    if isinstance(value, bool):
        return t("advanced.yes" if value else "advanced.no")
    if isinstance(value, str):
        return t(f"setting.{name}_{value}")
    if isinstance(value, Mapping):
        return ", ".join(map(shops.family_name, value)) or "–"
    return _number(value)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.12g}"


def fits(entry: Field[Any], value: Any) -> bool:  # noqa: ANN401  # anything a link can hold
    """Whether a value that came with a link can be shown by the setting's widget."""
    kind = kind_of(entry)
    if kind == "members":
        return isinstance(value, dict) and set(value) <= set(FAMILIES) - set(OUTSIDE)
    if kind == "choice":
        return value in get_args(entry.type)
    if kind == "switch":
        return isinstance(value, bool)
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole or (entry.type is float and isinstance(value, float) and math.isfinite(value))


def complaint(family: str, values: Values) -> str:
    """Say what is wrong with the settings, in the reader's language; nothing where they can be trained."""
    for entry in (*offered(family)[0], *offered(family)[1]):
        value, kind = values[entry.name], kind_of(entry)
        if kind == "number" and value is None:
            return t("advanced.empty", name=label_of(entry.name))
        if kind == "number" and not entry.metadata["low"] <= value <= entry.metadata["high"]:
            ends = {end: _number(entry.metadata[end]) for end in ("low", "high")}
            return t("advanced.out_of_range", name=label_of(entry.name), value=_number(value), **ends)
        if kind == "members" and not value:
            return t("advanced.no_member")
    if values.get("heads") and values["latent_dim"] % values["heads"]:
        names = {"name": label_of("latent_dim"), "of": label_of("heads")}
        return t("advanced.multiple", value=values["latent_dim"], unit=values["heads"], **names)
    try:
        FAMILIES[family].settings.of(dict(values))
    except InputError as error:
        return plain(str(error))
    return ""
