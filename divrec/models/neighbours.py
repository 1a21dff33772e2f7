"""Nearest neighbours by the cosine of histories, from the side of the items and from the side of the shoppers.

Sarwar et al. 2001 and Herlocker et al. 1999, with shrinkage: likeness(i, j) = xᵢ · xⱼ / (‖xᵢ‖ ‖xⱼ‖ + shrinkage), so
that two of a kind by one common event count less than two of a kind by fifty. Each item of a history speaks for its
nearest: Σ likeness(i, j) over i whose nearest j is among. Normalised (Sarwar's weighted mean), each candidate j listens
to its own nearest N(j): Σ likeness(j, i) over i in both N(j) and the history, divided by that over all of N(j).
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from divrec.models.base import Arrays, Given, Recommender
from divrec.models.inputs import Floats, popularity, weighted
from divrec.models.settings import ItemKNNSettings, UserKNNSettings

Places = npt.NDArray[np.int32]

_BLOCK: Final = 512  # rows whose likeness to all others is held at once


class ItemKNN(Recommender[ItemKNNSettings]):
    """Scores an item by the summed likeness to the items of the history, of nearest neighbours only."""

    family = "itemknn"
    settings_type = ItemKNNSettings

    def _learn(self, given: Given) -> None:
        told = self._told(given.histories)
        self._nearest, self._likeness = nearest(told.T.tocsr(), self.settings.neighbours, self.settings.shrinkage)

    def _score(self, histories: sparse.csr_matrix) -> Floats:
        items, width = self._nearest.shape
        offsets = np.arange(items + 1, dtype=np.int64) * width
        # a place that is not filled adds likeness 0 to the first item
        speaks = sparse.csr_matrix((self._likeness.ravel(), self._nearest.ravel(), offsets), shape=(items, items))
        if self.settings.normalised:
            speaks = (sparse.diags(1 / np.maximum(self._likeness.sum(axis=1), 1e-12)) @ speaks).T.tocsr()
        return np.asarray((weighted(histories, self.settings.weighting) @ speaks).toarray(), dtype=np.float32)

    def pruned(self, neighbours: int) -> "ItemKNN":
        """Give a copy in which each item speaks for its ``neighbours`` nearest alone."""
        kept = min(neighbours, self.settings.neighbours)
        small = ItemKNN(**{**self.settings.to_json(), "neighbours": kept})
        at = slice(width(len(self._nearest), kept))
        small._nearest, small._likeness = self._nearest[:, at].copy(), self._likeness[:, at].copy()
        small.knowing(self.item_ids, self.user_ids, self.histories)
        return small

    def _told(self, histories: sparse.csr_matrix) -> sparse.csr_matrix:
        """Give histories (U, I) with each shopper's items weighed by 1 / lengthᵖ."""
        told = weighted(histories, self.settings.weighting)
        lengths = np.diff(told.indptr)
        told.data *= np.repeat(np.maximum(lengths, 1) ** np.float32(-self.settings.length_power), lengths)
        return told

    def _weights(self) -> Arrays:
        return {"nearest": self._nearest, "likeness": self._likeness}

    def _restore(self, weights: Arrays) -> None:
        self._nearest, self._likeness = weights["nearest"], weights["likeness"]

    def _shapes(self, items: int) -> dict[str, tuple[int, ...]]:
        return dict.fromkeys(("nearest", "likeness"), (items, width(items, self.settings.neighbours)))


class UserKNN(Recommender[UserKNNSettings]):
    """Scores an item by the summed likeness of those of the nearest shoppers who have it.

    An item counts by log(U / shoppers who have it): to share a rarity tells more than to share a best-seller.
    """

    family = "userknn"
    settings_type = UserKNNSettings

    def _learn(self, given: Given) -> None:
        share = np.maximum(popularity(given.histories), 1 / max(1, given.histories.shape[0]))
        self._rarity = np.maximum(-np.log(share), 1e-3).astype(np.float32)  # (I,)

    def _score(self, histories: sparse.csr_matrix) -> Floats:
        asked, others = (self._told(of) for of in (histories, self.histories))
        liked = weighted(self.histories, "binary")
        scores = np.zeros(histories.shape, dtype=np.float32)
        for rows, likeness in _likenesses(asked, others, self.settings.shrinkage):
            row, _, column, value = strongest(likeness, self.settings.neighbours)
            near = sparse.csr_matrix((value, (row, column)), shape=likeness.shape)
            scores[rows] = (near @ liked).toarray()
        return scores

    def _told(self, histories: sparse.csr_matrix) -> sparse.csr_matrix:
        """Give histories (U, I) with each item at its weight."""
        told = weighted(histories, self.settings.weighting)
        told.data *= self._rarity[told.indices]
        return told

    def _weights(self) -> Arrays:
        return {"rarity": self._rarity}

    def _restore(self, weights: Arrays) -> None:
        self._rarity = weights["rarity"]

    def _shapes(self, items: int) -> dict[str, tuple[int, ...]]:
        return {"rarity": (items,)}


def width(items: int, neighbours: int) -> int:
    """Tell how many neighbours an item can have."""
    return max(1, min(neighbours, items - 1))


def nearest(items: sparse.csr_matrix, neighbours: int, shrinkage: float = 0.0) -> tuple[Places, Floats]:
    """Give the nearest other items (I, k) of each item and their likeness (I, k), best first, from buyers (I, U).

    The likeness is 0 at places that an item with fewer neighbours leaves empty.
    """
    shape = items.shape[0], width(items.shape[0], neighbours)
    near, likenesses = np.zeros(shape, dtype=np.int32), np.zeros(shape, dtype=np.float32)
    for rows, likeness in _likenesses(items, items, shrinkage):
        likeness.setdiag(0, k=rows.start)  # nothing speaks for itself
        row, place, column, value = strongest(likeness, shape[1])
        near[row + rows.start, place] = column
        likenesses[row + rows.start, place] = value
    return near, likenesses


def _likenesses(
    asked: sparse.csr_matrix, others: sparse.csr_matrix, shrinkage: float
) -> Iterator[tuple[slice, sparse.csr_matrix]]:
    """Yield, block by block, the likeness (b, M) of rows asked about (N, D) to all others (M, D)."""
    lengths = [np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel()) for rows in (asked, others)]
    transposed = others.T.tocsr()
    for start in range(0, asked.shape[0], _BLOCK):
        rows = slice(start, start + _BLOCK)
        common = (asked[rows] @ transposed).tocsr()
        of = np.repeat(lengths[0][rows], np.diff(common.indptr))
        common.data /= of * lengths[1][common.indices] + np.float32(shrinkage)
        yield rows, common


def strongest(
    matrix: sparse.csr_matrix, k: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.int32], Floats]:
    """Row, place, column and value of the ``k`` largest positive entries of each row; equal ones by column."""
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    held = np.flatnonzero(matrix.data > 0)
    order = held[np.lexsort((matrix.indices[held], -matrix.data[held], rows[held]))]
    sorted_rows = rows[order]
    place = np.arange(len(order)) - np.searchsorted(sorted_rows, np.arange(matrix.shape[0]))[sorted_rows]
    kept = order[place < k]
    return rows[kept], place[place < k], matrix.indices[kept], matrix.data[kept].astype(np.float32)
