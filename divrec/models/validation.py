"""How good a model in training is: NDCG over shoppers whose later, or hidden, items it has to find."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Self, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.special import logsumexp

from divrec.columns import ITEM, TIME, USER
from divrec.data.dataset import Dataset
from divrec.data.dataset import histories as summed
from divrec.data.ranking import hits, ndcg, top_n
from divrec.errors import InputError
from divrec.models.inputs import Floats, entries, weighted

Gather: TypeAlias = Callable[[pd.DataFrame, Iterable[str], pd.Index], sparse.csr_matrix]
Score: TypeAlias = Callable[[sparse.csr_matrix], Floats]
Values: TypeAlias = npt.NDArray[np.float64]

_USERS: Final = (500, 5_000)  # at least and at most so many are watched; between them a tenth of all
_HIDDEN: Final = 0.2  # share of a watched user's items that are hidden from training
_BATCH_SCORES: Final = 2**22


@dataclass(frozen=True, eq=False)
class Validation:
    """Histories (V, I) to score, and the items (V, I) not among them that good scores put first."""

    histories: sparse.csr_matrix
    truth: sparse.csr_matrix

    @classmethod
    def nothing(cls, items: int) -> Self:
        """Watch nobody: every measure is NaN."""
        return cls(*(sparse.csr_matrix((0, items), dtype=np.float32) for _ in range(2)))

    @classmethod
    def from_dataset(cls, valid: Dataset, item_ids: pd.Index, gather: Gather = summed) -> Self:
        """Take the test part of a split: its history, as the model gathers it, is scored; its new items are the truth.

        Raises InputError where no user of ``valid`` has a new item of this catalogue.
        """
        known = valid.interactions.iloc[:0] if valid.history is None else valid.history
        histories = gather(known, valid.user_ids, item_ids)
        later = weighted(gather(valid.interactions, valid.user_ids, item_ids), "binary")
        truth = weighted(later - later.multiply(histories != 0), "binary")
        if truth.nnz == 0:
            raise InputError(
                "no user of the validation part has an item that is new to them and in the catalogue of the training; "
                "give the test part of a split of the same shop"
            )
        return cls(histories, truth)

    @classmethod
    def hold_out(
        cls, histories: sparse.csr_matrix, dataset: Dataset, seed: int, fewest: int = _USERS[0]
    ) -> tuple[sparse.csr_matrix, Self]:
        """Hide a fifth of the items of a tenth of the users (at least 500, at most 5,000), and give what is left.

        ``fewest`` raises the 500, where what is hidden is learned from later.

        Hidden are the items that a user came to last, as in use; where the log has no times, any. Items that
        shoppers come to late are harder to tell than those hidden at random, on which a model seems to improve long
        after it has begun to overfit. The users stay in training with the rest: a small shop cannot spare whole
        shoppers. Nothing is hidden from users with a single item.
        """
        rng = np.random.default_rng([seed, 0])
        liked = weighted(histories, "binary")
        counts = np.diff(liked.indptr)
        able = np.flatnonzero(counts >= 2)
        watched = np.sort(rng.permutation(able)[: int(np.clip(len(able) // 10, fewest, _USERS[1]))])
        shown = liked[watched]
        row, column = entries(shown)
        order = np.lexsort((rng.random(shown.nnz), -_first_seen(dataset, watched, row, column), row))
        place = np.arange(shown.nnz) - shown.indptr[row]
        chosen = order[place < np.maximum(1, (counts[watched] * _HIDDEN).astype(np.intp))[row]]
        hidden = (np.ones(len(chosen), dtype=np.float32), (row[chosen], column[chosen]))
        truth = sparse.csr_matrix(hidden, shape=shown.shape)
        spread = sparse.csr_matrix((hidden[0], (watched[row[chosen]], column[chosen])), shape=histories.shape)
        left = sparse.csr_matrix(histories - histories.multiply(spread))
        left.eliminate_zeros()
        left.sort_indices()
        return left, cls(left[watched], truth)

    def ndcg(self, score: Score, n: int) -> float:
        """Mean NDCG@n over the users who have a truth; NaN where nobody has."""

        def of_batch(known: sparse.csr_matrix, truth: sparse.csr_matrix) -> Values:
            scores = score(known)
            scores[entries(known)] = -np.inf
            return ndcg(hits(top_n(scores, n), truth), np.diff(truth.indptr))

        return self._mean(of_batch)

    def log_likelihood(self, score: Score) -> float:
        """Mean log probability of a user's truth under softmax(scores), meaned over users; NaN where nobody has one."""

        def of_batch(known: sparse.csr_matrix, truth: sparse.csr_matrix) -> Values:
            scores = score(known)
            logs = (scores - logsumexp(scores, axis=1, keepdims=True))[entries(truth)]
            counts = np.diff(truth.indptr)
            sums = np.bincount(entries(truth)[0], weights=logs, minlength=len(counts))
            return np.asarray(np.divide(sums, counts, out=np.full(len(counts), np.nan), where=counts > 0))

        return self._mean(of_batch)

    def _mean(self, of_batch: Callable[[sparse.csr_matrix, sparse.csr_matrix], Values]) -> float:
        step = max(1, _BATCH_SCORES // max(1, self.truth.shape[1]))
        starts = range(0, self.truth.shape[0], step)
        values = [of_batch(self.histories[at : at + step], self.truth[at : at + step]) for at in starts]
        found = np.concatenate(values) if values else np.empty(0)
        return float(np.nanmean(found)) if np.isfinite(found).any() else float("nan")


def _first_seen(
    dataset: Dataset, users: npt.NDArray[np.intp], rows: npt.NDArray[np.intp], columns: npt.NDArray[np.int32]
) -> npt.NDArray[np.int64]:
    """When each of the pairs (user ``users[row]``, item ``column``) is first in the log, as nanoseconds.

    Events without time lie before all others.
    """
    log = dataset.interactions
    at = dataset.user_ids[users].get_indexer(pd.Index(log[USER]))
    kept = at >= 0
    pair = at[kept] * len(dataset.item_ids) + dataset.item_ids.get_indexer(pd.Index(log.loc[kept, ITEM]))
    times = pd.Series(log.loc[kept, TIME].to_numpy("datetime64[ns]").view(np.int64)).groupby(pair).min()
    first = times.reindex(rows * len(dataset.item_ids) + columns).to_numpy(np.int64)
    return np.maximum(first, -(2**62))  # no time is the least integer, whose negative is itself
