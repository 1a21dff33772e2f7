"""From item sets to a log: kinds of events, prices, sessions, times of day and year as in the real log.

What happened between a shopper and an item (kinds in their order, prices, quantities) is drawn from what happened
between real shoppers and the same item; visits per shopper from real shoppers with as many items; days, times of the
day on such a weekday, and the gaps within a visit each from their own real distribution.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from divrec.columns import ITEM, SESSION, TIME, USER
from divrec.data.dataset import Dataset
from divrec.data.ids import positions

Ints = npt.NDArray[np.int64]
_DAY: Final = np.timedelta64(1, "D")
_LONGEST: Final = 50  # events that one shopper has with one item


class EventLog:
    """The real log as distributions to draw from."""

    def __init__(self, data: Dataset) -> None:
        log = data.interactions
        self._columns, self._types = list(log.columns), log.dtypes
        self._timed = bool(log[TIME].notna().any())
        user, item = positions(log[USER], data.user_ids), positions(log[ITEM], data.item_ids)
        visit = self._visits(log, user)
        order = np.lexsort((np.arange(len(log)), item, user))  # rows of one pair together, in their order of time
        pair = user[order] * len(data.item_ids) + item[order]
        begins = np.flatnonzero(np.r_[True, pair[1:] != pair[:-1]])
        lengths = np.minimum(np.diff(np.r_[begins, len(order)]), _LONGEST)
        by_item = np.argsort(item[order[begins]], kind="stable")
        self._rows, self._visit = order, visit
        self._begins, self._lengths = begins[by_item], lengths[by_item]
        pairs_of = np.bincount(item[order[begins]], minlength=len(data.item_ids))
        self._first = np.r_[0, np.cumsum(pairs_of)]  # of an item's pairs
        self._log = log.drop(columns=[USER, ITEM])
        self._habits(user, user[order[begins]], visit)
        self._clock(log, visit)

    @property
    def seen(self) -> npt.NDArray[np.bool_]:
        """Which items (I,) have events to draw from."""
        return np.asarray(np.diff(self._first) > 0)

    def _visits(self, log: pd.DataFrame, user: npt.NDArray[np.intp]) -> Ints:
        """Number visits: sessions where the log has them, else a shopper's days, else shoppers."""
        if SESSION in log and log[SESSION].notna().any():
            return np.asarray(pd.factorize(log[SESSION])[0], dtype=np.int64)
        day = log[TIME].to_numpy("datetime64[D]").astype(np.int64) if self._timed else np.zeros(len(log), np.int64)
        return np.asarray(pd.factorize(pd.MultiIndex.from_arrays([user, day]))[0], dtype=np.int64)

    def _habits(self, user: npt.NDArray[np.intp], owner: npt.NDArray[np.intp], visit: Ints) -> None:
        visits = pd.Series(visit).groupby(user).nunique()
        items = pd.Series(1, index=owner).groupby(level=0).size().reindex(visits.index)
        order = np.argsort(items.to_numpy(), kind="stable")
        self._items_of, self._visits_of = items.to_numpy()[order], visits.to_numpy()[order]

    def _clock(self, log: pd.DataFrame, visit: Ints) -> None:
        """Keep the starts of visits by weekday, and the gaps between events of one visit."""
        if not self._timed:
            return
        times = log[TIME].to_numpy("datetime64[us]")
        known = ~np.isnat(times)
        order = np.lexsort((times[known], visit[known]))
        ordered, same = times[known][order], np.diff(visit[known][order]) == 0
        self._gaps = np.diff(ordered)[same] if same.any() else np.zeros(1, "timedelta64[us]")
        starts = ordered[np.r_[True, ~same]]
        self._days = starts.astype("datetime64[D]")
        weekday = _weekday(self._days)
        clock = starts - self._days
        self._clock_of = [clock[weekday == each] if (weekday == each).any() else clock for each in range(7)]

    def write(self, histories: sparse.csr_matrix, users: pd.Index, item_ids: pd.Index, seed: int) -> pd.DataFrame:
        """Write the log of ``users`` with binary histories (U, I), in order of time, in the real log's columns."""
        rng = np.random.default_rng([seed, 3])
        owner = np.repeat(np.arange(histories.shape[0]), np.diff(histories.indptr))
        item = histories.indices.astype(np.int64)
        low, high = self._first[item], self._first[item + 1]
        model = low + (rng.random(len(item)) * (high - low)).astype(np.int64)  # the real pair that is followed
        lengths = self._lengths[model]
        pair = np.repeat(np.arange(len(item)), lengths)
        step = np.arange(len(pair)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        source = self._rows[self._begins[model][pair] + step]
        table = self._log.iloc[source].reset_index(drop=True)
        visit = self._place(owner, pair, self._visit[source], rng)
        table[USER], table[ITEM] = users[owner[pair]], item_ids[item[pair]]
        if SESSION in table:
            table[SESSION] = pd.Series([f"{users[0]}-v{number:07d}" for number in visit], dtype="str")
        order = np.lexsort((step, pair, visit))
        table, visit = table.iloc[order].reset_index(drop=True), visit[order]
        if self._timed:
            table[TIME] = self._times(visit, rng)
            table = table.sort_values(TIME, kind="stable", ignore_index=True)
        finished: pd.DataFrame = table[self._columns].astype(self._types)
        return finished

    def _place(self, owner: Ints, pair: Ints, real_visit: Ints, rng: np.random.Generator) -> Ints:
        """Give the visit of each event: a pair's events stay together or apart as the followed pair's did."""
        users = int(owner.max(initial=-1)) + 1
        items = np.bincount(owner, minlength=users)
        low = np.minimum(np.searchsorted(self._items_of, items, "left"), len(self._items_of) - 1)
        high = np.maximum(np.searchsorted(self._items_of, items, "right"), low + 1)
        visits = self._visits_of[low + (rng.random(users) * (high - low)).astype(np.int64)]
        moved = np.r_[0, (np.diff(real_visit) != 0) & (np.diff(pair) == 0)]
        later = np.cumsum(moved)
        later -= later[np.searchsorted(pair, pair, "left")]  # how often the pair was come back to before
        last = np.zeros(int(pair.max(initial=-1)) + 1, dtype=np.int64)
        np.maximum.at(last, pair, later)
        room = np.maximum(visits[owner] - last, 1)
        start = (rng.random(len(owner)) * room).astype(np.int64)
        at = np.minimum(start[pair] + later, visits[owner[pair]] - 1)
        return np.asarray((np.cumsum(visits) - visits)[owner[pair]] + at)

    def _times(self, visit: Ints, rng: np.random.Generator) -> Any:  # noqa: ANN401  # datetime64[us]
        """Give each event of ``visit`` (sorted) its time; visits of one shopper follow each other."""
        names, first, of = np.unique(visit, return_index=True, return_inverse=True)
        days = rng.choice(self._days, size=len(names))
        clock = np.empty(len(names), dtype="timedelta64[us]")
        for weekday, real in enumerate(self._clock_of):
            mine = _weekday(days) == weekday
            clock[mine] = rng.choice(real, size=int(mine.sum()))
        gaps = rng.choice(self._gaps, size=len(visit))
        gaps[first] = np.timedelta64(0, "us")
        since = np.cumsum(gaps)
        times = (days.astype("datetime64[us]") + clock)[of] + since - since[first][of]
        return np.minimum(times, (self._days.max() + _DAY).astype("datetime64[us]") - np.timedelta64(1, "us"))


def _weekday(days: Any) -> Ints:  # noqa: ANN401  # datetime64[D]
    return np.asarray((days.astype(np.int64) + 3) % 7)  # 1 January 1970 was a Thursday
