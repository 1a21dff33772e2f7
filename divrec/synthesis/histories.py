"""From places to histories: item sets drawn without replacement from the decoder's distribution."""

import numpy as np
import numpy.typing as npt
from scipy import sparse

Ints = npt.NDArray[np.int64]


def gumbel_top(
    logits: npt.NDArray[np.float32], lengths: Ints, temperature: float, rng: np.random.Generator
) -> sparse.csr_matrix:
    """Draw ``lengths[u]`` distinct items for each row of ``logits`` (U, I) as binary histories (U, I).

    The largest of logits / temperature + Gumbel noise are a sample without replacement from their softmax
    (Kool, van Hoof & Welling 2019).
    """
    users, items = logits.shape
    lengths = np.minimum(lengths, items)
    keys = logits / temperature + rng.gumbel(size=logits.shape)
    longest = int(lengths.max(initial=0))
    if longest < items:
        best = np.argpartition(-keys, longest, axis=1)[:, :longest]
    else:
        best = np.tile(np.arange(items), (users, 1))
    order = np.argsort(-np.take_along_axis(keys, best, axis=1), axis=1)
    best = np.take_along_axis(best, order, axis=1)
    taken = np.arange(longest) < lengths[:, None]
    rows = np.repeat(np.arange(users), lengths)
    histories = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, best[taken])), shape=(users, items))
    histories.sort_indices()
    return histories


def by_rank(wanted: npt.NDArray[np.float64], real: Ints) -> Ints:
    """Give each row the length of the real distribution that stands at its rank: the distribution stays."""
    place = (np.argsort(np.argsort(wanted, kind="stable"), kind="stable") + 0.5) / max(len(wanted), 1)
    return np.asarray(np.quantile(real, place, method="inverted_cdf"), dtype=np.int64)
