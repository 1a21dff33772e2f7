"""The live trade-off: components-v2 elements that hold whole trade-off curves and answer the drag in the browser.

Python sends a path once and hears the slider when it is let go. Item texts reach the page as text nodes only. While it
moves, the slider tells every element of the page (event ``divrec:diversity`` on the document), so others can follow.
"""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, Final

import streamlit as st

FOLDER: Final = Path(__file__).parent


def mounter(name: str, *scripts: str, folder: Path = FOLDER) -> Callable[..., Any]:
    """Put an element together from its files in ``folder`` and what all elements share; ``scripts`` come in between."""
    own = [folder / f"{name}.{kind}" for kind in ("html", "css", "js")]
    shared = [FOLDER / f"shared.{kind}" for kind in ("css", "js")]
    return st.components.v2.component(
        f"divrec_{name}",
        html=_read(own[0]),
        css=_read(shared[0], own[1]),
        js=_read(shared[1], *(folder / script for script in scripts), own[2]),
    )


def _read(*files: Path) -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


_LIVE = mounter("live", "path.js", "rules.js", "cards.js", "plots.js")
_POPULATION = mounter("population")
_STRIP = mounter("strip")
_BARS = mounter("bars")
_PAIRS = mounter("pairs")
_VERSUS = mounter("versus")


def live_tradeoff(
    values: dict[str, Any], *, start: float, wish: str = "", key: str = "live"
) -> tuple[float, dict[str, Any] | None]:
    """Draw a path (from ``payload``) with the slider at ``start`` and give the diversity at which it was last let go.

    With it comes what a card was just clicked for, if one was: ``act, item, place``.

    A new ``wish`` moves the thumb to ``start``; with the same wish the thumb stays where the person left it, even on
    another path. ``values`` and ``start`` have to stay the same between the reruns that a release causes (pass them
    into the fragment from outside): then the browser keeps the path and a release costs about a kilobyte.
    """
    data = {**values, "start": start, "wish": wish}
    state = _LIVE(
        data=data, key=key, default={"released": None}, on_released_change=lambda: None, on_ruled_change=lambda: None
    )
    released = state["released"]
    value = float(released["diversity"]) if released and released["wish"] == wish else start
    return value, state["ruled"]


def population_curves(values: dict[str, Any], *, start: float, key: str = "population") -> None:
    """Draw everybody's curves (from ``population_payload``), with a point that follows the live slider."""
    _POPULATION(data={**values, "start": start}, key=key)


def product_strip(values: dict[str, Any], *, key: str) -> str | None:
    """Draw a row of small product cards (from ``strip_payload``).

    Where ``values`` has a label under ``act``, each card has a button of that name: give the item whose was clicked.
    """
    clicked: str | None = _STRIP(data=values, key=key, on_clicked_change=lambda: None)["clicked"]
    return clicked


def pair_rows(values: dict[str, Any], *, key: str) -> None:
    """Draw pairs of small cards with how alike they are (from ``pairs_payload``)."""
    _PAIRS(data=values, key=key)


def two_lists(values: dict[str, Any], *, key: str) -> None:
    """Draw two lists beside each other (from ``versus_payload``)."""
    _VERSUS(data=values, key=key)


def bars(
    rows: Sequence[tuple[str, float]],
    *,
    label: str,
    most: float,
    strong: Collection[str],
    key: str,
    leads: Sequence[str] = (),
    opens: str = "",
) -> str | None:
    """Draw horizontal bars on a scale from 0 to ``most``, each with its whole number; those in ``strong`` stand out.

    Where ``leads`` names what each row leads to, its name is a button, said as ``opens`` with ``{name}``: give what was
    just opened. Weighs next to nothing, where a Plotly picture makes a first page load and read five megabytes.
    """
    keys: Sequence[str | None] = leads or [None] * len(rows)
    drawn = [
        {"name": name, "value": value, "text": f"{value:.0f}", "strong": name in strong, "key": lead}
        for (name, value), lead in zip(rows, keys, strict=True)
    ]
    data = {"label": label, "most": most, "rows": drawn, "opens": opens}
    opened: str | None = _BARS(data=data, key=key, on_opened_change=lambda: None)["opened"]
    return opened
