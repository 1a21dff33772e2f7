"""Every Plotly picture of the app: one frame, one palette, direct labels, and its numbers as a table beneath."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from divrec.ui import theme
from divrec.ui.text import shown, t

CONFIG = {"displayModeBar": False, "scrollZoom": False}
LINE_HEIGHT = 15.0  # pixels
LONGEST = 30  # letters of a bar's name; the whole one shows when pointed at
BARELY = 0.05  # of a usual month's events
FEW_MONTHS = 3  # of which none is left out
POINTS = 400  # of a line on a logarithmic axis, and about as many pixels


def frame(height: int = 280, **layout: object) -> go.Figure:
    """Give an empty figure in the house's frame."""
    figure = go.Figure()
    figure.update_layout(
        template="streamlit",
        height=height,
        margin={"l": 8, "r": 12, "t": 4, "b": 4},
        showlegend=False,
        hovermode="closest",
        bargap=0.25,
        dragmode=False,
    )
    figure.update_xaxes(automargin=True, fixedrange=True, title_standoff=8)
    figure.update_yaxes(automargin=True, fixedrange=True, title_standoff=8)
    figure.update_layout(**layout)
    return figure


def lines(
    table: pd.DataFrame,
    x: str,
    y: str,
    series: str | None = None,
    *,
    titles: tuple[str, str] = ("", ""),
    log: bool = False,
    height: int = 280,
) -> go.Figure:
    """Draw ``y`` over ``x``, one line per value of ``series``, each named at its end."""
    figure = frame(height)
    groups = [("", table)] if series is None else list(table.groupby(series, sort=False, observed=True))
    for place, (name, part) in enumerate(groups):
        colour = theme.CATEGORIES[place % len(theme.CATEGORIES)]
        figure.add_scatter(x=part[x], y=part[y], mode="lines", name=shown(name), line={"width": 2.2, "color": colour})
    if len(groups) > 1:
        _name_ends(figure, height)
        figure.update_layout(margin_r=84)
    figure.update_xaxes(title=titles[0], type="log" if log else None)
    figure.update_yaxes(title=titles[1], type="log" if log else None, rangemode=None if log else "tozero")
    return figure


def few(table: pd.DataFrame) -> pd.DataFrame:
    """Thin a table in order of rank for a logarithmic axis, on which a hundred thousand ranks share few pixels."""
    if len(table) <= POINTS:
        return table
    return table.iloc[np.unique(np.geomspace(1, len(table), POINTS).round().astype(int)) - 1]


