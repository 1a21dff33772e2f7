"""What the person is looking at: kept in the URL, remembered over pages, handed to the widgets.

A link reproduces the view, so the URL wins; the session's memory brings the view back when a page is visited again,
because Streamlit drops a page's query parameters and widgets on leaving it. This is the only place that touches
``st.session_state`` and ``st.query_params``.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import streamlit as st

from divrec.words import LANGUAGES

EVERYWHERE = ("lang", "data", "run")  # parameters that all pages share
_MEMORY = "remembered"

Value = TypeVar("Value")


def _memory() -> dict[str, str]:
    if _MEMORY not in st.session_state:
        st.session_state[_MEMORY] = {}
    return st.session_state[_MEMORY]  # type: ignore[no-any-return]


def _moved(name: str) -> bool:
    """Tell whether the URL was changed by the browser (a link, back, forward) and not by ``set_param``."""
    return name in st.query_params and st.query_params[name] != _memory().get(name)


def param(name: str, default: str = "") -> str:
    """Give a view parameter: a fresh link's, else its widget's, else what this session remembers, else ``default``."""
    if _moved(name):
        return st.query_params[name]
    if name in st.session_state:
        return str(st.session_state[name])
    return _memory().get(name, default)


def linked(name: str) -> str:
    """Give a view parameter only where the URL itself has it: a later visit does not bring it back."""
    return str(st.query_params.get(name, ""))


def set_param(name: str, value: str, default: str | None = None) -> None:
    """Put a view parameter into the URL and the memory; a value equal to its fixed default leaves the URL short."""
    _memory()[name] = value
    if value == default:
        if name in st.query_params:
            del st.query_params[name]
    elif st.query_params.get(name) != value:
        st.query_params[name] = value


def bound(
    widget: Callable[..., Any],
    name: str,
    label: str,
    options: Sequence[str],
    *,
    default: str | None = None,
    start: str | None = None,
    **extra: Any,  # noqa: ANN401  # what the widget takes
) -> str:
    """Draw a choosing widget (selectbox, segmented control, pills, radio) whose value lives in the URL as ``name``.

    A value that is not among ``options`` (an old link) gives way to ``default``, which the URL leaves out. Where the
    default may be another one on another day, it is given as ``start`` (else the first option) and written out too.
    """
    fallback = default or start or options[0]
    wanted = param(name, fallback)
    _show(name, wanted if wanted in options else fallback)
    value = widget(label, options, key=name, **extra)
    value = fallback if value is None else str(value)
    set_param(name, value, default)
    return value


def bound_text(widget: Callable[..., Any], name: str, label: str, **extra: Any) -> str:  # noqa: ANN401
    """Draw a text input whose value lives in the URL as ``name``."""
    _show(name, param(name))
    value = str(widget(label, key=name, **extra) or "")
    set_param(name, value, "")
    return value


def _show(name: str, value: str) -> None:
    if st.session_state.get(name) != value:  # set only what differs: Streamlit re-sends a widget that is set
        st.session_state[name] = value


def choose(name: str, value: str) -> None:
    """Set a bound widget from a callback: what it will show, and the URL."""
    st.session_state[name] = value
    set_param(name, value)


def language() -> str:
    """Give the language of the screens: ``lang`` in the URL, else the browser's, else English."""
    wanted = param("lang")
    if wanted in LANGUAGES:
        return wanted
    return "zh" if (st.context.locale or "").lower().startswith("zh") else "en"


def remember(name: str, value: Value) -> Value:
    """Keep for this session a value that is no part of the view: an upload, a finished job already told of."""
    st.session_state[name] = value
    return value


def recall(name: str, default: Value) -> Value:
    """Give what ``remember`` kept."""
    return st.session_state.get(name, default)  # type: ignore[no-any-return]


def open_page(page: str, **params: str) -> None:
    """Go to ``pages/<page>.py`` with these view parameters, and those that all pages share."""
    for name, value in params.items():
        _memory()[name] = value
        st.session_state.pop(name, None)
    shared = {name: value for name in EVERYWHERE if (value := param(name))}
    st.switch_page(f"pages/{page}.py", query_params={**shared, **params})
