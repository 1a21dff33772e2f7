"""Why rows were dropped or fixed, in the reader's language."""

from divrec import words
from divrec.ui import state


def said(reason: str) -> str:
    """Say a reason of a report in the reader's language."""
    return words.reason(state.language(), reason)
