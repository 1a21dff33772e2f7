"""What products and measures are called in the reader's language."""

from collections.abc import Iterable

import pandas as pd

from divrec.columns import CATEGORY, ITEM, TITLE, TITLE_ZH
from divrec.metrics.registry import METRICS
from divrec.ui import state


def metric_name(name: str) -> str:
    """Give a measure's name from the registry of measures."""
    return METRICS[name].label[state.language()] if name in METRICS else name


def titles(items: pd.DataFrame) -> pd.Series:
    """Give a name for every row of a catalogue: its title in the reader's language, else its title, else its id."""
    names = items[ITEM].astype("string")
    for column in (TITLE, TITLE_ZH) if state.language() == "zh" else (TITLE,):
        if column in items:
            names = items[column].astype("string").fillna(names)
    return names


def worded(items: pd.DataFrame, column: str) -> pd.Series:
    """Give a column of the catalogue in the reader's language: in Chinese its ``_zh`` twin, where the shop has one."""
    twin = f"{column}_zh"
    if state.language() != "zh" or twin not in items:
        return items[column]
    return items[twin].fillna(items[column])


def translated(names: Iterable[str], items: pd.DataFrame, column: str = CATEGORY) -> list[str]:
    """Say names that are made of a column's values (a category, a group named by two) in the reader's language."""
    twin = f"{column}_zh"
    if state.language() != "zh" or column not in items or twin not in items:
        return list(map(str, names))
    pairs = items[[column, twin]].dropna().drop_duplicates(column).astype("string").to_numpy()
    longest_first = sorted(map(tuple, pairs), key=lambda pair: -len(pair[0]))  # "Shoes & Bags" before "Bags"
    said = []
    for name in map(str, names):
        for plain, other in longest_first:
            name = name.replace(plain, other)  # noqa: PLW2901  # piece by piece
        said.append(name)
    return said
