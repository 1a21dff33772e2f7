"""Tables about real shoppers with noise in every number: all that private generation knows of them beside its network.

Each shopper is one row; its length is cut to a bound, rows are summed, and N(0, (σ · bound)²) is added to each number
(the Gaussian mechanism). Bins, kinds and months are written here, so none is there because somebody was.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from divrec.columns import EVENT, TIME, USER
from divrec.data.dataset import Dataset
from divrec.data.ids import positions
from divrec.data.kinds import EventWeights
from divrec.models.noise import Noise

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

RELEASES: Final = ("popularity", "lengths", "calendar", "places")
KINDS: Final = tuple(kind for kind, weight in EventWeights().to_json().items() if weight > 0)
FIRST_MONTH: Final = np.datetime64("2000-01", "M")
MONTHS: Final = 480  # until 2039
# how many items a history has: bins that widen by a quarter
EDGES: Final = np.unique(np.round(1.25 ** np.arange(40)).astype(np.int64))
_CALENDAR: Final = {"kinds": len(KINDS), "months": MONTHS, "weekdays": 7, "hours": 24}


def release(rows: Floats | sparse.csr_matrix, bound: float, deviation: float, noise: Noise) -> Floats:
    """Sum rows (U, k), none of which counts more than ``bound`` in length, with noise of ``deviation`` · ``bound``."""
    rows = sparse.csr_matrix(rows)
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    scale = np.minimum(1.0, bound / np.maximum(length, 1e-12))
    return np.asarray(rows.T @ scale + noise.normal((rows.shape[1],), deviation * bound))


def popularity(histories: sparse.csr_matrix, deviation: float, noise: Noise) -> Floats:
    """Give each item's share (I,) of what shoppers have, each shopper counting alike; none is 0.

    What lies below the noise cannot be told from it and counts as much as the noise.
    """
    counts = np.maximum(np.diff(histories.indptr), 1)
    total = release(sparse.diags(1 / np.sqrt(counts)) @ histories, 1.0, deviation, noise)
    total = np.maximum(total, max(deviation, 1e-3))
    return np.asarray(total / total.sum())


@dataclass(frozen=True)
class Lengths:
    """Shares of history lengths (bins of ``EDGES``), and about how many shoppers there are."""

    shares: Floats
    shoppers: float

    def sample(self, n: int, most: int, rng: np.random.Generator) -> Ints:
        """Draw ``n`` numbers of items, none above ``most``."""
        bins = rng.choice(len(EDGES), size=n, p=self.shares)
        ends = np.r_[EDGES[1:], EDGES[-1] + 1]
        return np.asarray(np.minimum(EDGES[bins] + (rng.random(n) * (ends - EDGES)[bins]).astype(np.int64), most))


def lengths(histories: sparse.csr_matrix, deviation: float, noise: Noise) -> Lengths:
    """Release how many shoppers have how many items; nobody is counted where a history is empty."""
    items = np.diff(histories.indptr)
    able = np.flatnonzero(items)
    bins = np.searchsorted(EDGES, items[able], "right") - 1
    rows = sparse.csr_matrix((np.ones(len(able)), (able, bins)), shape=(len(items), len(EDGES)))
    total = release(rows, 1.0, deviation, noise)
    return Lengths(_above(total, deviation), float(total.sum()))


@dataclass(frozen=True)
class Calendar:
    """Shares of the kinds of events and of months, and of weekdays and hours; the last three empty without times."""

    kinds: Floats
    months: Floats
    weekdays: Floats
    hours: Floats


def calendar(data: Dataset, deviation: float, noise: Noise) -> Calendar:
    """Release what kinds of events there are and when; each shopper's events count together as one."""
    log = data.interactions
    user = positions(log[USER], data.user_ids)
    blocks = [_shares(user, _places(log, name), width, len(data.user_ids)) for name, width in _CALENDAR.items()]
    bound = float(np.sqrt(len(blocks)))
    total = release(sparse.hstack(blocks, format="csr"), bound, deviation, noise)
    parts = np.split(total, np.cumsum(list(_CALENDAR.values()))[:-1])
    return Calendar(*(_above(part, deviation * bound) for part in parts))


def _places(log: pd.DataFrame, name: str) -> Ints:
    """Where each event falls in a part of the calendar; −1 where it does not."""
    if name == "kinds":
        return np.asarray(pd.Index(KINDS).get_indexer(pd.Index(log[EVENT])), dtype=np.int64)
    times = log[TIME]
    if name == "months":
        month = (times.to_numpy("datetime64[M]") - FIRST_MONTH).astype(np.int64)
        return np.asarray(np.where(times.notna() & (month >= 0) & (month < MONTHS), month, -1))
    place = times.dt.day_of_week if name == "weekdays" else times.dt.hour
    return np.asarray(place.fillna(-1).to_numpy(np.int64))


def _shares(user: npt.NDArray[np.intp], place: Ints, width: int, users: int) -> sparse.csr_matrix:
    """Give each shopper's shares (U, width), which sum to 1 or are all 0."""
    known = place >= 0
    counts = sparse.coo_matrix((np.ones(known.sum()), (user[known], place[known])), shape=(users, width)).tocsr()
    return sparse.diags(1 / np.maximum(np.asarray(counts.sum(axis=1)).ravel(), 1)) @ counts


def _above(total: Floats, deviation: float) -> Floats:
    """Give shares of what stands out of the noise: more than the largest of so many numbers that are noise alone."""
    seen = np.where(total > deviation * np.sqrt(2 * np.log(max(len(total), 2))), total, 0)
    if not seen.sum():
        seen = np.zeros(len(total))
        seen[int(np.argmax(total))] = 1
    return np.asarray(seen / seen.sum())


@dataclass(frozen=True)
class Places:
    """One Gaussian for where shoppers lie and how long their histories are: mean (d,), covariance (d, d)."""

    mean: Floats
    covariance: Floats

    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        """Draw ``n`` places (n, d)."""
        return rng.multivariate_normal(self.mean, self.covariance, size=n, method="eigh")


def places(rows: Floats, counted: float, deviation: float, noise: Noise) -> Places:
    """Release mean and covariance of places (U, d) among about ``counted`` shoppers; each is pulled to within √d."""
    width = rows.shape[1]
    radius = np.sqrt(width)
    near = rows / np.maximum(1.0, np.linalg.norm(rows, axis=1, keepdims=True) / radius) / radius
    upper = np.triu_indices(width)
    weight = np.where(upper[0] == upper[1], 1.0, np.sqrt(2))  # so that a vector is as long as its matrix
    squares = near[:, upper[0]] * near[:, upper[1]] * weight
    total = release(np.column_stack([near, squares]), float(np.sqrt(2)), deviation, noise) / max(counted, 1.0)
    mean, second = total[:width] * radius, np.zeros((width, width))
    second[upper] = total[width:] / weight * radius**2
    second = second + np.triu(second, 1).T
    values, axes = np.linalg.eigh(second - np.outer(mean, mean))
    # a random symmetric matrix of this noise reaches so far: what is not longer is not told from it
    reach = deviation * np.sqrt(2) * radius**2 / max(counted, 1.0) * np.sqrt(2 * width)
    return Places(mean, (axes * np.maximum(values - reach / 2, 1e-4)) @ axes.T)
