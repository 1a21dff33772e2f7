"""Everyone's lists at every slider value, batch by batch: memory stays bounded whatever the number of shoppers."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.data.candidates import NO_ITEM, Candidates
from divrec.rerank.arrange import Arranger
from divrec.rerank.batch import run_grid
from divrec.rerank.options import Options, check_knob
from divrec.rerank.prepare import Prepared, prepare
from divrec.rerank.relevance import relevance_of
from divrec.rerank.ruled import RuledPool
from divrec.rerank.rules import Rules

Ints = npt.NDArray[np.int32]
Values = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]  # shoppers done, shoppers in all; raise errors.Cancelled to stop
T = TypeVar("T")

BATCH = 512  # shoppers at a time: a few MB of lists


@dataclass(frozen=True, eq=False)
class Batch:
    """Lists of B neighbouring shoppers at G slider values.

    ``places`` (B, G, n) count in each shopper's pool, ``items`` (B, G, n) in the catalogue, -1 pads; ``known`` (B, p)
    are the catalogue positions that places stand for; ``kept`` (B, G) is the share of the first value's relevance kept.
    """

    rows: slice
    places: Ints
    items: Ints
    known: Ints
    kept: Values


@dataclass(frozen=True, eq=False)
class Population:
    """A pool of many shoppers, a method, and the slider values (G,), rising."""

    prepared: Prepared
    arranger: Arranger | None
    values: Values
    n: int

    def batch(self, rows: slice) -> Batch:
        """Re-rank some shoppers at every value."""
        pool = self.prepared.candidates
        known = np.pad(pool.items[rows], ((0, 0), (0, 1)), constant_values=NO_ITEM)
        if self.arranger is None:
            places = run_grid(self.prepared.gain, self.prepared.source, self.prepared.pools(rows), self.values, self.n)
        else:
            arranger, numbers = self.arranger, range(*rows.indices(len(pool)))
            ruled = (RuledPool(self.prepared, arranger.arrange(row), row, self.n) for row in numbers)
            places = np.stack([each.lists(self.values.tolist()) for each in ruled])
            extras = np.broadcast_to(arranger.extras, (len(known), len(arranger.extras)))
            known = np.hstack([known[:, :-1], extras, known[:, -1:]])
        user = np.arange(len(known))[:, None, None]
        relevance = relevance_of(pool.scores[rows], pool.items[rows] != NO_ITEM)
        scored = np.pad(relevance, ((0, 0), (0, known.shape[1] - relevance.shape[1]))).astype(np.float64)
        sums = scored[user, places].sum(axis=2)
        kept = np.divide(sums, sums[:, :1], out=np.ones_like(sums), where=sums[:, :1] > 0)
        return Batch(rows, places, known[user, places], known, kept)

    def run(self, work: Callable[[Batch], T], progress: Progress | None = None) -> Iterator[T]:
        """Do ``work`` on every batch, in order, on as many threads as the options say.

        Few batches are under way at a time. An error in ``work`` or ``progress`` stops the rest.
        """
        total, threads = len(self.prepared.candidates), self.prepared.options.threads
        run_grid(
            self.prepared.gain, self.prepared.source, self.prepared.pools(slice(0, 0)), [0.0, 1.0], self.n
        )  # compiles
        waiting: deque[tuple[int, Future[T]]] = deque()
        with ThreadPoolExecutor(threads) as team:
            try:
                for start in range(0, total, BATCH):
                    stop = min(start + BATCH, total)
                    waiting.append((stop, team.submit(lambda rows: work(self.batch(rows)), slice(start, stop))))
                    if len(waiting) > threads:
                        yield self._finished(waiting, total, progress)
                while waiting:
                    yield self._finished(waiting, total, progress)
            finally:
                for _, future in waiting:
                    future.cancel()

    def _finished(self, waiting: deque[tuple[int, Future[T]]], total: int, progress: Progress | None) -> T:
        done, future = waiting.popleft()
        result = future.result()
        if progress is not None:
            progress(done, total)
        return result


def population(
    pool: Candidates,
    vectors: pd.DataFrame | None,
    method: str,
    values: npt.ArrayLike,
    n: int,
    rules: Rules | None,
    options: Options,
) -> Population:
    """Make everybody's pools ready for ``Population.run``; ``values`` need not be in order."""
    rising = np.unique(np.asarray(values, dtype=np.float64))
    for value in rising[[0, -1]] if len(rising) else []:
        check_knob(value, n)
    prepared = prepare(pool, vectors, method, options)
    return Population(prepared, Arranger(pool, rules, options, n) if rules else None, rising, n)
