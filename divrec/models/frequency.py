"""Frequency: each shopper gets what they buy most often. The baseline for ``repeat=True``."""

from typing import Final

import numpy as np
from scipy import sparse

from divrec.models.base import Arrays, Given, Recommender
from divrec.models.inputs import Floats, entries, popularity
from divrec.models.settings import FrequencySettings

_TIE_BREAK: Final = 1e-3  # of one purchase: popularity only decides between items bought equally often


class Frequency(Recommender[FrequencySettings]):
    """Scores an item by the summed weight of the user's own events with it, then by the share of users who have it."""

    family = "frequency"
    settings_type = FrequencySettings
    scores_newcomers = True

    def _learn(self, given: Given) -> None:
        self._share = popularity(given.histories)  # (I,)

    def _score(self, histories: sparse.csr_matrix) -> Floats:
        scores = np.tile(self._share * np.float32(_TIE_BREAK), (histories.shape[0], 1))
        scores[entries(histories)] += np.maximum(histories.data, 0)
        return np.asarray(scores)

    def _weights(self) -> Arrays:
        return {"share": self._share}

    def _restore(self, weights: Arrays) -> None:
        self._share = weights["share"]

    def _shapes(self, items: int) -> dict[str, tuple[int, ...]]:
        return {"share": (items,)}
