"""Pictures as static SVG whose colours are the page's own: bars, intervals, and a curve with a chosen point."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Final

import numpy as np

from divrec.report.markup import Html

WIDTH: Final = 640  # units of the drawing; the page scales it
NAMES: Final = 190  # for the names on the left
ENDS: Final = 56  # for the numbers on the right
ROW: Final = 30
LONGEST: Final = 26  # letters of a name beside its row; the whole one is its tooltip


def bars(rows: Sequence[tuple[str, float]], most: float, alt: str) -> Html:
    """Draw horizontal bars from 0 to ``most``, the first on top and strong, each with its number at its end."""
    across = (WIDTH - NAMES - ENDS) / most
    parts = []
    for place, (name, value) in enumerate(rows):
        y, kind = place * ROW, "strong" if place == 0 else "accent"
        length = max(value, 0) * across
        parts.append(_name(name, y))
        parts.append(f'<rect class="track" x="{NAMES}" y="{y + 7}" width="{most * across:.1f}" height="16" rx="3"/>')
        parts.append(f'<rect class="{kind}" x="{NAMES}" y="{y + 7}" width="{length:.1f}" height="16" rx="3"/>')
        parts.append(_text(f"{value:.0f}", WIDTH - ENDS + 10, y + 20))
    return _svg(parts, len(rows) * ROW, alt)


def intervals(rows: Sequence[tuple[str, float, float, float]], strong: str, alt: str) -> Html:
    """Draw name, value, low and high as a point on its interval, from 0 on; the row called ``strong`` stands out."""
    top = max((value for row in rows for value in row[1:] if np.isfinite(value)), default=0) or 1.0
    across = (WIDTH - NAMES - ENDS) / top
    parts = [f'<line class="axis" x1="{NAMES}" x2="{NAMES}" y1="0" y2="{len(rows) * ROW}"/>']
    for place, (name, value, low, high) in enumerate(rows):
        y, kind = place * ROW + 15, "accent" if name == strong else "quiet"
        parts.append(_name(name, place * ROW))
        if np.isfinite(low) and np.isfinite(high):
            ends = f'x1="{NAMES + low * across:.1f}" x2="{NAMES + high * across:.1f}" y1="{y}" y2="{y}"'
            parts.append(f'<line class="{kind} reach" {ends}/>')
        if np.isfinite(value):
            parts.append(f'<circle class="{kind}" cx="{NAMES + value * across:.1f}" cy="{y}" r="5.5"/>')
            parts.append(_text(f"{value:.3f}", WIDTH - ENDS + 10, y + 5))
    return _svg(parts, len(rows) * ROW, alt)


def curve(x: Sequence[float], y: Sequence[float], chosen: int, titles: tuple[str, str], alt: str) -> Html:
    """Draw the points (x, y) in their order as a line, ring the first and fill the ``chosen`` one.

    ``titles`` name the axes, across first; both run over the values that occur.
    """
    height, left, right, top, bottom = 280, 60, 20, 30, 44
    across = _scale(x, left, WIDTH - right)
    up = _scale(y, height - bottom, top)
    at = [(across(a), up(b)) for a, b in zip(x, y, strict=True)]
    line = " ".join(f"{a:.1f},{b:.1f}" for a, b in at)
    parts = [
        f'<line class="axis" x1="{left}" x2="{WIDTH - right}" y1="{height - bottom}" y2="{height - bottom}"/>',
        f'<line class="axis" x1="{left}" x2="{left}" y1="{top}" y2="{height - bottom}"/>',
        f'<polyline class="path" points="{line}"/>',
        f'<circle class="ring" cx="{at[0][0]:.1f}" cy="{at[0][1]:.1f}" r="6"/>',
        f'<circle class="accent" cx="{at[chosen][0]:.1f}" cy="{at[chosen][1]:.1f}" r="7"/>',
        _text(titles[1], left, top - 12),
        _text(titles[0], WIDTH - right, height - 6, "end"),
    ]
    for value in sorted({min(x), max(x)}):
        parts.append(_text(f"{value:.0%}", across(value), height - bottom + 18, "middle"))
    for value in sorted({min(y), max(y)}):
        parts.append(_text(f"{value:.2f}", left - 6, up(value) + 5, "end"))
    return _svg(parts, height, alt)


def _scale(values: Sequence[float], start: float, end: float) -> Callable[[float], float]:
    low, wide = min(values), max(values) - min(values)
    return lambda value: start + (end - start) * ((value - low) / wide if wide > 0 else 0.5)


def _name(name: str, y: float) -> str:
    short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    return f'<text x="{NAMES - 12}" y="{y + 20}" text-anchor="end">{escape(short)}<title>{escape(name)}</title></text>'


def _text(text: str, x: float, y: float, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(parts: Sequence[str], height: float, alt: str) -> Html:
    return Html(f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(alt)}">{"".join(parts)}</svg>')
