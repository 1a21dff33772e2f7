"""What people searched a shop for, kept with the shop: few, the latest first, and forgotten on request."""

from typing import Final

from divrec.data.files import read_json, write_json
from divrec.workspace.layout import Layout

KEPT: Final = 30
LONGEST: Final = 120  # letters of a search that are kept
_FILE: Final = "searches.json"


class Searches:
    """The past searches of one workspace's shops. Of two kept in the same instant, one may be lost."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def all(self, dataset_id: str) -> list[str]:
        """List what was searched for, latest first."""
        place = self._layout.dataset(dataset_id) / _FILE
        return list(read_json(place)) if place.is_file() else []

    def keep(self, dataset_id: str, text: str) -> None:
        """Put a search in front; what was searched for before stands once, and only the latest KEPT stay."""
        wanted = text.strip()[:LONGEST]
        if wanted:
            self._write(dataset_id, [wanted, *(each for each in self.all(dataset_id) if each != wanted)][:KEPT])

    def forget(self, dataset_id: str, text: str | None = None) -> None:
        """Take a search out, or all of them."""
        self._write(dataset_id, [each for each in self.all(dataset_id) if text not in (None, each)])

    def _write(self, dataset_id: str, texts: list[str]) -> None:
        folder = self._layout.dataset(dataset_id)
        if folder.is_dir():
            write_json(folder / _FILE, texts)
