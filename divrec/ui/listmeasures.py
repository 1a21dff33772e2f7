"""Measures of one subject's lists that need more than the subject: everybody for novelty, the shop for sameness."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.columns import USER
from divrec.metrics import kernels
from divrec.metrics.popularity import known_by
from divrec.metrics.sameness import inside_part, score_of
from divrec.rerank.path import Measure

Values = npt.NDArray[np.float64]


def self_information(log: pd.DataFrame) -> "pd.Series[float]":
    """Give -log2(share of shoppers who know it) of every item of a log, in bits, indexed by item_id."""
    known = known_by(log)
    return pd.Series(-np.log2(known.to_numpy(np.float64) / log[USER].nunique()), index=known.index)


def novelty_of(bits: "pd.Series[float]", item_ids: pd.Index) -> Measure:
    """Give novelty as a function of lists of positions in ``item_ids``; what nobody knows counts as the least known."""
    values = bits.reindex(item_ids).fillna(bits.max()).to_numpy(np.float64)
    return lambda lists: kernels.mean_over_list(lists, values)


def sameness_of(metrics: pd.DataFrame, distance: float) -> list[float]:
    """Give each list's sameness (0 … 100) from the parts that one list has: all but the overlap between shoppers.

    ``distance`` is the catalogue's mean distance, against which the inside of a list is measured.
    """
    near = metrics.get("similarity_to_history", pd.Series(np.nan, metrics.index))
    parts = zip(metrics["ild"], near, strict=True)
    return [score_of(inside_part(ild, distance), float("nan"), closeness) for ild, closeness in parts]
