"""What the live trade-off sends to the browser, once per path: lists, measures, and only the items they use."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

GOLDEN_ANGLE: Final = 137.508  # successive hues stay far apart, however many categories there are
PLAIN: Final[Mapping[str, Any]] = {"base": 0, "relevance": math.nan, "ruled": "", "touched": ""}  # a card of no path
CARD_COLUMNS: Final = ("title", "brand", "price", "category", "picture", "why", "base", "relevance", "ruled", "touched")


@dataclass(frozen=True)
class Measure:
    """One measure over the slider, a value per list or per value of diversity, and how the screen words and writes it.

    ``better`` is 1 where more is better, -1 where less is, 0 where neither; ``low`` and ``high`` bound its interval.
    """

    name: str
    label: str
    help: str
    values: Sequence[float]
    better: int = 0
    digits: int = 2
    percent: bool = False
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None


@dataclass(frozen=True)
class Mark:
    """A named position on the slider: ``kind`` is ``budget`` or ``knee``."""

    kind: str
    at: float
    label: str


@dataclass(frozen=True)
class LivePath:
    """A trade-off path ready for the screen.

    ``stops`` (S) rise from 0: list s holds for diversity in (stops[s], stops[s + 1]], the first from 0.
    ``lists`` (S, n) holds item ids; ``cards`` is indexed by item_id and has the columns of ``CARD_COLUMNS``;
    ``categories`` names all of the shop's, so that one keeps its colour from shopper to shopper; ``curve`` names the
    measures on the two axes, what is paid and what is gained. Everybody's curves are drawn behind those of the path
    where both are ``about`` the same model, method and length. Where a person is ``acting`` as the shopper, each card
    has a button that chooses its item. Where there are limits, ``limited`` names the items of each list that they alone
    brought in.
    """

    stops: Sequence[float]
    lists: Sequence[Sequence[str]]
    measures: Sequence[Measure]
    cards: pd.DataFrame
    categories: Sequence[str]
    marks: Sequence[Mark] = ()
    curve: tuple[str, str] = ("relevance_kept", "ild")
    about: str = ""
    acting: bool = False
    limited: Sequence[Sequence[str]] = ()


@dataclass(frozen=True)
class Side:
    """One of two lists beside each other: what it is called, a line about it, its item ids, best first."""

    title: str
    says: str
    items: Sequence[str]


def payload(path: LivePath, words: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Give the JSON values that the browser needs for a path; ``version`` changes whenever anything in them does."""
    used = list(dict.fromkeys(item for items in path.lists for item in items))
    row = {item: at for at, item in enumerate(used)}
    values: dict[str, Any] = {
        "lang": lang,
        "about": path.about,
        "acting": path.acting,
        "stops": [float(stop) for stop in path.stops],  # not rounded: Python looks lists up by the same numbers
        "lists": [[row[item] for item in items] for items in path.lists],
        "limited": [[row[item] for item in items] for items in path.limited],
        "measures": [_measure(measure) for measure in path.measures],
        "curve": {"x": path.curve[0], "y": path.curve[1]},
        "marks": [{"kind": mark.kind, "at": mark.at, "label": mark.label} for mark in path.marks],
        **_shown(path.cards.loc[used], path.categories),
        "words": dict(words),
    }
    return {"version": version_of(values), **values}


def population_payload(
    measures: Sequence[Measure], words: Mapping[str, Any], lang: str, about: str = "", together: bool = False
) -> dict[str, Any]:
    """Give the JSON values for everybody's curves; each measure's ``values`` lie on an even grid of diversity.

    Curves drawn ``together`` are of one measure for several groups: on one scale, and none of the live slider's own.
    """
    values: dict[str, Any] = {
        "lang": lang,
        "about": about,
        "together": together,
        "measures": [_measure(measure) for measure in measures],
        "words": {name: words[name] for name in ("diversity", "table")},
    }
    return {"version": version_of(values), **values}


