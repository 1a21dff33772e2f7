"""What the child process can be asked to do."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from divrec.data.intake.limits import Limits
from divrec.data.intake.pictures import read_pictures
from divrec.data.intake.take import take_in_here


def _take_in(file: Path, folder: Path, limits: Limits, label: str) -> list[dict[str, Any]]:
    return [part.to_json() for part in take_in_here(file, folder, limits, label)]


WORK: Final[Mapping[str, Callable[[Path, Path, Limits, str], Any]]] = {"take_in": _take_in, "pictures": read_pictures}
