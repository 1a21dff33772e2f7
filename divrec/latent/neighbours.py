"""Who lies next to whom in a vector space: exact nearest neighbours, and the "similar to" pool of an item."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.columns import ITEM, USER
from divrec.data.candidates import Candidates
from divrec.data.vectors import Floats, check_vectors, similarity, unit_rows
from divrec.errors import InputError, UnknownIdError

_CHUNK = 1024  # rows whose similarities to everything are held at once: 400 MB at 100,000 items


def nearest(vectors: pd.DataFrame, n: int = 10) -> pd.DataFrame:
    """Find the ``n`` nearest others of every row: a table of id, ``neighbour``, ``similarity``, ``rank`` (from 1).

    Similarity is (1 + cosine) / 2 on [0, 1]; equal ones keep the order of the rows. The first column is named after the
    index of ``vectors``.
    """
    _check(vectors, n)
    rows, alike = nearest_rows(unit_rows(vectors.to_numpy(dtype=np.float32)), n)
    ids = vectors.index.to_numpy()
    found = rows.shape[1]
    return pd.DataFrame({
        ITEM if vectors.index.name is None else vectors.index.name: np.repeat(ids, found),
        "neighbour": ids[rows.ravel()],
        "similarity": alike.ravel(),
        "rank": np.tile(np.arange(1, found + 1, dtype=np.int32), len(ids)),
    })


def nearest_rows(unit: Floats, n: int) -> tuple[npt.NDArray[np.int32], Floats]:
    """Find the ``n`` nearest other rows of every unit row (N, d), or all others where there are fewer.

    Gives their positions and similarities, both (N, n), nearest first.
    """
    found = min(n, max(len(unit) - 1, 0))
    rows = np.empty((len(unit), found), dtype=np.int32)
    values = np.empty((len(unit), found), dtype=np.float32)
    for start in range(0, len(unit), _CHUNK):
        alike = similarity(unit[start : start + _CHUNK], unit)
        here = np.arange(len(alike))
        alike[here, start + here] = -1  # a row is no neighbour of itself
        rows[start : start + _CHUNK] = np.argsort(-alike, axis=1, kind="stable")[:, :found]
        values[start : start + _CHUNK] = np.take_along_axis(alike, rows[start : start + _CHUNK], axis=1)
    return rows, values


def similar_items(vectors: pd.DataFrame, item_id: str, n: int = 500) -> Candidates:
    """Pool the ``n`` items most like ``item_id``, scored by similarity on [0, 1]; the item itself is left out.

    The pool's one user is the item, so that "similar to" lists are re-ranked like a shopper's.
    Raises UnknownIdError for an item without a vector.
    """
    _check(vectors, n)
    at = vectors.index.get_indexer(pd.Index([item_id]))[0]
    if at < 0:
        raise UnknownIdError(f"{item_id!r} has no vector among the {len(vectors)} items (first: "
                             f"{', '.join(map(str, vectors.index[:3]))})")
    unit = unit_rows(vectors.to_numpy(dtype=np.float32))
    alike = similarity(unit[[at]], unit)[0]
    order = np.argsort(-alike, kind="stable")
    order = order[order != at][:n].astype(np.int32)
    users = pd.Index([item_id], name=USER)
    return Candidates(users, pd.Index(vectors.index, name=ITEM), order[None, :], alike[order][None, :])


def _check(vectors: pd.DataFrame, n: int) -> None:
    check_vectors(vectors)
    if n < 1:
        raise InputError(f"at least one neighbour has to be asked for, found n={n}")
