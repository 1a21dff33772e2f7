"""How varied one list is in itself. Distance is 1 - similarity = (1 - cosine) / 2 of the item vectors, on [0, 1]."""

import numpy as np
import pandas as pd

from divrec.columns import CATEGORY
from divrec.data.candidates import NO_ITEM
from divrec.metrics import kernels
from divrec.metrics.lists import Recommended, Values, codes_of, lists_of, units_of
from divrec.metrics.measure import PerUser

_BATCH = 4096  # lists whose similarity matrices are held at once: 13 MB at 20 items a list


@PerUser
def ild(recs: Recommended, vectors: pd.DataFrame) -> pd.Series:
    """Mean distance of two items of a list, Σ d(i, j) / (n (n - 1)), on [0, 1], higher is more varied (Ziegler 2005).

    Undefined for a list of one item.

    >>> recs = pd.DataFrame({"user_id": ["u"] * 3, "item_id": ["a", "b", "c"], "rank": [1, 2, 3]})
    >>> vectors = pd.DataFrame({"x": [1.0, 1.0, 0.0], "y": [0.0, 0.0, 1.0]}, index=["a", "b", "c"])
    >>> round(ild(recs, vectors), 6)
    0.333333
    """
    lists = lists_of(recs)
    return lists.series(kernels.ild(lists.items, units_of(vectors, lists.item_ids)))


@PerUser
def minimum_distance(recs: Recommended, vectors: pd.DataFrame) -> pd.Series:
    """Smallest distance between two items of a list (ILMD), on [0, 1]; 0 where it holds two items that are the same.

    >>> recs = pd.DataFrame({"user_id": ["u"] * 2, "item_id": ["a", "b"], "rank": [1, 2]})
    >>> minimum_distance(recs, pd.DataFrame({"x": [1.0, -1.0]}, index=["a", "b"]))
    1.0
    """
    lists = lists_of(recs)
    return lists.series(kernels.minimum_distance(lists.items, units_of(vectors, lists.item_ids)))


@PerUser
def category_entropy(recs: Recommended, items: pd.DataFrame, by: str = CATEGORY) -> pd.Series:
    """Entropy -Σ p ln p of the list's categories in nats: 0 for one category, ln(n) where all n differ.

    >>> recs = pd.DataFrame({"user_id": ["u"] * 2, "item_id": ["a", "b"], "rank": [1, 2]})
    >>> round(category_entropy(recs, pd.DataFrame({"item_id": ["a", "b"], "category": ["tea", "cup"]})), 6)
    0.693147
    """
    lists = lists_of(recs)
    return lists.series(kernels.category_entropy(lists.items, codes_of(items, by, lists.item_ids)[0]))


@PerUser
def distinct_categories(recs: Recommended, items: pd.DataFrame, by: str = CATEGORY) -> pd.Series:
    """How many different categories the list holds, from 1 to n.

    >>> recs = pd.DataFrame({"user_id": ["u"] * 2, "item_id": ["a", "b"], "rank": [1, 2]})
    >>> distinct_categories(recs, pd.DataFrame({"item_id": ["a", "b"], "category": ["tea", "tea"]}))
    1.0
    """
    lists = lists_of(recs)
    return lists.series(kernels.distinct_categories(lists.items, codes_of(items, by, lists.item_ids)[0]))


@PerUser
def vendi(recs: Recommended, vectors: pd.DataFrame) -> pd.Series:
    """How many truly different items a list amounts to (Friedman & Dieng 2022), from 1 to n.

    exp(-Σ λ ln λ) of the eigenvalues λ of the similarity matrix divided by n; an item is 1 similar to itself.

    >>> recs = pd.DataFrame({"user_id": ["u"] * 2, "item_id": ["a", "b"], "rank": [1, 2]})
    >>> round(vendi(recs, pd.DataFrame({"x": [1.0, -1.0]}, index=["a", "b"])), 6)
    2.0
    """
    lists = lists_of(recs)
    unit = units_of(vectors, lists.item_ids)
    batches = [_vendi(lists.items[at : at + _BATCH], unit) for at in range(0, len(lists.items), _BATCH)]
    return lists.series(np.concatenate(batches) if batches else np.empty(0))


def _vendi(items: np.ndarray[tuple[int, ...], np.dtype[np.int32]], unit: Values) -> Values:
    """Vendi score (U,) of lists (U, n); the empty places make zero eigenvalues, which add nothing."""
    filled = items != NO_ITEM
    rows = unit[items] * filled[:, :, None]
    alike = (1 + rows @ rows.transpose(0, 2, 1)) / 2 * (filled[:, :, None] & filled[:, None, :])
    diagonal = np.arange(items.shape[1])
    alike[:, diagonal, diagonal] = filled
    sizes = filled.sum(axis=1)
    share = np.clip(np.linalg.eigvalsh(alike / np.maximum(sizes, 1)[:, None, None]), 0, None)
    logs = np.log(share, out=np.zeros_like(share), where=share > 0)
    return np.where(sizes > 0, np.exp(-(share * logs).sum(axis=1)), np.nan)
