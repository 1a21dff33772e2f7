"""Clicks and purchases of the lists that were shown against those of other lists, corrected for places.

Both are measured under the same examination. A click at place k speaks for a product as 1 / θ, θ being how often that
place is looked at (``examination``), and the product counts in the new list as its own place there is looked at:

    new = θ̄ · Σ (θ' / p) c / θ ÷ Σ θ' / p      over the shown places whose product is on the shopper's new list
    old = θ̄ · Σ c ÷ Σ θ = clicks per place     over all shown places

θ' is that of the place on the new list, θ̄ the mean over what was shown, p the propensity (1 where the log has none). It
is self-normalised inverse propensity weighting in the position-based model (Li et al. 2018, Swaminathan & Joachims
2015). With propensities every product of the new list had its chance to be shown; without, those that were shown stand
for the rest of it. Conversion is purchases per click, weighted alike.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.columns import ITEM, RANK, USER
from divrec.errors import NotEstimableError
from divrec.evaluate.bootstrap import BOOTSTRAP, Bootstrap, Values, resampled
from divrec.evaluate.examination import Pages
from divrec.evaluate.impressions import BOUGHT, PLACE, shown_places
from divrec.metrics.lists import Events

LEAST_EFFECTIVE: Final = 1_000.0  # shown places that the new lists must be worth
COLUMNS: Final = ("measure", "old", "new", "difference", "low", "high", "n")
RATES: Final = ("ctr", "cvr")
_SETTINGS: Final = Bootstrap(resamples=200)


@dataclass(frozen=True, eq=False)
class ClickComparison:
    """What a log says of other lists.

    ``table``: ``measure, old, new, difference, low, high, n`` for ``ctr`` (clicks per shown place) and, where there are
    purchases, ``cvr`` (purchases per click); the 95 % interval is of new − old under resampling of the ``n`` shoppers
    who were shown something of their new list, examination estimated anew each time. ``examination``: θ by place.
    ``shown``: places; ``overlap``: share of them whose product is on the shopper's new list; ``effective``: how many
    places these are worth after weighting (Kish). ``by``: what told examination.
    """

    table: pd.DataFrame
    examination: pd.Series
    shown: int
    overlap: float
    effective: float
    by: Literal["propensities", "clicks"]


def compare_clicks(
    log: Events, recs: pd.DataFrame, seed: int = BOOTSTRAP.seed, least_effective: float = LEAST_EFFECTIVE
) -> ClickComparison:
    """Estimate clicks and conversion, had ``recs`` been shown in place of what ``log`` says was shown.

    ``log`` holds impressions with positions and what was clicked, of a time that the model behind ``recs`` did not
    learn from. Raises NotEstimableError, with the reason, where impressions, positions or clicks lack, where products
    never changed places, or where the shown places that speak for the new lists are worth fewer than
    ``least_effective``.
    """
    shown = shown_places(log)
    pages = Pages.of(shown)
    if not pages.clicked.any():
        raise NotEstimableError("nothing that was shown was clicked; there is nothing to compare", "clicks")
    pages.check_connected()
    rates = _Rates(pages, *_new_places(shown, recs, pages.places), shown[BOUGHT].to_numpy(np.float64))
    theta = pages.examination()
    effective = rates.effective(theta)
    overlap = float((rates.new >= 0).mean())
    if effective < least_effective:
        raise NotEstimableError(
            f"what was shown says too little of these lists: {overlap:.1%} of {len(shown):,} shown places hold a "
            f"product of the shopper's new list, worth {effective:,.0f} places after weighting; at least "
            f"{least_effective:,.0f} are needed", "overlap", overlap=overlap, effective=effective,
            least=least_effective, shown=len(shown),
        )  # fmt: skip
    table = _table(rates, theta, replace(_SETTINGS, seed=seed))
    places = pd.Index(np.arange(1, pages.places + 1), name=PLACE)
    by: Literal["propensities", "clicks"] = "clicks" if pages.propensity is None else "propensities"
    return ClickComparison(table, pd.Series(theta, places, name="examination"), len(shown), overlap, effective, by)


@dataclass(frozen=True, eq=False)
class _Rates:
    """Shown places with each one's user and its place on that user's new list, both from 0; -1 where not on it."""

    pages: Pages
    user: npt.NDArray[np.intp]
    new: npt.NDArray[np.intp]
    bought: Values

    def weights(self, theta: Values) -> Values:
        """Give what a row's click counts for the new lists: θ' / (θ p), 0 off the list."""
        propensity = 1.0 if self.pages.propensity is None else self.pages.propensity
        there = np.where(self.new >= 0, theta[self.new], 0)
        return np.asarray(np.nan_to_num(there / (theta[self.pages.place] * propensity), posinf=0.0))

    def effective(self, theta: Values) -> float:
        """Kish's effective number of places."""
        weights = self.weights(theta)
        squares = float(weights @ weights)
        return float(weights.sum()) ** 2 / squares if squares > 0 else 0.0

    def values(self, theta: Values, counted: Values) -> Values:
        """Give old and new ctr, old and new cvr (4,), each row counting ``counted``."""
        clicked, looked = self.pages.clicked, theta[self.pages.place]
        weights = self.weights(theta) * counted
        with np.errstate(invalid="ignore", divide="ignore"):
            mean_look = counted @ np.nan_to_num(looked) / counted.sum()
            old = counted @ clicked / counted.sum()
            new = mean_look * (weights @ clicked) / (weights @ np.nan_to_num(looked))
            old_cvr = (counted @ self.bought) / (counted @ clicked)
            new_cvr = (weights @ self.bought) / (weights @ clicked)
        return np.array([old, new, old_cvr, new_cvr])


def _new_places(
    shown: pd.DataFrame, recs: pd.DataFrame, places: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Number the users of the shown places, and find each one's product on its user's new list."""
    ranks = recs.loc[recs[RANK] <= places, [USER, ITEM, RANK]]
    found = shown[[USER, ITEM]].merge(ranks, on=[USER, ITEM], how="left")[RANK]
    user = np.asarray(pd.factorize(shown[USER])[0], dtype=np.intp)
    return user, found.fillna(0).to_numpy(np.intp) - 1


def _table(rates: _Rates, theta: Values, settings: Bootstrap) -> pd.DataFrame:
    users = int(rates.user.max()) + 1
    point = rates.values(theta, np.ones(len(rates.user)))
    drawn = []
    for batch in resampled(users, settings.resamples, settings.seed):
        for weights in batch:
            counted = weights[rates.user]
            drawn.append(rates.values(rates.pages.examination(counted, theta), counted))
    values = np.array(drawn)
    tail = (1 - settings.level) / 2
    met = len(np.unique(rates.user[rates.new >= 0]))
    rows = []
    for name, at in zip(RATES, (0, 2), strict=True):
        if name == "cvr" and not rates.bought.any():
            continue
        low, high = np.nanquantile(values[:, at + 1] - values[:, at], [tail, 1 - tail])
        rows.append((name, point[at], point[at + 1], point[at + 1] - point[at], low, high, met))
    return pd.DataFrame(rows, columns=list(COLUMNS))
