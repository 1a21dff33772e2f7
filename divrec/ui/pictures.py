"""Product pictures as data URLs, checked: what comes from a log is never fetched and never leaves the shop's folder."""

import base64
import io
import math
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import quote

from PIL import Image

KINDS: Final = {
    ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp",
    ".gif": "image/gif",
}  # fmt: skip
SMALL: Final = 6_000  # bytes that go to the browser as they are; a larger photo is shrunk, a larger drawing not shown
LARGEST: Final = 12_000_000  # bytes of a file that is opened at all
SIDE: Final = 200  # pixels of a shrunk picture's longer side: a card shows 150, a sharp screen wants more
READABLE: Final = " !$&'()*+,-./:;<=>?@[]^_`{|}~\""  # what a data URL may hold as it is
PIXELS: Final = 40_000_000  # a small file may unfold to far more


def picture(image: object, folder: Path) -> str | None:
    """Give a data URL for the ``image`` column's value, or None where a tile should stand instead.

    A value is a data URL of a picture, or the plain name of a file in ``folder``. Web addresses give None: the app
    makes no request to any other host. Drawings (SVG) are shown through ``<img>``, where their scripts are dead.
    """
    if not isinstance(image, str) or not image:
        return None
    if image.startswith("data:"):
        head = image[5:].split(";", 1)[0].split(",", 1)[0]
        return image if head in KINDS.values() and len(image) <= 2 * SMALL else None
    path = folder / image
    if path.suffix.lower() not in KINDS or Path(image).name != image or not path.is_file() or path.is_symlink():
        return None
    status = path.stat()
    return _read(path, status.st_mtime_ns) if status.st_size <= LARGEST else None


@lru_cache(maxsize=4096)
def _read(path: Path, _: int) -> str | None:
    content = path.read_bytes()
    kind = KINDS[path.suffix.lower()]
    if kind == KINDS[".svg"]:
        # percent-encoded where it must be: a quarter shorter than base64, and a list has a hundred of them
        return f"data:{kind},{quote(content, safe=READABLE)}" if len(content) <= SMALL else None
    if len(content) > SMALL:
        content, kind = _shrunk(content), "image/webp"
    return f"data:{kind};base64,{base64.b64encode(content).decode()}" if content else None


def _shrunk(content: bytes) -> bytes:
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP", "GIF")) as photo:
            if math.prod(photo.size) > PIXELS:
                return b""
            photo.thumbnail((SIDE, SIDE))
            out = io.BytesIO()
            photo.convert("RGBA" if "A" in photo.getbands() else "RGB").save(out, "WEBP", quality=78)
            return out.getvalue()
    except (OSError, ValueError, Image.DecompressionBombError):
        return b""  # not a picture after all: a tile stands for it
