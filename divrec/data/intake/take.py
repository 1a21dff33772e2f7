"""Taking a file in: unpacked, decoded and parsed into a folder, in a child process where that is asked or needed."""

import json
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from divrec.data.intake.child import in_child
from divrec.data.intake.containers import Piece, kind_of_file, unpack
from divrec.data.intake.delimited import read_delimited
from divrec.data.intake.encodings import plain_text
from divrec.data.intake.jsontext import looks_like_json, read_json
from divrec.data.intake.limits import Limits
from divrec.data.intake.parquetfile import check_parquet
from divrec.data.intake.tables import Part
from divrec.data.intake.workbook import read_workbook
from divrec.errors import InputError

KNOWN: Final = "intake.json"


def take_in(
    path: str | os.PathLike[str],
    folder: Path,
    limits: Limits | None = None,
    label: str | None = None,
    isolated: bool | None = None,
) -> tuple[Part, ...]:
    """Take a file in, into ``folder``, and give its tables: several where a zip file holds several.

    ``isolated`` asks for a child process with limits of memory and time; without it, only text is parsed in this one.
    Raises InputError for whatever cannot be taken in, naming the file and the remedy.
    """
    file, limits = Path(path), limits or Limits()
    label = label or file.name
    if not file.is_file():
        raise InputError(f"there is no file {file}")
    folder.mkdir(parents=True, exist_ok=True)
    if isolated is None:
        isolated = kind_of_file(file, label) != "text"
    if not isolated:
        return take_in_here(file, folder, limits, label)
    answer = in_child("take_in", file, folder, limits, label)
    return tuple(Part.from_json(part) for part in answer)


def take_in_once(path: Path, folder: Path, limits: Limits | None = None, label: str | None = None) -> tuple[Part, ...]:
    """Take a file in, in a child process, unless ``folder`` already holds what came of it."""
    known = folder / KNOWN
    if not known.is_file():
        fresh = Path(tempfile.mkdtemp(prefix=".intake-", dir=_made(folder.parent)))
        try:
            parts = take_in(path, fresh, limits, label, isolated=True)
            moved = [replace(part, **_moved(part, fresh, folder)) for part in parts]
            (fresh / KNOWN).write_text(json.dumps([part.to_json() for part in moved]), encoding="utf-8")
            with suppress(OSError):  # another process was quicker: what it made is the same
                fresh.rename(folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return tuple(Part.from_json(part) for part in json.loads(known.read_text(encoding="utf-8")))


def take_in_here(file: Path, folder: Path, limits: Limits, label: str) -> tuple[Part, ...]:
    """Take a file in, in this process."""
    with tempfile.TemporaryDirectory(dir=folder, prefix="unpacked-") as scratch:
        pieces = unpack(file, label, Path(scratch), limits)
        return tuple(_table(piece, folder / f"part{number}", limits) for number, piece in enumerate(pieces))


def _table(piece: Piece, folder: Path, limits: Limits) -> Part:
    folder.mkdir()
    if piece.kind == "parquet":
        part = check_parquet(piece.path, piece.label, limits)
        if piece.packed:
            part = replace(part, table=str(shutil.move(piece.path, folder / "own.parquet")))
    elif piece.kind == "excel":
        part = read_workbook(piece.path, piece.label, folder, limits)
    else:
        part = _text(piece, folder, limits)
    return replace(part, packed=piece.packed)


def _text(piece: Piece, folder: Path, limits: Limits) -> Part:
    text = plain_text(piece.path, piece.label, folder)
    read = read_json if looks_like_json(text.path) else read_delimited
    part = read(text, piece.label, folder, limits)
    if text.path != piece.path:
        text.path.unlink()
    return part


def _moved(part: Part, old: Path, new: Path) -> dict[str, Any]:
    places = {"table": part.table, "rejected": part.rejected, "lines": part.lines}
    return {name: str(new / Path(place).relative_to(old)) if place and Path(place).is_relative_to(old) else place
            for name, place in places.items()}  # fmt: skip


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
