"""Learning how much each of several models counts: their scores made comparable, and weights found on validation."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from divrec.columns import ITEM, USER
from divrec.data.dataset import Dataset
from divrec.data.ranking import hits, ndcg, top_n
from divrec.models.base import Given, Recommender
from divrec.models.inputs import Floats, entries
from divrec.models.validation import Validation

_STEPS: Final = 20  # a weight is a multiple of 1/20
_ROUNDS: Final = 4
_SCORES: Final = 24_000_000  # held per member while weights are tried: so many users × items are looked at

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
    free = np.ones(scores.shape, dtype=np.float32)
    free[entries(histories)] = 0
    count = np.maximum(free.sum(axis=1, keepdims=True), 1)
    centred = scores - (scores * free).sum(axis=1, keepdims=True) / count
    spread = np.sqrt((centred**2 * free).sum(axis=1, keepdims=True) / count)
    return np.asarray(centred / np.where(spread > 0, spread, 1), dtype=np.float32)


def learned_weights(members: Mapping[str, Recommender[Any]], validation: Validation, n: int) -> Weights:
    """Find the weights (M,) that give the best validation NDCG@n; they add up to 1.

    The mean of all weights tried that cannot be told from the best (within one standard error, on the same users): the
    very best of many is partly luck, and partly of the member whose stopping was decided on the same users.
    """
    users = max(1, _SCORES // validation.truth.shape[1])
    known, truth = validation.histories[:users], validation.truth[:users]
    parts = np.stack([standardised(member.score(known), known) for member in members.values()])  # (M, V, I)
    tried: dict[bytes, tuple[Weights, Values]] = {}

    def quality(shares: Weights) -> float:
        if shares.tobytes() not in tried:
            mixture = np.tensordot(shares, parts, axes=1)
            mixture[entries(known)] = -np.inf
            tried[shares.tobytes()] = shares, ndcg(hits(top_n(mixture, n), truth), np.diff(truth.indptr))
        return float(np.nanmean(tried[shares.tobytes()][1]))

    best = np.full(len(parts), 1 / len(parts), dtype=np.float32)
    for _ in range(_ROUNDS):
        better = max([best, *_neighbouring(best)], key=quality)
        if len(parts) < 3 or quality(better) <= quality(best):
            best = better
            break
        best = better
    return _mean_of_equals(tried[best.tobytes()][1], list(tried.values()))


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
