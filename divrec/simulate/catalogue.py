"""A believable bilingual catalogue, put together from word lists: title, brand, price, margin, stock, launch date."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec import columns as c
from divrec.simulate.drawing import picture_name
from divrec.simulate.words import Row, Words, row_of

LEVELS: Final = (1, 2, 3)  # price levels, from plain to fine
_ENDINGS: Final = {1: 0.99, 2: 0.50, 3: 0.00}

@dataclass(frozen=True, kw_only=True)
class CatalogueSettings:
    """How large and how new a catalogue is."""

    per_kind: int = 25
    colours_per_kind: int = 5
    levels: tuple[float, float, float] = (0.40, 0.38, 0.22)  # share of each price level
    material_share: float = 0.6  # titles that name the material; the others name the style
    last_day: str = "2026-06-30"
    days: int = 365  # length of the log that ends on the last day
    new_days: int = 42  # "new" means launched in the last that many days
    new_share: float = 0.08
    launched_in_log: float = 0.25  # share launched after the log's start and before the new ones
    out_of_stock: float = 0.06


def make_catalogue(words: Words, settings: CatalogueSettings, random: np.random.Generator) -> pd.DataFrame:
    """Make ``per_kind`` items of every kind, no two with the same title, in a mixed order."""
    maker = _Maker(words, settings, random)
    rows = [maker.item(kind, *look) for kind in words.kinds for look in maker.looks()]
    items = pd.DataFrame(rows).iloc[random.permutation(len(rows))].reset_index(drop=True)
    items.insert(0, c.ITEM, [f"p{number:04d}" for number in range(1, len(items) + 1)])
    items[c.STOCK] = _stock(len(items), settings, random)
    items[c.LAUNCHED] = _launch_days(len(items), settings, random)
    return items


@dataclass(frozen=True)
class _Maker:
    """Puts items together; ``taken`` holds the titles given so far, in both languages."""

    words: Words
    settings: CatalogueSettings
    random: np.random.Generator
    taken: set[str] = field(default_factory=set)

    def looks(self) -> list[tuple[str, str]]:
        """Draw the (style, colour) of one kind's items: every style in a few colours, some of them twice."""
        colours = [shade["colour"] for shade in self.words.colours]
        colours = list(self.random.choice(colours, self.settings.colours_per_kind, replace=False))
        looks = [(style["style"], colour) for style in self.words.styles for colour in colours]
        rounds = -(-self.settings.per_kind // len(looks))
        order = np.concatenate([self.random.permutation(len(looks)) for _ in range(rounds)])
        return [looks[place] for place in order[: self.settings.per_kind]]

    def item(self, kind: Row, style: str, colour: str) -> Row:
        """Make one item without its id, stock and launch date."""
        department = row_of(self.words.departments, "department", kind["department"])
        shade, look = row_of(self.words.colours, "colour", colour), row_of(self.words.styles, "style", style)
        level = int(self.random.choice(LEVELS, p=self.settings.levels))
        brand = _brand(self.words.brands, kind["department"], style, level)
        title, title_zh = self.title(kind, department["family"], style, shade, brand)
        opening, opening_zh = self.opening(kind, style, shade)
        return {
            c.TITLE: title,
            c.TITLE_ZH: title_zh,
            c.CATEGORY: kind["department"],
            "category_zh": kind["department_zh"],
            c.SUBCATEGORY: kind["title"],
            "subcategory_zh": kind["title_zh"],
            c.BRAND: brand["brand"],
            "brand_zh": brand["brand_zh"],
            c.PRICE: _price(kind["price_low"], kind["price_high"], level, self.random),
            "price_level": level,
            "style": look["title"],
            "style_zh": look["title_zh"],
            "colour": shade["title"],
            "colour_zh": shade["title_zh"],
            c.MARGIN: _margin(department["margin"], level, self.random),
            c.DESCRIPTION: f"{opening} {department['line']}",
            "description_zh": opening_zh + department["line_zh"],
            c.IMAGE: picture_name(kind["kind"], style, colour),
        }

    def title(self, kind: Row, family: str, style: str, shade: Row, brand: Row) -> tuple[str, str]:
        """Draw brand + material or style word + kind + size or colour until the title is a new one."""
        material = row_of(self.words.materials, "kind", kind["kind"])
        adjectives = [row for row in self.words.adjectives if row["style"] == style and row["family"] == family]
        sizes = self.sizes(kind)
        while True:
            word, word_zh = material[style], material[f"{style}_zh"]
            if self.random.random() >= self.settings.material_share:
                adjective = _pick(adjectives, self.random)
                word, word_zh = adjective["title"], adjective["title_zh"]
            last = _pick(sizes, self.random) if sizes else shade
            title = f"{brand['brand']} {word} {kind['title']}, {last['title']}"
            title_zh = f"{brand['brand_zh']} {word_zh}{kind['title_zh']} {last['title_zh']}"
            if not self.taken & {title, title_zh}:
                self.taken.update((title, title_zh))
                return title, title_zh

    def opening(self, kind: Row, style: str, shade: Row) -> tuple[str, str]:
        """Write the description's first sentence; what is sold by size has its colour on the packaging."""
        phrase = _pick([row for row in self.words.phrases if row["style"] == style], self.random)
        wrap, wrap_zh = (" packaging", "包装") if self.sizes(kind) else ("", "色")
        colour, colour_zh = shade["title"].lower() + wrap, shade["title_zh"] + wrap_zh
        return (
            phrase["opening"].format(kind=kind["title"].capitalize(), colour=colour),
            phrase["opening_zh"].format(kind=kind["title_zh"], colour=colour_zh),
        )

    def sizes(self, kind: Row) -> list[Row]:
        """Give the sizes that a kind is sold in; none where it is named by its colour."""
        return [row for row in self.words.sizes if row["kind"] == kind["kind"]]


def _price(low: float, high: float, level: int, random: np.random.Generator) -> float:
    """Draw a price inside the level's third of the kind's range, counted in ratios, with the level's ending."""
    place = (level - 1 + random.random()) / len(LEVELS)
    whole = np.floor(low * (high / low) ** place)
    return float(np.clip(whole, low, high - 1) + _ENDINGS[level])


def _margin(usual: float, level: int, random: np.random.Generator) -> float:
    """Draw a margin around the department's; finer goods earn more."""
    return round(float(np.clip(random.normal(usual + 0.03 * (level - 2), 0.05), 0.05, 0.8)), 2)


def _stock(count: int, settings: CatalogueSettings, random: np.random.Generator) -> npt.NDArray[np.int64]:
    stock = 1 + random.negative_binomial(2, 0.03, count)
    stock[random.random(count) < settings.out_of_stock] = 0
    return np.asarray(stock)


def _launch_days(count: int, settings: CatalogueSettings, random: np.random.Generator) -> pd.Series:
    """Draw launch dates: most before the log starts, some during it, a fixed share in its last weeks."""
    new = round(settings.new_share * count)
    during = round(settings.launched_in_log * count)
    ages = np.concatenate([
        random.integers(1, settings.new_days, new),
        random.integers(settings.new_days, settings.days, during),
        random.integers(settings.days, 4 * settings.days, count - new - during),
    ])  # fmt: skip
    days = pd.Timestamp(settings.last_day) - pd.to_timedelta(random.permutation(ages), unit="D")
    return pd.Series(days).astype("datetime64[us]")


def _brand(brands: list[Row], department: str, style: str, level: int) -> Row:
    """Find the one brand of this department, style and price level."""
    return next(
        brand for brand in brands
        if brand["style"] == style and brand["level"] == level and department in brand["departments"].split("|")
    )  # fmt: skip


def _pick(rows: list[Row], random: np.random.Generator) -> Row:
    return rows[int(random.integers(len(rows)))]
