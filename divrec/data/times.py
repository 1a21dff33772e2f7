"""Times as shops write them: numbers since 1970 in four units, ISO with or without zones, dates by day or month first.

One column is one way of writing: the commonest is taken, said in the report, and a column in which another is common
too is refused, since a wrong unit moves events by decades without any error. All times become UTC without zone.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from divrec.data.sources import Source
from divrec.errors import InputError

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation

_STRAY: Final = 0.01  # more rows than this share in a second way of writing, and the column is refused
_FIRST: Final = 1000  # rows that say which way is likely
_NUMBER: Final = r"^[0-9]+(\.[0-9]+)?$"
_ZONELESS: Final = r"^[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([T ][0-9:.]+( UTC|Z)?)?$"
_ORDER_ONLY: Final = "small numbers, taken as seconds"
_CLOCKS: Final = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")


@dataclass(frozen=True)
class TimeRange:
    """Between which moments an event can lie; outside is an impossible time."""

    earliest: str = "1990-01-01"
    latest: str = "2100-01-01"


@dataclass(frozen=True)
class TimeReading:
    """How a column's times are written, and the engine's expression that reads them (NULL where it cannot)."""

    written: str
    expression: str


def read_times(source: Source, column: str, within: TimeRange) -> TimeReading:
    """Find out how the times of a column are written.

    Raises InputError where most values are no times, and where two ways of writing are mixed.
    """
    name = source.sql(column)
    if source.type(column).startswith(("TIMESTAMP", "DATE")):
        return TimeReading("timestamps", _limited(f"CAST({name} AS TIMESTAMP)", within))
    text = f"trim({source.text(column)})"
    number = f"CASE WHEN regexp_matches({text}, '{_NUMBER}') THEN TRY_CAST({text} AS DOUBLE) END"
    ways = _ways(text, number if source.type(column) == "VARCHAR" else f"CAST({name} AS DOUBLE)", within)
    filled, counts = _counted(source, name, ways)
    written = max(counts, key=lambda way: counts[way])  # the earlier one among equals: month first where both fit
    if filled and counts[written] < filled / 2:
        example = source.relation.filter(f"{name} IS NOT NULL").project(source.text(column)).limit(1).fetchall()[0][0]
        raise InputError(f"column {column!r} of {source.name} does not look like times: most values are like "
                         f"{example!r}; expected seconds since 1970 or '2024-05-01 13:00:00', or map another column "
                         "as time")  # fmt: skip
    _check_mixed(source, column, counts, written, filled)
    return TimeReading(written, ways[written] if written == _ORDER_ONLY else _limited(ways[written], within))


def _counted(source: Source, name: str, ways: dict[str, str]) -> tuple[int, dict[str, int]]:
    """Count the values, and those that each way reads.

    Where the way of the first rows reads every value of the column, no other can read more: the others are not tried.
    """
    _, first = _tried(source.relation.limit(_FIRST), name, ways)
    likely = max(first, key=lambda way: first[way])
    filled, counts = _tried(source.relation, name, {likely: ways[likely]})
    if counts[likely] == filled and first[likely]:
        return filled, counts
    return _tried(source.relation, name, ways)


def _tried(relation: "DuckDBPyRelation", name: str, ways: dict[str, str]) -> tuple[int, dict[str, int]]:
    counted = ", ".join(f"count({way}) AS w{place}" for place, way in enumerate(ways.values()))
    found = relation.aggregate(f"count({name}) AS filled, {counted}").fetchall()[0]
    return int(found[0]), dict(zip(ways, map(int, found[1:]), strict=True))


def _ways(text: str, number: str, within: TimeRange) -> dict[str, str]:
    """Give an expression for each way of writing; each is NULL for values written in another way."""
    low, high = (pd.Timestamp(moment).timestamp() for moment in (within.earliest, within.latest))
    ways = {}
    for unit, per_second in {"seconds": 1, "milliseconds": 10**3, "microseconds": 10**6, "nanoseconds": 10**9}.items():
        whole = f"TRY_CAST(split_part({text}, '.', 1) AS BIGINT)"  # a float has not the digits for finer units
        exact = f"CAST({number} * {10**6 // per_second} AS BIGINT)" if per_second < 10**6 else whole + " // "
        exact += str(per_second // 10**6) if per_second >= 10**6 else ""
        inside = f"{number} BETWEEN {low * per_second} AND {high * per_second}"
        ways[f"{unit} since 1970"] = f"CASE WHEN {inside} THEN make_timestamp({exact}) END"
    ways["ISO dates"] = _iso(text)
    for digits, low_end, form in ((8, 19e6, "%Y%m%d"), (14, 19e12, "%Y%m%d%H%M%S")):
        ways[f"dates of {digits} digits"] = _when(f"{number} BETWEEN {low_end} AND {low_end / 19 * 21}",
                                                  f"try_strptime({text}, '{form}')")  # fmt: skip
    slashed = f"regexp_matches({text}, '^[0-9]{{1,2}}[-/.][0-9]{{1,2}}[-/.][0-9]')"
    ways["month/day/year"] = _when(slashed, _strptime(text, ("%m/%d/%Y", "%m/%d/%y")))
    ways["day/month/year"] = _when(slashed, _strptime(text, ("%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d-%m-%Y")))
    ways["Chinese dates"] = _when(f"contains({text}, '年')", _strptime(text, ("%Y年%m月%d日",)))
    # a log that only knows an order: steps 1, 2, 3 …, or the days of an anonymised year
    ways[_ORDER_ONLY] = _when(f"{number} < {low}", f"make_timestamp(CAST({number} * 1000000 AS BIGINT))")
    return ways


def _iso(text: str) -> str:
    """Read without zones where no zone is written, which takes the engine a fifth of the time; with them elsewhere."""
    zoned = f"CAST(TRY_CAST({text} AS TIMESTAMPTZ) AS TIMESTAMP)"
    return (f"CASE WHEN regexp_matches({text}, '{_ZONELESS}') THEN TRY_CAST({text} AS TIMESTAMP) "
            f"WHEN regexp_matches({text}, '^[0-9]{{4}}[-/][0-9]') THEN {zoned} END")  # fmt: skip


def _when(condition: str, reading: str) -> str:
    return f"CASE WHEN {condition} THEN CAST({reading} AS TIMESTAMP) END"


def _strptime(text: str, days: tuple[str, ...]) -> str:
    forms = ", ".join(f"'{day}{clock}'" for day in days for clock in _CLOCKS)
    return f"try_strptime({text}, [{forms}])"


def _check_mixed(source: Source, column: str, counts: dict[str, int], written: str, filled: int) -> None:
    """Refuse a column with a second way of writing that does not read the same values as the first."""
    both_slashes = {"month/day/year", "day/month/year"}  # one value may be read both ways
    for other, rows in counts.items():
        same_values = {other, written} == both_slashes or _ORDER_ONLY in (other, written)
        if other != written and rows > _STRAY * filled and not same_values:
            raise InputError(f"column {column!r} of {source.name} mixes {written} ({counts[written]} rows) and "
                             f"{other} ({rows} rows); write all times in one unit")  # fmt: skip


def _limited(expression: str, within: TimeRange) -> str:
    inside = f"{expression} BETWEEN TIMESTAMP '{within.earliest}' AND TIMESTAMP '{within.latest}'"
    return f"CASE WHEN {inside} THEN {expression} END"
