"""The Data screen's groups and clusters: how many and why, what each is like, which products stand for it."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from divrec.columns import ITEM
from divrec.ui import calls, charts, livepath, theme, webpictures
from divrec.ui.cards import card_table
from divrec.ui.live import product_strip
from divrec.ui.live.payload import strip_payload
from divrec.ui.names import translated
from divrec.ui.text import t
from divrec.workspace.divisions import LARGEST
from divrec.workspace.records import Division, Divisions

COUNTED: Final[Mapping[Divisions, str]] = {"shopper_groups": "users", "item_clusters": "items"}
FORMATS: Final = {
    "share": "percent", "silhouette": "%.2f", "median_spend": "%.2f", "median_price": "%.2f",
    "median_price_level": "percent", "median_days_since": "%.0f", "median_per_month": "%.1f",
}  # fmt: skip
EXAMPLES: Final = 8  # products that are shown of a cluster
AUTOMATIC: Final = 0  # stands in the choice for the number with the best silhouette
LOW: Final = 170  # pixels of the picture of the silhouettes


def draw(dataset_id: str) -> None:
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
            spoken = {name: translated(table[name], items) for name in ("name", "apart")}
            found[kind] = table = table.assign(**spoken)
            sizes = table[COUNTED[kind]].tolist()
            figure = charts.bars(table["name"].tolist(), sizes, texts=[f"{n:,}" for n in sizes])
            charts.show(figure, None, alt=t(f"data.{kind}"), key=kind)
            _how_many(dataset_id, kind)
    for kind, table in found.items():
        st.header(t(f"group.{kind}"), anchor=False)
        _numbers(table, kind)
    if "item_clusters" in found:
        _pictured(dataset_id, tables["popularity"], found["item_clusters"])


def _how_many(dataset_id: str, kind: Divisions) -> None:
    """Show how clearly each number of groups divides the shop, and let a person choose one."""
    st.subheader(t("group.how_many"), anchor=False)
    now = calls.workspace().division(dataset_id, kind)
    tried = calls.workspace().groups_tried(dataset_id, kind)
    if tried.empty:
        st.caption(t("group.not_tried"))
    else:
        st.caption(t("group.how_many_says"))
        title = t(f"group.k_{kind}")
        figure = _silhouettes(tried, now.number, title)
        titled = tried.rename(columns={"k": title, "silhouette": t("group.silhouette")})
        charts.show(figure, titled, alt=t("group.how_many_alt"), key=f"tried_{kind}")
    _choice(dataset_id, kind, now)


def _silhouettes(tried: pd.DataFrame, number: int, title: str) -> go.Figure:
    figure = charts.lines(tried, "k", "silhouette", titles=(title, t("group.silhouette")), height=LOW)
    taken = tried["k"] == number
    figure.update_traces(mode="lines+markers", marker={"size": [11 if here else 6 for here in taken]})
    figure.update_traces(marker_color=[theme.SECOND if here else theme.ACCENT for here in taken])
    figure.update_traces(hovertemplate="%{x}: %{y:.3f}<extra></extra>")
    return figure.update_xaxes(dtick=1)


def _choice(dataset_id: str, kind: Divisions, now: Division) -> None:
    """Draw the choice of a number; what follows from another one is said before it is made."""
    offered = [AUTOMATIC, *range(2, LARGEST + 1)]
    used = now.chosen or AUTOMATIC
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            t(f"group.k_{kind}"), offered, offered.index(used), key=f"k_{kind}_{dataset_id}_{used}", width=170,
            format_func=lambda k: str(k) if k != AUTOMATIC else t("group.automatic", n=now.automatic),
            help=t("group.k_says"),
        )  # fmt: skip
        live = calls.workspace().jobs(live_only=True)
        waits = any(job.kind == "regroup" and job.target == dataset_id for job in live)
        if st.button(t("group.divide"), disabled=waits or chosen == used, key=f"divide_{kind}"):
            calls.workspace().submit_regrouping(dataset_id, kind, None if chosen == AUTOMATIC else chosen)
            st.rerun()
    if waits:
        st.caption(t("group.waits"))
    elif chosen != used:
        st.info(t(f"group.follows_{kind}"))


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


def _pictured(dataset_id: str, popularity: pd.DataFrame, table: pd.DataFrame) -> None:
    """Show the products with the most events of each cluster, the largest cluster first."""
    labels = calls.workspace().item_clusters(dataset_id)
    if labels.empty:
        st.caption(t("group.no_pictures"))
        return
    items = calls.dataset(dataset_id).items
    seen = popularity.set_index(ITEM)["events"].reindex(labels.index).fillna(0).astype(int)
    most = seen.sort_values(ascending=False, kind="stable").groupby(labels, sort=False).head(EXAMPLES)
    spoken = pd.Series(translated(labels[most.index], items), index=most.index)
    folder, categories = calls.workspace().pictures(dataset_id), livepath.all_categories(dataset_id)
    st.header(t("group.pictured"), anchor=False)
    for place, row in enumerate(table.itertuples()):
        notes = {str(item): t("diversity.events", n=n) for item, n in most[spoken == row.name].items()}
        cards = card_table(items, notes, folder, notes, webpictures.allowed(dataset_id))
        says = t("group.cluster", name=row.name, n=row.items)
        product_strip(strip_payload(cards, categories, says, says), key=f"cluster_{place}")
