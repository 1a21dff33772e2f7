"""Item rows as the tensors that networks read, column by column, and drawn ones back as rows."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from divrec.synthesis.itemchain import Draw
from divrec.synthesis.itemtable import ItemTable, Rows


@dataclass(frozen=True, eq=False)
class Tensors:
    """``labels``: one (n,) for each label and mode; ``numbers``: one (n, 1) for each place, then the vectors (n, V)."""

    labels: list[Tensor]
    numbers: list[Tensor]

    @classmethod
    def of(cls, rows: Rows) -> "Tensors":
        """Read rows."""
        labels = [torch.from_numpy(column.copy()) for column in (*rows.codes.T, *rows.modes.T)]
        numbers = [torch.tensor(column[:, None], dtype=torch.float32) for column in rows.places.T]
        return cls(labels, [*numbers, torch.tensor(rows.vectors, dtype=torch.float32)])

    def at(self, rows: Tensor) -> "Tensors":
        """Give some rows."""
        return Tensors([column[rows] for column in self.labels], [column[rows] for column in self.numbers])


class Truth:
    """Looks real rows up: sums −log p of each column, and lets the next be given the real one."""

    def __init__(self, real: Tensors) -> None:
        self._real = real
        self.loss = torch.zeros(())

    def label(self, column: int, logits: Tensor) -> Tensor:
        """Add a cross-entropy."""
        truth = self._real.labels[column]
        self.loss = self.loss + functional.cross_entropy(logits, truth)
        return truth

    def number(self, column: int, mean: Tensor, spread: Tensor) -> Tensor:
        """Add a Gaussian −log p, up to its constant."""
        truth = self._real.numbers[column]
        apart = (truth - mean) / spread
        self.loss = self.loss + (0.5 * apart.square() + spread.log()).sum(dim=1).mean()
        return truth


class Sampler:
    """Training by sampling: a category by the logarithm of its size, then one of its rows."""

    def __init__(self, categories: npt.NDArray[np.int64]) -> None:
        sizes = np.bincount(categories)
        chance = np.log1p(sizes)[categories] / sizes[categories]
        self._chance = torch.from_numpy(chance / chance.sum())

    def draw(self, n: int) -> Tensor:
        """Draw ``n`` row numbers."""
        return torch.multinomial(self._chance, n, replacement=True)


def as_rows(table: ItemTable, categories: npt.NDArray[np.int64], draw: Draw) -> Rows:
    """Give what was drawn as rows of the table."""
    labels = np.column_stack([categories, *(label.numpy() for label in draw.labels)])
    words, count = len(table.labels), len(table.numbers)
    numbers = [number.numpy().astype(np.float64) for number in draw.numbers]
    n = len(categories)
    return Rows(
        labels[:, :words],
        labels[:, words:],
        np.hstack(numbers[:count]) if count else np.zeros((n, 0)),
        numbers[count] if len(numbers) > count else np.zeros((n, 0)),
    )
