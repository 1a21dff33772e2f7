"""A whole shop: a world made from word lists, its catalogue and shoppers, and what is true about each of them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from divrec import columns as c
from divrec.simulate.catalogue import LEVELS, CatalogueSettings, make_catalogue
from divrec.simulate.words import Row, Words, weights_of
from divrec.simulate.world import Attribute, Floats, Places, World, WorldSettings, blocks, make_world

_BACKGROUND: Final = 0.02  # weight of every value that a group does not name: nobody is wholly blind to anything


@dataclass(frozen=True, kw_only=True)
class ShopSettings:
    """How many shoppers a shop has, and how strongly each attribute pulls them."""

    shoppers: int = 2000
    seed: int = 7
    department: tuple[float, float] = (2.8, 3.0)  # strength, concentration: see ``world.Attribute``
    kind: tuple[float, float] = (2.0, 12.0)
    style: tuple[float, float] = (2.2, 3.0)
    colour: tuple[float, float] = (1.0, 6.0)
    level: tuple[float, float] = (1.5, 6.0)
    popularity_skew: float = 0.45
    position_exponent: float = 0.6
    joined_in_log: float = 0.3  # share of shoppers who joined after the log's start


@dataclass(frozen=True, eq=False)
class Shop:
    """The tables of a shop before its first event, and the world behind them."""

    items: pd.DataFrame
    users: pd.DataFrame
    truth: pd.DataFrame  # per shopper: group, top departments, top style
    world: World
    words: Words


def make_shop(words: Words, settings: ShopSettings, catalogue: CatalogueSettings) -> Shop:
    """Make the catalogue, the shoppers with their groups, and the world of both; the same seed, the same shop."""
    random = np.random.default_rng(settings.seed)
    items = make_catalogue(words, catalogue, random)
    shares = np.array([group["share"] for group in words.groups])
    groups = random.choice(len(shares), settings.shoppers, p=shares / shares.sum())
    users = _users(words, groups, settings, catalogue, random)
    world_settings = WorldSettings(
        attributes=_attributes(words, settings),
        popularity_skew=settings.popularity_skew,
        position_exponent=settings.position_exponent,
    )
    names = _values(words)
    world = make_world(_group_means(words, names), groups, _traits(items, names), world_settings, settings.seed)
    return Shop(items, users, _truth(users, groups, world, names, words), world, words)


def _attributes(words: Words, settings: ShopSettings) -> tuple[Attribute, ...]:
    return (
        Attribute(c.CATEGORY, len(words.departments), *settings.department),
        Attribute(c.SUBCATEGORY, len(words.kinds), *settings.kind),
        Attribute("style", len(words.styles), *settings.style),
        Attribute("colour", len(words.colours), *settings.colour),
        Attribute("price_level", len(LEVELS), *settings.level),
    )


def _values(words: Words) -> dict[str, list[str]]:
    """Give the values of each attribute, as the catalogue's columns of the same names hold them."""
    return {
        c.CATEGORY: [row["department"] for row in words.departments],
        c.SUBCATEGORY: [row["title"] for row in words.kinds],
        "style": [row["title"] for row in words.styles],
        "colour": [row["title"] for row in words.colours],
        "price_level": [str(level) for level in LEVELS],
    }


def _traits(items: pd.DataFrame, names: dict[str, list[str]]) -> Floats:
    """Mark each item's value of each attribute: (I, A) of 0 and 1."""
    return np.hstack([np.eye(len(values))[pd.Index(values).get_indexer(pd.Index(items[name].astype(str)))]
                      for name, values in names.items()])  # fmt: skip


def _group_means(words: Words, names: dict[str, list[str]]) -> Floats:
    """Mean taste (G, A) of each group; kinds and colours are alike to every group."""
    style_of = {row["style"]: row["title"] for row in words.styles}
    means = []
    for group in words.groups:
        liked = {
            c.CATEGORY: weights_of(group["departments"]),
            "style": {style_of[key]: weight for key, weight in weights_of(group["styles"]).items()},
            "price_level": weights_of(group["levels"]),
        }
        rows = [np.array([liked.get(name, {}).get(value, _BACKGROUND) for value in values])
                for name, values in names.items()]  # fmt: skip
        means.append(np.concatenate([row / row.sum() for row in rows]))
    return np.array(means)


def _users(
    words: Words, groups: Places, settings: ShopSettings, catalogue: CatalogueSettings, random: np.random.Generator
) -> pd.DataFrame:
    """Draw age band (by group), city, and the day of joining: nothing that would name a person."""
    count = len(groups)
    ages = [weights_of(words.groups[group]["ages"]) for group in groups]
    shares = np.array([city["share"] for city in words.cities], dtype=float)
    cities: list[Row] = [words.cities[place] for place in random.choice(len(shares), count, p=shares / shares.sum())]
    inside = random.random(count) < settings.joined_in_log
    since = np.where(inside, random.integers(30, catalogue.days, count),
                     random.integers(catalogue.days, 5 * catalogue.days, count))  # fmt: skip
    joined = pd.Timestamp(catalogue.last_day) - pd.to_timedelta(since, unit="D")
    return pd.DataFrame({
        c.USER: [f"s{number:04d}" for number in range(1, count + 1)],
        "age_band": [str(random.choice(list(age), p=list(age.values()))) for age in ages],
        "city": [city["city"] for city in cities],
        "city_zh": [city["city_zh"] for city in cities],
        "joined": pd.Series(joined).astype("datetime64[us]"),
    })  # fmt: skip


def _truth(
    users: pd.DataFrame, groups: Places, world: World, names: dict[str, list[str]], words: Words
) -> pd.DataFrame:
    """Tell each shopper's group, the two departments and the style with the greatest taste, and those tastes."""
    block = dict(zip(names, blocks(world.settings.attributes), strict=True))
    departments, styles = world.tastes[:, block[c.CATEGORY]], world.tastes[:, block["style"]]
    order = np.argsort(-departments, axis=1, kind="stable")
    titles = np.array(names[c.CATEGORY], dtype=object)
    return pd.DataFrame({
        c.USER: users[c.USER],
        "group": [words.groups[group]["group"] for group in groups],
        "top_department": titles[order[:, 0]],
        "second_department": titles[order[:, 1]],
        "top_department_taste": departments.max(axis=1).round(4),
        "top_style": np.array(names["style"], dtype=object)[styles.argmax(axis=1)],
        "top_style_taste": styles.max(axis=1).round(4),
    })  # fmt: skip
