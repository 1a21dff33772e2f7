"""From item sets to a log, where nothing may be taken from real events: noised shares, the catalogue, fixed rules."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from divrec.columns import EVENT, ITEM, PRICE, SESSION, TIME, USER, WEIGHT
from divrec.data.dataset import Dataset
from divrec.data.kinds import EventWeights
from divrec.synthesis.releases import FIRST_MONTH, KINDS, Calendar

_PER_VISIT: Final = 4  # items in a visit, at most
_MINUTES: Final = 2  # between them
_WRITTEN: Final = (USER, ITEM, EVENT, TIME, SESSION, PRICE, WEIGHT)


def write_log(
    histories: sparse.csr_matrix, users: pd.Index, data: Dataset, calendar: Calendar, seed: int
) -> pd.DataFrame:
    """Write one event for each item of binary histories (U, I): the columns of the log that can be told privately.

    Kinds, months, weekdays and hours are drawn from ``calendar``, each by itself; prices are the catalogue's, weights
    those that kinds have by default; four items make a visit, two minutes apart. Of ``data`` only the catalogue is
    read, the names of the log's columns, and whether it has times.
    """
    rng = np.random.default_rng([seed, 3])
    owner = np.repeat(np.arange(histories.shape[0]), np.diff(histories.indptr))
    shuffled = np.lexsort((rng.random(len(owner)), owner))  # else a visit would hold neighbours of the catalogue
    item = histories.indices[shuffled]
    within = np.arange(len(owner)) - histories.indptr[owner]
    visit = np.cumsum(within % _PER_VISIT == 0) - 1
    kinds = np.array(KINDS, dtype=object)[rng.choice(len(KINDS), size=len(owner), p=calendar.kinds)]
    starts = _starts(int(visit.max(initial=-1)) + 1, calendar, rng)
    columns: dict[str, Any] = {
        USER: users[owner].astype("str"),
        ITEM: data.item_ids[item].astype("str"),
        EVENT: pd.Series(kinds, dtype="str"),
        TIME: starts[visit] + (within % _PER_VISIT) * np.timedelta64(_MINUTES, "m"),
        SESSION: pd.Series([f"{users[0]}-v{number:07d}" for number in visit], dtype="str"),
        PRICE: data.items[PRICE].to_numpy(np.float64)[item] if PRICE in data.items else np.full(len(item), np.nan),
        WEIGHT: pd.Series(kinds).map(EventWeights().for_kind).to_numpy(np.float64),
    }
    if not data.interactions[TIME].notna().any():
        columns[TIME] = np.full(len(owner), np.datetime64("NaT"))
    log = pd.DataFrame({name: columns[name] for name in data.interactions.columns if name in _WRITTEN})
    log[TIME] = log[TIME].astype("datetime64[us]")
    return log.sort_values(TIME, kind="stable", ignore_index=True)


def _starts(n: int, calendar: Calendar, rng: np.random.Generator) -> npt.NDArray[np.datetime64]:
    """Draw when ``n`` visits begin: a month, one of its days on a drawn weekday, an hour, and any second of it."""
    months = (FIRST_MONTH + rng.choice(len(calendar.months), size=n, p=calendar.months)).astype("datetime64[D]")
    weekday = rng.choice(7, size=n, p=calendar.weekdays)
    first = (weekday - (months.astype(np.int64) + 3)) % 7  # 1 January 1970 was a Thursday
    days = months + first + 7 * rng.integers(4, size=n)  # the fifth week of a month is left out
    seconds = 3600 * rng.choice(24, size=n, p=calendar.hours) + rng.integers(3600, size=n)
    return np.asarray(days.astype("datetime64[us]") + seconds.astype("timedelta64[s]"))
