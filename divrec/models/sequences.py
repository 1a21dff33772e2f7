"""Histories (U, I) that tell order: the value of an item is its place in time, from 1 the earliest."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from divrec.columns import ITEM, TIME, USER
from divrec.data.ids import positions

NOTHING = -1  # behind the end of a sequence


def ordered(
    histories: sparse.csr_matrix, interactions: pd.DataFrame, users: Iterable[str], item_ids: pd.Index
) -> sparse.csr_matrix:
    """Put the place of an item's latest event among its user's in the stead of each positive summed weight.

    Events without a time, and tables without times, go by the order of their rows. What is not positive stays as it
    is: it has been seen, and is no sign of taste.
    """
    if TIME in interactions:
        times = interactions[TIME].to_numpy("datetime64[ns]").view(np.int64)  # no time is the least integer
        interactions = interactions.iloc[np.argsort(times, kind="stable")]
    row = positions(interactions[USER], pd.Index(users)).astype(np.int64)
    column = positions(interactions[ITEM], item_ids)
    pair = (row * len(item_ids) + column)[(row >= 0) & (column >= 0)]
    pairs, from_end = np.unique(pair[::-1], return_index=True)
    owner = np.repeat(np.arange(histories.shape[0]), np.diff(histories.indptr))
    latest = -from_end[np.searchsorted(pairs, owner * len(item_ids) + histories.indices)]
    order = np.lexsort((latest, owner))
    place = np.empty(histories.nnz, dtype=np.float32)
    place[order] = 1 + np.arange(histories.nnz) - histories.indptr[owner[order]]
    told = histories.copy()
    told.data = np.where(histories.data > 0, place, histories.data)
    return told


def latest_items(histories: sparse.csr_matrix, length: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Give the last ``length`` items of each history (B, L), earliest first and ``NOTHING`` behind, and their counts.

    L is the longest of the batch, at least 1. Items of one place keep the order of their columns.
    """
    counts = np.diff(histories.indptr)
    owner = np.repeat(np.arange(len(counts)), counts)
    order = np.lexsort((histories.data, owner))
    place = np.arange(histories.nnz) - histories.indptr[owner] - np.maximum(counts - length, 0)[owner]
    kept = np.minimum(counts, length).astype(np.int64)
    items = np.full((len(counts), max(1, int(kept.max(initial=0)))), NOTHING, dtype=np.int64)
    items[owner[place >= 0], place[place >= 0]] = histories.indices[order][place >= 0]
    return items, kept
