"""For whom lists are made: ids, a table, or a dataset, and what is known of them."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import pandas as pd

from divrec.columns import ITEM, USER, WEIGHT
from divrec.data.dataset import Dataset
from divrec.errors import InputError

Users: TypeAlias = Iterable[str] | pd.DataFrame | Dataset

_BATCH_SCORES = 2**23  # scores held at once: 32 MiB, and as much again three times over while they are ranked


def ids_of(users: Users) -> pd.Index:
    """Give the distinct ids in their first order. Raises InputError for a single id or a table without ``user_id``."""
    if isinstance(users, str):
        raise InputError(f"users must be a list of ids, found the single id {users!r}; write [{users!r}]")
    if isinstance(users, Dataset):
        return users.user_ids
    if isinstance(users, pd.DataFrame):
        if USER not in users.columns:
            raise InputError(f"a table of users needs the column {USER}; it has {', '.join(map(str, users.columns))}")
        users = users[USER]
    return pd.Index(list(users), dtype="str", name=USER).unique()


def history_of(users: Users, history: pd.DataFrame | None) -> pd.DataFrame | None:
    """Give the events to go by, each with a weight: ``history``, else a dataset's own, else None.

    Raises InputError for a table without ``user_id`` and ``item_id``.
    """
    if history is None and isinstance(users, Dataset):
        history = users.interactions if users.history is None else users.history
    if history is None:
        return None
    if missing := [name for name in (USER, ITEM) if name not in history.columns]:
        raise InputError(
            f"a history needs {USER} and {ITEM}; {', '.join(missing)} not among {', '.join(map(str, history.columns))}"
        )
    return history if WEIGHT in history.columns else history.assign(**{WEIGHT: 1.0})


def batches(users: int, items: int) -> Iterator[slice]:
    """Cut ``users`` rows so that the scores of one batch stay within memory."""
    step = max(1, _BATCH_SCORES // max(1, items))
    for start in range(0, users, step):
        yield slice(start, start + step)
