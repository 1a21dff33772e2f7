"""Folds for cross-validation: every shopper, every pair, or every later stretch of time is held out once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.columns import TIME, USER
from divrec.data.splits import Mask, Split, chosen_targets, divide, pairs_of
from divrec.errors import InputError

if TYPE_CHECKING:
    from divrec.data.dataset import Dataset

By = Literal["users", "pairs", "time"]
TARGETS: Final = 0.2  # share of a held-out shopper's items to be found


@dataclass(frozen=True, eq=False)
class _UserFold:
    """Hold out the users of one fold altogether: the rest of their items is their history (Liang et al. 2018)."""

    fold: int
    folds: int
    seed: int

    def masks(self, log: pd.DataFrame) -> tuple[Mask, Mask, Mask]:
        """Deal the users out in a seeded order, then draw each one's targets."""
        user, names = pd.factorize(log[USER], sort=True)
        random = np.random.default_rng(self.seed)
        here = _dealt(len(names), self.folds, random)[user] == self.fold
        target = chosen_targets(log, user, TARGETS, random)
        return ~here, here & ~target, here & target


@dataclass(frozen=True, eq=False)
class _PairFold:
    """Hold out the distinct pairs of one fold, each with all its events."""

    fold: int
    folds: int
    seed: int

    def masks(self, log: pd.DataFrame) -> tuple[Mask, Mask, Mask]:
        """Deal the pairs out in a seeded order."""
        pair, owner = pairs_of(log, pd.factorize(log[USER], sort=True)[0])
        here = _dealt(len(owner), self.folds, np.random.default_rng(self.seed))[pair] == self.fold
        return ~here, ~here, here


@dataclass(frozen=True, eq=False)
class _TimeFold:
    """Hold out one stretch of time, trained on all that came before it."""

    fold: int
    folds: int
    seed: int

    def masks(self, log: pd.DataFrame) -> tuple[Mask, Mask, Mask]:
        """Cut where each of ``folds`` + 1 stretches has as many events; events without a time are always known."""
        times = log[TIME]
        if times.notna().sum() == 0:
            raise InputError("folds by time need the times of events and this log has none; use 'users' or 'pairs'")
        ends = times.dropna().sort_values(ignore_index=True)
        cuts = [ends.iloc[len(ends) * at // (self.folds + 1)] for at in range(1, self.folds + 1)]
        since = (times >= cuts[self.fold]).to_numpy(bool)
        later = self.fold + 1 < self.folds
        held = since & (times < cuts[self.fold + 1]).to_numpy(bool) if later else since
        return ~since, ~since, held


_FOLDS: Final[dict[str, Callable[[int, int, int], Split]]] = {"users": _UserFold, "pairs": _PairFold, "time": _TimeFold}


def fold_parts(dataset: "Dataset", folds: int, by: By, seed: int) -> "Iterator[tuple[Dataset, Dataset]]":
    """Give the training and test part of each fold, as ``Dataset.split`` does.

    ``by`` users: each user is held out once and tested as a newcomer with a history; pairs: each distinct pair is held
    out once; time: each of ``folds`` later stretches of time, after training on all before it. Raises InputError for
    fewer than 2 folds, for more than there are users, and for a fold with nothing to test.
    """
    if by not in _FOLDS:
        raise InputError(f"folds are made by {', '.join(get_args(By))}; found {by!r}")
    most = len(dataset.user_ids)
    if not 2 <= folds <= most:
        raise InputError(f"there must be from 2 to {most} folds, one user at least in each; found {folds}")
    ways = [_FOLDS[by](fold, folds, seed) for fold in range(folds)]
    return (divide(dataset, way, f"fold {at} of {folds} by {by}") for at, way in enumerate(ways, 1))


def _dealt(count: int, folds: int, random: np.random.Generator) -> npt.NDArray[np.intp]:
    """Give the fold of each of ``count`` things: sizes differ by one at most."""
    return random.permutation(np.arange(count) % folds)
