"""A catalogue as rows to learn from: category path, brand, numbers by their modes, text and picture vectors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.columns import BRAND, CATEGORY, ITEM, MARGIN, PRICE, SUBCATEGORY
from divrec.data.vectors import unit_rows
from divrec.errors import InputError
from divrec.synthesis.itemsettings import TableSettings
from divrec.synthesis.modes import Modes

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
LABELS: Final = (CATEGORY, SUBCATEGORY, BRAND)
NUMBERS: Final = (PRICE, MARGIN)
FEWEST: Final = 20  # real items that are learned from
_RARE: Final = "\0rare"  # the level of all labels that are not common enough for their own


@dataclass(frozen=True, eq=False)
class Rows:
    """Items in numbers: ``codes`` (n, L) of the labels, ``modes`` and ``places`` (n, M), ``vectors`` (n, V)."""

    codes: Ints
    modes: Ints
    places: Floats
    vectors: Floats

    def at(self, rows: npt.NDArray[np.intp]) -> "Rows":
        """Give some of them."""
        return Rows(*(getattr(self, each.name)[rows] for each in fields(self)))

    @classmethod
    def joined(cls, parts: Sequence["Rows"]) -> "Rows":
        """Put rows of the same table together."""
        return cls(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(cls)))


@dataclass(frozen=True, eq=False)
class Block:
    """Unit vectors on their principal axes: (x − ``centre``) ``axes`` / ``scale``."""

    centre: Floats
    axes: Floats
    scale: float

    @classmethod
    def learn(cls, vectors: Floats, dimensions: int) -> "Block":
        """Find the axes of the rows that are not zero."""
        there = vectors[np.abs(vectors).sum(axis=1) > 0]
        centre = there.mean(axis=0)
        axes = np.linalg.svd(there - centre, full_matrices=False)[2][:dimensions].T
        return cls(centre, axes, float(((there - centre) @ axes).std()) or 1.0)

    def place(self, vectors: Floats) -> Floats:
        """Put vectors on the axes (n, d)."""
        return np.asarray((vectors - self.centre) @ self.axes / self.scale)


class ItemTable:
    """The columns of one catalogue: what a row consists of, and how it is read.

    ``labels`` are its columns of words in the order in which they are decided, the top-level category first; a
    catalogue without categories has one nameless category. ``numbers`` are those of its number columns that hold any.
    """

    def __init__(self, items: pd.DataFrame, vectors: Mapping[str, pd.DataFrame], settings: TableSettings) -> None:
        """Learn from a catalogue and vectors indexed by item_id. Raises InputError where there is too little."""
        if len(items) < FEWEST:
            raise InputError(f"generating needs at least {FEWEST} items, found {len(items)}")
        self.settings = settings
        self.labels = [CATEGORY, *(name for name in LABELS[1:] if _filled(items, name))]
        self.numbers = [name for name in NUMBERS if _filled(items, name)]
        if len(self.labels) + len(self.numbers) < 2:
            raise InputError(
                f"generating needs a catalogue with some of {', '.join((*LABELS, *NUMBERS))}; "
                f"it has {', '.join(map(str, items.columns))}"
            )
        words = self._words(items)
        most = {CATEGORY: len(items)}  # every category can be asked for
        self.levels = {name: _levels(words[name], most.get(name, settings.most_labels)) for name in self.labels}
        self._rest = {name: _rest(words[name], self.levels[name], words[CATEGORY]) for name in self.labels[1:]}
        self.modes = {name: Modes.learn(_numbers(items[name]), settings.most_modes, settings.seed)
                      for name in self.numbers}  # fmt: skip
        given = {name: _aligned(table, items) for name, table in vectors.items()}
        given = {name: rows for name, rows in given.items() if len(np.unique(rows, axis=0)) > 1}
        self.blocks = {name: Block.learn(rows, settings.vector_dimensions) for name, rows in given.items()}
        self.rows = self._encode(items, words, given)

    def _words(self, items: pd.DataFrame) -> dict[str, pd.Series]:
        """Give the label columns as words; a subcategory is one inside its category, so that equal names stay apart."""
        blank = pd.Series("", index=items.index, dtype="str")
        words = {name: items[name].astype("str").fillna("") if name in items else blank for name in self.labels}
        if SUBCATEGORY in words:
            words[SUBCATEGORY] = words[CATEGORY] + "\0" + words[SUBCATEGORY]
        return words

    def _encode(self, items: pd.DataFrame, words: Mapping[str, pd.Series], given: Mapping[str, Floats]) -> Rows:
        rng = np.random.default_rng([self.settings.seed, 11])
        codes = [_codes(words[name], self.levels[name]) for name in self.labels]
        pairs = [self.modes[name].encode(_numbers(items[name]), rng) for name in self.numbers]
        placed = [self.blocks[name].place(rows) for name, rows in given.items()]
        n = len(items)
        return Rows(
            np.column_stack(codes),
            np.column_stack([pair[0] for pair in pairs]) if pairs else np.zeros((n, 0), np.int64),
            np.column_stack([pair[1] for pair in pairs]) if pairs else np.zeros((n, 0)),
            np.hstack(placed) if placed else np.zeros((n, 0)),
        )

    @property
    def categories(self) -> list[str]:
        """Names of the top-level categories, ``""`` for items without one."""
        return self.levels[CATEGORY]

    def decode(self, rows: Rows, rng: np.random.Generator) -> pd.DataFrame:
        """Read rows: a column for each of the catalogue's labels and numbers, missing where the row says so."""
        table: dict[str, Any] = {}
        for place, name in enumerate(self.labels):
            words = np.array(self.levels[name], dtype=object)[rows.codes[:, place]]
            for row in np.flatnonzero(words == _RARE):
                words[row] = rng.choice(self._rest[name].get(self.categories[rows.codes[row, 0]], [""]))
            plain = [word.rpartition("\0")[2] or None for word in words]
            table[name] = pd.array(plain, dtype="str")
        for place, name in enumerate(self.numbers):
            table[name] = self.modes[name].decode(rows.modes[:, place], rows.places[:, place], rng)
        found = pd.DataFrame(table)
        return found.drop(columns=CATEGORY) if self.categories == [""] else found

    def inside(self) -> npt.NDArray[np.bool_]:
        """Tell which levels of each later label were seen in which category: (C, S) for the subcategories."""
        codes = self.rows.codes
        found = np.zeros((len(self.categories), len(self.levels[SUBCATEGORY])), dtype=bool)
        found[codes[:, 0], codes[:, self.labels.index(SUBCATEGORY)]] = True
        return found


def _filled(items: pd.DataFrame, name: str) -> bool:
    return name in items and bool(items[name].notna().any())


def _numbers(values: pd.Series) -> Floats:
    found = pd.to_numeric(values, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    return np.where(np.isfinite(found), found, np.nan)


def _levels(words: pd.Series, most: int) -> list[str]:
    counts = words.value_counts()
    common = sorted(counts.index[:most].tolist())
    return common if len(counts) <= most else [*common, _RARE]


def _codes(words: pd.Series, levels: list[str]) -> Ints:
    at = pd.Index(levels).get_indexer(pd.Index(words))
    return np.where(at < 0, len(levels) - 1, at).astype(np.int64)


def _rest(words: pd.Series, levels: list[str], category: pd.Series) -> dict[str, list[str]]:
    """Give the labels without a level of their own, by category."""
    rare = ~words.isin(levels)
    return {str(name): part.tolist() for name, part in words[rare].groupby(category[rare])}


def _aligned(table: pd.DataFrame, items: pd.DataFrame) -> Floats:
    rows = table.reindex(pd.Index(items[ITEM])).fillna(0).to_numpy(np.float32)
    return unit_rows(rows).astype(np.float64)
