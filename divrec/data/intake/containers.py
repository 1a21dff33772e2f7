"""Unpacking: what a file is by its first bytes, and gzip and zip unfolded with a counter that stops a bomb."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO, Final

from divrec.data.intake.limits import Limits
from divrec.errors import InputError

_CHUNK: Final = 1 << 20
_ZIP, _GZIP, _OLD_EXCEL, _PARQUET = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1"
_NEVER: Final = {
    b"PK\x05\x06": "an empty zip file", b"PK\x07\x08": "a part of a divided zip file", b"BZh": "packed with bzip2",
    b"\xfd7zXZ": "packed with xz", b"(\xb5/\xfd": "packed with zstd", b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive", b"%PDF": "a PDF", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture", b"SQLite format 3\0": "a SQLite database", b"ARROW1": "an Arrow file", b"ORC": "an ORC file",
    b"\x93NUMPY": "a NumPy file", b"\x7fELF": "a program",
}  # fmt: skip
_ACCEPTED: Final = "CSV, JSON, Parquet or Excel, plain or in gzip or zip"


@dataclass(frozen=True)
class Piece:
    """One table's file: ``label`` is its name for people, ``packed`` the wrappings taken off so far."""

    label: str
    path: Path
    kind: str = ""  # "text", "parquet" or "excel"
    packed: tuple[str, ...] = ()


def kind_of_file(path: Path, label: str) -> str:
    """Tell by content: text, parquet, excel, gzip or zip. Raises InputError for what is none of them."""
    with path.open("rb") as file:
        start = file.read(16)
    if not start:
        raise InputError(f"{label} is empty; expected a header and rows")
    for magic, kind in _NEVER.items():
        if start.startswith(magic):
            raise InputError(f"{label} is {kind}; expected {_ACCEPTED}")
    if start.startswith(_ZIP):
        return _kind_of_zip(path, label)
    known = {_GZIP: "gzip", _OLD_EXCEL: "excel", _PARQUET: "parquet"}
    return next((kind for magic, kind in known.items() if start.startswith(magic)), "text")


def unpack(path: Path, label: str, folder: Path, limits: Limits) -> list[Piece]:
    """Take one wrapping of gzip or zip off, into ``folder`` under names of our own; a zip may hold several tables.

    Raises InputError for archives within archives, locked or damaged ones, and for more content than the limits allow.
    """
    kind = kind_of_file(path, label)
    if kind not in ("gzip", "zip"):
        return [Piece(label, path, kind)]
    with ExitStack() as stack:
        try:
            pieces = list(_unpacked(path, label, kind, folder, limits, stack))
        except (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
            locked = "encrypted" in str(error) or "password" in str(error)
            said = "is locked with a password; unlock it first" if locked else f"is damaged: {error}"
            raise InputError(f"{label} {said}") from error
    inner = [replace(piece, kind=kind_of_file(piece.path, piece.label)) for piece in pieces]
    for piece in inner:
        if piece.kind in ("gzip", "zip"):
            raise InputError(f"{label} holds another archive, {piece.label}; the limit is one wrapping: unpack it once")
    return inner


def zip_members(archive: zipfile.ZipFile, label: str, most: int) -> list[zipfile.ZipInfo]:
    """List an archive's files without folders and the droppings of desktops. Raises InputError for too many."""
    found = [member for member in archive.infolist() if not member.is_dir() and not _ignored(member.filename)]
    if len(found) > most:
        raise InputError(f"{label} holds {len(found):,} files; the limit is {most:,} (Limits.members)")
    if not found:
        raise InputError(f"{label} holds no file; expected {_ACCEPTED}")
    return found


def _unpacked(
    path: Path, label: str, kind: str, folder: Path, limits: Limits, stack: ExitStack
) -> Iterator[Piece]:
    left = limits.unpacked(path.stat().st_size)
    if kind == "gzip":
        place = folder / "unpacked"
        plain = label[:-3] if label.lower().endswith(".gz") else label
        with gzip.GzipFile(path) as packed:
            _copy(packed, place, left, label, limits)
        yield Piece(plain, place, packed=("gzip",))
        return
    archive = stack.enter_context(closing(zipfile.ZipFile(path)))
    for number, member in enumerate(zip_members(archive, label, limits.members)):
        place = folder / f"member{number}"  # names inside an archive are labels only
        left -= _copy(stack.enter_context(archive.open(member)), place, left, label, limits)
        yield Piece(PurePosixPath(member.filename.replace("\\", "/")).name, place, packed=("zip",))


def _copy(source: IO[bytes] | gzip.GzipFile, place: Path, most: int, label: str, limits: Limits) -> int:
    """Unfold into ``place``, counting bytes and lines. Raises InputError as soon as there are too many."""
    size = lines = 0
    with place.open("wb") as out:
        while chunk := source.read(_CHUNK):
            size, lines = size + len(chunk), lines + chunk.count(b"\n")
            if size > most:
                raise InputError(f"{label} unfolds to more than {most / 2**20:,.0f} MB, the limit for a file of its "
                                 "size (Limits.unpacked_bytes, Limits.unpacked_times); is it what the shop exported? "
                                 "Unpack it yourself, or raise the limit")  # fmt: skip
            limits.check_rows(lines - 1, label)
            out.write(chunk)
    return size


def _kind_of_zip(path: Path, label: str) -> str:
    try:
        with closing(zipfile.ZipFile(path)) as archive:
            names = set(archive.namelist())
    except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
        raise InputError(f"{label} is a damaged zip file: {error}") from error
    if "[Content_Types].xml" not in names:
        return "zip"
    if not any(name.startswith("xl/") for name in names):
        raise InputError(f"{label} is an office document without sheets; expected {_ACCEPTED}")
    return "excel"


def _ignored(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return not parts or parts[0] == "__MACOSX" or parts[-1].startswith(".") or parts[-1].lower() == "thumbs.db"
