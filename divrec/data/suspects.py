"""Cleaning steps for what stands out too far: outliers of price and quantity, and users who are no people."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from divrec.columns import ITEM, PRICE, QUANTITY, TIME, USER
from divrec.data.dataset import Dataset
from divrec.data.ids import positions
from divrec.data.settings import Settings, bounded
from divrec.data.steps import Kept, Mask, everyone, whole_catalogue


@dataclass(frozen=True)
class Outliers(Settings):
    """Drop items whose price, and events whose quantity, lies ``spreads`` robust deviations from the median, in logs.

    A deviation is 1.4826 times the median distance from the median; deposits, fees and bulk orders lie far out.
    """

    spreads: float = bounded(8.0, 1, 100)

    def kept(self, dataset: Dataset) -> Kept:
        """Keep what lies within, and whatever has no price or quantity."""
        log = dataset.interactions
        items, events = whole_catalogue(dataset), np.ones(len(log), dtype=bool)
        if PRICE in dataset.items:
            items = self._within(dataset.items[PRICE])
            events &= items[positions(log[ITEM], dataset.item_ids)]
        if QUANTITY in log:
            events &= self._within(log[QUANTITY])
        return Kept(events, items, everyone(dataset), f"price or quantity lies {self.spreads:g} deviations out")

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
class Bots(Settings):
    """Drop users who act as no person does, by rate or by diversity.

    By rate: more than ``most_per_day`` events on any one day. By diversity: at least ``crawl_events`` events of which a
    share of ``crawl_share`` or more are of different items, since people come back to things and crawlers do not.
    """

    most_per_day: int = bounded(500, 1, 1_000_000)
    crawl_events: int = bounded(1000, 1, 1_000_000)
    crawl_share: float = bounded(0.95, 0.01, 1)

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
        return Kept(~bots[user], whole_catalogue(dataset), ~bots, reason)
