"""What the map's slider runs along: one shopper's diversity, the way to another shopper, or an axis of the space."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from divrec.columns import CATEGORY, ITEM
from divrec.latent.walks import Axes, along, axes, between
from divrec.models.decoding import Decoder, decoder_of
from divrec.ui import calls, likeness, livepath, state
from divrec.ui.diversity import methods
from divrec.ui.map_points import Points
from divrec.ui.names import titles, worded
from divrec.ui.subjects import Subject
from divrec.ui.text import t

LIST: Final = 20
WALKS: Final = ("diversity", "between", "axis")
BETWEEN: Final = np.linspace(0, 1, 41)
ALONG: Final = np.linspace(-3, 3, 49)  # standard deviations over shoppers


@dataclass(frozen=True)
class Track:
    """Lists over a slider from ``low`` to ``high``: list i holds on (stops[i], stops[i + 1]], the first from the start.

    ``ends`` say what lies at both ends, ``digits``, ``percent`` and ``signed`` how a value is written.
    """

    label: str
    name: str
    ends: tuple[str, str]
    low: float
    high: float
    stops: list[float]
    lists: list[list[str]]
    digits: int = 2
    percent: bool = False
    signed: bool = False

    def at(self, value: float) -> list[str]:
        """Give the list at a slider value, best first."""
        return self.lists[max(int(np.searchsorted(self.stops, value, side="left")) - 1, 0)]

    def values(self, points: Points, dataset_id: str) -> dict[str, Any]:
        """Give the JSON values for the guide: each product once, its row on the map, -1 where it is not on it."""
        used = list(dict.fromkeys(item for items in self.lists for item in items))
        place = {item: at for at, item in enumerate(used)}
        named = calls.dataset(dataset_id).items.set_index(ITEM).reindex(used).rename_axis(ITEM).reset_index()
        rows = points.rows(used).tolist() if points.of == "item" else [-1] * len(used)
        return {
            "label": self.label, "list": self.name, "low": self.ends[0], "high": self.ends[1], "from": self.low,
            "to": self.high, "step": (self.high - self.low) / 2000, "stops": self.stops, "rows": rows,
            "lists": [[place[item] for item in items] for items in self.lists], "titles": titles(named).tolist(),
            "digits": self.digits, "percent": self.percent, "signed": self.signed, "fresh": t("live.fresh"),
        }  # fmt: skip


def diversity_track(dataset_id: str, run_id: str, user: str) -> Track:
    """Give a shopper's exact path: the lists that the Diversity page shows for this method and likeness."""
    path = livepath.path_of(view_of(dataset_id, run_id, user))
    ends = t("live.low"), t("live.high")
    name = t("latent.list_of", user=user)
    return Track(t("live.diversity"), name, ends, 0.0, 1.0, path.starts.tolist(), path.lists)


def view_of(dataset_id: str, run_id: str, user: str) -> livepath.View:
    """Give the Diversity page's view of a shopper: same method, same likeness, same products allowed."""
    return livepath.View(
        dataset=dataset_id, run=run_id, subject=Subject("shopper", user),
        method=_asked("method", methods(dataset_id)), alike=likeness.held(dataset_id),
        n=LIST, repeat=state.param("items") == "any",
    )  # fmt: skip


def _asked(name: str, offered: list[str]) -> str:
    """Give what the address asks for, if this shop's catalogue allows it; else the first that it does."""
    wanted = state.param(name)
    return wanted if wanted in offered else offered[0]


def decoder(run_id: str) -> Decoder | None:
    """Give what turns a place into scores; None where the model's family has no such thing."""
    return _decoder(calls.folder(), run_id)


@st.cache_resource(show_spinner=False, max_entries=8)
def _decoder(folder: str, run_id: str) -> Decoder | None:  # noqa: ARG001  # a part of the cache's key
    found = decoder_of(calls.workspace().model_folder(run_id))
    return found if found is not None and found.dimensions == calls.user_vectors(run_id).shape[1] else None


def axes_of(run_id: str) -> Axes:
    """Give the axes on which a run's shoppers differ most."""
    return _axes(calls.folder(), run_id)


@st.cache_resource(show_spinner=False, max_entries=8)
def _axes(folder: str, run_id: str) -> Axes:  # noqa: ARG001  # a part of the cache's key
    return axes(calls.user_vectors(run_id))


def between_track(dataset_id: str, run_id: str, user: str, other: str) -> Track:
    """Give the model's lists on the straight way between two shoppers, without what either already had."""
    lists = _walk(dataset_id, run_id, between(calls.user_vectors(run_id), user, other, BETWEEN), [user, other])
    name = t("latent.list_between", user=user, other=other)
    return Track(t("latent.way"), name, (user, other), 0.0, 1.0, _stops(BETWEEN), lists, digits=0, percent=True)


def axis_track(dataset_id: str, run_id: str, user: str, axis: int) -> Track:
    """Give the model's lists along an axis through a shopper's place; its ends are named by their main category."""
    places = along(calls.user_vectors(run_id), user, axes_of(run_id), axis, ALONG)
    lists = _walk(dataset_id, run_id, places, [user])
    ends = _mostly(dataset_id, lists[0]), _mostly(dataset_id, lists[-1])
    name = t("latent.list_along", user=user)
    label = t("latent.axis_n", n=axis + 1)
    return Track(label, name, ends, float(ALONG[0]), float(ALONG[-1]), _stops(ALONG), lists, digits=1, signed=True)


def _walk(dataset_id: str, run_id: str, places: npt.NDArray[np.float32], users: list[str]) -> list[list[str]]:
    found = decoder(run_id)
    assert found is not None  # noqa: S101  # a walk is offered only where there is one
    scores = found.scores(places)
    for user in users:
        had = found.item_ids.get_indexer(pd.Index(calls.history(dataset_id, user)[ITEM].unique()))
        scores[:, had[had >= 0]] = -np.inf
    best = np.argsort(-scores, axis=1, kind="stable")[:, :LIST]
    ids = found.item_ids.to_numpy()
    return [ids[row].tolist() for row in best]


def _stops(grid: npt.NDArray[np.float64]) -> list[float]:
    """Each list holds half-way to the next."""
    return [float(grid[0]), *((grid[1:] + grid[:-1]) / 2).tolist()]


def _mostly(dataset_id: str, items: list[str]) -> str:
    catalogue = calls.dataset(dataset_id).items
    if CATEGORY not in catalogue:
        return ""
    named = worded(catalogue[catalogue[ITEM].isin(items)], CATEGORY).dropna().value_counts()
    return str(named.index[0]) if len(named) else ""
