"""Dividing a log into what a model may learn from and what its lists are judged by.

Each way of splitting is a small settings object that gives three row masks over the log: what to train on, what was
known of the test users, and what was held out. One function makes the two datasets from them, so that all ways agree on
who can be tested: an item nobody was trained on cannot be recommended by behaviour, so its held-out events leave the
test; a user needs at least one held-out event and a history. What leaves is counted in the test part's report.
"""

from dataclasses import dataclass, fields, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.columns import ITEM, TIME, USER
from divrec.data.ids import positions
from divrec.data.report import Report
from divrec.errors import InputError

if TYPE_CHECKING:
    from divrec.data.dataset import Dataset

Mask = npt.NDArray[np.bool_]


class Split(Protocol):
    """A way of splitting."""

    def masks(self, log: pd.DataFrame) -> tuple[Mask, Mask, Mask]:
        """Mark the rows of ``log`` to train on, those known of the test users, and those held out."""
        ...


@dataclass(frozen=True)
class Last:
    """Hold out each user's last ``n`` events; users with ``n`` events or fewer only train."""

    n: int = 1

    def masks(self, log: pd.DataFrame) -> tuple[Mask, Mask, Mask]:
        """Count each user's events backwards from the latest; equal times keep the order of the log."""
        if self.n < 1:
            raise InputError(f"split('last') holds out n events per user, at least 1; found n={self.n}")
        user = pd.factorize(log[USER])[0]
        order = np.lexsort((log[TIME].to_numpy().view(np.int64), user))  # as numbers: no time sorts first
        counts = np.bincount(user)
        left = np.empty(len(log), dtype=np.int64)
        left[order] = np.repeat(np.cumsum(counts), counts) - np.arange(len(log))
        held = (left <= self.n) & (counts[user] > self.n)
        return ~held, ~held, held


@dataclass(frozen=True)
class Time:
    """Hold out everything from the moment ``at`` on, or the latest ``share`` of events where ``at`` is not given."""

    at: str | pd.Timestamp | None = None
    share: float = 0.2

    def masks(self, log: pd.DataFrame) -> tuple[Mask, Mask, Mask]:
        """Cut all users at one moment; events at that very moment are held out, events without a time are not."""
        times = log[TIME]
        if times.notna().sum() == 0:
            raise InputError("split('time') needs the times of events and this log has none; use 'last' or 'random'")
        at = _moment(self.at) if self.at is not None else _quantile(times, self.share)
        held = (times >= at).to_numpy(dtype=bool)
        if held.all() or not held.any():
            raise InputError(f"split('time') at {at} leaves one side empty; the log runs from {times.min()} to "
                             f"{times.max()}, choose a moment inside")  # fmt: skip
        return ~held, ~held, held


@dataclass(frozen=True)
class Users:
    """Hold out a ``share`` of users altogether (strong generalisation); ``targets`` is the share of each one's items.

    Protocol of Liang et al. 2018: the model never sees these users; it gets the rest of their items as history and is
    judged by the targets, drawn at random.
    """

    share: float = 0.2
    targets: float = 0.2
    seed: int = 7
    by_id: bool = False  # draw each user by their own id: one user more or fewer moves nobody else

    def masks(self, log: pd.DataFrame) -> tuple[Mask, Mask, Mask]:
        """Draw the users, then a share of each one's distinct items: at least one, and never all."""
        _check_share("share", self.share)
        _check_share("targets", self.targets)
        random = np.random.default_rng(self.seed)
        user, names = pd.factorize(log[USER], sort=True)
        chosen = np.zeros(len(names), dtype=bool)
        if self.by_id:
            chosen = _drawn_by_id(names, self.share, self.seed)
        else:
            chosen[random.permutation(len(names))[: max(1, round(self.share * len(names)))]] = True
        target = chosen_targets(log, user, self.targets, random)
        return ~chosen[user], chosen[user] & ~target, chosen[user] & target


def _drawn_by_id(names: pd.Index, share: float, seed: int) -> Mask:
    key = str(seed).encode()
    drawn = [int.from_bytes(blake2b(str(name).encode(), digest_size=8, key=key).digest()) for name in names]
    return np.array(drawn, dtype=np.uint64) < share * 2.0**64


@dataclass(frozen=True)
class Random:
    """Hold out a random ``share`` of the distinct user–item pairs, each with all its events."""

    share: float = 0.2
    seed: int = 7

    def masks(self, log: pd.DataFrame) -> tuple[Mask, Mask, Mask]:
        """Draw the pairs without regard to user or time."""
        _check_share("share", self.share)
        pair, owner = pairs_of(log, pd.factorize(log[USER], sort=True)[0])
        drawn = np.zeros(len(owner), dtype=bool)
        permutation = np.random.default_rng(self.seed).permutation(len(owner))
        drawn[permutation[: max(1, round(self.share * len(owner)))]] = True
        held = drawn[pair]
        return ~held, ~held, held


