"""What lies on the map, layer by layer: what is searched, chosen, or a shopper's; small, beside the constant points."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from divrec.columns import ITEM
from divrec.latent.neighbours import similar_items
from divrec.ui import calls, state
from divrec.ui.atlas.packing import layer
from divrec.ui.live.payload import version_of
from divrec.ui.map_points import Points
from divrec.ui.map_tracks import Track
from divrec.ui.text import t

NEIGHBOURS: Final = 10


@dataclass(frozen=True, eq=False)
class View:
    """What the map shows: its points and what is laid over them.

    ``found`` are rows of the points' table that the search matches, ``item`` the product whose neighbours are shown,
    ``user`` the shopper whose history and list are; the slider runs along ``walk``, towards ``other`` or on ``axis``;
    ``made`` is the set of generated shoppers among the real ones, ``drawn`` the one of them that is shown.
    """

    dataset_id: str
    run_id: str
    dimensions: int
    points: Points
    colour: str
    drag: str
    found: pd.DataFrame
    item: str
    user: str
    walk: str
    other: str
    axis: int
    made: str = ""
    drawn: str = ""

    def with_item(self, item: str) -> "View":
        """Give the same view with another product chosen."""
        return replace(self, item=item)

    def with_drawn(self, drawn: str) -> "View":
        """Give the same view with a generated shopper shown."""
        return replace(self, drawn=drawn)


def guide_values(view: View, track: Track | None, taken: bool, more: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """Give the JSON values for the guide: what lies over the map, and the track that its slider runs along.

    ``more`` are further layers, on top of the view's own.
    """
    over: dict[str, Any] = {
        "colour": view.colour, "drag": view.drag, "layers": [*layers(view), *more], "pool": _pool(view), "taken": taken,
        "track": track is not None and view.points.of == "item", "words": _words(view),
    }  # fmt: skip
    over["version"] = version_of(over)
    values = {
        "lang": state.language(), "over": over,
        "track": None if track is None else track.values(view.points, view.dataset_id),
    }  # fmt: skip
    return {"version": version_of(values), **values}


def layers(view: View) -> list[dict[str, Any]]:
    """Give the small sets of points on top of all."""
    points, found = view.points, []
    if len(view.found):
        found.append(layer("ring", t("latent.found", n=len(view.found)), view.found.index))
    if points.of == "user":
        chosen = [user for user in (view.user, view.other, view.drawn) if user]
        return [*found, layer("star", " · ".join(chosen), points.rows(chosen))] if chosen else found
    if points.rows([view.item])[0] >= 0:
        near = similar_items(calls.item_vectors(view.run_id), view.item, NEIGHBOURS).to_frame()[ITEM]
        found.append(layer("ring", t("latent.near"), points.rows(near)))
        found.append(layer("star", t("latent.chosen"), points.rows([view.item])))
    if view.user:
        past = calls.history(view.dataset_id, view.user)[ITEM].unique()
        found.append(layer("ring", t("latent.history"), points.rows(past)))
    return found


def _pool(view: View) -> dict[str, Any] | None:
    """Give a shopper's candidates with their relevance on [0, 1], for the light of the current list."""
    if view.colour != "light":
        return None
    pool = calls.candidates(view.run_id, state.param("items") == "any").for_user(view.user)
    scores = pool.scores[0]
    reach = float(scores[0] - scores[-1]) if len(scores) else 0.0
    relevance = (scores - scores[-1]) / reach if reach > 0 else scores * 0 + 1
    rows = view.points.rows(pool.item_ids[pool.items[0]])
    on_map = rows >= 0
    return {"rows": rows[on_map].tolist(), "relevance": relevance[on_map].round(3).tolist()}


def _words(view: View) -> dict[str, Any]:
    what = t(f"latent.map_of_{view.points.of}", n=len(view.points.table))
    return {
        "map": what, "keys": t("latent.keys"), "without": t("latent.without"), "dark": t("latent.dark"),
        "bright": t("latent.bright"), "zooms": [t("latent.closer"), t("latent.further"), t("latent.whole")],
    }  # fmt: skip
