"""Product pictures, checked: the server never fetches one, and no file leaves the shop's folder.

They are data URLs. A web address reaches the page only where a person allowed its host (``ui/webpictures.py``); then
their browser asks that host, over https, without telling it which page asks.
"""

import base64
import io
import math
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

from PIL import Image

KINDS: Final = {
    ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp",
    ".gif": "image/gif",
}  # fmt: skip
SMALL: Final = 6_000  # bytes that go to the browser as they are; a larger photo is shrunk, a larger drawing not shown
LARGEST: Final = 12_000_000  # bytes of a file that is opened at all
SIDE: Final = 200  # pixels of a shrunk picture's longer side: a card shows 150, a sharp screen wants more
LONGEST: Final = 2_000  # letters of a web address
READABLE: Final = " !$&'()*+,-./:;<=>?@[]^_`{|}~\""  # what a data URL may hold as it is
PIXELS: Final = 40_000_000  # a small file may unfold to far more


def picture(image: object, folder: Path, hosts: Collection[str] = ()) -> str | None:
    """Give what an ``<img>`` shows for the ``image`` column's value, or None where a tile should stand instead.

    A value is a data URL of a picture, the plain name of a file in ``folder``, or an https address at one of ``hosts``,
    which are those that a person allowed. Drawings (SVG) are shown through ``<img>``, where their scripts are dead.
    """
    if not isinstance(image, str) or not image:
        return None
    if hosts and web_host(image) in hosts:
        return image
    if image.startswith("data:"):
        head = image[5:].split(";", 1)[0].split(",", 1)[0]
        return image if head in KINDS.values() and len(image) <= 2 * SMALL else None
    path = folder / image
    if path.suffix.lower() not in KINDS or Path(image).name != image or not path.is_file() or path.is_symlink():
        return None
    status = path.stat()
    return _read(path, status.st_mtime_ns) if status.st_size <= LARGEST else None


def web_host(image: object) -> str | None:
    """Give the host of an https address of a picture; None for anything else, also for ports, names and passwords."""
    if not isinstance(image, str) or not image.startswith("https://") or len(image) > LONGEST:
        return None
    if not image.isprintable() or " " in image or "\\" in image:  # browsers mend such addresses, each in its own way
        return None
    try:
        parts = urlsplit(image)
    except ValueError:
        return None
    return parts.hostname if parts.hostname == parts.netloc.lower() else None


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
