"""From tables to the arrays that the loops read: pools, unit vectors, categories, each shopper's mix."""

import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.columns import CATEGORY, ITEM, USER, WEIGHT
from divrec.data.candidates import NO_ITEM, Candidates
from divrec.data.vectors import vectors_for
from divrec.errors import InputError
from divrec.rerank.gains import Gain, gain_named
from divrec.rerank.options import Options
from divrec.rerank.relevance import relevance_of
from divrec.rerank.state import Pools, Source


@dataclass(frozen=True, eq=False)
class Prepared:
    """A method and everything it reads; ``mixes`` (U, C) are each shopper's shares of categories."""

    gain: Gain
    candidates: Candidates
    source: Source
    mixes: npt.NDArray[np.float64]
    options: Options

    def pools(self, rows: slice = slice(None)) -> Pools:
        """Lay out the pools of some shoppers; for few at a time, so that memory stays bounded for many."""
        items, scores = self.candidates.items[rows], self.candidates.scores[rows]
        real = items != NO_ITEM
        lengths = real.sum(axis=1)
        drawn = np.zeros((len(items), 0), np.float32)
        if self.gain.drawn:
            drawn = _drawn(self.candidates.users[rows], lengths, items.shape[1], self.options.seed)
        return Pools(
            np.require(items, np.int32, ["C", "W"]),
            lengths,
            relevance_of(scores, real, self.options.scaling),
            drawn,
            np.ascontiguousarray(self.mixes[rows]),
        )


def prepare(pool: Candidates, vectors: pd.DataFrame | None, method: str, options: Options) -> Prepared:
    """Check that the method has all it needs and lay it out; InputError says what is missing."""
    gain = gain_named(method)
    unit = np.zeros((len(pool.item_ids), 0), np.float32)
    if gain.vectors:
        if vectors is None:
            raise InputError(f"{method} needs item vectors: pass a table of floats indexed by {ITEM}")
        unit = vectors_for(vectors, pool.item_ids)
    codes, mixes = np.zeros(len(pool.item_ids), np.int32), np.ones((len(pool), 1))
    if gain.categories:
        codes, mixes = categories_of(pool, method, options)
    return Prepared(gain, pool, Source(unit, codes, options.window, gain.work), mixes, options)


def categories_of(
    pool: Candidates, method: str, options: Options
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float64]]:
    """Give each item's category code (I,), -1 for none, and each shopper's share of every category (U, C) by history.

    History counts by weight where it has one. A shopper without history is given everyone's mix.
    """
    catalogue, history = options.catalogue, options.history
    if catalogue is None or history is None:
        absent = " and ".join(name for name in ("catalogue", "history") if getattr(options, name) is None)
        raise InputError(
            f"{method} follows each shopper's mix of categories; pass {absent} "
            f"(catalogue={ITEM}, {CATEGORY}; history={USER}, {ITEM})"
        )
    for name, table, columns in (("catalogue", catalogue, (ITEM, CATEGORY)), ("history", history, (USER, ITEM))):
        if missing := [column for column in columns if column not in table.columns]:
            raise InputError(
                f"{name} needs {', '.join(columns)}; {', '.join(missing)} not among "
                f"{', '.join(map(str, table.columns))}"
            )
    code, names = pd.factorize(catalogue[CATEGORY], sort=True)
    code_of = pd.Series(code, index=pd.Index(catalogue[ITEM])).groupby(level=0, sort=False).first()
    codes = code_of.reindex(pool.item_ids).fillna(-1).to_numpy(np.int32)
    taken = code_of.reindex(history[ITEM]).fillna(-1).to_numpy(np.int64)
    weight = history[WEIGHT].to_numpy(np.float64) if WEIGHT in history else np.ones(len(history))
    row = pool.users.get_indexer(pd.Index(history[USER]))
    shape = (len(pool), max(len(names), 1))
    everyone = np.bincount(taken[taken >= 0], weight[taken >= 0], minlength=shape[1])
    known = (row >= 0) & (taken >= 0)
    cell = row[known] * shape[1] + taken[known]
    sums = np.bincount(cell, weight[known], minlength=shape[0] * shape[1]).reshape(shape)
    sums = np.where(sums.sum(axis=1, keepdims=True) > 0, sums, everyone if everyone.sum() > 0 else 1.0)
    return codes, np.ascontiguousarray(sums / sums.sum(axis=1, keepdims=True))


def _drawn(users: pd.Index, lengths: npt.NDArray[np.int64], width: int, seed: int) -> npt.NDArray[np.float32]:
    """Draw each user's gains: an even spread over [0, 1] in an order that depends on seed and user id alone."""
    drawn = np.zeros((len(users), width), np.float32)
    for row, (user, length) in enumerate(zip(users, lengths, strict=True)):
        places = np.random.default_rng([seed, zlib.crc32(str(user).encode())]).permutation(length)
        drawn[row, :length] = places / max(length - 1, 1)
    return drawn