SPLITS: Final[dict[str, type[Split]]] = {"last": Last, "time": Time, "users": Users, "random": Random}


def split(dataset: "Dataset", how: str, **settings: object) -> tuple["Dataset", "Dataset"]:
    """Divide into a training part and a test part that share the catalogue.

    ``test.users`` are the users with held-out events, ``test.interactions`` those events, ``test.history`` what was
    known of the same users. Raises InputError for an unknown way or setting and for a split with nothing to test.
    """
    if how not in SPLITS:
        raise InputError(f"a split is one of {', '.join(SPLITS)}; found {how!r}")
    known = [field.name for field in fields(SPLITS[how])]  # type: ignore[arg-type]  # every split is a dataclass
    if unknown := sorted(set(settings) - set(known)):
        raise InputError(f"split({how!r}) takes {', '.join(known)}; {', '.join(unknown)} is not among them")
    return divide(dataset, SPLITS[how](**settings), f"split({how!r})")


def divide(dataset: "Dataset", way: Split, said: str) -> tuple["Dataset", "Dataset"]:
    """Divide one ``way``, called ``said`` in errors; see ``split``."""
    log = dataset.interactions
    learn, history, held = way.masks(log)
    known_item = _in(log[ITEM], log.loc[learn, ITEM])
    testable = held & known_item
    has_history = _in(log[USER], log.loc[history, USER])
    tested = testable & has_history
    if not tested.any():
        raise InputError(f"{said} leaves no user with both a history and a held-out event of an item that "
                         f"others were trained on ({int(held.sum())} events held out); hold out less")  # fmt: skip
    report = Report(int(held.sum()))
    report = report.add("dropped", "item has no event in the training part", int((held & ~known_item).sum()))
    report = report.add("dropped", "user has no history to recommend from", int((testable & ~has_history).sum()))
    train = _part(dataset, learn, Report(len(log)).add("dropped", "held out for the test", int((~learn).sum())))
    test = _part(dataset, tested, report)
    known_of_users = log[history & _in(log[USER], test.users[USER])].reset_index(drop=True)
    return train, test.with_interactions(test.interactions, history=known_of_users)


def new_to_users(test: "Dataset") -> "Dataset":
    """Leave of a test part only what was new to its users: events of items that are not in their history.

    Lists that leave out what a user already has are judged by this, since nothing else can be in them.
    """
    if test.history is None:
        raise InputError("only the test part of a split knows what its users had before; call split(...) first")
    known = pd.MultiIndex.from_frame(test.history[[USER, ITEM]])
    new = ~pd.MultiIndex.from_frame(test.interactions[[USER, ITEM]]).isin(known)
    report = test.report.add("dropped", "the user had the item before", int((~new).sum()))
    return replace(_part(test, new, report), history=test.history)


def _part(dataset: "Dataset", rows: Mask, report: Report) -> "Dataset":
    """Give the same shop with some rows of the log and the users that these rows name."""
    log = dataset.interactions[rows].reset_index(drop=True)
    users = dataset.users[_in(dataset.users[USER], log[USER])].reset_index(drop=True)
    return dataset.with_interactions(log, users=users, report=report, history=None)


def _in(values: pd.Series, wanted: pd.Series) -> Mask:
    return positions(values, pd.Index(wanted.unique())) >= 0


def chosen_targets(
    log: pd.DataFrame, user: npt.NDArray[np.intp], share: float, random: np.random.Generator
) -> Mask:
    """Draw a share of each user's distinct items, at least one and never all, and mark their rows."""
    pair, owner = pairs_of(log, user)
    counts = np.bincount(owner)
    order = np.lexsort((random.random(len(owner)), owner))
    place = np.empty(len(owner), dtype=np.int64)
    place[order] = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    wanted = np.minimum(np.maximum(np.round(share * counts), 1), counts - 1)
    marked: Mask = (place < wanted[owner])[pair]
    return marked


def pairs_of(log: pd.DataFrame, user: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Number the distinct (user, item) pairs: the pair of each row, and the user of each pair."""
    item, names = pd.factorize(log[ITEM], sort=True)
    code = user.astype(np.int64) * max(len(names), 1) + item
    distinct, pair = np.unique(code, return_inverse=True)
    return pair, distinct // max(len(names), 1)


def _moment(at: str | pd.Timestamp) -> pd.Timestamp:
    try:
        moment = pd.Timestamp(at)
    except ValueError as error:
        raise InputError(f"split('time') needs a moment such as '2017-11-01', found at={at!r}") from error
    return moment.tz_convert("UTC").tz_localize(None) if moment.tzinfo else moment


def _quantile(times: pd.Series, share: float) -> pd.Timestamp:
    _check_share("share", share)
    ordered = np.sort(times.dropna().to_numpy())
    return pd.Timestamp(ordered[min(int((1 - share) * len(ordered)), len(ordered) - 1)])


def _check_share(name: str, share: float) -> None:
    if not 0 < share < 1:
        raise InputError(f"{name} must lie between 0 and 1, such as 0.2; found {share}")
