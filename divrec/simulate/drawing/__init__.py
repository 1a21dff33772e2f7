"""Drawn product pictures: what the thing is, its style and its colour all show in the pixels."""

from collections.abc import Iterable
from pathlib import Path

from divrec.errors import InputError
from divrec.simulate.drawing import carried, consumed, indoors, leisure, outdoors, wardrobe
from divrec.simulate.drawing.palette import COLOURS as COLOURS
from divrec.simulate.drawing.sketch import STYLES as STYLES
from divrec.simulate.drawing.sketch import Sketch

DRAWINGS = {
    kind: drawing
    for room in (indoors, outdoors, wardrobe, carried, consumed, leisure)
    for kind, drawing in room.DRAWINGS.items()
}


def draw(kind: str, style: str, colour: str) -> str:
    """Draw one product as SVG text of 160 × 120, the same text every time.

    Raises InputError for a kind, style or colour that is not known.
    """
    for value, known, what in ((kind, DRAWINGS, "kind"), (style, STYLES, "style"), (colour, COLOURS, "colour")):
        if value not in known:
            raise InputError(f"no picture of {what} {value!r}; known: {', '.join(known)}")
    sketch = Sketch(style, colour)
    DRAWINGS[kind](sketch)
    return sketch.svg()


def picture_name(kind: str, style: str, colour: str) -> str:
    """Name the file of a picture, as the catalogue's ``image`` column does."""
    return f"{kind}-{style}-{colour}.svg"


def write_pictures(folder: Path, pictures: Iterable[tuple[str, str, str]]) -> int:
    """Write the pictures of ``(kind, style, colour)`` to ``folder``, each once, and give how many there are."""
    wanted = sorted(set(pictures))
    folder.mkdir(parents=True, exist_ok=True)
    for kind, style, colour in wanted:
        (folder / picture_name(kind, style, colour)).write_text(draw(kind, style, colour), encoding="utf-8")
    return len(wanted)
