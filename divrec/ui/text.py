"""Every word on the screens: ``t("overview.title")`` in the reader's language, from flat JSON catalogues."""

import json
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from types import MappingProxyType

from divrec.errors import InputError
from divrec.ui import state

MARKS = frozenset(r"\`*_{}[]()#+-.!|<>~:$")
LOCALES = Path(__file__).parent / "locale"


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Merge all catalogue files of one language into one mapping from key to text.

    Raises InputError where two files define the same key.
    """
    texts: dict[str, str] = {}
    for file in sorted((LOCALES / language).glob("*.json")):
        entries = json.loads(file.read_text(encoding="utf-8"))
        if twice := texts.keys() & entries.keys():
            raise InputError(f"{file.name} defines {sorted(twice)[0]} again; keep a key in one catalogue file")
        texts.update(entries)
    return MappingProxyType(texts)


def t(key: str, **values: object) -> str:
    """Say ``key`` in the reader's language, with its ``{placeholders}`` filled by ``values``."""
    texts = catalogue(state.language())
    if key not in texts:
        raise InputError(f"no text for {key!r}; add it to divrec/ui/locale/*/")
    return texts[key].format(**values)


def known(key: str, otherwise: str) -> str:
    """Say ``key`` where the catalogue has it; else give ``otherwise``, a name that came with the data."""
    return catalogue(state.language()).get(key, otherwise)


def plain(words: str) -> str:
    """Take Markdown's meaning out of words that came with the data or were typed by a person."""
    return "".join(f"\\{letter}" if letter in MARKS else letter for letter in words)


def shown(words: object) -> str:
    """Take the meaning of tags out of words that a Plotly picture shows."""
    return escape(str(words), quote=False)
