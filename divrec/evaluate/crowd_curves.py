"""What only all lists together have, at every slider value, gathered batch by batch."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from divrec.data.candidates import NO_ITEM
from divrec.evaluate.list_measures import Tables
from divrec.evaluate.mean_curves import MeanCurves, interval
from divrec.metrics import crowd, sameness
from divrec.metrics.crowd import SAMPLING
from divrec.rerank.population import Batch

Ints = npt.NDArray[np.int32]
Values = npt.NDArray[np.float64]
PAIRS = 200_000  # for the mean overlap of two lists: standard error below .001


class CrowdCurves:
    """Exposure at G values, and the lists of those shoppers whose nearest neighbour is looked for.

    Memory: three numbers per value and item of the catalogue, and at most 10,000 shoppers' lists. A shopper's nearest
    neighbour is the one whose history shares most; without histories, whose base list does.
    """

    def __init__(self, tables: Tables, values: int, n: int) -> None:
        """Find the neighbours first: their lists have to be kept while batches pass."""
        self._tables = tables
        pool = tables.pool
        pattern = crowd.as_csr(pool.items[:, :n])
        if tables.past is not None:
            pattern = tables.past.indptr, tables.past.indices
        self._queries = crowd.queries_of(len(pool))
        self._nearest = crowd.nearest(*pattern, self._queries)
        self.asked = np.unique(np.concatenate([self._queries, self._nearest[self._nearest >= 0]]))
        self._lists: Ints = np.full((len(self.asked), values, n), NO_ITEM, np.int32)
        self._exposure = np.zeros((values, len(pool.item_ids)))
        self._overlaps = [(np.zeros(len(pool.item_ids)), 0.0, 0.0) for _ in range(values)]

    def add(self, batch: Batch) -> None:
        """Count a batch of lists."""
        items = self._exposure.shape[1]
        for g in range(len(self._exposure)):
            lists = batch.items[:, g]
            self._exposure[g] += crowd.exposure(lists, items)
            per_item, squares, weight = crowd.overlap_sums(lists, items)
            before = self._overlaps[g]
            self._overlaps[g] = (before[0] + per_item, before[1] + squares, before[2] + weight)
        here = (self.asked >= batch.rows.start) & (self.asked < batch.rows.stop)
        self._lists[here] = batch.items[self.asked[here] - batch.rows.start]

    def columns(self) -> dict[str, Values]:
        """Give the measures (G,) that count exposure, or compare lists with lists."""
        few = replace(SAMPLING, pairs=PAIRS)
        sample = np.searchsorted(self.asked, self._queries)
        return {
            "catalogue_coverage": np.array([crowd.coverage(counts) for counts in self._exposure]),
            "gini": np.array([crowd.gini(counts) for counts in self._exposure]),
            "exposure_entropy": np.array([crowd.entropy(counts) for counts in self._exposure]),
            "personalisation": np.array([crowd.personalisation(*sums) for sums in self._overlaps]),
            "list_overlap": np.array(
                [crowd.list_overlap(self._lists[sample, g], few) for g in range(len(self._exposure))]
            ),
        }

    def sameness(self, means: MeanCurves) -> dict[str, Values]:
        """Give sameness and its part between shoppers (G,), with intervals from the means' own resamples."""
        between = self._between(means)
        inside = means.resampled("ild")
        over_time = np.full(inside.shape, np.nan)
        if "similarity_to_history" in means.names:
            over_time = means.resampled("similarity_to_history")
        distance = sameness.mean_distance(self._tables.unit)
        score = np.full(inside.shape, np.nan)
        for at in np.ndindex(inside.shape):
            part = sameness.inside_part(float(inside[at]), distance)
            score[at] = sameness.score_of(part, float(between[at]), float(over_time[at]))
        return {**interval("between", between), **interval("sameness", score)}

    def _between(self, means: MeanCurves) -> Values:
        """Give the mean overlap with the nearest shopper (1 + R, G), of everyone asked and of the resamples."""
        asked = np.searchsorted(self.asked, self._queries)
        nearest = np.where(self._nearest >= 0, np.searchsorted(self.asked, self._nearest), -1)
        values = [
            crowd.jaccard(np.ascontiguousarray(self._lists[:, g]), asked, nearest) for g in range(self._lists.shape[1])
        ]
        overlaps = np.stack(values, axis=1)
        defined = ~np.isnan(overlaps)
        weights = means.weights[:, asked]
        sums, counts = weights @ np.where(defined, overlaps, 0), weights @ defined
        return np.asarray(np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0))
