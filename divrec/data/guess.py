"""Guessing which column plays which role: by what it is called, checked against what it holds."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from divrec.data.kinds import known_share
from divrec.data.synonyms import INSTEAD, NEEDED, ROLES, missing, words
from divrec.errors import InputError

_MOST_KINDS: Final = 50
SURE_ENOUGH: Final = 0.5  # a guess below this is shown to a person, never used unasked


@dataclass(frozen=True)
class Guess:
    """A column, how sure the guess is on [0, 1], and whether its name, its content or a person said so."""

    column: str
    confidence: float
    by: str  # "name", "content" or "given"


def guess_columns(head: pd.DataFrame, table: str = "events", named: bool = True) -> dict[str, Guess]:
    """Map roles to the columns of ``head``, the first rows of a file as text.

    ``table`` is what the file holds: events, items or users. ``named`` is False for a file without a header; there the
    first two columns that could be ids are taken as user and item, the order that such files keep.
    """
    if table not in ROLES:
        raise InputError(f"a file holds one of {', '.join(ROLES)}; found {table!r}")
    scored = []
    for role in ROLES[table]:
        for place, column in enumerate(head.columns):
            confidence, by = _confidence(role, str(column), head[column], table, named)
            if confidence > 0:
                scored.append((-confidence, place, role, Guess(str(column), round(confidence, 2), by)))
    mapping: dict[str, Guess] = {}
    for _, _, role, guess in sorted(scored, key=lambda entry: entry[:2]):
        if role not in mapping and guess.column not in {taken.column for taken in mapping.values()}:
            mapping[role] = guess
    return _with_ids(mapping, head, table, named)


def choose_columns(
    head: pd.DataFrame, table: str, given: Mapping[str, str | None], file: str, named: bool = True
) -> dict[str, Guess]:
    """Guess, then let ``given`` (role → column, or None for no column) decide; only sure guesses are kept.

    Raises InputError, with the remedy, where a needed role has no column.
    """
    guessed = guess_columns(head.drop(columns=[name for name in given.values() if name is not None]), table, named)
    chosen = {role: guess for role, guess in guessed.items() if guess.confidence >= SURE_ENOUGH and role not in given}
    chosen |= {role: Guess(name, 1.0, "given") for role, name in given.items() if name is not None}
    if lacking := missing(table, chosen):
        role = lacking[0]
        free = [name for name in head.columns if name not in {guess.column for guess in chosen.values()}]
        like = guessed[role].column if role in guessed else next(iter(free), "…")
        raise InputError(f'{file} has no {role} column; it has {", ".join(head.columns)}. '
                         f'Map it: columns={{"{role}": "{like}"}}')  # fmt: skip
    return {role: chosen[role] for role in ROLES[table] if role in chosen}


def _confidence(role: str, column: str, values: pd.Series, table: str, named: bool) -> tuple[float, str]:
    """Score a column for a role; what it holds can confirm or refute its name, and seldom speaks without it."""
    filled = values.dropna()
    name = _name_score(column, words(role, table)) if named else 0.0
    if name:
        fit = _FITS[role](filled) if role in _FITS and len(filled) else 0.5 if role in _FITS else 1.0
        return (name * (0.4 + 0.6 * fit) if fit else 0.0), "name"
    alone, fits = _ALONE.get(role, (0.0, _number_fit))
    return (alone if alone and len(filled) and fits(filled) > 0.9 else 0.0), "content"


def _name_score(column: str, known: list[str]) -> float:
    """1 for a role's first words, less for later ones, for part of a longer name, and 0 where nothing fits."""
    plain = re.sub(r"[\W_]+", "", column).casefold()
    if plain in known:
        return 1.0 - 0.2 * known.index(plain) / len(known)
    parts = [part for part in re.split(r"[\W_]+|(?<=[a-z])(?=[A-Z])", column) if part]
    ends = {"".join(parts[start:]).casefold() for start in range(1, len(parts))}
    starts = {"".join(parts[:stop]).casefold() for stop in range(1, len(parts))}
    return 0.7 if ends & set(known) else 0.55 if starts & set(known) else 0.0


