"""What can be said of an item before anybody has bought it: text, category, brand, price and picture, in numbers.

Everything is learned from a catalogue and kept, so that items which are not in it can be placed.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.columns import BRAND, CATEGORY, DESCRIPTION, ITEM, PRICE, SUBCATEGORY, TITLE
from divrec.data.features.text import TextSpace
from divrec.data.settings import Settings, bounded
from divrec.data.vectors import unit_rows

Floats = npt.NDArray[np.float32]

LABELS: Final = (CATEGORY, SUBCATEGORY, BRAND)
TEXTS: Final = (TITLE, DESCRIPTION)


@dataclass(frozen=True, kw_only=True)
class ContentSettings(Settings):
    """How items are described."""

    text_dimensions: int = bounded(512, 1, 4096)
    labels: int = bounded(512, 1, 10_000)  # of each column, the commonest; a rarer one says nothing
    seed: int = bounded(7, 0, 2**31 - 1)


@dataclass(frozen=True, eq=False)
class ContentSpace:
    """Items as rows of numbers, blocks side by side: text, one of each column of labels, price, picture.

    ``labels`` names the known ones by column; ``prices`` (known,) are the catalogue's, rising; ``picture`` is the width
    of the picture vectors, 0 without them.
    """

    text: TextSpace
    labels: dict[str, list[str]]
    prices: npt.NDArray[np.float64]
    picture: int

    @classmethod
    def learn(cls, items: pd.DataFrame, settings: ContentSettings, pictures: pd.DataFrame | None) -> "ContentSpace":
        """Learn from a catalogue, and picture vectors by ``item_id`` where there are any."""
        named = {
            name: items[name].dropna().astype("str").value_counts().head(settings.labels).index.sort_values().tolist()
            for name in LABELS
            if name in items
        }
        price = _price(items)
        text = TextSpace.learn(_text(items), settings.text_dimensions, settings.seed)
        return cls(text, named, np.sort(price[price > 0]), 0 if pictures is None else pictures.shape[1])

    def texts(self, items: pd.DataFrame) -> Floats:
        """Place items by their text alone (n, d), rows of length 1."""
        return self.text.place(_text(items))

    def place(self, items: pd.DataFrame, pictures: pd.DataFrame | None = None) -> Floats:
        """Describe items (n, D); what is missing or unknown of an item is zero."""
        hot = [_one_hot(items, name, known) for name, known in self.labels.items()]
        parts = [self.texts(items), *hot, self._angles(items)]
        if self.picture:
            parts.append(_pictures(items, pictures, self.picture))
        return np.hstack(parts)

    def _angles(self, items: pd.DataFrame) -> Floats:
        """Set prices on a half circle by their quantile (n, 2): cosine 1 for equal ones, -1 from end to end."""
        price = _price(items)
        share = np.searchsorted(self.prices, price) / max(1, len(self.prices))
        known = (price > 0) & (len(self.prices) > 0)
        angle = np.pi * np.clip(share, 0, 1)
        return np.asarray(known[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]), dtype=np.float32)


def _text(items: pd.DataFrame) -> pd.Series:
    text = pd.Series("", index=items.index, dtype="string")
    for name in TEXTS:
        if name in items:
            text = text + " " + items[name].astype("string").fillna("")
    return text


def _price(items: pd.DataFrame) -> npt.NDArray[np.float64]:
    if PRICE not in items:
        return np.zeros(len(items))
    return pd.to_numeric(items[PRICE], errors="coerce").fillna(0).to_numpy(np.float64)


def _one_hot(items: pd.DataFrame, name: str, known: list[str]) -> Floats:
    if name not in items:
        return np.zeros((len(items), len(known)), dtype=np.float32)
    at = pd.Index(known).get_indexer(pd.Index(items[name].astype("string").fillna("").astype("str")))
    hot = np.zeros((len(items), len(known)), dtype=np.float32)
    hot[np.flatnonzero(at >= 0), at[at >= 0]] = 1
    return hot


def _pictures(items: pd.DataFrame, pictures: pd.DataFrame | None, width: int) -> Floats:
    if pictures is None:
        return np.zeros((len(items), width), dtype=np.float32)
    return unit_rows(pictures.reindex(pd.Index(items[ITEM])).fillna(0).to_numpy(np.float32))
