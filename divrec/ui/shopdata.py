"""The Data screen's parts: what was read, what the shop looks like, its catalogue."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from divrec.columns import CATEGORY, MARGIN, PRICE, TIME
from divrec.data.exports import to_csv
from divrec.data.report import Report
from divrec.ui import calls, charts, cleaning, grouping, theme, webpictures
from divrec.ui.names import translated
from divrec.ui.reasons import said
from divrec.ui.text import known, t

ACTIONS: Final = ("dropped", "fixed", "guessed")
SHOWN = 12  # categories in the picture; the table has them all
SHOWN_ASIDE = 200  # rows set aside that the screen lists; the download has them all


def summary(dataset_id: str) -> None:
    """Draw the shop's size in four numbers."""
    shop = calls.dataset(dataset_id)
    times = shop.interactions[TIME].dropna()
    span = "–" if times.empty else f"{times.min():%Y-%m-%d} – {times.max():%Y-%m-%d}"
    with st.grid(4, gap="small", min_column_width=160):
        st.metric(t("data.events"), len(shop.interactions), format="localized", border=True)
        st.metric(t("data.shoppers"), len(shop.users), format="localized", border=True)
        st.metric(t("data.products"), len(shop.items), format="localized", border=True)
        with st.container(border=True, height="stretch", gap=None):
            st.caption(t("data.span"))
            st.markdown(f"**{span}**")


def report(dataset_id: str) -> None:
    """Account for every row: kept + dropped = read, then each step with its reason."""
    account = calls.dataset(dataset_id).report
    st.header(t("data.report"), anchor=False)
    st.markdown(t("data.account", read=account.read, kept=account.kept, dropped=account.dropped))
    charts.show(_kept_bar(account), None, alt=t("data.account_alt"), key="kept")
    steps = account.to_frame()
    if steps.empty:
        st.caption(t("data.no_steps"))
        return
    shown = pd.DataFrame(
        {
            t("data.step_action"): [t(f"data.action_{action}") for action in steps["action"]],
            t("data.step_reason"): list(map(said, steps["reason"])),
            t("data.step_rows"): steps["rows"],
            t("data.step_table"): [known(f"table.{table}", table) for table in steps["table"]],
        }
    )
    order = steps["action"].map({action: place for place, action in enumerate(ACTIONS)}).argsort(kind="stable")
    localized = {t("data.step_rows"): st.column_config.NumberColumn(format="localized")}
    st.dataframe(shown.iloc[order], hide_index=True, alt=t("data.report"), column_config=localized)
    _quarantine(calls.dataset(dataset_id).quarantine)


def _quarantine(aside: pd.DataFrame) -> None:
    """Show the first rows that were set aside, and offer them all, safe for spreadsheets."""
    if aside.empty:
        return
    st.header(t("data.quarantine"), anchor=False)
    st.markdown(t("data.quarantine_says", rows=len(aside)))
    first = aside.head(SHOWN_ASIDE)
    shown = pd.DataFrame(
        {
            t("data.quarantine_file"): first["file"],
            t("data.quarantine_line"): first["line"],
            t("data.step_reason"): list(map(said, first["reason"])),
            t("data.quarantine_text"): first["text"],
        }
    )
    st.dataframe(shown, hide_index=True, height=240, alt=t("data.quarantine"))
    name = "divrec-set-aside.csv"
    make = partial(to_csv, aside)
    st.download_button(t("data.quarantine_download"), make, name, "text/csv", key="quarantine", on_click="ignore")


def _kept_bar(account: Report) -> go.Figure:
    figure = charts.frame(64, barmode="stack")
    for name, rows, colour in (
        (t("data.kept"), account.kept, theme.ACCENT),
        (t("data.dropped"), account.dropped, theme.SECOND),
    ):
        figure.add_bar(x=[rows], y=[""], orientation="h", marker_color=colour, name=name, marker_cornerradius=3)
        figure.data[-1].hovertemplate = f"{name}: {rows:,}<extra></extra>"
    figure.update_xaxes(visible=False, range=[0, max(account.read, 1)])
    figure.update_yaxes(visible=False)
    return figure


def pictures(dataset_id: str) -> None:
    """Draw activity, popularity, categories and prices."""
    tables, items = calls.profile(dataset_id), calls.dataset(dataset_id).items
    tables["categories"] = _spoken(tables["categories"], CATEGORY, items)
    left, right = st.columns(2, gap="large")
    for place, (name, draw) in enumerate(PICTURES.items()):
        with (left, right)[place % 2]:
            st.header(t(f"data.{name}"), anchor=False)
            table = tables.get(name)
            if table is None or table.empty:
                st.caption(t(f"data.no_{name}"))
                continue
            st.caption(t(f"data.{name}_says"))
            charts.show(draw(table), table, alt=t(f"data.{name}_says"), key=f"picture_{name}")


def _spoken(table: pd.DataFrame, column: str, items: pd.DataFrame) -> pd.DataFrame:
    return table.assign(**{column: translated(table[column], items)}) if column in table else table


def _activity(table: pd.DataFrame) -> go.Figure:
    table = charts.whole_months(table)
    named = table.assign(event=[known(f"event.{event}", str(event)) for event in table["event"]])
    figure = charts.lines(named, "month", "events", "event", titles=("", t("data.events")))
    return figure.update_xaxes(tickformat="%Y-%m")


def _popularity(table: pd.DataFrame) -> go.Figure:
    return charts.lines(charts.few(table), "rank", "events", titles=(t("data.rank"), t("data.events")), log=True)


def _categories(table: pd.DataFrame) -> go.Figure:
    top = table.sort_values("share", ascending=False).head(SHOWN)
    return charts.bars(
        top["category"].astype(str).tolist(), top["share"].tolist(), texts=[f"{s:.1%}" for s in top["share"]]
    )


def _prices(table: pd.DataFrame) -> go.Figure:
    return charts.columns(table["bin"].tolist(), table["items"].tolist(), titles=(t("data.price"), t("data.products")))


PICTURES: Final[Mapping[str, Callable[[pd.DataFrame], go.Figure]]] = {
    "activity": _activity,
    "popularity": _popularity,
    "categories": _categories,
    "prices": _prices,
}


def catalogue(dataset_id: str) -> None:
    """Show the products as a table."""
    st.caption(t("data.catalogue_says"))
    webpictures.switch(dataset_id)
    items = calls.dataset(dataset_id).items
    said: dict[str, Any] = {name: known(f"column.{name}", name) for name in map(str, items.columns)}
    said |= {
        name: st.column_config.NumberColumn(said[name], format="%.2f") for name in (PRICE, MARGIN) if name in items
    }
    st.dataframe(items, hide_index=True, height=520, alt=t("data.view_catalogue"), column_config=said)


VIEWS: Final[Mapping[str, Callable[[str], None]]] = {
    "report": report,
    "clean": cleaning.draw,
    "pictures": pictures,
    "groups": grouping.draw,
    "catalogue": catalogue,
    "add": lambda _: None,
}
