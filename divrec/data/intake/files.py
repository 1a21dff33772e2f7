"""A file as a caller names it: a path, or a path with the name that people know it by."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from divrec.data.intake.limits import Limits
from divrec.data.intake.tables import Part
from divrec.data.intake.take import take_in, take_in_once

FilePath = str | os.PathLike[str]


@dataclass(frozen=True)
class File:
    """A file to read: where it lies, its name for people, and the folder that keeps what came of it, if any does."""

    path: Path
    label: str
    kept: Path | None = None

    def to_json(self) -> dict[str, str | None]:
        """Give plain JSON values, which ``listed`` takes too."""
        return {"path": str(self.path), "label": self.label, "kept": str(self.kept) if self.kept else None}

    def taken_in(self, scratch: Path, limits: Limits) -> tuple[Part, ...]:
        """Take the file in: anew into ``scratch``, or once for all into the folder that keeps it."""
        if self.kept is not None:
            return take_in_once(self.path, self.kept, limits, self.label)
        return take_in(self.path, scratch, limits, self.label)


AnyFile = FilePath | File | Mapping[str, Any]
AnyFiles = AnyFile | Sequence[AnyFile]


def listed(files: AnyFiles) -> list[File]:
    """Give one or several files as a list; a mapping ``path, label, kept`` is what a stored request holds."""
    if isinstance(files, (str, os.PathLike, File, Mapping)):
        return [_file(files)]
    return [_file(file) for file in files]


def _file(file: AnyFile) -> File:
    if isinstance(file, File):
        return file
    if isinstance(file, Mapping):
        kept = file.get("kept")
        return File(Path(file["path"]), file.get("label") or Path(file["path"]).name, Path(kept) if kept else None)
    return File(Path(file), Path(file).name)
