"""From an opened file and a mapping of its columns to checked tables: typed on purpose, every dropped row counted."""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import pandas as pd

from divrec import columns as c
from divrec.data.guess import Guess
from divrec.data.kinds import INTERACTION, PURCHASE, RATING, EventWeights, kind_of
from divrec.data.quarantine import set_aside
from divrec.data.report import Report
from divrec.data.sources import PART, ROW, Source, id_text
from divrec.data.synonyms import COLUMN_OF
from divrec.data.times import TimeRange, read_times
from divrec.errors import InputError

Mapping = dict[str, Guess]

_MOST_KINDS: Final = 1000
_TEXTS: Final = ("session", "title", "title_zh", "category", "subcategory", "brand", "image", "description")
# the least value that makes sense; a quantity below 0 is a return, which drops its row
_NUMBERS: Final = {"quantity": None, "price": 0, "position": 0, "propensity": 0, "margin": None, "stock": 0}
_ROW: Final = "row hash"
_AGAIN: Final = "exact copy of an earlier row"
RAGGED: Final = "line does not have the header's columns (listed with line numbers)"


@dataclass(frozen=True)
class ReadSettings:
    """What reading assumes: the weight of each kind of event and the possible times."""

    weights: EventWeights = field(default_factory=EventWeights)
    times: TimeRange = field(default_factory=TimeRange)


@dataclass(frozen=True)
class Checked:
    """A table of checked rows, the account of every row of its file, and the rows that were set aside."""

    table: pd.DataFrame
    report: Report
    aside: pd.DataFrame


def read_events(source: Source, mapping: Mapping, settings: ReadSettings) -> Checked:
    """Give the interactions in order of time, and the account of every row of the file."""
    report = note_mapping(Report(), source, mapping, "interactions")
    columns, reasons, report = event_columns(source, mapping, settings, report)
    cases = " ".join(f"WHEN {rule} THEN {place}" for place, (rule, _) in enumerate(reasons))
    every = ", ".join(f"c{place}" for place in range(len(source.columns)))
    shown = ", ".join(f'{expression} AS "{name}"' for name, expression in columns.items())
    typed = source.relation.project(f'{shown}, "{PART}", "{ROW}", hash({every}) AS "{_ROW}"')
    # kept in memory by the engine, so that counting and fetching do not type the file twice
    judged = f"* EXCLUDE (\"has time\", \"has weight\", \"is cancelled\"), CASE {cases} END AS reason"
    typed.project(judged).create("typed")
    table = source.connection.table("typed")
    counts = dict(table.aggregate("reason, count(*)", "reason").fetchall())
    log = table.filter("reason IS NULL").project("* EXCLUDE (reason)").to_arrow_table().to_pandas()
    report = replace(report, read=sum(counts.values()) + source.rejects)
    report = report.add("dropped", RAGGED, source.rejects)
    for place, (_, reason) in enumerate(reasons):
        report = report.add("dropped", reason, counts.get(place, 0))
    again = log[_ROW].duplicated()
    report = report.add("dropped", _AGAIN, int(again.sum()))
    dropped = table.filter("reason IS NOT NULL").project(f'"{PART}", "{ROW}", reason').to_arrow_table().to_pandas()
    dropped["reason"] = [reasons[place][1] for place in dropped["reason"]]
    aside = set_aside(source, pd.concat([dropped, log.loc[again, [PART, ROW]].assign(reason=_AGAIN)]))
    log, report = _with_kinds_and_weights(log[~again].drop(columns=[_ROW, PART, ROW]), mapping, settings, report)
    order = np.argsort(log[c.TIME].to_numpy().view(np.int64), kind="stable")
    return Checked(log.iloc[order].reset_index(drop=True), report, aside)


