"""The Data screen's parts: what was read, what the shop looks like, its groups and clusters."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from divrec.columns import CATEGORY, TIME
from divrec.data.exports import to_csv
from divrec.data.report import Report
from divrec.ui import calls, charts, cleaning, theme
from divrec.ui.names import translated
from divrec.ui.reasons import said
from divrec.ui.text import known, t

ACTIONS: Final = ("dropped", "fixed", "guessed")
SHOWN = 12  # categories in the picture; the table has them all
COUNTED: Final = {"shopper_groups": "users", "item_clusters": "items"}
FORMATS: Final = {
    "share": "percent", "silhouette": "%.2f", "median_spend": "%.2f", "median_price": "%.2f",
    "median_price_level": "percent", "median_days_since": "%.0f", "median_per_month": "%.1f",
}  # fmt: skip
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
    st.dataframe(shown.iloc[order], hide_index=True, alt=t("data.report"))
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
    figure.update_xaxes(visible=False)
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
    named = table.assign(event=[known(f"event.{event}", str(event)) for event in table["event"]])
    figure = charts.lines(named, "month", "events", "event", titles=("", t("data.events")))
    return figure.update_xaxes(tickformat="%Y-%m")


def _popularity(table: pd.DataFrame) -> go.Figure:
    return charts.lines(table, "rank", "events", titles=(t("data.rank"), t("data.events")), log=True)


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


def groups(dataset_id: str) -> None:
    """Show shopper groups and item clusters, each named by what sets it apart, and what each is like in numbers."""
    tables, items = calls.profile(dataset_id), calls.dataset(dataset_id).items
    found = {}
    for column, kind in zip(st.columns(2, gap="large"), COUNTED, strict=True):
        with column:
            st.header(t(f"data.{kind}"), anchor=False)
            st.caption(t(f"data.{kind}_says"))
            table = tables.get(kind)
            if table is None or table.empty:
                st.caption(t(f"data.no_{kind}"))
                continue
            found[kind] = table = _spoken(table, "name", items)
            sizes = table[COUNTED[kind]].tolist()
            figure = charts.bars(table["name"].tolist(), sizes, texts=[f"{n:,}" for n in sizes])
            charts.show(figure, None, alt=t(f"data.{kind}"), key=kind)
    for kind, table in found.items():
        st.header(t(f"group.{kind}"), anchor=False)
        _numbers(table, kind)


def _numbers(table: pd.DataFrame, kind: str) -> None:
    """Show what the groups are like, every number with its explanation on hover; what the shop lacks is left out."""
    last = [name for name in ("share", "silhouette") if name in table]
    ordered = [*table.columns.drop(last).astype(str), *last]
    kept = [name for name in ordered if table[name].notna().any()]
    said: dict[str, Any] = {
        name: st.column_config.Column(t(f"group.{name}"), help=t(f"group.{name}_says"))
        if name in ("name", "apart", "examples")
        else st.column_config.NumberColumn(t(f"group.{name}"), help=t(f"group.{name}_says"), format=FORMATS.get(name))
        for name in kept
    }
    st.dataframe(
        table[kept], hide_index=True, height="content", column_config=said, alt=t(f"group.{kind}"),
        key=f"{kind}_numbers",
    )  # fmt: skip


def catalogue(dataset_id: str) -> None:
    """Show the products as a table."""
    st.caption(t("data.catalogue_says"))
    st.dataframe(calls.dataset(dataset_id).items, hide_index=True, height=520, alt=t("data.view_catalogue"))


VIEWS: Final[Mapping[str, Callable[[str], None]]] = {
    "report": report,
    "clean": cleaning.draw,
    "pictures": pictures,
    "groups": groups,
    "catalogue": catalogue,
    "add": lambda _: None,
}
