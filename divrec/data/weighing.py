"""Cleaning steps that say what events weigh: by kind, by age, by how often the same was done."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from divrec.columns import EVENT, ITEM, TIME, USER, WEIGHT
from divrec.data.dataset import Dataset
from divrec.data.kinds import EventWeights
from divrec.data.settings import Settings, bounded
from divrec.data.steps import Kept, all_rows, by_events


@dataclass(frozen=True)
class Weights(EventWeights):
    """Weigh every event anew by its kind."""

    def kept(self, dataset: Dataset) -> Kept:
        """Keep all."""
        code, kinds = pd.factorize(dataset.interactions[EVENT])
        weights = np.array([*map(self.for_kind, kinds), self.other])[code]
        return replace(all_rows(dataset), weights=weights)


@dataclass(frozen=True)
class Recency(Settings):
    """Halve an event's weight for every ``half_life_days`` between it and the last event of the log."""

    half_life_days: float = bounded(180.0, 0.1, 36_500)

    def kept(self, dataset: Dataset) -> Kept:
        """Keep all; an event without a time keeps its weight."""
        log = dataset.interactions
        age = (log[TIME].max() - log[TIME]).dt.total_seconds().fillna(0).to_numpy(float) / 86_400
        return replace(all_rows(dataset), weights=log[WEIGHT].to_numpy(float) * 0.5 ** (age / self.half_life_days))


@dataclass(frozen=True)
class Repeats(Settings):
    """Keep the first event where a user does the same with an item again; ``count`` gives it the weight of all."""

    keep: Literal["first", "count"] = "count"

    def kept(self, dataset: Dataset) -> Kept:
        """Keep the first of each user, item and kind."""
        log = dataset.interactions
        same = log.groupby([USER, ITEM, EVENT], sort=False, observed=True)[WEIGHT]
        first = ~log.duplicated([USER, ITEM, EVENT]).to_numpy()
        kept = by_events(dataset, first, "is a repeat of an earlier event")
        return replace(kept, weights=same.transform("sum").to_numpy(float)) if self.keep == "count" else kept
