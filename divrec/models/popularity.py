"""Popularity: everybody gets what most shoppers bought. The baseline that every model has to beat."""

import numpy as np
from scipy import sparse

from divrec.models.base import Arrays, Given, Recommender
from divrec.models.inputs import Floats, popularity
from divrec.models.settings import PopularitySettings


class Popularity(Recommender[PopularitySettings]):
    """Scores an item by the share of users who have it in their history."""

    family = "popularity"
    settings_type = PopularitySettings
    scores_newcomers = True

    def _learn(self, given: Given) -> None:
        self._share = popularity(given.histories)  # (I,)

    def _score(self, histories: sparse.csr_matrix) -> Floats:
        return np.tile(self._share, (histories.shape[0], 1))

    def _weights(self) -> Arrays:
        return {"share": self._share}

    def _restore(self, weights: Arrays) -> None:
        self._share = weights["share"]

    def _shapes(self, items: int) -> dict[str, tuple[int, ...]]:
        return {"share": (items,)}
