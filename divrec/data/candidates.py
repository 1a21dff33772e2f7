"""The scored pool before re-ranking, and the recommendations table that leaves it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.columns import BASE_RANK, ITEM, RANK, SCORE, USER
from divrec.errors import InputError, UnknownIdError

NO_ITEM = -1  # pads the row of a user whose pool is shorter than the longest


@dataclass(frozen=True, eq=False)
class Candidates:
    """Scored items per user, best first.

    ``items`` (U, n) int32 holds positions in ``item_ids`` and is padded with -1 at the end of short pools;
    ``scores`` (U, n) float32 holds the model's raw scores in the same places, never rising along a row.
    """

    users: pd.Index
    item_ids: pd.Index
    items: npt.NDArray[np.int32]
    scores: npt.NDArray[np.float32]

    def __post_init__(self) -> None:
        """Check shapes, that scores are finite, and that each row is in base order."""
        if self.items.shape != self.scores.shape or self.items.ndim != 2 or len(self.items) != len(self.users):
            raise InputError(
                f"a pool needs items and scores of one shape (users, n); found {self.items.shape}, "
                f"{self.scores.shape} and {len(self.users)} users"
            )
        real = self.items != NO_ITEM
        if not np.isfinite(self.scores[real]).all():
            bad = int((~np.isfinite(self.scores[real])).sum())
            raise InputError(f"{bad} scores are NaN or infinite; drop those rows or give them a finite score")
        falls = self.scores[:, 1:] <= self.scores[:, :-1]
        if not (falls & real[:, :-1] | ~real[:, 1:]).all():
            raise InputError(
                "scores must never rise along a row of a pool, nor items follow its padding; "
                "use Candidates.from_frame to have them sorted"
            )

    @classmethod
    def from_frame(cls, table: pd.DataFrame) -> Self:
        """Read a table ``user_id, item_id, score``; equal scores keep the order of the table's rows.

        Raises InputError for missing columns, NaN scores, or an item twice in one user's pool.
        """
        missing = [name for name in (USER, ITEM, SCORE) if name not in table.columns]
        if missing:
            raise InputError(
                f"a pool needs the columns {USER}, {ITEM}, {SCORE}; {', '.join(missing)} not among "
                f"{', '.join(map(str, table.columns))}"
            )
        scores = pd.to_numeric(table[SCORE], errors="coerce").to_numpy(np.float64)
        if not np.isfinite(scores).all():
            raise InputError(
                f"{int((~np.isfinite(scores)).sum())} of {len(table)} scores are not finite numbers; "
                "drop those rows or give them a finite score"
            )
        user_code, users = pd.factorize(table[USER])
        item_code, item_ids = pd.factorize(table[ITEM])
        if (user_code < 0).any() or (item_code < 0).any():
            raise InputError("a pool row has no user_id or no item_id; drop such rows")
        twice = pd.DataFrame({USER: user_code, ITEM: item_code}).duplicated()
        if twice.any():
            row = table[twice.to_numpy()].iloc[0]
            raise InputError(f"item {row[ITEM]!r} stands more than once in the pool of {row[USER]!r}; keep one row")
        order = np.lexsort((-scores, user_code))  # stable: ties keep the table's order
        counts = np.bincount(user_code, minlength=len(users))
        column = np.arange(len(table)) - np.repeat(np.cumsum(counts) - counts, counts)
        shape = (len(users), int(counts.max(initial=0)))
        items = np.full(shape, NO_ITEM, dtype=np.int32)
        pool_scores = np.zeros(shape, dtype=np.float32)
        items[user_code[order], column] = item_code[order]
        pool_scores[user_code[order], column] = scores[order]
        return cls(pd.Index(users, name=USER), pd.Index(item_ids, name=ITEM), items, pool_scores)

    def __len__(self) -> int:
        """Count the users."""
        return len(self.users)

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """How many items each user's pool holds (U,)."""
        return np.asarray((self.items != NO_ITEM).sum(axis=1), dtype=np.int64)

    def for_user(self, user: str) -> "Candidates":
        """Give the pool of one user, as a pool of one row without padding."""
        one = self.for_users([user])
        return one.head(int(one.lengths[0]))

    def for_users(self, users: Iterable[str]) -> "Candidates":
        """Give the pools of some users, in the order asked for."""
        wanted = pd.Index(users)
        at = self.users.get_indexer(wanted)
        if (at < 0).any():
            raise UnknownIdError(
                f"{wanted[at < 0][0]!r} is not among the {len(self)} users of this pool "
                f"(first: {self.users[:3].tolist()})"
            )
        return Candidates(self.users[at], self.item_ids, self.items[at], self.scores[at])

    def head(self, n: int) -> "Candidates":
        """Keep the first ``n`` items of each pool."""
        return Candidates(self.users, self.item_ids, self.items[:, :n], self.scores[:, :n])

    def to_frame(self) -> pd.DataFrame:
        """Give the pool as recommendations ``user_id, item_id, score, rank``."""
        return recommendations(self.users, self.item_ids, self.items, self.scores)


def recommendations(
    users: pd.Index,
    item_ids: pd.Index,
    items: npt.NDArray[np.int32],
    scores: npt.NDArray[np.float32],
    base_ranks: npt.NDArray[np.int32] | None = None,
) -> pd.DataFrame:
    """Lay lists (U, n) out as the table ``user_id, item_id, score, rank`` (and ``base_rank`` where given).

    ``items`` holds positions in ``item_ids``; -1 marks a place that the list does not fill. Ranks count from 1.
    """
    row, place = np.nonzero(items != NO_ITEM)
    columns = {
        USER: users.to_numpy()[row],
        ITEM: item_ids.to_numpy()[items[row, place]],
        SCORE: scores[row, place],
        RANK: (place + 1).astype(np.int32),
    }
    if base_ranks is not None:
        columns[BASE_RANK] = base_ranks[row, place]
    return pd.DataFrame(columns)
