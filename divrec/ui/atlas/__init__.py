"""The map's two elements: all points, sent once and constant; the guide, which says in kilobytes what is on them.

The guide tells the map through events of the document (``divrec:over``, ``divrec:step``), so that a search, a colour, a
loop or a move of the slider never sends the points again. Texts reach the page as text nodes only.
"""

from pathlib import Path
from typing import Any, Final

from divrec.ui.live import FOLDER as LIVE
from divrec.ui.live import mounter

_FOLDER: Final = Path(__file__).parent
_MAP = mounter("map", "palette.js", "camera.js", "points.js", "marks.js", "hand.js", folder=_FOLDER)
_GUIDE = mounter("guide", str(LIVE / "path.js"), folder=_FOLDER)


def map_of_points(points: bytes, *, key: str = "map") -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Draw a map of ``points`` (from ``packed``) and give what was just clicked and what a loop just took, if anything.

    A click is ``{row, version}``; a loop is ``{bits, version}``, base64 of a bit per point (see ``rows_of``).
    """
    state = _MAP(data=points, key=key, on_picked_change=lambda: None, on_taken_change=lambda: None)
    return state["picked"], state["taken"]


def guide(values: dict[str, Any], *, start: float, wish: str, key: str = "guide") -> float:
    """Say what lies over the map, with a slider where there is a track, and give where the slider was last let go.

    A new ``wish`` moves the thumb to ``start``; with the same wish it stays where the person left it.
    """
    state = _GUIDE(
        data={**values, "start": start, "wish": wish}, key=key, default={"released": None},
        on_released_change=lambda: None,
    )  # fmt: skip
    released = state["released"]
    return float(released["value"]) if released and released["wish"] == wish else start
