"""Walks through a latent space: from one shopper's place to another's, and along the axes that shoppers differ on."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.errors import UnknownIdError

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Axes:
    """Directions (k, d) of length 1 on which shoppers differ most, with their ``spread`` (k) and ``share`` (k) of all.

    Spread is a standard deviation over shoppers, share is of the whole variance.
    """

    directions: Floats
    spread: Floats
    share: Floats


def between(vectors: pd.DataFrame, one: str, other: str, steps: npt.NDArray[np.float64]) -> Floats:
    """Give the places (S, d) at ``steps`` (S) on the straight way from one row (0) to another (1)."""
    start, end = place_of(vectors, one), place_of(vectors, other)
    return np.asarray(start + steps[:, None] * (end - start), dtype=np.float32)


def axes(vectors: pd.DataFrame, most: int = 8) -> Axes:
    """Find the principal axes of vectors (N, d): at most ``most``, those without any spread left out."""
    rows = vectors.to_numpy(np.float64)
    centred = rows - rows.mean(axis=0)
    energy, directions = np.linalg.eigh(centred.T @ centred / max(len(rows), 1))
    energy, directions = energy[::-1], directions[:, ::-1].T
    kept = int((energy[:most] > 1e-12 * max(energy[0], 1e-300)).sum())
    signs = np.sign(directions[np.arange(len(directions)), np.abs(directions).argmax(axis=1)])  # free to flip
    return Axes(
        (directions * signs[:, None])[:kept].astype(np.float32),
        np.sqrt(energy[:kept]).astype(np.float32),
        (energy[:kept] / energy.sum()).astype(np.float32) if kept else np.empty(0, np.float32),
    )


def along(vectors: pd.DataFrame, one: str, found: Axes, axis: int, steps: npt.NDArray[np.float64]) -> Floats:
    """Give the places (S, d) at ``steps`` (S) standard deviations from a row along an axis (from 0)."""
    way = steps[:, None] * found.spread[axis] * found.directions[axis]
    return np.asarray(place_of(vectors, one) + way, dtype=np.float32)


def place_of(vectors: pd.DataFrame, one: str) -> Floats:
    """Give one row (d). Raises UnknownIdError."""
    at = vectors.index.get_indexer(pd.Index([one]))[0]
    if at < 0:
        first = ", ".join(map(str, vectors.index[:3]))
        raise UnknownIdError(f"{one!r} has no place among the {len(vectors)} in this space (first: {first})")
    return np.asarray(vectors.iloc[at], dtype=np.float32)