def whole_months(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out a first or last month in which the log has barely begun: drawn, it looks like a shop that closed."""
    events = table.groupby("month")["events"].sum().sort_index()
    barely = events < BARELY * events.median()
    ends = [month for month in events.index[[0, -1]] if barely[month]] if len(events) > FEW_MONTHS else []
    return table[~table["month"].isin(ends)]


def share_of(part: float) -> str:
    """Write a share of the whole so that something never reads as nothing."""
    return "< 0.1%" if 0 < part < 0.0005 else f"{part:.1%}"


def _name_ends(figure: go.Figure, height: int) -> None:
    """Name each line at its end, the name in the colour of text; names that would touch are moved apart."""
    ends = sorted(((line.y[-1], line) for line in figure.data if len(line.y)), key=lambda end: end[0])
    pixels = 0.75 * height / max(max(line.y) for _, line in ends)  # about as many as the axis, from 0, will have
    last = -LINE_HEIGHT
    for value, line in ends:
        place = max(value * pixels, last + LINE_HEIGHT)
        figure.add_annotation(
            x=line.x[-1],
            y=value,
            text=f'<span style="color:{line.line.color}">●</span> {line.name}',
            xanchor="left",
            xshift=2,
            yshift=place - value * pixels,
            showarrow=False,
        )
        last = place


def bars(
    labels: Sequence[str],
    values: Sequence[float],
    *,
    texts: Sequence[str] | None = None,
    title: str = "",
    height: int | None = None,
    quiet: Sequence[bool] | None = None,
) -> go.Figure:
    """Draw horizontal bars, the first on top, each with its number at its end; ``quiet`` bars are grey."""
    colours = [theme.QUIET if dim else theme.ACCENT for dim in (quiet or [False] * len(labels))]
    figure = frame(height or 16 + 27 * len(labels))
    figure.add_bar(
        x=list(values),
        y=list(range(len(labels))),
        orientation="h",
        marker_color=colours,
        marker_cornerradius=3,
        text=None if texts is None else list(texts),
        textposition="outside",
        cliponaxis=False,
        customdata=[shown(label) for label in labels],
        hovertemplate="%{customdata}: " + ("%{x}" if texts is None else "%{text}") + "<extra></extra>",
    )
    names = [shown(label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…") for label in labels]
    figure.update_xaxes(title=title, showticklabels=texts is None, showgrid=False, zeroline=False)
    figure.update_yaxes(autorange="reversed", ticks="", tickvals=list(range(len(labels))), ticktext=names)
    figure.update_layout(margin_r=64)
    return figure


def columns(
    labels: Sequence[Any], values: Sequence[float], *, titles: tuple[str, str] = ("", ""), height: int = 280
) -> go.Figure:
    """Draw upright bars, as for a histogram."""
    figure = frame(height, bargap=0.06)
    figure.add_bar(x=list(labels), y=list(values), marker_color=theme.ACCENT, marker_cornerradius=2)
    figure.update_xaxes(title=titles[0])
    figure.update_yaxes(title=titles[1])
    return figure


def intervals(table: pd.DataFrame, label: str, *, title: str = "", highlight: Sequence[str] = ()) -> go.Figure:
    """Draw ``value`` with its ``low``–``high`` interval, one row per ``label``, the first on top."""
    colours = [theme.ACCENT if name in highlight else theme.QUIET for name in table[label]]
    figure = frame(70 + 40 * len(table))
    for row, colour in zip(table.itertuples(), colours, strict=True):
        figure.add_scatter(
            x=[row.low, row.high],
            y=[getattr(row, label)] * 2,
            mode="lines",
            line={"color": colour, "width": 3},
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=table["value"],
        y=table[label],
        mode="markers+text",
        marker={"size": 11, "color": colours},
        text=[f"{value:.3f}" for value in table["value"]],
        textposition="top center",
        cliponaxis=False,
        customdata=table[["low", "high"]],
        hovertemplate="%{y}: %{x:.4f} (%{customdata[0]:.4f} – %{customdata[1]:.4f})<extra></extra>",
    )
    ends = table[["low", "high", "value"]].to_numpy(dtype=float)
    room = [min(0.0, np.nanmin(ends, initial=0)), max(0.0, np.nanmax(ends, initial=0))]
    figure.update_xaxes(title=title, range=[room[0] * 1.05, room[1] * 1.05 or 1], zeroline=False)
    figure.update_yaxes(range=[len(table) - 0.5, -0.8], ticks="")
    return figure


def show(
    figure: go.Figure,
    table: pd.DataFrame | None,
    *,
    alt: str,
    key: str,
    config: dict[str, Any] | None = None,
    **extra: Any,  # noqa: ANN401  # st.plotly_chart's own options
) -> Any:  # noqa: ANN401  # its selection
    """Show a picture with a name for screen readers and, folded beneath it, its numbers."""
    event = st.plotly_chart(figure, key=key, alt=alt, config={**CONFIG, **(config or {})}, **extra)
    if table is not None:
        numbers(table, key)
    return event


def numbers(table: pd.DataFrame, key: str, **columns: Any) -> None:  # noqa: ANN401  # column_config's own types
    """Fold the numbers of a picture beneath it."""
    folded = st.expander(t("shell.numbers"), key=f"{key}_numbers", on_change="rerun")
    if folded.open:
        folded.dataframe(table, hide_index=True, column_config=columns or None)
