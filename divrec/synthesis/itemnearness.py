"""How far items are from each other, column by column, and which generated ones are copies or outliers.

The distance of two items is the mean over their columns (Gower 1971): 0 or 1 for words, the difference of ranks among
the real ones for numbers, (1 − cosine) / 2 for vectors; on [0, 1].
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.data.vectors import unit_rows
from divrec.synthesis.itemtable import LABELS, NUMBERS
from divrec.synthesis.keeping import Bounds
from divrec.synthesis.settings import FilterSettings

Floats = npt.NDArray[np.float32]
_AT_ONCE: Final = 8_000_000  # distances held at once
_CLOSE: Final = 0.25  # of the median distance among real items: nothing farther is a copy


@dataclass(frozen=True, eq=False)
class Items:
    """Described items: ``labels`` (n, L) as numbers, ``numbers`` (n, M) as ranks, ``vectors`` of unit length."""

    labels: npt.NDArray[np.int64]
    numbers: Floats
    vectors: Sequence[Floats]

    def __len__(self) -> int:
        return len(self.labels)

    def at(self, rows: npt.NDArray[np.intp] | slice) -> "Items":
        """Give some of them."""
        return Items(self.labels[rows], self.numbers[rows], [part[rows] for part in self.vectors])


class Nearness:
    """Distances by the columns that a catalogue has."""

    def __init__(self, items: pd.DataFrame, vectors: Mapping[str, npt.NDArray[np.float64]] | None = None) -> None:
        """Take the real ``items`` as the measure; ``vectors`` are theirs, row by row."""
        self._labels = [name for name in LABELS if name in items and items[name].notna().any()]
        self._numbers = [name for name in NUMBERS if name in items and items[name].notna().any()]
        self._levels = {name: pd.Index(_words(items[name]).unique()) for name in self._labels}
        self._known = {name: np.sort(items[name].dropna().to_numpy(np.float64)) for name in self._numbers}
        self._vectors = list(vectors or {})
        self.real = self.describe(items, vectors)

    def describe(self, items: pd.DataFrame, vectors: Mapping[str, npt.NDArray[np.float64]] | None = None) -> Items:
        """Describe items by the measure of the real ones; a word that these don't have is like none."""
        n = len(items)
        labels = [self._levels[name].get_indexer(pd.Index(_words(items[name]))) for name in self._labels]
        numbers = [_ranks(items[name].to_numpy(np.float64, na_value=np.nan), self._known[name])
                   for name in self._numbers]  # fmt: skip
        return Items(
            np.column_stack(labels).astype(np.int64) if labels else np.zeros((n, 0), np.int64),
            np.column_stack(numbers).astype(np.float32) if numbers else np.zeros((n, 0), np.float32),
            [unit_rows(vectors[name]) for name in self._vectors] if vectors else [],
        )

    def apart(self, some: Items, others: Items) -> Floats:
        """Give distances (n, m)."""
        total = np.zeros((len(some), len(others)), dtype=np.float32)
        for one, other in zip(some.labels.T, others.labels.T, strict=True):
            total += one[:, None] != other
        for one, other in zip(some.numbers.T, others.numbers.T, strict=True):
            gap = np.abs(one[:, None] - other)
            missing = np.isnan(one)[:, None] != np.isnan(other)
            total += np.where(missing, 1, np.nan_to_num(gap))
        for one, other in zip(some.vectors, others.vectors, strict=True):
            total += (1 - one @ other.T) / 2
        total /= some.labels.shape[1] + some.numbers.shape[1] + len(some.vectors)
        return total

    def nearest(
        self, some: Items, others: Items, k: int = 1, themselves: bool = False
    ) -> tuple[Floats, npt.NDArray[np.intp]]:
        """Give distances and rows (n, k) of the ``k`` nearest of ``others``, the nearest first.

        With ``themselves`` both are the same items, and none is its own neighbour.
        """
        k = min(k, len(others) - themselves)
        step = max(1, _AT_ONCE // len(others))
        far, rows = [], []
        for start in range(0, len(some), step):
            part = self.apart(some.at(slice(start, start + step)), others)
            if themselves:
                part[np.arange(len(part)), start + np.arange(len(part))] = np.inf
            best = np.argpartition(part, k - 1, axis=1)[:, :k]
            found = np.take_along_axis(part, best, axis=1)
            order = np.argsort(found, axis=1, kind="stable")
            far.append(np.take_along_axis(found, order, axis=1))
            rows.append(np.take_along_axis(best, order, axis=1))
        return np.concatenate(far), np.concatenate(rows)

    def bounds(self, settings: FilterSettings) -> Bounds:
        """Measure how far real items lie from each other.

        Where they are evenly spaced, all that lies between them is nearer than they are: the lower bound is then a part
        of their distance.
        """
        looked_at = self.real.at(slice(settings.compared_with))
        far, _ = self.nearest(looked_at, looked_at, themselves=True)
        low, middle, high = np.quantile(far[:, 0], [settings.low, 0.5, settings.high])
        return Bounds(float(min(low, _CLOSE * middle)), float(high))


def equal_rows(items: pd.DataFrame, real: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Tell which of ``items`` have the words and numbers of a real one, column for column."""
    shared = [name for name in (*LABELS, *NUMBERS) if name in items and name in real]
    known = set(_keys(real[shared]))
    return np.array([key in known for key in _keys(items[shared])], dtype=bool)


def item_reasons(far: Floats, equal: npt.NDArray[np.bool_], bounds: Bounds) -> npt.NDArray[np.object_]:
    """Tell for each row: ``copy``, ``outlier``, or ``kept``. A row equal to a real one is always a copy."""
    said = np.full(len(far), "kept", dtype=object)
    said[far > bounds.high] = "outlier"
    said[(far < bounds.low) | equal] = "copy"
    return said


def _keys(items: pd.DataFrame) -> list[tuple[object, ...]]:
    plain = items.astype(object).where(items.notna(), None)
    return list(plain.itertuples(index=False, name=None))


def _words(values: pd.Series) -> pd.Series:
    return values.astype("str").fillna("")


def _ranks(values: npt.NDArray[np.float64], known: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Give the middle of each number's ranks among the known ones, on [0, 1]; NaN where it is missing."""
    ends = [np.searchsorted(known, values, side) for side in ("left", "right")]
    return np.where(np.isnan(values), np.nan, (ends[0] + ends[1]) / (2 * max(len(known), 1)))
