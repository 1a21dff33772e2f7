"""Where shops come from, and what may be asked of each: known without reading any."""

from collections.abc import Mapping
from typing import Any, Final

from divrec.data.cleaning import Recipe
from divrec.errors import InputError

OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "demo": ("recipe",),
    "groceries": ("recipe",),
    "upload": ("events", "items", "users", "vectors", "pictures", "columns", "recipe"),
    "cleaned": ("folder", "pictures", "recipe"),  # of a shop that is here already
}


def check_source(source: str, options: Mapping[str, Any]) -> None:
    """Refuse an unknown source, options that it does not take, and a wrong recipe, before the work is queued."""
    if source not in OPTIONS:
        raise InputError(f"a shop comes from {', '.join(OPTIONS)}; found {source!r}")
    known = OPTIONS[source]
    if unknown := sorted(set(options) - set(known)):
        raise InputError(f"{source} takes {', '.join(known)}; found {', '.join(unknown)}")
    if source == "upload" and not options.get("events"):
        raise InputError("an upload needs events=, the path of the file of events")
    Recipe.from_json(options.get("recipe") or [])
