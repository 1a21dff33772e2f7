"""Where an item of no log would lie among the log's, and who would be shown it at which slider value.

Of a new item there are scores by the cold-start method alone, and these cannot be set beside a model's. Places can: a
shopper's new item stands in the model's pool where it stands among all items that the shopper does not have yet when
the cold-start method ranks them. So what was measured on hidden items holds for these places, too. For the distances of
the re-ranking it lies between the items most alike in the method's eyes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from divrec.columns import ITEM, SCORE, USER
from divrec.data.candidates import Candidates
from divrec.data.dataset import Dataset
from divrec.data.ranking import top_n
from divrec.data.vectors import similarity, unit_rows, vectors_for
from divrec.errors import InputError
from divrec.models.inputs import Floats, entries, weighted
from divrec.rerank.options import Options
from divrec.rerank.population import population
from divrec.synthesis.coldstart import ColdStart
from divrec.synthesis.hidden import rows_at_once

POOL: Final = 500  # items of a shopper among which a new one can take its place
ANCHORS: Final = 5  # items between which a new one lies
PLACE: Final = "place"
FIRST: Final = "first"
HELD: Final = "held"
_SAME: Final = 1e-5  # scores that differ by less, as a share, are one: sums in another order
Ints = npt.NDArray[np.int64]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Audience:
    """Whom a new item reaches.

    ``table`` has a row per shopper of the pool: ``user_id, score`` by the cold-start method, ``place`` in the pool
    (from 1; 0 where it is not in it) and ``first``, the lowest slider value at which it is in the list (NaN: at none).
    ``held`` (U, G) marks at which of the slider ``values`` (G,) it is.
    """

    table: pd.DataFrame
    values: npt.NDArray[np.float64]
    held: npt.NDArray[np.bool_]


def reach(
    cold: ColdStart,
    new: pd.DataFrame,
    dataset: Dataset,
    pool: Candidates,
    vectors: pd.DataFrame,
    method: str = "mmr",
    n: int = 20,
    **options: Any,  # noqa: ANN401  # the fields of Options, checked there
) -> pd.DataFrame:
    """Tell who of ``pool`` would be shown each of the ``new`` items (a catalogue) in lists of ``n``.

    ``dataset`` is the log that ``cold`` and the pool's model know, ``vectors`` are those that lists are varied by.
    Gives ``item_id, user_id, score, place, first`` (see ``Audience``), lists looked at for every hundredth of the
    slider. Raises InputError for a new item whose id the log has.
    """
    histories = weighted(dataset.matrix()[dataset.user_ids.get_indexer(pool.users)], "binary")
    best = standing(cold, dataset.items, histories)
    lying = Anchors.of(cold.compared(new), cold.compared(dataset.items))
    scores = histories @ cold.weights(new).to_numpy().T  # (U, n)
    tables = []
    for row, item in enumerate(new[ITEM]):
        vector = lying.between(vectors_for(vectors, dataset.item_ids))[row]
        newcomer = Newcomer(str(item), vector, new.iloc[[row]])
        found = audience(newcomer, scores[:, row], best, pool, vectors, method, n, **options)
        tables.append(found.table.assign(**{ITEM: item}))
    return pd.concat(tables, ignore_index=True)[[ITEM, USER, SCORE, PLACE, FIRST]]


@dataclass(frozen=True, eq=False)
class Anchors:
    """The items most alike to new ones: ``rows`` (n, a) in the log's order, ``alike`` (n, a) on [0, 1], falling."""

    rows: Ints
    alike: Floats

    @classmethod
    def of(cls, new: Floats, known: Floats, most: int = ANCHORS) -> "Anchors":
        """Find the ``most`` known rows (I, d) most like each new one (n, d), all of length 1; ties by position."""
        alike = similarity(new, known)
        rows = np.argsort(-alike, axis=1, kind="stable")[:, :most]
        return cls(rows, np.take_along_axis(alike, rows, axis=1))

    def between(self, places: npt.ArrayLike) -> Floats:
        """Give the mean (n, k) of the first anchors' ``places`` (I, k), weighted by closeness: an equal one's own."""
        closeness = 1 / (1 - self.alike[:, :ANCHORS].astype(np.float64) + 1e-6)
        weights = closeness / closeness.sum(axis=1, keepdims=True)
        at = np.asarray(places, dtype=np.float64)[self.rows[:, :ANCHORS]]
        return np.asarray((weights[:, :, None] * at).sum(axis=1), dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Newcomer:
    """A new item as re-ranking sees it: its id, vector (d,) and catalogue row."""

    item: str
    vector: Floats
    row: pd.DataFrame


def standing(
    cold: ColdStart, items: pd.DataFrame, histories: sparse.csr_matrix, pictures: pd.DataFrame | None = None,
    progress: Progress | None = None,
) -> Floats:  # fmt: skip
    """Give the scores (U, POOL) of the best items that each shopper does not have yet, falling; -inf beyond the last.

    ``progress(done, all)`` is called after every batch of shoppers; it may raise ``errors.Cancelled``.
    """
    content, mapped = cold.content(items, pictures)  # (I, D), (D, I)
    users, step = histories.shape[0], rows_at_once(len(items))
    best = np.full((users, POOL), -np.inf, dtype=np.float32)
    for start in range(0, users, step):
        rows = histories[start : start + step]
        scores = np.asarray((rows @ mapped.T) @ content.T, dtype=np.float32)
        scores[entries(rows)] = -np.inf
        listed = top_n(scores, POOL)
        found = np.take_along_axis(scores, np.maximum(listed, 0), axis=1)
        best[start : start + step, : found.shape[1]] = np.where(listed < 0, -np.inf, found)
        if progress is not None:
            progress(min(start + step, users), users)
    return best


def audience(
    newcomer: Newcomer,
    scores: Floats,
    best: Floats,
    pool: Candidates,
    vectors: pd.DataFrame,
    method: str = "mmr",
    n: int = 20,
    values: Sequence[float] | npt.NDArray[np.float64] | None = None,
    **options: Any,  # noqa: ANN401  # the fields of Options, checked there
) -> Audience:
    """Tell who of ``pool`` is shown a new item of these ``scores`` (U,); ``best`` is theirs, from ``standing``."""
    if newcomer.item in pool.item_ids:
        raise InputError(f"the shop already has an item {newcomer.item!r}; give the new one another id")
    grid = np.linspace(0, 1, 101) if values is None else np.asarray(values, dtype=np.float64)
    before = (best >= (scores - _SAME * np.abs(scores))[:, None]).sum(axis=1)  # it stands behind its equals
    width = pool.items.shape[1]
    inside = np.flatnonzero((before < min(width, best.shape[1])) | (width >= len(pool.item_ids)))
    held = np.zeros((len(pool), len(grid)), dtype=bool)
    if len(inside):
        joined = _joined(pool, inside, before[inside], newcomer.item)
        if (catalogue := options.get("catalogue")) is not None:
            options["catalogue"] = pd.concat([catalogue, newcomer.row], ignore_index=True)
        known = vectors_for(vectors, pool.item_ids)
        rows = np.vstack([known, unit_rows(newcomer.vector[None])])
        everyone = population(
            joined, pd.DataFrame(rows, index=joined.item_ids), method, grid, n, None, Options(**options)
        )
        new = len(pool.item_ids)
        for rows_of, found in everyone.run(lambda batch: (batch.rows, (batch.items == new).any(axis=2))):
            held[inside[rows_of]] = found
    place = np.zeros(len(pool), dtype=np.int64)
    place[inside] = np.minimum(before[inside], pool.lengths[inside]) + 1
    first = np.where(held.any(axis=1), grid[held.argmax(axis=1)], np.nan)
    return Audience(pd.DataFrame({USER: pool.users, SCORE: scores, PLACE: place, FIRST: first}), grid, held)


def _joined(pool: Candidates, rows: Ints, before: Ints, item: str) -> Candidates:
    """Put an item into the pools of some shoppers behind ``before`` others, its score half-way to the next one."""
    items, scores, length = pool.items[rows], pool.scores[rows], pool.lengths[rows]
    at = np.minimum(before, length)[:, None]
    column = np.arange(items.shape[1] + 1)[None]
    above, below = np.maximum(at - 1, 0), np.minimum(at, np.maximum(length[:, None] - 1, 0))
    own = np.take_along_axis(scores, np.where(at == 0, below, above), axis=1)
    own = (own + np.take_along_axis(scores, below, axis=1)) * np.float32(0.5)
    source = np.clip(column - (column > at), 0, items.shape[1] - 1)
    new = len(pool.item_ids)
    return Candidates(
        pool.users[rows], pool.item_ids.append(pd.Index([item], name=ITEM)),
        np.where(column == at, new, np.take_along_axis(items, source, axis=1)).astype(np.int32),
        np.where(column == at, own, np.take_along_axis(scores, source, axis=1)).astype(np.float32),
    )  # fmt: skip
