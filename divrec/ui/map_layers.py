"""What lies on the map, layer by layer: every product, and on top what is searched, chosen, or a shopper's."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from divrec.columns import BRAND, CATEGORY, ITEM, PRICE
from divrec.latent.neighbours import similar_items
from divrec.ui import calls, likeness, livepath, state, theme
from divrec.ui.diversity import methods, wish
from divrec.ui.subjects import Subject
from divrec.ui.text import shown, t

EVENTS: Final = "events"
COLOURS: Final = {"category": CATEGORY, "popularity": EVENTS, "price": PRICE, "brand": BRAND}
KINDS: Final = len(theme.CATEGORIES[:-1]) * 2  # classes told apart by colour and symbol; further ones are grey
LIST: Final = 20
NEIGHBOURS: Final = 10


@dataclass(frozen=True)
class View:
    """What the map shows: its points (item_id, x, y and the catalogue's columns) and what is laid over them."""

    dataset_id: str
    run_id: str
    method: str
    points: pd.DataFrame
    colour: str
    drag: str
    found: pd.DataFrame  # rows of points that the search matches
    item: str  # the product whose neighbours are shown, or ""
    user: str  # the shopper whose history and list are shown, or ""


def dots(part: pd.DataFrame, name: str, marker: dict[str, Any], **more: Any) -> go.Scattergl:  # noqa: ANN401
    """Give points of one look, each carrying its item_id and named when pointed at."""
    return go.Scattergl(
        x=part["x"], y=part["y"], mode="markers", name=shown(name), marker=marker,
        customdata=part[[ITEM]], text=part["title"].map(shown),
        hovertemplate="%{text}<extra>%{fullData.name}</extra>", **more,
    )  # fmt: skip


def classes(view: View) -> list[go.Scattergl]:
    """Give one trace per category or brand, the largest first; what is beyond telling apart is one grey trace."""
    kinds = view.points[COLOURS[view.colour]].astype("string").fillna("–")
    order = kinds.value_counts().index.tolist()
    traces = []
    for place, kind in enumerate(order[:KINDS]):
        colour = theme.CATEGORIES[place % (len(theme.CATEGORIES) - 1)]
        symbol = theme.SYMBOLS[place // (len(theme.CATEGORIES) - 1)]
        traces.append(dots(view.points[kinds == kind], str(kind), {"size": 6, "color": colour, "symbol": symbol}))
    rest = view.points[kinds.isin(order[KINDS:])]
    if len(rest):
        traces.insert(0, dots(rest, t("latent.others"), {"size": 5, "color": theme.QUIET}))
    return traces


def graded(view: View) -> go.Scattergl:
    """Give one trace coloured on a logarithmic scale: popularity and prices are skewed."""
    values = pd.to_numeric(view.points[COLOURS[view.colour]], errors="coerce")
    ticks = np.unique(values.dropna().quantile([0.05, 0.5, 0.95, 1.0]).round(2))
    bar = {"tickvals": np.log1p(ticks), "ticktext": [f"{tick:,.0f}" for tick in ticks], "thickness": 12, "len": 0.6}
    marker = {"size": 6, "color": np.log1p(values), "colorscale": theme.sequential(), "colorbar": bar}
    return dots(view.points, t(f"latent.colour_{view.colour}"), marker, showlegend=False)


def laid_over(view: View) -> list[go.Scattergl]:
    """Give the small traces on top: what the search found, a product with its neighbours, a shopper's two sets."""
    at = view.points.set_index(ITEM, drop=False)
    ring = {"size": 13, "color": "rgba(0,0,0,0)", "line": {"width": 2, "color": theme.INK}}
    traces = []
    if len(view.found):
        traces.append(dots(view.found, t("latent.found", n=len(view.found)), ring))
    if view.item in at.index:
        near = similar_items(calls.item_vectors(view.run_id), view.item, NEIGHBOURS).to_frame()[ITEM]
        traces.append(dots(at.loc[at.index.intersection(near.tolist())], t("latent.near"), ring))
        star = {"size": 16, "color": theme.INK, "symbol": "star"}
        traces.append(dots(at.loc[[view.item]], t("latent.chosen"), star))
    if view.user:
        past = at.reindex(calls.history(view.dataset_id, view.user)[ITEM].unique()).dropna(subset=["x"])
        shown = at.reindex(list_of(view)).dropna(subset=["x"])
        traces.append(dots(past, t("latent.history"), ring))
        traces.append(
            dots(shown, t("latent.list", diversity=slider()), {"size": 11, "color": theme.INK, "symbol": "diamond"})
        )
    return traces


def slider() -> float:
    """Give where the Diversity page's slider stands in this view, and keep that in the URL."""
    value, _ = wish()
    state.set_param("diversity", repr(value))
    return value


def list_of(view: View) -> list[str]:
    """Give the shopper's list as the Diversity page shows it: same slider, same method, same likeness."""
    shown = livepath.View(
        dataset=view.dataset_id,
        run=view.run_id,
        subject=Subject("shopper", view.user),
        method=_asked("method", methods(view.dataset_id)),
        alike=_asked("alike", likeness.offered(view.dataset_id)),
        n=LIST,
        repeat=state.param("items") == "any",
    )
    return livepath.path_of(shown).at(slider())


def _asked(name: str, offered: list[str]) -> str:
    """Give what the address asks for, if this shop's catalogue allows it; else the first that it does."""
    wanted = state.param(name)
    return wanted if wanted in offered else offered[0]
