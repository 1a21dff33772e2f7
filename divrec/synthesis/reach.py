"""Where an item of no log would lie among the log's, and who would be shown it at which slider value.

Of a new item there are scores by a cold-start method alone, and these cannot be set beside a model's. Places can: a
shopper's new item stands in the model's pool where the method places it among what the shopper does not have yet. It
is placed among items that the method had not seen either, described by no more than is said of the new one; beside
items that a method has learned from, or that are described at greater length, a new one would stand too high or too
low. For the distances of the re-ranking it lies between the items most alike in the method's eyes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from divrec.columns import BRAND, CATEGORY, DESCRIPTION, IMAGE, ITEM, PRICE, SCORE, SUBCATEGORY, TITLE, USER
from divrec.data.candidates import Candidates
from divrec.data.dataset import Dataset
from divrec.data.vectors import similarity, unit_rows, vectors_for
from divrec.errors import InputError, NotFittedError
from divrec.models.inputs import Floats, weighted
from divrec.rerank.options import Options
from divrec.rerank.population import population
from divrec.synthesis.coldstart import ColdStart
from divrec.synthesis.hidden import described

ANCHORS: Final = 5  # items between which a new one lies
PLACE: Final = "place"
FIRST: Final = "first"
_PEERS: Final = 2_000  # hidden items that a new one is placed among
_SAME: Final = 1e-5  # scores that differ by less, as a share, are one: sums in another order
_SAID: Final = (TITLE, DESCRIPTION, CATEGORY, SUBCATEGORY, BRAND, PRICE)
Ints = npt.NDArray[np.int64]


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
    rows = dataset.user_ids.get_indexer(pool.users)
    peers = Peers.of(cold, dataset.items, weighted(dataset.matrix()[rows], "binary"))
    unit, tables = vectors_for(vectors, dataset.item_ids), []
    for at, item in enumerate(new[ITEM]):
        row = new.iloc[[at]]
        lying = Anchors.of(cold.compared(row), cold.compared(described_by(said_of(row), dataset.items)))
        newcomer = Newcomer(str(item), lying.between(unit)[0], row)
        found = audience(newcomer, *peers.places(row), pool, vectors, method, n, **options)
        tables.append(found.table.assign(**{ITEM: item}))
    return pd.concat(tables, ignore_index=True)[[ITEM, USER, SCORE, PLACE, FIRST]]


def said_of(new: pd.DataFrame, pictures: pd.DataFrame | None = None) -> tuple[str, ...]:
    """Name what is said of one new item, by columns of a catalogue."""
    said = tuple(name for name in _SAID if name in new and new[name].notna().all())
    return said if pictures is None else (*said, IMAGE)


def described_by(said: tuple[str, ...], items: pd.DataFrame) -> pd.DataFrame:
    """Leave of a catalogue what is ``said`` of a new item, too."""
    return items[[ITEM, *(name for name in said if name in items)]]


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


class Peers:
    """The items hidden from a method beside which new ones are placed, for some shoppers."""

    def __init__(
        self, cold: ColdStart, items: pd.DataFrame, tastes: Floats, owned: npt.NDArray[np.bool_], left: Ints,
        pictures: pd.DataFrame | None,
    ) -> None:  # fmt: skip
        """Take hidden ``items`` (m); shoppers' ``tastes`` (U, D), ``owned`` peers (U, m), how many ``left`` (U,)."""
        self._cold, self._items, self._tastes, self._pictures = cold, items, tastes, pictures
        self._owned, self._left = owned, left
        self._scores: tuple[tuple[str, ...], Floats] | None = None

    @classmethod
    def of(
        cls, cold: ColdStart, items: pd.DataFrame, histories: sparse.csr_matrix, pictures: pd.DataFrame | None = None
    ) -> "Peers":
        """Take the hidden items of ``cold``'s trial among all ``items``, and what is left of ``histories`` (U, I)."""
        if cold.blind is None:
            raise NotFittedError("this ColdStart is not trained yet; call fit(dataset) first")
        hidden = np.flatnonzero(cold.hidden)
        if len(hidden) > _PEERS:
            hidden = np.sort(np.random.default_rng(cold.settings.seed).choice(hidden, _PEERS, replace=False))
        tastes = np.asarray(histories[:, ~cold.hidden] @ cold.blind[1].T, dtype=np.float32)
        left = histories.shape[1] - np.diff(histories.indptr)
        return cls(cold, items.iloc[hidden], tastes, histories[:, hidden].toarray() > 0, left, pictures)

    def places(self, new: pd.DataFrame, pictures: pd.DataFrame | None = None) -> tuple[Floats, Ints]:
        """Give the score (U,) of one new item for every shopper, and how many of what is left stand before it.

        An item that is one of many like its peers has every place equally often: of m peers and l items left, c better
        peers say (c + ½) l / (m + 1). Among equals it stands in the middle.
        """
        said = said_of(new, pictures)
        score = (self._tastes @ self._described(new, pictures).T)[:, 0]
        peers = self._of_peers(said)
        reach = _SAME * np.abs(score)
        better = (peers > (score + reach)[:, None]).sum(axis=1)
        equal = (peers >= (score - reach)[:, None]).sum(axis=1) - better
        among = peers.shape[1] - self._owned.sum(axis=1)
        return score, np.asarray((better + equal / 2 + 0.5) * self._left / (among + 1), dtype=np.int64)

    def _of_peers(self, said: tuple[str, ...]) -> Floats:
        """Score the peers (U, m) by what is ``said`` of a new item; -inf for what a shopper has."""
        if self._scores is None or self._scores[0] != said:
            known = described_by(said, self._items)
            content = self._described(known, self._pictures if IMAGE in said else None)
            self._scores = said, np.where(self._owned, np.float32(-np.inf), self._tastes @ content.T)
        return self._scores[1]

    def _described(self, items: pd.DataFrame, pictures: pd.DataFrame | None) -> Floats:
        assert self._cold.blind is not None  # noqa: S101  # ``of`` has looked
        return described(self._cold.method, self._cold.blind[0], items, pictures)


def audience(
    newcomer: Newcomer,
    scores: Floats,
    before: Ints,
    pool: Candidates,
    vectors: pd.DataFrame,
    method: str = "mmr",
    n: int = 20,
    values: Sequence[float] | npt.NDArray[np.float64] | None = None,
    **options: Any,  # noqa: ANN401  # the fields of Options, checked there
) -> Audience:
    """Tell who of ``pool`` is shown a new item with these ``scores`` (U,) and as many others ``before`` it (U,)."""
    if newcomer.item in pool.item_ids:
        raise InputError(f"the shop already has an item {newcomer.item!r}; give the new one another id")
    grid = np.linspace(0, 1, 101) if values is None else np.asarray(values, dtype=np.float64)
    width = pool.items.shape[1]
    inside = np.flatnonzero((before < width) | (width >= len(pool.item_ids)))
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
