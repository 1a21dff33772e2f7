"""Measures of lists given as positions, for one shopper's path and everybody's curves: the tables decide which."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from divrec.columns import CATEGORY, ITEM
from divrec.data.candidates import NO_ITEM, Candidates
from divrec.data.compiled import kernel
from divrec.data.vectors import vectors_for
from divrec.metrics import kernels
from divrec.metrics.lists import codes_of, events_of, weights_of
from divrec.metrics.popularity import known_by
from divrec.rerank.options import Options
from divrec.rerank.population import Batch

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Values = npt.NDArray[np.float64]
OfBatch = Callable[[Batch], Values]  # lists of B shoppers at G values -> (B, G)

ALPHA = 0.01  # smoothing of calibration, as in metrics.calibration


@dataclass(frozen=True, eq=False)
class Tables:
    """Pool, vectors, catalogue and history as arrays that every measure shares; None where the table is not given."""

    pool: Candidates
    unit: Floats
    codes: Ints | None
    mixes: Values | None
    bits: Values | None
    past: sparse.csr_matrix | None

    @classmethod
    def of(cls, pool: Candidates, vectors: pd.DataFrame, options: Options) -> "Tables":
        """Read the tables once; ``history`` also tells how many shoppers know an item."""
        unit = vectors_for(vectors, pool.item_ids)
        codes = mixes = bits = past = None
        catalogue, history = options.catalogue, options.history
        if catalogue is not None and CATEGORY in catalogue:
            codes, labels = codes_of(catalogue, CATEGORY, pool.item_ids)
        if history is not None:
            events = events_of(history, "history")
            past = weights_of(events[events[ITEM].isin(pool.item_ids)], pool.users, pool.item_ids)
            users = max(events["user_id"].nunique(), 1)
            bits = -np.log2(known_by(events).reindex(pool.item_ids).fillna(1).to_numpy(np.float64) / users)
        if codes is not None and past is not None:
            sorted_out = codes >= 0
            belongs = sparse.csr_matrix(
                (np.ones(sorted_out.sum()), (np.flatnonzero(sorted_out), codes[sorted_out])),
                shape=(len(codes), len(labels)),
            )
            mixes = np.ascontiguousarray((past @ belongs).toarray(), dtype=np.float64)
        return cls(pool, unit, codes, mixes, bits, past)

    def measures(self) -> dict[str, OfBatch]:
        """Give the measures that these tables allow; ``ild`` comes first."""
        found: dict[str, OfBatch] = {"ild": lambda batch: _flat(batch, lambda lists: kernels.ild(lists, self.unit))}
        if (codes := self.codes) is not None:
            found["category_entropy"] = lambda b: _flat(b, lambda lists: kernels.category_entropy(lists, codes))
            found["distinct_categories"] = lambda b: _flat(b, lambda lists: kernels.distinct_categories(lists, codes))
        if (bits := self.bits) is not None:
            found["novelty"] = lambda batch: _flat(batch, lambda lists: kernels.mean_over_list(lists, bits))
        if (past := self.past) is not None:
            found["similarity_to_history"] = lambda batch: self._nearness(batch, past)
        if codes is not None and (mixes := self.mixes) is not None:
            found["calibration"] = lambda batch: self._calibration(batch, codes, mixes)
        return found

    def _nearness(self, batch: Batch, known: sparse.csr_matrix) -> Values:
        """Look each listed item's likeness to the history up, found once per item of the pool."""
        past = known[batch.rows]
        near = kernels.nearest_in_history(np.ascontiguousarray(batch.known), past.indptr, past.indices, self.unit)
        return mean_of_places(batch.places, near)

    @staticmethod
    def _calibration(batch: Batch, codes: Ints, mixes: Values) -> Values:
        own = np.repeat(mixes[batch.rows], batch.items.shape[1], axis=0)
        return _flat(batch, lambda lists: kernels.calibration(lists, codes, own, ALPHA))


@kernel()
def mean_of_places(places: Ints, table: Values) -> Values:
    """Mean (B, G) over lists (B, G, n) of a value per shopper and place (B, p); NaN where none is defined."""
    shoppers, values, n = places.shape
    result = np.full((shoppers, values), np.nan)
    for user in range(shoppers):
        for g in range(values):
            total, filled = 0.0, 0
            for t in range(n):
                at = places[user, g, t]
                if at != NO_ITEM and not np.isnan(table[user, at]):
                    total += table[user, at]
                    filled += 1
            if filled:
                result[user, g] = total / filled
    return result


def _flat(batch: Batch, measure: Callable[[Ints], Values]) -> Values:
    shoppers, values, n = batch.items.shape
    return measure(batch.items.reshape(shoppers * values, n)).reshape(shoppers, values)