def event_columns(
    source: Source, mapping: Mapping, settings: ReadSettings, report: Report
) -> tuple[dict[str, str], list[tuple[str, str]], Report]:
    """Give the expression of each column to keep, and the reasons to drop a row in the order they are asked."""
    columns = {COLUMN_OF[role]: id_text(source, mapping[role].column) for role in ("user", "item")}
    reasons = [(f"trim(coalesce({name}, '')) = ''", f"no {role} id") for name, role in
               ((c.USER, "user"), (c.ITEM, "item"))]  # fmt: skip
    columns |= {c.TIME: "CAST(NULL AS TIMESTAMP)", "has time": "false", "has weight": "false"}
    columns["is cancelled"] = _cancelled(source, mapping)
    reasons.append(('"is cancelled"', "cancelled order (its number begins with C)"))
    if guess := mapping.get("time"):
        times = read_times(source, guess.column, settings.times)
        columns |= {c.TIME: times.expression, "has time": _filled(source, guess.column)}
        reasons.append(('NOT "has time"', "no time"))
        reasons.append((f"{c.TIME} IS NULL", f"time cannot be read as {times.written}, or lies outside "
                        f"{settings.times.earliest} to {settings.times.latest}"))  # fmt: skip
        report = report.add("guessed", f"times are {times.written}", _rows(source))
    if guess := mapping.get("weight"):
        columns |= {c.WEIGHT: source.number(guess.column), "has weight": _filled(source, guess.column)}
        good = f"isfinite({c.WEIGHT}) AND {c.WEIGHT} >= 0"
        reasons.append((f'"has weight" AND NOT coalesce({good}, false)', "weight is not a finite number of at least 0"))
    if "quantity" in mapping:
        reasons.append((f"{c.QUANTITY} <= 0", "quantity is not above 0 (a return or a correction)"))
    if guess := mapping.get("event"):
        columns[c.EVENT] = source.text(guess.column)
    elif guess := mapping.get("response"):
        yes = f"lower(trim({source.text(guess.column)})) IN ('1', '1.0', 'true', 'yes', '是')"
        columns[c.EVENT] = f"CASE WHEN {yes} THEN '{_answer(guess.column)}' ELSE 'impression' END"
    numbers, report = _numbers(source, mapping, "interactions", report)
    return columns | numbers | _texts(source, mapping), reasons, report


def _cancelled(source: Source, mapping: Mapping) -> str:
    """Tell orders such as C536379 among 536380, 536381: the way of tills to write a cancellation."""
    if "session" not in mapping:
        return "false"
    number = source.text(mapping["session"].column)
    asked = f"count(*) FILTER (regexp_matches({number}, '^[0-9]+$')), count({number})"
    plain, filled = source.relation.aggregate(asked).fetchall()[0]
    return f"coalesce(regexp_matches({number}, '^[Cc][0-9]{{4,}}$'), false)" if plain > filled / 2 else "false"


def _answer(column: str) -> str:
    """Give the kind of event that a yes in this column means."""
    return PURCHASE if any(word in column.casefold() for word in ("purchas", "conver", "buy", "购买")) else "click"


def _texts(source: Source, mapping: Mapping) -> dict[str, str]:
    return {COLUMN_OF[role]: source.text(guess.column) for role, guess in mapping.items() if role in _TEXTS}


def _numbers(source: Source, mapping: Mapping, table: str, report: Report) -> tuple[dict[str, str], Report]:
    """Give the expressions of the numeric columns, and count the values that had to be left empty."""
    columns = {}
    for role, guess in mapping.items():
        if role not in _NUMBERS:
            continue
        number, least = source.number(guess.column), _NUMBERS[role]
        good = f"isfinite({number})" + (f" AND {number} >= {least}" if least is not None else "")
        columns[COLUMN_OF[role]] = f"CASE WHEN {good} THEN {number} END"
        bad = source.relation.filter(f"{_filled(source, guess.column)} AND NOT coalesce({good}, false)")
        wanted = "a finite number" + (f" of at least {least}" if least is not None else "")
        rows = int(bad.aggregate("count(*)").fetchall()[0][0])
        report = report.add("fixed", f"{role} is not {wanted}: left empty", rows, table)
    return columns, report


