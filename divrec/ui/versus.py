"""Two saved scenarios beside each other: their lists at their own slider values, and what they do to all shoppers."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from divrec.columns import ITEM, RANK
from divrec.errors import InputError
from divrec.ui import calls, diversity, livepath, ruling, scenarios, shops, state, versusall, webpictures
from divrec.ui.cards import card_table
from divrec.ui.live import two_lists
from divrec.ui.live.payload import Side, versus_payload
from divrec.ui.livepath import View
from divrec.ui.names import titles
from divrec.ui.takeaway import downloads
from divrec.ui.text import plain, t
from divrec.workspace.records import ScenarioRecord

PARAMETER: Final = "compare"
SIDES: Final = ("A", "B")

Pair = tuple[tuple[View, float], tuple[View, float]]


def wanted(dataset_id: str) -> tuple[str, str] | None:
    """Give the two scenarios that the link asks for; None where it asks for none, or for one that is not there."""
    text = state.linked(PARAMETER)
    if not text:
        return None
    asked = text.split(",")
    there = {each.id for each in scenarios.saved(dataset_id) if scenarios.known(each)}
    if len(asked) != len(SIDES) or not there.issuperset(asked):
        st.warning(t("versus.gone"))
        return None
    return asked[0], asked[1]


def draw(dataset_id: str, asked: tuple[str, str]) -> None:
    """Draw the comparison in place of the one list."""
    records = _choose(dataset_id, asked)
    first, second = (scenarios.view_of(record.values) for record in records)
    names = [f"{side} · {record.name}" for side, record in zip(SIDES, records, strict=True)]
    try:
        lists = [diversity.listed(*first), diversity.listed(*second)]
    except (InputError, LookupError):
        st.warning(t("versus.cannot"))
        return
    _choices((first, second), names)
    _measures((first, second), names)
    _lists((first, second), lists, names)
    versusall.draw(first, second, names)


def _choose(dataset_id: str, asked: tuple[str, str]) -> list[ScenarioRecord]:
    there = {each.id: each for each in scenarios.saved(dataset_id) if scenarios.known(each)}
    chosen = []
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for side, start in zip(SIDES, asked, strict=True):
            if state.recall(f"versus_{side}", None) != start:
                state.remember(f"versus_{side}", start)
            chosen.append(st.selectbox(
                t("versus.side", side=side), list(there), key=f"versus_{side}", on_change=_chosen, width=320,
                format_func=lambda key: scenarios.label(there[key]),
            ))  # fmt: skip
        st.button(t("versus.swap"), key="versus_swap", icon=":material/swap_horiz:", on_click=hold, args=asked[::-1])
        st.button(t("versus.back"), key="versus_back", on_click=hold)
    return [there[key] for key in chosen]


def hold(*pair: str) -> None:
    """Make these two the compared scenarios of this view; none to leave."""
    state.set_param(PARAMETER, ",".join(pair), "")


def _chosen() -> None:
    hold(*(str(state.recall(f"versus_{side}", "")) for side in SIDES))


def _lists(pair: Pair, lists: Sequence[pd.DataFrame], names: Sequence[str]) -> None:
    """Draw both lists, say what they share, and offer them as a table."""
    dataset_id = pair[0][0].dataset
    ids = [table[ITEM].tolist() for table in lists]
    both = set(ids[0]) & set(ids[1])
    alone = [len(each) - len(both) for each in ids]
    st.markdown(t("versus.shared", both=len(both), first=alone[0], second=alone[1]))
    folder, hosts = calls.workspace().pictures(dataset_id), webpictures.allowed(dataset_id)
    cards = card_table(calls.dataset(dataset_id).items, dict.fromkeys(ids[0] + ids[1]), folder, hosts=hosts)
    sides = [
        Side(name, " · ".join(_says(*each)), own) for name, each, own in zip(names, pair, ids, strict=True)
    ]  # fmt: skip
    words = {
        "only": [t("versus.only", side=side) for side in SIDES],
        "both": [t("versus.both", side=side, place="{place}") for side in reversed(SIDES)],
    }
    language = state.language()
    two_lists(versus_payload(cards, livepath.all_categories(dataset_id), sides, words, language), key="versus")
    table = side_table(lists)
    with st.container(horizontal=True):
        downloads(table, "divrec-two-lists", "versus_lists")
    folded = st.expander(t("versus.table"), key="versus_table", on_change="rerun")
    if folded.open:
        shown = table.rename(columns={name: t(f"versus.column_{name}") for name in table})
        folded.dataframe(shown, hide_index=True, alt=t("versus.table"))


def _says(view: View, at: float) -> list[str]:
    """Say shortly for whom a list is, and where its slider stands."""
    told = dict(diversity.described(view, at))
    return [told[t("diversity.for")], f"{t('live.diversity')} {at:.2f}", told[t("diversity.method")]]


def side_table(lists: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Lay two lists out place by place: ``rank``, then each side's item, title, and its place on the other side."""
    table = pd.DataFrame({RANK: range(1, max(map(len, lists)) + 1)})
    for side, own, other in zip(SIDES, lists, reversed(lists), strict=True):
        place = own[ITEM].map(other.set_index(ITEM)[RANK]).astype("Int64")
        parts = {ITEM: own[ITEM], "title": titles(own), "other_rank": place}
        table = table.assign(**{f"{side}_{name}": column.reindex(table.index) for name, column in parts.items()})
    return table


