"""Every word on the screens: ``t("overview.title")`` in the reader's language, from flat JSON catalogues."""

from html import escape

from divrec import words
from divrec.ui import state

MARKS = frozenset(r"\`*_{}[]()#+-.!|<>~:$")


def t(key: str, **values: object) -> str:
    """Say ``key`` in the reader's language, with its ``{placeholders}`` filled by ``values``."""
    return words.say(state.language(), key, **values)


def known(key: str, otherwise: str) -> str:
    """Say ``key`` where the catalogue has it; else give ``otherwise``, a name that came with the data."""
    return words.known(state.language(), key, otherwise)


def plain(text: str) -> str:
    """Take Markdown's meaning out of words that came with the data or were typed by a person."""
    return "".join(f"\\{letter}" if letter in MARKS else letter for letter in text)


def shown(text: object) -> str:
    """Take the meaning of tags out of words that a Plotly picture shows."""
    return escape(str(text), quote=False)
