"""A zip of product pictures: each decoded within limits and written anew; nothing of the upload is kept as it came."""

import hashlib
import io
import zipfile
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Final

from PIL import Image

from divrec.data.intake.containers import zip_members
from divrec.data.intake.limits import Limits
from divrec.errors import InputError

_KINDS: Final = ("PNG", "JPEG", "WEBP", "GIF")
_SIDE: Final = 400  # pixels of the longer side that is kept
_LARGEST: Final = 30_000_000  # bytes of one picture


def read_pictures(file: Path, folder: Path, limits: Limits, label: str) -> dict[str, list[list[str]]]:
    """Write the zip's pictures to ``folder`` and give ``kept`` (name inside, file name) and ``refused`` (name, why)."""
    folder.mkdir(parents=True, exist_ok=True)
    kept: list[list[str]] = []
    refused: list[list[str]] = []
    left = limits.unpacked(file.stat().st_size)
    try:
        with closing(zipfile.ZipFile(file)) as archive:
            for member in zip_members(archive, label, limits.pictures):
                with archive.open(member) as opened:
                    content = opened.read(min(_LARGEST, left) + 1)
                left -= len(content)
                if left < 0:
                    raise InputError(f"{label} unfolds to more than its size allows (Limits.unpacked_times)")
                name = PurePosixPath(member.filename.replace("\\", "/")).name
                written = _written(content, folder, limits)
                (refused if written.startswith("!") else kept).append([name, written.lstrip("!")])
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise InputError(f"{label} is not a readable zip file of pictures: {error}") from error
    return {"kept": kept, "refused": refused}


def _written(content: bytes, folder: Path, limits: Limits) -> str:
    """Write one picture anew and give its file name, or why it is none after an exclamation mark."""
    if len(content) > _LARGEST:
        return f"!larger than {_LARGEST:,} bytes"
    try:
        with Image.open(io.BytesIO(content), formats=_KINDS) as picture:
            if picture.width * picture.height > limits.pixels:
                return f"!more than {limits.pixels:,} pixels (Limits.pixels)"
            picture.thumbnail((_SIDE, _SIDE))
            plain = picture.convert("RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return f"!not a whole picture ({', '.join(_KINDS)})"
    name = hashlib.sha256(content).hexdigest()[:32] + ".webp"
    plain.save(folder / name, "WEBP", quality=82)
    return name