def strip_payload(cards: pd.DataFrame, categories: Sequence[str], label: str, says: str = "") -> dict[str, Any]:
    """Give the JSON values for a row of small cards under a line; each shows picture, title and, beneath, ``why``."""
    values = {**_shown(cards.assign(**PLAIN), categories), "label": label, "says": says}
    return {"version": version_of(values), **values}


def pairs_payload(
    cards: pd.DataFrame, categories: Sequence[str], pairs: Sequence[tuple[str, str, str]], label: str
) -> dict[str, Any]:
    """Give the JSON values for pairs of small cards: two item ids and what stands between them."""
    at = {item: place for place, item in enumerate(cards.index)}
    rows = [(at[first], at[second], between) for first, second, between in pairs]
    values = {**_shown(cards.assign(**PLAIN), categories), "label": label, "pairs": rows}
    return {"version": version_of(values), **values}


def versus_payload(
    cards: pd.DataFrame, categories: Sequence[str], sides: Sequence[Side], words: Mapping[str, Any], lang: str
) -> dict[str, Any]:
    """Give the JSON values for two lists beside each other; ``words`` are ``only`` and ``both``, one of each a side."""
    at = {item: place for place, item in enumerate(cards.index)}
    shown = [{"title": side.title, "says": side.says, "list": [at[item] for item in side.items]} for side in sides]
    values = {**_shown(cards.assign(**PLAIN), categories), "sides": shown, "words": dict(words), "lang": lang}
    return {"version": version_of(values), **values}


def version_of(values: Mapping[str, Any]) -> str:
    """Name JSON values by their content."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def tile(category: str, at: int) -> dict[str, Any]:
    """Give the ``at``-th category its name, its hue in degrees, and the letter that stands for a missing picture."""
    letter = next((sign for sign in category if sign.isalnum()), "·")
    return {"name": category, "initial": letter.upper(), "hue": round(at * GOLDEN_ANGLE % 360, 1)}


def _shown(cards: pd.DataFrame, names: Sequence[str]) -> dict[str, Any]:
    """Give the cards' items with the categories and pictures that they point to, each of these once."""
    used = set(cards["category"])
    categories = [tile(name, at) for at, name in enumerate(names) if name in used]
    pictures = list(dict.fromkeys(picture for picture in cards["picture"] if isinstance(picture, str)))
    at_picture = {picture: at for at, picture in enumerate(pictures)}
    at_category = {category["name"]: at for at, category in enumerate(categories)}
    rows = cards[list(CARD_COLUMNS)].itertuples()
    items = [_item(card, at_category, at_picture) for card in rows]
    return {"items": items, "categories": categories, "pictures": pictures}


def _item(card: Any, categories: Mapping[str, int], pictures: Mapping[str, int]) -> dict[str, Any]:  # noqa: ANN401  # a row
    return {
        "id": card.Index,
        "title": card.title,
        "brand": card.brand,
        "price": card.price,
        "why": card.why,
        "category": categories[card.category],
        "picture": pictures.get(card.picture),
        "base": int(card.base),
        "ruled": card.ruled,
        "touched": card.touched,
        "relevance": finite(card.relevance, 4),
    }


def _measure(measure: Measure) -> dict[str, Any]:
    places = measure.digits + 3
    shown: dict[str, Any] = {
        "name": measure.name,
        "label": measure.label,
        "help": measure.help,
        "better": measure.better,
        "digits": measure.digits,
        "percent": measure.percent,
        "values": [finite(value, places) for value in measure.values],
    }
    if measure.low is not None and measure.high is not None:
        shown |= {end: [finite(value, places) for value in getattr(measure, end)] for end in ("low", "high")}
    return shown


def finite(value: float, places: int) -> float | None:
    """Round a number for JSON; an undefined one (NaN) becomes None, which the screen shows as a dash."""
    return round(float(value), places) if math.isfinite(value) else None