def _with_kinds_and_weights(
    log: pd.DataFrame, mapping: Mapping, settings: ReadSettings, report: Report
) -> tuple[pd.DataFrame, Report]:
    """Give every event its common kind, and a weight where the log has none."""
    usual = RATING if _is_rating(mapping) else PURCHASE if {"quantity", "session"} & set(mapping) else INTERACTION
    codes, words = np.zeros(len(log), dtype=np.intp), [usual]
    if "event" in mapping or "response" in mapping:
        codes, found = pd.factorize(log[c.EVENT])
        if len(found) > _MOST_KINDS:
            column = mapping["event" if "event" in mapping else "response"].column
            raise InputError(f"column {column!r} holds {len(found):,} different kinds of event; "
                             "expected a few such as view, cart, purchase. Map another column as event")  # fmt: skip
        blank = np.array([word.strip() == "" for word in found] + [True])  # the last is the code -1 of no kind
        report = report.add("fixed", f"no kind of event: taken as {usual}", int(blank[codes].sum()))
        words = [usual if empty else kind_of(word) for word, empty in zip([*found, ""], blank, strict=True)]
    kind = pd.Series(pd.array(words, dtype="str")[codes], index=log.index)
    weights = pd.Series(np.array([settings.weights.for_kind(word) for word in words])[codes], index=log.index)
    if "weight" in mapping:
        report = report.add("fixed", "no weight: that of its kind of event", int(log[c.WEIGHT].isna().sum()))
        weights = log[c.WEIGHT].fillna(weights)
    front = pd.DataFrame({c.USER: log[c.USER], c.ITEM: log[c.ITEM], c.EVENT: kind, c.WEIGHT: weights,
                          c.TIME: log[c.TIME]})  # fmt: skip
    rest = log.drop(columns=front.columns, errors="ignore")
    return pd.concat([front, rest], axis=1), report


def read_described(source: Source, mapping: Mapping, table: str, report: Report, settings: ReadSettings) -> Checked:
    """Read a catalogue or a table of users: one row per id, the first one; other columns of the file stay as text."""
    role = "item" if table == "items" else "user"
    key = COLUMN_OF[role]
    columns = {key: id_text(source, mapping[role].column)}
    report = note_mapping(report, source, mapping, table)
    numbers, report = _numbers(source, mapping, table, report)
    columns |= _texts(source, mapping) | numbers
    if guess := mapping.get("launched"):
        columns[c.LAUNCHED] = read_times(source, guess.column, settings.times).expression
    used = {guess.column for guess in mapping.values()}
    for name in source.head(0).columns:
        if name not in used and name not in columns:
            columns[name] = source.text(name)
    shown = ", ".join(f'{expression} AS "k{place}"' for place, expression in enumerate(columns.values()))
    found = source.relation.project(f'{shown}, "{PART}", "{ROW}"').to_arrow_table().to_pandas()
    found = found.set_axis([*columns, PART, ROW], axis=1)
    report = report.add("dropped", RAGGED, source.rejects, table)
    blank = found[key].isna() | (found[key].str.strip() == "")
    again = found[key].duplicated() & ~blank
    dropped = []
    for rows, reason in ((blank, f"no {role} id"), (again, f"{role} id was described before: the first row stays")):
        report = report.add("dropped", reason, int(rows.sum()), table)
        dropped.append(found.loc[rows, [PART, ROW]].assign(reason=reason))
    kept = found[~blank & ~again].drop(columns=[PART, ROW])
    return Checked(kept.reset_index(drop=True), report, set_aside(source, pd.concat(dropped)))


def note_mapping(report: Report, source: Source, mapping: Mapping, table: str) -> Report:
    """Say in the report which column was read as what, since a guess must never be silent."""
    pairs = [f"{role} from {guess.column}" for role, guess in mapping.items()]
    return report.add("guessed", f"{source.name}: {', '.join(pairs)}", _rows(source), table)


def _rows(source: Source) -> int:
    return int(source.relation.aggregate("count(*)").fetchall()[0][0])


def _filled(source: Source, column: str) -> str:
    return f"trim(coalesce({source.text(column)}, '')) <> ''"


def _is_rating(mapping: Mapping) -> bool:
    return "weight" in mapping and mapping["weight"].column.casefold() not in ("weight", "权重")
