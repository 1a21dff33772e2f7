"""The optional cleaning steps that drop rows; each is a small settings object that says which rows stay."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from divrec.columns import CATEGORY, EVENT, ITEM, PRICE, QUANTITY, SUBCATEGORY, TIME, TITLE, USER, WEIGHT
from divrec.data.dataset import Dataset
from divrec.data.ids import positions
from divrec.data.settings import Settings, bounded
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

    def to_json(self) -> dict[str, Any]:
        """Give the settings as plain JSON values."""
        ...


@dataclass(frozen=True)
class Duplicates(Settings):
    """Drop events that say the same again: same user, item, kind and time, whatever else differs."""

    def kept(self, dataset: Dataset) -> Kept:
        """Keep the first of each; events without a time are never the same."""
        log = dataset.interactions
        again = log.duplicated([USER, ITEM, EVENT, TIME]) & log[TIME].notna()
        return by_events(dataset, ~again.to_numpy(), "says the same as an earlier event")


@dataclass(frozen=True)
class NonProducts(Settings):
    """Drop items in whose id, title or categories ``pattern`` (a regular expression, any case) is found."""

    pattern: str = "gift ?card|voucher|deposit|postage|shipping|礼品卡|代金券|押金|运费|邮费"

    def __post_init__(self) -> None:
        """Check the pattern at once. Raises InputError for one that is blank, or no regular expression."""
        super().__post_init__()
        if not self.pattern.strip():
            raise InputError("the pattern of what is no product is blank; write for example 'gift card|deposit'")
        self._found(pa.array([""]))

    def kept(self, dataset: Dataset) -> Kept:
        """Keep the items without a match, and their events."""
        found = np.zeros(len(dataset.items), dtype=bool)
        for name in (ITEM, TITLE, CATEGORY, SUBCATEGORY):
            if name in dataset.items:
                found |= self._found(pa.array(dataset.items[name].astype("string"), pa.large_string()))
        events = ~found[positions(dataset.interactions[ITEM], dataset.item_ids)]
        return Kept(events, ~found, everyone(dataset), f"not a product: matches {self.pattern!r}")

    def _found(self, texts: pa.Array) -> Mask:
        """Search by RE2, whose time is linear in the text: no pattern that a person types can hang the app."""
        try:
            found = pc.match_substring_regex(texts, self.pattern, ignore_case=True)
        except pa.ArrowInvalid as error:
            raise InputError(f"{self.pattern!r} is not a regular expression ({error}); write for example "
                             "'gift card|deposit'") from error  # fmt: skip
        return np.asarray(pc.fill_null(found, False).to_numpy(zero_copy_only=False), dtype=bool)


@dataclass(frozen=True)
class Impossible(Settings):
    """Drop events that cannot have been: weight or price below 0 or infinite, quantity not above 0, a wild time."""

    earliest: str = "1995-01-01"
    latest: str = "2100-01-01"

    def __post_init__(self) -> None:
        """Check the dates at once. Raises InputError for what is no date, and for an empty span."""
        super().__post_init__()
        if not _day(self.earliest) < _day(self.latest):
            raise InputError(f"the earliest day {self.earliest} is not before the latest, {self.latest}; swap them")

    def kept(self, dataset: Dataset) -> Kept:
        """Keep the others; what is not known is not impossible."""
        log = dataset.interactions
        good = np.isfinite(log[WEIGHT].to_numpy(float)) & (log[WEIGHT].to_numpy(float) >= 0)
        known = log[TIME].notna()
        good &= ~(known & ~log[TIME].between(_day(self.earliest), _day(self.latest))).to_numpy(bool)
        if PRICE in log:
            price = log[PRICE].to_numpy(float, na_value=np.nan)
            good &= ~((price < 0) | np.isinf(price))
        if QUANTITY in log:
            amount = log[QUANTITY].to_numpy(float, na_value=np.nan)
            good &= ~((amount <= 0) | np.isinf(amount))
        return by_events(dataset, good, "holds an impossible weight, price, quantity or time")


@dataclass(frozen=True)
class Core(Settings):
    """Keep users with at least ``users`` distinct items and items with at least ``items`` distinct users.

    Dropping one can bring another under its limit, so it is repeated until nothing changes (the k-core).
    """

    users: int = bounded(5, 1, 1000)
    items: int = bounded(5, 1, 1000)

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


def by_events(dataset: Dataset, events: Mask, reason: str) -> Kept:
    """Keep these events, and every item and user."""
    return Kept(events, whole_catalogue(dataset), everyone(dataset), reason)


def all_rows(dataset: Dataset) -> Kept:
    """Keep every row."""
    return by_events(dataset, np.ones(len(dataset.interactions), dtype=bool), "")


def whole_catalogue(dataset: Dataset) -> Mask:
    """Keep every item."""
    return np.ones(len(dataset.items), dtype=bool)


def everyone(dataset: Dataset) -> Mask:
    """Keep every user."""
    return np.ones(len(dataset.users), dtype=bool)


def _day(text: str) -> pd.Timestamp:
    try:
        return pd.Timestamp(text)
    except ValueError as error:
        raise InputError(f"{text!r} is not a date; write it as 2024-01-31") from error
