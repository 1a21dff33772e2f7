"""Putting further points on a map that is drawn already: none of its points moves."""

from typing import Final

import numpy as np
import pandas as pd

from divrec.data.vectors import Floats, check_vectors, unit_rows
from divrec.errors import InputError

_ANCHORS: Final = 5  # points of the map that place one further point
_CHUNK: Final = 1000  # points whose likeness to the whole map is held at once


def place(vectors: pd.DataFrame, known: pd.DataFrame, layout: Floats) -> Floats:
    """Place ``vectors`` (n, d) on the map ``layout`` (N, a) of ``known`` (N, d), in the same space: (n, a).

    Each comes to lie at the mean of the points most like it (cosine), weighted by closeness: one that equals a point of
    the map lands on it. Raises InputError where the two spaces, or the map and its vectors, do not fit.
    """
    check_vectors(vectors)
    check_vectors(known)
    if vectors.shape[1] != known.shape[1]:
        raise InputError(
            f"points go on the map of their own space: found vectors of {vectors.shape[1]} numbers and a map of "
            f"vectors of {known.shape[1]}; encode both by the same model"
        )
    if len(layout) != len(known) or not len(known):
        raise InputError(f"a map has one place for each of its vectors, at least one; found {len(layout)} places "
                         f"and {len(known)} vectors")
    return between(unit_rows(vectors.to_numpy(np.float32)), unit_rows(known.to_numpy(np.float32)), layout)


def between(unit: Floats, anchors: Floats, layout: Floats) -> Floats:
    """Place unit rows (n, d) at the mean of their nearest anchors' places (N, a), weighted by closeness: (n, a)."""
    places = np.empty((len(unit), layout.shape[1]), dtype=np.float32)
    few = min(_ANCHORS, len(anchors))
    for start in range(0, len(unit), _CHUNK):
        cosine = unit[start : start + _CHUNK] @ anchors.T  # (chunk, N)
        nearest = np.argpartition(-cosine, few - 1, axis=1)[:, :few]
        distance = 1 - np.take_along_axis(cosine, nearest, axis=1)
        closeness = 1 / (np.maximum(distance, 0) + 1e-6)
        weights = closeness / closeness.sum(axis=1, keepdims=True)
        places[start : start + _CHUNK] = (weights[:, :, None] * layout[nearest]).sum(axis=1)
    return places
