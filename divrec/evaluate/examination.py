"""How often each place of a page is looked at, told apart from how attractive the products there were.

Position-based click model (Craswell et al. 2008): P(click) = θ of the place · γ of the product. Only ratios of θ can be
told, so the first place has 1.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from divrec.columns import ITEM, PROPENSITY
from divrec.errors import NotEstimableError
from divrec.evaluate.impressions import CLICKED, PLACE

Values = npt.NDArray[np.float64]
_ROUNDS: Final = 1000
_ENOUGH: Final = 1e-6  # change of θ in a round at which EM ends


@dataclass(frozen=True, eq=False)
class Pages:
    """Shown places as numbers: each row's place from 0, its (place, item) cell, whether clicked, its propensity."""

    place: npt.NDArray[np.intp]
    cell: npt.NDArray[np.intp]
    cells: npt.NDArray[np.intp]  # (2, C): place and item of each cell
    clicked: Values
    propensity: Values | None
    places: int

    @classmethod
    def of(cls, shown: pd.DataFrame) -> Self:
        """Number what ``shown_places`` gave. Raises NotEstimableError for propensities outside (0, 1]."""
        place = shown[PLACE].to_numpy(np.intp) - 1
        item, items = pd.factorize(shown[ITEM])
        code, cell = np.unique(place * len(items) + item, return_inverse=True)
        propensity = shown[PROPENSITY].to_numpy(np.float64)
        known = not bool(np.isnan(propensity).any())
        if known and not ((propensity > 0) & (propensity <= 1)).all():
            raise NotEstimableError("propensities must be above 0 and at most 1; correct the column, or leave it out",
                                    "propensities")  # fmt: skip
        cells = np.stack([code // len(items), code % len(items)])
        return cls(place, cell, cells, shown[CLICKED].to_numpy(np.float64), propensity if known else None,
                   int(place.max()) + 1)  # fmt: skip

    def examination(self, weights: Values | None = None, start: Values | None = None) -> Values:
        """Estimate θ (K,), that of the first place 1, each row counting ``weights``; NaN for a place never shown.

        With propensities by inverse propensity weighting, under which every place shows the same products; else by EM,
        from ``start``.
        """
        counted = np.ones(len(self.place)) if weights is None else weights
        if self.propensity is not None:
            found = self._by_place(counted * self.clicked / self.propensity)
            shown = self._by_place(counted / self.propensity)
            with np.errstate(invalid="ignore", divide="ignore"):
                rate = found / shown
                return np.asarray(rate / rate[0])
        return _by_em(self, counted, start)

    def check_connected(self) -> None:
        """Raise NotEstimableError where products did not move between places: then θ and γ cannot be told apart."""
        if self.propensity is not None or self.places == 1:
            return
        items = int(self.cells[1].max()) + 1
        shape = (self.places + items, self.places + items)
        links = sparse.coo_matrix((np.ones(len(self.cells[0])), (self.cells[0], self.places + self.cells[1])), shape)
        _, label = connected_components(links, directed=False)
        shown = np.unique(self.place)
        if len(np.unique(label[shown])) > 1:
            raise NotEstimableError(
                "products were always shown at the same places, so how good a product is and how good its place cannot "
                "be told apart; log pages whose order changes", "fixed_places",
            )  # fmt: skip

    def _by_place(self, values: Values) -> Values:
        return np.bincount(self.place, weights=values, minlength=self.places).astype(np.float64)


def _by_em(pages: Pages, weights: Values, start: Values | None) -> Values:
    place, item = pages.cells
    shown = np.bincount(pages.cell, weights=weights, minlength=len(place))
    clicks = np.bincount(pages.cell, weights=weights * pages.clicked, minlength=len(place))
    passed = shown - clicks
    with np.errstate(invalid="ignore", divide="ignore"):
        of_place, of_item = np.bincount(place, weights=shown), np.bincount(item, weights=shown)
        theta = 1 / np.sqrt(1.0 + np.arange(pages.places)) if start is None else start / np.nanmax(start)
        theta = np.where(np.isnan(theta), 0.5, theta)
        gamma = np.clip(np.bincount(item, weights=clicks) / np.bincount(item, weights=shown * theta[place]), 0, 1)
        for _ in range(_ROUNDS):
            before = theta
            neither = np.maximum(1 - theta[place] * gamma[item], 1e-12)
            looked = clicks + passed * theta[place] * (1 - gamma[item]) / neither  # E[looked at | click or none]
            wanted = clicks + passed * gamma[item] * (1 - theta[place]) / neither  # E[attractive | click or none]
            theta = np.bincount(place, weights=looked) / of_place
            gamma = np.where(of_item > 0, np.bincount(item, weights=wanted) / of_item, 0)
            if np.nanmax(np.abs(theta / theta[0] - before / before[0])) < _ENOUGH:
                break
        return np.asarray(theta / theta[0])