def _with_ids(mapping: dict[str, Guess], head: pd.DataFrame, table: str, named: bool) -> dict[str, Guess]:
    """Propose id columns by their place where no name told them: weakly, or firmly where there are no names."""
    taken = {guess.column for guess in mapping.values()}
    free = [str(name) for name in head.columns if name not in taken and _id_fit(head[name]) > 0.9]
    for role in NEEDED[table]:
        if role not in mapping and INSTEAD.get(role) not in mapping and free:
            mapping[role] = Guess(free.pop(0), 0.3 if named else 0.55, "content")
    if not named and table == "events" and "weight" not in mapping:
        # user, item, rating: the order of the benchmark files
        rated = [name for name in map(str, head.columns[2:]) if name not in taken and _is_rating(head[name].dropna())]
        mapping |= {"weight": Guess(rated[0], 0.55, "content")} if rated else {}
    return mapping


def _is_rating(values: pd.Series) -> bool:
    numbers = pd.to_numeric(values, errors="coerce")
    return len(values) > 0 and bool(numbers.between(0, 10).all()) and numbers.nunique() <= 21


def _share(values: pd.Series, pattern: str) -> float:
    return float(values.str.strip().str.fullmatch(pattern).mean())


def _number_fit(values: pd.Series) -> float:
    return _share(values, r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?|[-+]?(nan|inf|infinity)")


def _time_fit(values: pd.Series) -> float:
    iso = r"\d{4}[-/年]\d{1,2}[-/月]\d{1,2}.*|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}.*"
    return _share(values, iso + r"|\d{9,10}(\.\d+)?|\d{12,13}|\d{15,16}|\d{18,19}|(19|20)\d{6}|(19|20)\d{12}")


def _named_time_fit(values: pd.Series) -> float:
    """Let a column that is called a time also hold plain steps 1, 2, 3 …."""
    return max(_time_fit(values), 0.5 * _number_fit(values))


def _event_fit(values: pd.Series) -> float:
    distinct = values.unique()
    return known_share(distinct) if len(distinct) <= _MOST_KINDS else 0.0


def _named_event_fit(values: pd.Series) -> float:
    """Let a column that is called an event hold kinds nobody has heard of, as long as they are few."""
    return max(_event_fit(values), 0.3 * (values.nunique() <= _MOST_KINDS))


def _list_fit(values: pd.Series) -> float:
    """Share of values that list several things; a basket may well hold only one, so half of them is enough."""
    several = values.str.contains(r"[;,|\]]", regex=True) | values.str.fullmatch(r"\S+( \S+){2,}")
    return min(1.0, 2 * float(several.mean()))


def _flag_fit(values: pd.Series) -> float:
    return _share(values.str.casefold(), r"[01](\.0)?|true|false|yes|no|是|否")


def _image_fit(values: pd.Series) -> float:
    return _share(values, r"(https?://|data:image/).*|.*\.(png|jpe?g|svg|webp|gif)")


def _id_fit(values: pd.Series) -> float:
    filled = values.dropna()
    return float(values.notna().mean()) if len(filled) and _share(filled, r"[-+]?\d*\.\d+") < 0.5 else 0.0


_Fit = Callable[[pd.Series], float]
_FITS: Final[dict[str, _Fit]] = {
    "time": _named_time_fit, "event": _named_event_fit, "image": _image_fit, "launched": _time_fit,
    "weight": _number_fit, "quantity": _number_fit, "price": _number_fit, "position": _number_fit,
    "margin": _number_fit, "stock": _number_fit, "propensity": _number_fit, "basket": _list_fit,
    "response": _flag_fit,
}  # fmt: skip
# roles that content alone can tell, and how sure it is
_ALONE: Final[dict[str, tuple[float, _Fit]]] = {
    "time": (0.6, _time_fit), "event": (0.7, _event_fit), "image": (0.6, _image_fit),
}  # fmt: skip
