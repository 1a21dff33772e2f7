"""Every word that a person reads, from flat JSON catalogues, one folder per language."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from divrec.errors import InputError

LANGUAGES: Final[Mapping[str, str]] = MappingProxyType({"en": "English", "zh": "中文"})
LOCALES: Final = Path(__file__).parent / "ui" / "locale"
REASON: Final = "reason."


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


def say(language: str, key: str, /, **values: object) -> str:
    """Say ``key`` in a language, its ``{placeholders}`` filled by ``values``. Raises InputError for no such key."""
    texts = catalogue(language)
    if key not in texts:
        raise InputError(f"no text for {key!r}; add it to divrec/ui/locale/*/")
    return texts[key].format(**values)


def known(language: str, key: str, otherwise: str) -> str:
    """Say ``key`` where the catalogue has it; else give ``otherwise``, a name that came with the data."""
    return catalogue(language).get(key, otherwise)


def reason(language: str, sentence: str) -> str:
    """Say why rows were dropped or fixed.

    The package says its reasons in English sentences; the English catalogue holds them as patterns under ``reason.``,
    so a sentence is recognised, and said with the same numbers and names. An unknown one stays as it is.
    """
    for key, pattern in reasons():
        if found := pattern.fullmatch(sentence):
            values = found.groupdict()
            if "way" in values:
                values["way"] = known(language, f"way.{values['way']}", values["way"])
            return say(language, key, **values)
    return sentence


@cache
def reasons() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Give the known reasons by key, as patterns of their English sentences."""
    entries = sorted((key, text) for key, text in catalogue("en").items() if key.startswith(REASON))
    return tuple((key, re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(text)))) for key, text in entries)
