"""The optional cleaning steps: small settings objects that say which rows stay and what events weigh."""

import re
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.columns import CATEGORY, EVENT, ITEM, PRICE, QUANTITY, SUBCATEGORY, TIME, TITLE, USER, WEIGHT
from divrec.data.dataset import Dataset
from divrec.data.ids import positions
from divrec.data.kinds import EventWeights
from divrec.errors import InputError

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Kept:
    """What a step keeps: rows of the log, of the catalogue and of the users; why the others go; what events weigh."""

    events: Mask
    items: Mask
    users: Mask
    reason: str
    weights: npt.NDArray[np.float64] | None = None  # new ones of all events, those that go included


class CleaningStep(Protocol):
    """One optional cleaning step."""

    def kept(self, dataset: Dataset) -> Kept:
        """Say which rows stay."""
        ...


@dataclass(frozen=True)
class Duplicates:
    """Drop events that say the same again: same user, item, kind and time, whatever else differs."""

    def kept(self, dataset: Dataset) -> Kept:
        """Keep the first of each; events without a time are never the same."""
        log = dataset.interactions
        again = log.duplicated([USER, ITEM, EVENT, TIME]) & log[TIME].notna()
        return _by_events(dataset, ~again.to_numpy(), "says the same as an earlier event")


@dataclass(frozen=True)
class NonProducts:
    """Drop items in whose title or categories ``pattern`` (a regular expression, any case) is found."""

    pattern: str

    def kept(self, dataset: Dataset) -> Kept:
        """Keep the items without a match, and their events."""
        try:
            pattern = re.compile(self.pattern, re.IGNORECASE)
        except re.error as error:
            raise InputError(f"{self.pattern!r} is not a regular expression ({error}); write for example "
                             "'gift card|deposit'") from error  # fmt: skip
        texts = [name for name in (TITLE, CATEGORY, SUBCATEGORY) if name in dataset.items]
        found = np.zeros(len(dataset.items), dtype=bool)
        for name in texts:
            found |= dataset.items[name].str.contains(pattern, na=False).to_numpy(bool)
        events = ~found[positions(dataset.interactions[ITEM], dataset.item_ids)]
        return Kept(events, ~found, _everyone(dataset), f"not a product: matches {self.pattern!r}")


@dataclass(frozen=True)
class Impossible:
    """Drop events that cannot have been: weight or price below 0 or infinite, quantity not above 0, a wild time."""

    earliest: str = "1995-01-01"
    latest: str = "2100-01-01"

    def kept(self, dataset: Dataset) -> Kept:
        """Keep the others; what is not known is not impossible."""
        log = dataset.interactions
        good = np.isfinite(log[WEIGHT].to_numpy(float)) & (log[WEIGHT].to_numpy(float) >= 0)
        known = log[TIME].notna()
        good &= ~(known & ~log[TIME].between(pd.Timestamp(self.earliest), pd.Timestamp(self.latest))).to_numpy(bool)
        if PRICE in log:
            price = log[PRICE].to_numpy(float, na_value=np.nan)
            good &= ~((price < 0) | np.isinf(price))
        if QUANTITY in log:
            amount = log[QUANTITY].to_numpy(float, na_value=np.nan)
            good &= ~((amount <= 0) | np.isinf(amount))
        return _by_events(dataset, good, "holds an impossible weight, price, quantity or time")


@dataclass(frozen=True)
class Outliers:
    """Drop items whose price, and events whose quantity, lies ``spreads`` robust deviations from the median, in logs.

    A deviation is 1.4826 times the median distance from the median; deposits, fees and bulk orders lie far out.
    """

    spreads: float = 8.0

    def kept(self, dataset: Dataset) -> Kept:
        """Keep what lies within, and whatever has no price or quantity."""
        log = dataset.interactions
        items, events = _whole_catalogue(dataset), np.ones(len(log), dtype=bool)
        if PRICE in dataset.items:
            items = self._within(dataset.items[PRICE])
            events &= items[positions(log[ITEM], dataset.item_ids)]
        if QUANTITY in log:
            events &= self._within(log[QUANTITY])
        return Kept(events, items, _everyone(dataset), f"price or quantity lies {self.spreads:g} deviations out")

    def _within(self, values: pd.Series) -> Mask:
        number = values.to_numpy(float, na_value=np.nan)
        logs = np.log(np.where(number > 0, number, np.nan))
        known = logs[np.isfinite(logs)]
        if not len(known):
            return np.ones(len(number), dtype=bool)
        deviation = 1.4826 * np.median(np.abs(known - np.median(known)))
        if deviation == 0:  # more than half are the same: nothing to measure by
            return np.ones(len(number), dtype=bool)
        return np.asarray(~(np.abs(logs - np.median(known)) > self.spreads * deviation))


