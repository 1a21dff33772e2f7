"""Why rows were dropped or fixed, in the reader's language.

The package says its reasons in English sentences; the English catalogue holds them as patterns under ``reason.``, so a
sentence is recognised, and said with the same numbers and names in the other language. An unknown one stays as it is.
"""

import re
from functools import cache

from divrec.ui.text import catalogue, t

PREFIX = "reason."


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    entries = sorted((key, words) for key, words in catalogue("en").items() if key.startswith(PREFIX))
    return tuple((key, re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(words)))) for key, words in entries)


def said(reason: str) -> str:
    """Say a reason of a report in the reader's language."""
    for key, pattern in _patterns():
        if found := pattern.fullmatch(reason):
            return t(key, **found.groupdict())
    return reason
