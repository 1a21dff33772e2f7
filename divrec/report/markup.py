"""The few pieces of HTML that a report is made of; every text that comes in is escaped here."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import NewType

import pandas as pd

Html = NewType("Html", str)  # made here and in pictures.py alone, so that nothing unescaped reaches a page


def paragraph(text: str, kind: str = "") -> Html:
    """Write a paragraph; ``kind`` is its class in the style sheet."""
    return Html(f'<p class="{kind}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>")


def points(texts: Iterable[str]) -> Html:
    """Write a list of sentences."""
    return Html("<ul>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + "</ul>")


def facts(pairs: Iterable[tuple[str, str]]) -> Html:
    """Write names and their values."""
    rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in pairs)
    return Html(f"<dl>{rows}</dl>")


def table(frame: pd.DataFrame, caption: str) -> Html:
    """Write a table of ready texts and whole numbers, under its caption; numbers stand on the right."""
    numeric = [pd.api.types.is_numeric_dtype(kind) for kind in frame.dtypes]
    head = _cells("th", map(str, frame.columns), numeric, ' scope="col"')
    body = "".join(_cells("td", map(str, row), numeric) for row in frame.itertuples(index=False, name=None))
    # a wide table scrolls by itself: the keyboard has to reach it
    return Html(
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead>{head}</thead><tbody>{body}</tbody></table></div>"
    )


def _cells(tag: str, texts: Iterable[str], numeric: Sequence[bool], more: str = "") -> str:
    kinds = (' class="number"' if number else "" for number in numeric)
    cells = (f"<{tag}{kind}{more}>{escape(text)}</{tag}>" for text, kind in zip(texts, kinds, strict=True))
    return f"<tr>{''.join(cells)}</tr>"


def folded(title: str, inside: Html) -> Html:
    """Fold something away under a title; it opens without a script."""
    return Html(f"<details><summary>{escape(title)}</summary>{inside}</details>")


def figure(picture: Html, caption: str) -> Html:
    """Put a caption beneath a picture."""
    return Html(f"<figure>{picture}<figcaption>{escape(caption)}</figcaption></figure>")


def section(title: str, parts: Iterable[Html]) -> Html:
    """Put parts under a heading."""
    return Html(f"<section><h2>{escape(title)}</h2>{''.join(parts)}</section>")
