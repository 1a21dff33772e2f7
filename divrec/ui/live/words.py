"""The words that the live elements show, as templates: the browser fills their placeholders while the slider moves."""

from typing import Any, Final

from divrec.ui import state
from divrec.words import catalogue

_NAMES: Final = (
    "diversity", "low", "high", "keys", "place", "compare", "base_list", "this_list", "moves", "up", "down", "fresh",
    "fresh_from", "left", "same", "everyone", "everyone_now", "curve", "mix", "table", "table_of_list", "from",
    "category", "others", "said", "act_on", "act_pin", "act_boost", "act_bury", "act_exclude", "act_free", "act_choose",
    "act_why", "ruled_pin", "ruled_boost", "ruled_bury", "ruled_limit",
)  # fmt: skip
_COLUMNS: Final = ("rank", "base", "title", "brand", "category", "price", "relevance")


def live_words() -> dict[str, Any]:
    """Give the templates in the reader's language."""
    texts = catalogue(state.language())
    return {
        **{name: texts[f"live.{name}"] for name in _NAMES},
        "list_columns": [texts[f"live.column.{name}"] for name in _COLUMNS],
    }
