"""The one notion of likeness: item vectors and the similarity that re-ranking, measures and maps share.

An item-vector table is a DataFrame of floats indexed by ``item_id``, one row per item. Similarity of two items is
``(1 + cosine) / 2`` on [0, 1] and distance is ``1 - similarity``. A zero vector is 0.5 similar to everything.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.columns import ITEM
from divrec.errors import InputError, UnknownIdError

Floats = npt.NDArray[np.float32]


def unit_rows(array: npt.ArrayLike) -> Floats:
    """Scale each row of ``array`` (items, d) to length 1; a zero row stays zero.

    Raises InputError where a value is not finite, since one NaN would poison every similarity it meets.
    """
    rows = np.asarray(array, dtype=np.float32)
    if rows.ndim != 2:
        raise InputError(f"item vectors must be a table of items × dimensions, found an array of shape {rows.shape}")
    if not np.isfinite(rows).all():
        bad = int((~np.isfinite(rows)).any(axis=1).sum())
        raise InputError(f"{bad} of {len(rows)} item vectors hold NaN or infinity; drop those items or fill the values")
    # scale by the largest entry first: squares of very small or very large entries would leave float32
    largest = np.abs(rows).max(axis=1, keepdims=True, initial=0)
    scaled = rows / np.where(largest > 0, largest, 1)
    length = np.linalg.norm(scaled, axis=1, keepdims=True)
    return np.asarray(scaled / np.where(length > 0, length, 1), dtype=np.float32)


def vectors_for(vectors: pd.DataFrame, item_ids: Iterable[str]) -> Floats:
    """Unit rows of ``vectors`` in the order of ``item_ids`` (n, d).

    Raises UnknownIdError naming the first items without a vector.
    """
    check_vectors(vectors)
    wanted = pd.Index(item_ids)
    at = vectors.index.get_indexer(wanted)
    if (at < 0).any():
        missing = wanted[at < 0]
        raise UnknownIdError(
            f"{len(missing)} of {len(wanted)} items have no vector (first: {', '.join(map(str, missing[:3]))}); "
            "give vectors for every item of the pool, or drop these items"
        )
    return unit_rows(vectors.to_numpy(dtype=np.float32)[at])


def check_vectors(vectors: pd.DataFrame) -> None:
    """Refuse a table that is not one finite row of numbers per distinct ``item_id``."""
    if not isinstance(vectors, pd.DataFrame):
        raise InputError(f"vectors must be a table indexed by {ITEM}, found {type(vectors).__name__}")
    if vectors.index.has_duplicates:
        twice = vectors.index[vectors.index.duplicated()][0]
        raise InputError(f"item vectors name {twice!r} more than once; keep one row per item")
    if vectors.shape[1] == 0:
        raise InputError("item vectors have no columns; give at least one dimension")


def similarity(unit: Floats, other: Floats | None = None) -> Floats:
    """Similarity (n, m) on [0, 1] between unit rows (n, d) and (m, d); with itself where ``other`` is not given."""
    cosine = unit @ (unit if other is None else other).T
    return np.asarray(np.clip((1 + cosine) / 2, 0, 1), dtype=np.float32)