@dataclass(frozen=True)
class Bots:
    """Drop users who act as no person does, by rate or by diversity.

    By rate: more than ``most_per_day`` events on any one day. By diversity: at least ``crawl_events`` events of which a
    share of ``crawl_share`` or more are of different items, since people come back to things and crawlers do not.
    """

    most_per_day: int = 500
    crawl_events: int = 1000
    crawl_share: float = 0.95

    def kept(self, dataset: Dataset) -> Kept:
        """Count each user's events a day (those with a time), and distinct items."""
        log = dataset.interactions
        user = positions(log[USER], dataset.user_ids)
        bots = np.zeros(len(dataset.users), dtype=bool)
        timed = log[TIME].notna().to_numpy()
        day = log.loc[timed, TIME].to_numpy().astype("datetime64[D]").astype(np.int64)
        per_day = pd.Series(1, index=pd.MultiIndex.from_arrays([user[timed], day])).groupby(level=[0, 1]).size()
        bots[per_day[per_day > self.most_per_day].index.get_level_values(0)] = True
        pairs = np.unique(user.astype(np.int64) * max(len(dataset.items), 1) + positions(log[ITEM], dataset.item_ids))
        distinct = np.bincount(pairs // max(len(dataset.items), 1), minlength=len(bots))
        events = np.bincount(user, minlength=len(bots))
        bots |= (events >= self.crawl_events) & (distinct >= self.crawl_share * events)
        reason = f"user acts like a program: over {self.most_per_day} events on a day, or hardly an item twice"
        return Kept(~bots[user], _whole_catalogue(dataset), ~bots, reason)


@dataclass(frozen=True)
class Weights(EventWeights):
    """Weigh every event anew by its kind."""

    def kept(self, dataset: Dataset) -> Kept:
        """Keep all."""
        code, kinds = pd.factorize(dataset.interactions[EVENT])
        weights = np.array([*map(self.of, kinds), self.other])[code]
        return replace(_all(dataset), weights=weights)


@dataclass(frozen=True)
class Recency:
    """Halve an event's weight for every ``half_life_days`` between it and the last event of the log."""

    half_life_days: float = 180.0

    def kept(self, dataset: Dataset) -> Kept:
        """Keep all; an event without a time keeps its weight. Raises InputError for a half-life that is not above 0."""
        if not self.half_life_days > 0:
            raise InputError(f"the half-life is {self.half_life_days} days; give a number above 0")
        log = dataset.interactions
        age = (log[TIME].max() - log[TIME]).dt.total_seconds().fillna(0).to_numpy(float) / 86_400
        return replace(_all(dataset), weights=log[WEIGHT].to_numpy(float) * 0.5 ** (age / self.half_life_days))


@dataclass(frozen=True)
class Repeats:
    """Keep the first event where a user does the same with an item again; ``count`` gives it the weight of all."""

    keep: Literal["first", "count"] = "count"

    def kept(self, dataset: Dataset) -> Kept:
        """Keep the first of each user, item and kind. Raises InputError for another way of keeping."""
        if self.keep not in ("first", "count"):
            raise InputError(f"repeats keep 'first' or 'count', found {self.keep!r}")
        log = dataset.interactions
        same = log.groupby([USER, ITEM, EVENT], sort=False, observed=True)[WEIGHT]
        first = ~log.duplicated([USER, ITEM, EVENT]).to_numpy()
        kept = _by_events(dataset, first, "is a repeat of an earlier event")
        return replace(kept, weights=same.transform("sum").to_numpy(float)) if self.keep == "count" else kept


@dataclass(frozen=True)
class Core:
    """Keep users with at least ``users`` distinct items and items with at least ``items`` distinct users.

    Dropping one can bring another under its limit, so it is repeated until nothing changes (the k-core).
    """

    users: int = 5
    items: int = 5

    @property
    def reason(self) -> str:
        """Why rows outside the core go."""
        return f"outside the core of users with {self.users} items and items with {self.items} users"

    def kept(self, dataset: Dataset) -> Kept:
        """Count the distinct pairs by number of user and item, which needs no sorting of text."""
        user = positions(dataset.interactions[USER], dataset.user_ids)
        item = positions(dataset.interactions[ITEM], dataset.item_ids)
        shape = len(dataset.users), len(dataset.items)
        pair = np.unique(user.astype(np.int64) * shape[1] + item)
        users, items = core_masks(pair // max(shape[1], 1), pair % max(shape[1], 1), shape, self)
        return Kept(users[user] & items[item], items, users, self.reason)


def core_masks(
    owner: npt.NDArray[np.integer], thing: npt.NDArray[np.integer], shape: tuple[int, int], core: Core
) -> tuple[Mask, Mask]:
    """Say which of ``shape`` (users, items) are in the core of the distinct pairs ``owner, thing``.

    A pass costs as much as pairs are left, and goes on until nobody falls: the fixpoint.
    """
    while True:
        of_user = np.bincount(owner, minlength=shape[0])
        of_item = np.bincount(thing, minlength=shape[1])
        stays = (of_user[owner] >= core.users) & (of_item[thing] >= core.items)
        if stays.all():
            return of_user >= max(core.users, 1), of_item >= max(core.items, 1)
        owner, thing = owner[stays], thing[stays]


def _by_events(dataset: Dataset, events: Mask, reason: str) -> Kept:
    return Kept(events, _whole_catalogue(dataset), _everyone(dataset), reason)


def _whole_catalogue(dataset: Dataset) -> Mask:
    return np.ones(len(dataset.items), dtype=bool)


def _everyone(dataset: Dataset) -> Mask:
    return np.ones(len(dataset.users), dtype=bool)


def _all(dataset: Dataset) -> Kept:
    return _by_events(dataset, np.ones(len(dataset.interactions), dtype=bool), "")
