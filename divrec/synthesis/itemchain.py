"""The decoder that both generators of items share: one column after another, each given those before it.

p(row | h, c) = Πⱼ p(columnⱼ | h, c, columns before j), h = MLP(z, c). A label or mode has a softmax whose logits are
linear in h and have a table for each column before it; a place in a mode and a vector are Gaussian. The table from the
finest category begins at the counted log p(label | category), or the mean place, so that training begins at what
counting knows.
"""

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from divrec.columns import SUBCATEGORY
from divrec.synthesis.itemsettings import ItemNetworkSettings
from divrec.synthesis.itemtable import ItemTable

_NEVER: Final = -1e9  # logit of a subcategory that is not in the category
_SLOPE: Final = 0.2  # of the leaky rectifiers


class Decider(Protocol):
    """What becomes of a column's distribution: the truth is looked up in it, or a value is drawn from it."""

    def label(self, column: int, logits: Tensor) -> Tensor:
        """Give the label (B,) as a number, or softly (B, K)."""
        ...

    def number(self, column: int, mean: Tensor, spread: Tensor) -> Tensor:
        """Give the place (B, 1) of a number in its mode, or the vectors (B, V) for the last column."""
        ...


class Chain(nn.Module):
    """Codes and categories to rows."""

    def __init__(self, table: ItemTable, settings: ItemNetworkSettings) -> None:
        super().__init__()
        self.widths = [len(table.levels[name]) for name in table.labels]
        self.modes = [table.modes[name].width for name in table.numbers]
        self.vectors, hidden = table.rows.vectors.shape[1], settings.hidden_dim
        self.meant = nn.Embedding(self.widths[0], hidden)
        self.first = nn.Linear(settings.latent_dim, hidden)
        self.second = nn.Linear(hidden, hidden)
        steps = [*self.widths, *self.modes]
        self._heads = [_Head(hidden, steps[:place], width, place - len(self.widths))
                       for place, width in enumerate(steps) if place]  # fmt: skip
        self._places = [_Head(hidden, steps[: len(self.widths) + place + 1], 2, place)
                        for place in range(len(self.modes))]  # fmt: skip
        self.parts = nn.ModuleList([*self._heads, *self._places])
        self.shown = _Head(hidden, steps, self.vectors, len(self.modes)) if self.vectors else None
        self.noise = nn.Parameter(torch.zeros(self.vectors))  # log spread of the vectors
        inside = table.inside() if SUBCATEGORY in table.labels else None
        self._allowed = None if inside is None else torch.from_numpy(inside)
        self._count(table, settings.smoothing)

    def _count(self, table: ItemTable, smoothing: float) -> None:
        """Begin each table from the finest label before it at the counted log p(label | parent)."""
        columns = [*table.rows.codes.T, *table.rows.modes.T]
        finest = 1 if SUBCATEGORY in table.labels else 0
        with torch.no_grad():
            for place, head in enumerate(self._heads, start=1):
                parent = min(finest, place - 1)
                shape = len(head.tables[parent].weight), head.bias.shape[0]
                counts = np.zeros(shape)
                np.add.at(counts, (columns[parent], columns[place]), 1)
                overall = (counts.sum(axis=0) + 1e-3) / (counts.sum() + 1e-3 * shape[1])
                chance = (counts + smoothing * overall) / (counts.sum(axis=1, keepdims=True) + smoothing)
                head.tables[parent].weight.copy_(torch.from_numpy(np.log(chance)))
            for place, head in zip(table.rows.places.T, self._places, strict=True):
                rows = np.bincount(columns[finest], minlength=len(head.tables[finest].weight))
                total = np.bincount(columns[finest], place, minlength=len(rows))
                head.tables[finest].weight[:, 0] = torch.from_numpy(total / (rows + smoothing))

    def forward(self, z: Tensor, category: Tensor, decide: Decider) -> None:
        """Walk through the columns; ``decide`` says what each becomes, and the ones after it are given that."""
        h = functional.leaky_relu(self.first(z) + self.meant(category), _SLOPE)
        h = functional.leaky_relu(self.second(h), _SLOPE)
        labels, places = [category], list[Tensor]()
        for column, head in enumerate(self._heads):
            logits = head(h, labels, places)
            if column == 0 and self._allowed is not None:
                logits = logits.masked_fill(~self._allowed[category], _NEVER)
            labels.append(decide.label(column + 1, logits))
            number = column + 1 - len(self.widths)
            if number >= 0:
                mean, spread = self._places[number](h, labels, places).chunk(2, dim=1)
                places.append(decide.number(number, mean, functional.softplus(spread + 0.5) + 1e-3))
        if self.shown is not None:
            mean = self.shown(h, labels, places)
            decide.number(len(self.modes), mean, self.noise.exp().expand_as(mean))


class _Head(nn.Module):
    """One column's parameters, linear in h, a table for each label before it, and linear in the places before it."""

    def __init__(self, hidden: int, before: Sequence[int], width: int, places: int) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(width))
        self.coded = nn.Linear(hidden, width, bias=False)
        self.tables = [nn.Embedding(count, width) for count in before]
        self.parts = nn.ModuleList(self.tables)
        self.placed = nn.Linear(places, width, bias=False) if places > 0 and width else None
        for weight in (self.coded.weight, *(table.weight for table in self.tables)):
            nn.init.zeros_(weight)

    def forward(self, h: Tensor, labels: Sequence[Tensor], places: Sequence[Tensor]) -> Tensor:
        """Give the parameters (B, width)."""
        found: Tensor = self.bias + self.coded(h)
        for label, table in zip(labels, self.tables, strict=True):
            found = found + (label @ table.weight if label.is_floating_point() else table(label))
        if self.placed is not None:
            found = found + self.placed(torch.cat(list(places), dim=1))
        return found


class Draw:
    """Draws rows: labels from their softmax at a temperature, numbers and vectors from their Gaussian."""

    def __init__(self, temperature: float, generator: torch.Generator) -> None:
        self.temperature, self._random = temperature, generator
        self.labels: list[Tensor] = []
        self.numbers: list[Tensor] = []

    def label(self, column: int, logits: Tensor) -> Tensor:  # noqa: ARG002  # a Decider's
        """Draw a label (B,)."""
        noise = -torch.log(-torch.log(torch.rand(logits.shape, generator=self._random).clamp(1e-20, 1 - 1e-7)))
        self.labels.append((logits / self.temperature + noise).argmax(dim=1))
        return self.labels[-1]

    def number(self, column: int, mean: Tensor, spread: Tensor) -> Tensor:  # noqa: ARG002  # a Decider's
        """Draw a place (B, 1), or vectors (B, V)."""
        self.numbers.append(mean + self.temperature * spread * torch.randn(mean.shape, generator=self._random))
        return self.numbers[-1]
