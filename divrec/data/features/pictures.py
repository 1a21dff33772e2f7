"""Pictures as small squares of pixels and as histograms of their colours.

Only files of the shop's own folder are read.
"""

import io
import math
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from PIL import Image

Pixels = npt.NDArray[np.uint8]

SIDE: Final = 32  # pixels; every picture is brought to this square
_LARGEST: Final = {".svg": 200_000}  # bytes; a drawing is text that can ask for any amount of work
_LARGEST_PHOTO: Final = 12_000_000
_MOST_PIXELS: Final = 40_000_000  # a small file may unfold to far more
_KINDS: Final = (".svg", ".png", ".jpg", ".jpeg", ".webp", ".gif")
_STEPS: Final = 4  # of each colour in the histogram


def read_pixels(names: pd.Series, folder: Path) -> tuple[list[str], Pixels]:
    """Read the distinct files that ``names`` gives inside ``folder``: those that are pictures, and (n, 32, 32, 3).

    What is missing, too large, no picture, or not a plain name of a file there is left out.
    """
    found: dict[str, Pixels] = {}
    for name in names.dropna().astype("str").unique():
        pixels = _read(folder, name)
        if pixels is not None:
            found[name] = pixels
    return list(found), np.stack(list(found.values())) if found else np.empty((0, SIDE, SIDE, 3), np.uint8)


def colour_histograms(pixels: Pixels) -> npt.NDArray[np.float32]:
    """Give the root of each picture's shares of 4 × 4 × 4 colours (n, 64): its cosine is the Bhattacharyya overlap."""
    steps = (pixels.reshape(len(pixels), -1, 3) // (256 // _STEPS)).astype(np.int64)
    code = (steps[..., 0] * _STEPS + steps[..., 1]) * _STEPS + steps[..., 2]
    row = np.arange(len(pixels))[:, None] * _STEPS**3
    counts = np.bincount((row + code).ravel(), minlength=len(pixels) * _STEPS**3).reshape(len(pixels), -1)
    return np.sqrt(counts / (SIDE * SIDE)).astype(np.float32)


def _read(folder: Path, name: str) -> Pixels | None:
    path, kind = folder / name, Path(name).suffix.lower()
    if Path(name).name != name or kind not in _KINDS or not path.is_file() or path.is_symlink():
        return None
    if path.stat().st_size > _LARGEST.get(kind, _LARGEST_PHOTO):
        return None
    content = path.read_bytes()
    return _square(_drawn(content) if kind == ".svg" else content)


def _drawn(content: bytes) -> bytes:
    """Draw an SVG as PNG. One that would load other files is not drawn."""
    import resvg_py  # noqa: PLC0415  # only the worker draws

    text = content.decode("utf-8", "replace")
    if "<image" in text.lower() or "<!entity" in text.lower():
        return b""
    try:
        return bytes(resvg_py.svg_to_bytes(svg_string=text, width=2 * SIDE, skip_system_fonts=True, background="#fff"))
    except ValueError:
        return b""


def _square(content: bytes) -> Pixels | None:
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP", "GIF")) as photo:
            if math.prod(photo.size) > _MOST_PIXELS:
                return None
            coloured = photo.convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    white = Image.new("RGBA", coloured.size, "white")
    flat = Image.alpha_composite(white, coloured).convert("RGB")
    return np.asarray(flat.resize((SIDE, SIDE), Image.Resampling.BOX), dtype=np.uint8)
