"""Files that wait to be opened: uploads under names of the program's making, large files from a folder beside."""

import hashlib
import io
import math
import os
import shutil
import time
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from divrec.data.files import atomic_file, read_json, write_json
from divrec.data.intake.child import in_child
from divrec.data.intake.files import File
from divrec.data.intake.limits import Limits
from divrec.errors import ArtefactError, InputError

_FOLDER: Final = "DIVREC_FILES"  # the setting that names the folder of large files
_HOURS: Final = "DIVREC_UPLOAD_HOURS"  # the setting that says how long an upload waits that nobody opens
_DEFAULT_HOURS: Final = 48.0


class Inbox:
    """The uploads of one workspace, what came of them, and the columns that people chose for files of one shape."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "inbox"
        self._mappings = folder / "mappings"
        self._seconds = 3600 * _hours()
        self.large = Path(os.environ.get(_FOLDER) or folder / "files")  # filled outside the browser

    def keep(self, key: str, name: str, content: bytes | memoryview) -> File:
        """Keep an upload; what comes again under the same key is the same upload."""
        place = self._folder / hashlib.sha256(key.encode()).hexdigest()[:32]
        if not place.exists():
            with atomic_file(place) as temporary:
                temporary.write_bytes(content)
        return self._file(place, name)

    def picture(self, key: str, name: str, content: bytes | memoryview) -> Path:
        """Keep one picture, decoded and written anew in a child process. Raises InputError for what is none."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("picture", bytes(content))
        place = self.keep(f"picture\n{key}", name, packed.getvalue()).path
        folder = place.with_suffix(".taken")
        answer = in_child("pictures", place, folder, Limits(), name)
        if answer["refused"]:
            raise InputError(f"{name}: {answer['refused'][0][1]}")
        return folder / str(answer["kept"][0][1])

    def release(self, asked: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> None:
        """Remove the uploads that a job asked for, now that its shop is stored; not what ``others`` still ask for.

        Files of the folder of large files stay where they are; what was made of them while reading goes.
        """
        wanted = {place for other in others for place in _places(other.get("options", {}))}
        for place in _places(asked) - wanted:
            if place.parent == self._folder.resolve():
                _remove(place)

    def sweep(self, others: Sequence[Mapping[str, Any]]) -> int:
        """Remove uploads that nobody opened for as long as the setting says, and count what went."""
        wanted = {place for other in others for place in _places(other.get("options", {}))}
        every = [path.resolve() for path in self._folder.iterdir()] if self._folder.is_dir() else []
        left = [path for path in every if path not in wanted and path.stat().st_mtime < time.time() - self._seconds]
        for path in left:
            _remove(path)
        return len(left)

    def large_files(self) -> list[str]:
        """List the names of the files that lie ready in the folder of large files."""
        if not self.large.is_dir():
            return []
        return sorted(file.name for file in self.large.iterdir() if file.is_file() and not file.is_symlink()
                      and not file.name.startswith("."))  # fmt: skip

    def large_file(self, name: str) -> File:
        """Give one of ``large_files``; what came of it is kept until the file changes."""
        if name not in self.large_files():
            raise ArtefactError(f"there is no file {name} in {self.large}; it holds {', '.join(self.large_files())}")
        place = self.large / name
        status = place.stat()
        return self._file(place, name, f"{name}\n{status.st_size}\n{status.st_mtime_ns}")

    def mapping(self, table: str, columns: Sequence[str]) -> dict[str, str]:
        """Give the columns chosen for the last file with these columns, by role; empty where there was none."""
        place = self._mapping(table, columns)
        return dict(read_json(place)["roles"]) if place.is_file() else {}

    def remember(self, table: str, columns: Sequence[str], roles: Mapping[str, str]) -> None:
        """Keep the chosen columns for the next file of this shape."""
        self._mappings.mkdir(parents=True, exist_ok=True)
        known: dict[str, Any] = {"table": table, "columns": list(columns), "roles": dict(roles)}
        write_json(self._mapping(table, columns), known)

    def _file(self, place: Path, label: str, key: str | None = None) -> File:
        name = hashlib.sha256((key or place.name).encode()).hexdigest()[:32]
        return File(place.resolve(), label, (self._folder / f"{name}.taken").resolve())

    def _mapping(self, table: str, columns: Sequence[str]) -> Path:
        shape = "\n".join([table, *columns])
        return self._mappings / f"{hashlib.sha256(shape.encode()).hexdigest()[:32]}.json"


def _hours() -> float:
    """Read how long uploads wait. Raises InputError for what is no number of hours above 0."""
    said = os.environ.get(_HOURS) or str(_DEFAULT_HOURS)
    try:
        hours = float(said)
    except ValueError:
        hours = math.nan
    if not 0 < hours < math.inf:
        raise InputError(f"{_HOURS} is {said!r}; expected the hours that an upload waits, a number above 0 such as "
                         f"{_DEFAULT_HOURS:g}. Set it to one, or leave it out")  # fmt: skip
    return hours


def _places(options: Mapping[str, Any]) -> set[Path]:
    """Give the places of all files, and of what was made of them, that the options of a stored request name."""
    files = [file for value in options.values() if isinstance(value, list) for file in value if isinstance(file, dict)]
    return {Path(file[name]) for file in files for name in ("path", "kept") if file.get(name)}


def _remove(place: Path) -> None:
    if place.is_dir():
        shutil.rmtree(place, ignore_errors=True)
    else:
        place.unlink(missing_ok=True)
