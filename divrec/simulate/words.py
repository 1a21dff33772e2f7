"""The word lists that a simulated shop is named from: small tables in a folder, in English and Chinese."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pandas as pd

from divrec.errors import ArtefactError

Row = dict[str, Any]


@dataclass(frozen=True)
class Words:
    """One list of rows per word list; names ending in ``_zh`` are the Chinese of the name before."""

    kinds: list[Row]  # kind, title, department, price_low, price_high, repeat
    departments: list[Row]  # department, peak_month, swing, margin, family, line
    styles: list[Row]
    colours: list[Row]
    brands: list[Row]  # brand, style, level, departments: one brand for each department, style and level
    adjectives: list[Row]  # style, family, title: the family is that of the departments whose goods it suits
    materials: list[Row]  # kind, then one column per style
    sizes: list[Row]  # kind, title: kinds that are named by size instead of colour
    phrases: list[Row]  # style, opening
    groups: list[Row]  # group, title, share, and weights of departments, styles, levels, ages
    cities: list[Row]  # city, share

    @classmethod
    def read(cls, folder: str | os.PathLike[str]) -> Self:
        """Read ``kinds.csv`` of ``folder`` and the other lists of its ``words`` folder."""
        root = Path(folder)
        paths = {name: root / "words" / f"{name}.csv" for name in cls.__dataclass_fields__}
        paths["kinds"] = root / "kinds.csv"
        if missing := [str(path) for path in paths.values() if not path.is_file()]:
            raise ArtefactError(f"the word lists of a shop are not complete: {', '.join(missing)} missing; "
                                "restore them from the repository")  # fmt: skip
        return cls(**{name: _rows(path) for name, path in paths.items()})


def _rows(path: Path) -> list[Row]:
    table = pd.read_csv(path, keep_default_na=False)
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def weights_of(text: str) -> dict[str, float]:
    """Read weights written as ``name:weight|name:weight``, scaled to sum to 1.

    >>> weights_of("Home:3|Garden:1")
    {'Home': 0.75, 'Garden': 0.25}
    """
    pairs = [part.rsplit(":", 1) for part in text.split("|")]
    total = sum(float(weight) for _, weight in pairs)
    return {name: float(weight) / total for name, weight in pairs}


def row_of(rows: list[Row], name: str, value: str) -> Row:
    """Give the first row whose ``name`` is ``value``."""
    return next(row for row in rows if row[name] == value)
