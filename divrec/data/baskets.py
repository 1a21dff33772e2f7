"""Baskets: a column that lists the items of one order becomes one row for each item."""

from dataclasses import replace
from typing import Final

from divrec.data.guess import Guess
from divrec.data.sources import PART, ROW, Source

_BETWEEN: Final = (";", "|", ",", " ")
_SEEN: Final = 500  # rows that tell how a list is written


def open_baskets(source: Source, mapping: dict[str, Guess]) -> tuple[Source, dict[str, Guess]]:
    """Give the source and mapping with one row for each item, where the mapping has a basket and no item.

    A list is JSON, or written like Python's, or has one delimiter. An empty basket keeps one row without an item.
    """
    if "basket" not in mapping or "item" in mapping:
        return source, mapping
    guess = mapping["basket"]
    text = source.text(guess.column)
    between = _delimiter(source, guess.column)
    plain = f"trim({text})"
    as_json = f"CASE WHEN json_valid({plain}) THEN {plain} ELSE replace({plain}, '''', '\"') END"
    listed = (
        f"CASE WHEN {plain} LIKE '[%' THEN from_json({as_json}, '[\"VARCHAR\"]') "
        f"ELSE list_transform(string_split({plain}, '{between}'), lambda x: trim(x)) END"
    )
    every = [f"c{place}" for place in range(len(source.columns))]
    rows = f"CASE WHEN len({listed}) > 0 THEN {listed} ELSE [NULL] END"
    shown = f'{", ".join(every)}, unnest({rows}) AS c{len(every)}, "{PART}", "{ROW}"'
    name = f"each of {guess.column}"
    opened = replace(source, relation=source.relation.project(shown), columns=(*source.columns, name),
                     types=(*source.types, "VARCHAR"))  # fmt: skip
    return opened, {**mapping, "item": Guess(name, guess.confidence, guess.by)}


def _delimiter(source: Source, column: str) -> str:
    """Find the delimiter that most lists have; the space last, since it stands inside names."""
    head = source.head(_SEEN)[column].dropna()
    counts = {between: int(head.str.contains(between, regex=False).sum()) for between in _BETWEEN}
    return max(counts, key=lambda between: counts[between])
