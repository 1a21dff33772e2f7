"""BiasedMF: predicts the rating that a shopper would give an item (Koren, Bell & Volinsky 2009).

r̂ = μ + bᵤ + bᵢ + p · q. Minimises Σ (r − r̂)² over the given ratings + λ (Σ nᵤ ‖p‖² + Σ nᵢ ‖q‖²) + λ_b (Σ bᵤ² + Σ bᵢ²)
by alternating least squares, n being how many ratings a shopper or an item has (weighting of Zhou et al. 2008). A
shopper's bias and factors are the least-squares answer to the ratings given, so that a new one needs no training.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from divrec.columns import EVENT, ITEM, SCORE, USER, WEIGHT
from divrec.data.compiled import kernel
from divrec.data.dataset import Dataset
from divrec.data.ids import positions
from divrec.data.kinds import CHOSEN, RATING
from divrec.errors import InputError
from divrec.models.base import Arrays, Given, Recommender
from divrec.models.inputs import Floats
from divrec.models.pairs import score_pairs
from divrec.models.settings import BiasedMFSettings

Doubles = npt.NDArray[np.float64]
_SPREAD: Final = 0.1  # standard deviation of the factors before the first step


class BiasedMF(Recommender[BiasedMFSettings]):
    """Scores items by the rating that it predicts; only for logs with ratings, whose weights are those ratings.

    Of several ratings of a pair the latest counts; other kinds of events are passed over. A shopper without ratings is
    predicted the item's mean, drawn towards the mean of all.
    """

    family = "biasedmf"
    settings_type = BiasedMFSettings
    scores_newcomers = True
    predicts_ratings = True

    def predict(self, pairs: pd.DataFrame, history: pd.DataFrame | None = None) -> pd.DataFrame:
        """Predict the rating of each pair of a table ``user_id, item_id``: the same with ``score`` and ``rank``.

        Predictions are held on the scale of the ratings learned from. Pairs of items that the model does not know are
        left out. ``history`` takes the place of what the training knew, as in ``candidates``.
        """
        found = score_pairs(self, pairs, history)
        return found.assign(**{SCORE: found[SCORE].clip(*map(float, self._scale[1:]))})

    def encode(self, histories: sparse.csr_matrix) -> Floats:
        """Give the factors (U, d) of each history (U, I) of ratings."""
        return np.asarray(self._users(self._checked(histories))[:, 1:], dtype=np.float32)

    def _check(self, dataset: Dataset) -> None:
        log = dataset.interactions
        ratings = log.loc[log[EVENT] == RATING, WEIGHT]
        if ratings.nunique() < 2:
            kinds = ", ".join(map(str, log[EVENT].unique()[:5])) or "no events"
            what = "all of its ratings are the same" if len(ratings) else f"it has {kinds}"
            raise InputError(f"biasedmf learns from ratings and this log has none to learn from: {what}. "
                             "Map the column of ratings as weight, or choose another family")  # fmt: skip

    def _gather(self, interactions: pd.DataFrame, users: Iterable[str], item_ids: pd.Index) -> sparse.csr_matrix:
        """Take each pair's latest rating; a rating of 0 is one too. What somebody just chose is rated best."""
        wanted = pd.Index(users)
        row, column = positions(interactions[USER], wanted), positions(interactions[ITEM], item_ids)
        rating = interactions[WEIGHT].to_numpy(np.float32)
        known = (row >= 0) & (column >= 0)
        if EVENT in interactions:
            kind = interactions[EVENT].to_numpy()
            rating = np.where(kind == CHOSEN, self._scale[2] if self._item_ids is not None else np.nan, rating)
            known &= (kind == RATING) | (kind == CHOSEN)
        latest = np.flatnonzero(known & np.isfinite(rating))[::-1]
        width = max(len(item_ids), 1)
        pair, first = np.unique(row[latest].astype(np.int64) * width + column[latest], return_index=True)
        cells = (pair // width, pair % width)
        values = rating[latest][first].astype(np.float32)
        return sparse.csr_matrix((values, cells), shape=(len(wanted), len(item_ids)))  # what is 0 stays an entry

    def _learn(self, given: Given) -> None:
        settings, known = self.settings, given.histories
        by_item = sparse.csr_matrix(known.T)
        mean = float(known.data.mean(dtype=np.float64))
        self._scale = np.array([mean, known.data.min(), known.data.max()], dtype=np.float32)  # μ, least, greatest
        random = np.random.default_rng(settings.seed)
        self._items = np.zeros((known.shape[1], 1 + settings.factors), dtype=np.float32)  # (I, 1 + d): bias, factors
        self._items[:, 1:] = random.normal(0, _SPREAD, (known.shape[1], settings.factors))
        for _ in range(settings.iterations):
            users = self._solved(known, self._items)
            self._items = self._solved(by_item, users)

    def _score(self, histories: sparse.csr_matrix) -> Floats:
        users = self._users(histories)
        scores = users[:, 1:] @ self._items[:, 1:].T + users[:, :1] + self._items[:, 0] + self._scale[0]
        return np.asarray(scores, dtype=np.float32)

    def _users(self, histories: sparse.csr_matrix) -> Floats:
        return self._solved(histories, self._items)

    def _solved(self, ratings: sparse.csr_matrix, others: Floats) -> Floats:
        """Give bias and factors (N, 1 + d) of the rows of ``ratings`` (N, M), those of the columns being ``others``."""
        residuals = ratings.data.astype(np.float64) - np.float64(self._scale[0])
        shrink = self.settings.regularisation, self.settings.bias_regularisation
        return least_squares(ratings.indptr, ratings.indices, residuals, others.astype(np.float64), *shrink)

    def _vectorise(self) -> Floats:
        return self._items[:, 1:]

    def _weights(self) -> Arrays:
        return {"items": self._items, "scale": self._scale}

    def _restore(self, weights: Arrays) -> None:
        self._items, self._scale = weights["items"], weights["scale"]

    def _shapes(self, items: int) -> dict[str, tuple[int, ...]]:
        return {"items": (items, 1 + self.settings.factors), "scale": (3,)}


@kernel()
def least_squares(
    indptr: npt.NDArray[np.int32],
    indices: npt.NDArray[np.int32],
    residuals: Doubles,
    others: Doubles,
    shrink: float,
    bias_shrink: float,
) -> Floats:
    """Solve each row's bias and factors: its ``residuals`` (r − μ) regressed on 1 and the others' factors.

    ``others`` (M, 1 + d) hold bias and factors of the columns. A row without entries stays 0.
    """
    rows, width = len(indptr) - 1, others.shape[1]
    found = np.zeros((rows, width), dtype=np.float32)
    for row in range(rows):
        count = indptr[row + 1] - indptr[row]
        if count == 0:
            continue
        design = np.ones((count, width))
        target = np.empty(count)
        for at in range(count):
            entry = indptr[row] + at
            other = others[indices[entry]]
            design[at, 1:] = other[1:]
            target[at] = residuals[entry] - other[0]
        square = design.T @ design
        square[0, 0] += bias_shrink
        for axis in range(1, width):
            square[axis, axis] += shrink * count
        found[row] = np.linalg.solve(square, design.T @ target).astype(np.float32)
    return found