def _choices(pair: Pair, names: Sequence[str]) -> None:
    """Say in what the two differ, and fold away all that they were made with."""
    table = choices(pair)
    differ = table[table["A"] != table["B"]]
    rows = zip(differ["choice"], differ["A"], differ["B"], strict=True)
    told = [f"{choice}: {plain(first)} → {plain(second)}" for choice, first, second in rows]
    st.markdown(t("versus.differ", choices=" · ".join(told)) if told else t("versus.same"))
    folded = st.expander(t("versus.made_with"), key="versus_choices", on_change="rerun")
    if folded.open:
        shown = table.set_axis([t("versus.choice"), *names], axis=1)
        folded.dataframe(shown, hide_index=True, alt=t("versus.made_with"))


def choices(pair: Pair) -> pd.DataFrame:
    """Lay out what two lists were made with: ``choice, A, B``."""
    told = [dict(diversity.described(*each)) for each in pair]
    runs = shops.run_names(shops.finished(pair[0][0].dataset))
    for made, (view, _) in zip(told, pair, strict=True):
        made[t("shell.model")] = runs.get(view.run, view.run)
        rules = ruling.read(view.rules) or ()
        made[t("rules.none")] = "; ".join(ruling.sentence(rule, view.dataset) for rule in rules) or "–"
    return pd.DataFrame({"choice": list(told[0]), "A": list(told[0].values()), "B": list(told[1].values())})


def _measures(pair: Pair, names: Sequence[str]) -> None:
    """Draw the measures of the two lists with their difference; both by the first one's likeness."""
    st.header(t("versus.two_lists"), anchor=False)
    table = measured(pair)
    if pair[0][0].alike != pair[1][0].alike:
        st.caption(t("versus.one_yardstick", side=SIDES[0]))
    shown = pd.DataFrame({
        t("models.measure"): table["label"], names[0]: table["first"], names[1]: table["second"],
        t("runs.difference"): table["difference"],
    })  # fmt: skip
    st.dataframe(shown, hide_index=True, alt=t("versus.two_lists"))
    st.caption(t("versus.one_each"))


def measured(pair: Pair) -> pd.DataFrame:
    """Give ``label, first, second, difference`` of two lists, written as the screen writes numbers."""
    sides = []
    for view, at in pair:
        row = livepath.path_of(view).row_at(at)
        known = livepath.measures(view, state.language(), pair[0][0].alike)
        sides.append({measure.name: (measure, float(measure.values[row])) for measure in known})
    rows = []
    for name in [name for name in sides[0] if name in sides[1]]:
        measure, first = sides[0][name]
        second = sides[1][name][1]
        form = f".{measure.digits}{'%' if measure.percent else 'f'}"
        texts = [("–" if np.isnan(value) else format(value, form)) for value in (first, second)]
        rows.append((measure.label, *texts, "–" if np.isnan(second - first) else format(second - first, f"+{form}")))
    return pd.DataFrame(rows, columns=["label", "first", "second", "difference"])
