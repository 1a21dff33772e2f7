"""Learning how much each of several models counts: their scores made comparable, and weights found on validation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from divrec.columns import ITEM, USER
from divrec.data.candidates import NO_ITEM
from divrec.data.dataset import Dataset
from divrec.data.ranking import Lists, hits, ndcg, top_n
from divrec.models.base import Given, Recommender
from divrec.models.inputs import Floats, entries
from divrec.models.validation import Validation

_STEPS: Final = 20  # a weight is a multiple of 1/20
_ROUNDS: Final = 4
_BLOCK: Final = 8_000_000  # scores of a member that are held at once
_POOL: Final = 20  # lists of n are mixed from the 20 n best items of each member

Weights = npt.NDArray[np.float32]
Values = npt.NDArray[np.float64]


def held_out(given: Given, seed: int, fewest: int) -> tuple[Dataset, Dataset]:
    """Divide the log as trainings do by themselves (see ``Validation.hold_out``), as datasets for any family."""
    left, _ = Validation.hold_out(given.histories, given.dataset, seed, fewest)
    hidden = (given.histories - given.histories.multiply(left != 0)).tocoo()
    dataset, log = given.dataset, given.dataset.interactions
    pairs = pd.MultiIndex.from_arrays([dataset.user_ids[hidden.row], dataset.item_ids[hidden.col]])
    gone = pd.MultiIndex.from_frame(log[[USER, ITEM]]).isin(pairs)
    known = log[~gone & log[USER].isin(pairs.get_level_values(0)).to_numpy()]
    return dataset.with_interactions(log[~gone]), dataset.with_interactions(log[gone], history=known)


def halves(valid: Dataset) -> tuple[Dataset, Dataset]:
    """Divide validation users in two: on one half members decide when to stop, on the other weights are learned.

    On the same users a member would count for more than it is worth, since its stopping was chosen to please them.
    Fewer than 20 users are not divided.
    """
    users = valid.interactions[USER].unique()
    if len(users) < 20:
        return valid, valid
    first = set(users[::2])
    parts = []
    for own in (True, False):
        known = None if valid.history is None else valid.history[valid.history[USER].isin(first) == own]
        log = valid.interactions
        parts.append(valid.with_interactions(log[log[USER].isin(first) == own], history=known))
    return parts[0], parts[1]


def standardised(scores: Floats, histories: sparse.csr_matrix) -> Floats:
    """Bring each row of scores (U, I) to mean 0 and standard deviation 1 over the items outside the history."""
    known = entries(histories)

    def total(values: Floats) -> Floats:
        inside = np.bincount(known[0], weights=values[known], minlength=len(values))
        return np.asarray(values.sum(axis=1, dtype=np.float64) - inside, dtype=np.float32)

    count = np.maximum(scores.shape[1] - np.diff(histories.indptr), 1).astype(np.float32)
    found = scores - (total(scores) / count)[:, None]
    spread = np.sqrt(np.maximum(total(found**2), 0) / count)
    found /= np.where(spread > 0, spread, 1)[:, None]
    return np.asarray(found, dtype=np.float32)


def learned_weights(members: Mapping[str, Recommender[Any]], validation: Validation, n: int) -> Weights:
    """Find the weights (M,) that give the best validation NDCG@n; they add up to 1.

    The mean of all weights tried that cannot be told from the best (within one standard error, on the same users): the
    very best of many is partly luck, and partly of the member whose stopping was decided on the same users.
    """
    pool = _Pool.of(members, validation, _POOL * n)
    tried: dict[bytes, tuple[Weights, Values]] = {}

    def quality(shares: Weights) -> float:
        if shares.tobytes() not in tried:
            tried[shares.tobytes()] = shares, pool.ndcg(shares, n)
        return float(np.nanmean(tried[shares.tobytes()][1]))

    best = np.full(len(members), 1 / len(members), dtype=np.float32)
    for _ in range(_ROUNDS):
        better = max([best, *_neighbouring(best)], key=quality)
        if len(members) < 3 or quality(better) <= quality(best):
            best = better
            break
        best = better
    return _mean_of_equals(tried[best.tobytes()][1], list(tried.values()))


@dataclass(frozen=True, eq=False)
class _Pool:
    """The items that some member puts high, per user: what tops a mixture is among them, and they are few."""

    scores: Floats  # (M, V, P), standardised
    places: Lists  # (V, P), the items; NO_ITEM where a row is shorter
    wanted: npt.NDArray[np.bool_]  # (V, P)
    counts: npt.NDArray[np.integer]  # (V,) items that are wanted, in the pool or not

    @classmethod
    def of(cls, members: Mapping[str, Recommender[Any]], validation: Validation, width: int) -> Self:
        """Gather each user's ``width`` best items of every member."""
        users, items = validation.truth.shape
        step = max(1, _BLOCK // max(1, items))
        found = []
        for rows in (slice(at, at + step) for at in range(0, max(1, users), step)):
            known = validation.histories[rows]
            parts = np.stack([standardised(member.score(known), known) for member in members.values()])  # (M, b, I)
            parts[:, *entries(known)] = -np.inf
            places = _distinct(np.concatenate([top_n(part, width) for part in parts], axis=1))
            scores = np.take_along_axis(parts, np.maximum(places, 0)[None], axis=2)
            scores[:, places == NO_ITEM] = 0  # a weight of 0 times -inf would be NaN
            found.append((scores, places, hits(places, validation.truth[rows])))
        scores, places, wanted = (np.concatenate(part, axis=-2) for part in zip(*found, strict=True))
        return cls(scores, places, wanted, np.diff(validation.truth.indptr))

    def ndcg(self, shares: Weights, n: int) -> Values:
        """NDCG@n (V,) of the mixture with these weights (M,)."""
        mixture = np.tensordot(shares, self.scores, axes=1)
        mixture[self.places == NO_ITEM] = -np.inf
        at = top_n(mixture, n)
        return ndcg(np.take_along_axis(self.wanted, np.maximum(at, 0), axis=1) & (at != NO_ITEM), self.counts)


def _distinct(places: Lists) -> Lists:
    """Sort each row of item positions and replace what stands twice by NO_ITEM."""
    ordered = np.sort(places, axis=1)
    ordered[:, 1:][ordered[:, 1:] == ordered[:, :-1]] = NO_ITEM
    return ordered


def _mean_of_equals(best: Values, tried: list[tuple[Weights, Values]]) -> Weights:
    """Give the mean of the weights whose users' values (V,) are the best's, or less by at most one standard error."""
    equal = []
    for shares, values in tried:
        less = (best - values)[~np.isnan(best)]
        if less.mean() <= less.std() / np.sqrt(len(less)):
            equal.append(shares)
    return np.asarray(np.mean(equal, axis=0), dtype=np.float32)


def _neighbouring(shares: Weights) -> list[Weights]:
    """Give the weights in which one member has another share and the others divide the rest as they did."""
    found = []
    for at in range(len(shares)) if len(shares) > 2 else range(len(shares) - 1):
        others = np.delete(shares, at)
        rest = others / others.sum() if others.sum() > 0 else np.full(len(others), 1 / len(others))
        for step in range(_STEPS + 1):
            own = step / _STEPS
            found.append(np.insert(rest * (1 - own), at, own).astype(np.float32))
    return found
