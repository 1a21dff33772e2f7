"""The Generate screen's items: ask for them, watch them being made, see them beside the real ones nearest to them."""

from typing import Final

import pandas as pd
import streamlit as st

from divrec.columns import BRAND, CATEGORY, ITEM, MARGIN, PRICE, SUBCATEGORY
from divrec.synthesis.itemjobs import ItemJobSettings
from divrec.ui import calls, generating, itemreport, state
from divrec.ui.names import titles, translated, worded
from divrec.ui.text import t
from divrec.workspace.records import GenerationRecord

MODELS: Final = ("vae", "gan")
PRESETS: Final = ("quick", "balanced")
_SHOWN: Final = 500  # rows of the table; the files hold all


def draw(dataset_id: str) -> None:
    """Draw the whole view."""
    records = calls.workspace().generations(dataset_id, "items")
    done = [record for record in records if record.state == "done"]
    ask, see = st.columns([4, 6], gap="medium")
    with ask:
        _form(dataset_id)
    with see:
        live = [record for record in records if record.live]
        if live:
            generating.follow(live)
        generating.quiet(records, "items")
        if done:
            chosen = generating.choose(records, _told)
            _summary(chosen)
            _picture(chosen)
    if done:
        _rows(chosen)
        itemreport.report(chosen)
        itemreport.take_away(chosen)


def _form(dataset_id: str) -> None:
    """Draw what can be asked for, and the button that starts it."""
    defaults = ItemJobSettings()
    with st.container(border=True, key="items_form"):
        st.header(t("items.ask"), anchor=False)
        model = _one_of("model", MODELS, help=t("items.model_help"))
        preset = _one_of("effort", PRESETS)
        mix = _mix(dataset_id)
        n = st.number_input(t("items.n"), 10, 100_000, defaults.n, step=100, key="items_n")
        with st.expander(t("items.more")):
            temperature = st.slider(
                t("generate.temperature"), 0.2, 2.0, defaults.temperature, 0.1, key="items_temperature",
                help=t("items.temperature_help"),
            )  # fmt: skip
            seed = st.number_input(t("generate.seed"), 0, 2**31 - 1, defaults.seed, key="items_seed")
        if st.button(t("generate.start"), type="primary", width="stretch", key="generate_items"):
            asked = {"model": model, "preset": preset, "n": int(n), "mix": mix}
            asked |= {"temperature": temperature, "seed": int(seed)}
            calls.workspace().submit_synthesis(dataset_id, "items", asked)
            st.rerun()


def _one_of(name: str, options: tuple[str, ...], **extra: str) -> str:
    return state.bound(
        st.segmented_control, f"items_{name}", t(f"items.{name}"), options, default=options[0], required=True,
        format_func=lambda option: t(f"items.{name}_{option}"), **extra,
    )  # fmt: skip


def _mix(dataset_id: str) -> dict[str, float]:
    """Draw the choice of categories and how much of each; nothing chosen: as in the catalogue."""
    items = calls.dataset(dataset_id).items
    if CATEGORY not in items or items[CATEGORY].isna().all():
        return {}
    there = sorted(items[CATEGORY].dropna().unique())
    said = dict(zip(there, translated(there, items), strict=True))
    chosen = st.multiselect(
        t("items.mix"), there, key="items_mix", format_func=said.__getitem__, placeholder=t("items.mix_all"),
        help=t("items.mix_help"),
    )  # fmt: skip
    if len(chosen) < 2:
        return dict.fromkeys(chosen, 1.0)
    weights = {name: st.slider(said[name], 0, 100, 50, key=f"items_mix_{name}") for name in chosen}
    return {name: float(weight) for name, weight in weights.items() if weight}


def _told(record: GenerationRecord) -> str:
    settings = record.settings
    model = settings["model"]
    return f"{t(f'items.model_{model}')}, {settings['n']:,}"


def _summary(record: GenerationRecord) -> None:
    """Draw how many were drawn, kept and dropped, and why."""
    account = calls.generated(record.id, "account")
    kept = int(account.set_index("reason")["rows"]["kept"])
    st.header(t("items.kept", n=kept), anchor=False)
    st.markdown(itemreport.account_says(account))
    if kept < record.settings["n"]:
        st.warning(t("items.fewer", n=record.settings["n"]))


def _picture(record: GenerationRecord) -> None:
    """Draw generated items among real ones."""
    points = calls.generated(record.id, "map")
    both = pd.concat([calls.dataset(record.dataset_id).items, calls.generated(record.id, "items")])
    named = pd.Series(titles(both).to_numpy(), index=both[ITEM].to_numpy())
    generating.cloud(points, pd.Series(named.reindex(points[ITEM]).to_numpy(), index=points.index), "items")


def _rows(record: GenerationRecord) -> None:
    """Draw the rows, and for each the titles of the real items that lie nearest."""
    rows = calls.generated(record.id, "items")
    st.header(t("items.rows"), anchor=False)
    st.caption(t("items.rows_says"))
    table = {t("items.title"): titles(rows)}
    for name in (CATEGORY, SUBCATEGORY, BRAND, PRICE, MARGIN):
        if name in rows:
            table[t(f"column.{name}")] = worded(rows, name)
    table |= _guides(record)
    st.dataframe(
        pd.DataFrame(table).head(_SHOWN), hide_index=True, height=360, key="items_rows", alt=t("items.rows"),
        column_config={
            t("column.price"): st.column_config.NumberColumn(format="%.2f"),
            t("column.margin"): st.column_config.NumberColumn(format="percent"),
        },
    )  # fmt: skip
    if len(rows) > _SHOWN:
        st.caption(t("items.rows_first", n=_SHOWN, of=len(rows)))


def _guides(record: GenerationRecord) -> dict[str, pd.Series]:
    real = calls.dataset(record.dataset_id).items
    named = pd.Series(titles(real).to_numpy(), index=real[ITEM].to_numpy())
    guides = calls.generated(record.id, "guides").drop(columns=ITEM)
    return {t("items.guide", n=place): guides[name].map(named) for place, name in enumerate(guides, start=1)}
