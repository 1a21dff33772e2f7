"""Colours that follow the theme by themselves, light or dark, without a rerun.

Streamlit replaces these placeholders, anywhere in a Plotly figure, by the palettes of ``.streamlit/config.toml`` in the
browser; so a figure is built once and is right in both themes. The palettes are told apart with colour blindness too
(tests/ui/test_theme.py); where there are more kinds than colours, the symbol changes.
"""

from typing import Final

CATEGORIES: Final = tuple(f"#{number:06d}" for number in range(1, 9))
ACCENT: Final = CATEGORIES[0]
SECOND: Final = CATEGORIES[1]
QUIET: Final = CATEGORIES[7]  # grey: what stands behind, what has no class
SEQUENCE: Final = tuple(f"#{number:06d}" for number in range(11, 21))
SYMBOLS: Final = ("circle", "diamond", "square", "triangle-up")
INK: Final = "#000037"  # nearly the text colour: what is laid over a picture


def sequential() -> list[tuple[float, str]]:
    """Give the sequential palette as a Plotly colour scale."""
    return [(place / (len(SEQUENCE) - 1), colour) for place, colour in enumerate(SEQUENCE)]
