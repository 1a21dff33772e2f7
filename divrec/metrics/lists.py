"""Plain tables made ready for the kernels: ids become positions, once, in one place."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from divrec.columns import ITEM, RANK, SCORE, USER, WEIGHT
from divrec.data.candidates import NO_ITEM
from divrec.data.dataset import Dataset
from divrec.data.vectors import check_vectors
from divrec.errors import InputError, UnknownIdError

Values = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int32]
Events = pd.DataFrame | Dataset


@dataclass(frozen=True, eq=False)
class RankedLists:
    """Recommendations as positions: ``items`` (U, n) int32 into ``item_ids``, best first, -1 where not filled.

    ``scores`` (U, n) are those of the table, where it has them.
    """

    users: pd.Index
    item_ids: pd.Index
    items: Positions
    scores: Values | None = None

    def among(self, ids: pd.Index) -> Positions:
        """Give the lists as positions in ``ids``; raises UnknownIdError for a listed item that is not there."""
        at = positions(ids, self.item_ids, "the catalogue")
        return np.where(self.items == NO_ITEM, NO_ITEM, at[self.items]).astype(np.int32)

    def of(self, users: pd.Index) -> Positions:
        """Give the lists of ``users``, an empty one for whom there is none."""
        at = self.users.get_indexer(users)
        padded = np.vstack([self.items, np.full((1, self.items.shape[1]), NO_ITEM, dtype=np.int32)])
        return padded[at]

    def series(self, values: Values) -> pd.Series:
        """Label a value per list with its user."""
        return pd.Series(values, index=self.users)


Recommended = pd.DataFrame | RankedLists


def lists_of(recs: Recommended) -> RankedLists:
    """Read a table ``user_id, item_id, rank``; the order of rows does not matter.

    Raises InputError for a missing column, or an item or a rank twice in one list.
    """
    if isinstance(recs, RankedLists):
        return recs
    _need(recs, (USER, ITEM, RANK), "recommendations")
    user, users = pd.factorize(recs[USER], sort=False)
    item, item_ids = pd.factorize(recs[ITEM], sort=False)
    rank = recs[RANK].to_numpy()
    for key, what in ((item, ITEM), (rank, RANK)):
        twice = pd.DataFrame({USER: user, what: key}).duplicated().to_numpy()
        if twice.any():
            row = recs[twice].iloc[0]
            raise InputError(f"{what} '{row[what]}' stands more than once in the list of '{row[USER]}'; keep one row")
    order = np.lexsort((rank, user))
    counts = np.bincount(user, minlength=len(users))
    place = np.arange(len(recs)) - np.repeat(np.cumsum(counts) - counts, counts)
    items = np.full((len(users), int(counts.max(initial=0))), NO_ITEM, dtype=np.int32)
    items[user[order], place] = item[order]
    scores = None
    if SCORE in recs:
        scores = np.full(items.shape, np.nan)
        scores[user[order], place] = recs[SCORE].to_numpy(np.float64)[order]
    return RankedLists(pd.Index(users, name=USER), pd.Index(item_ids, name=ITEM), items, scores)


def events_of(events: Events, what: str = "events") -> pd.DataFrame:
    """Take a table of events, or a Dataset for its interactions; check for ``user_id`` and ``item_id``."""
    table = events.interactions if isinstance(events, Dataset) else events
    _need(table, (USER, ITEM), what)
    return table


def catalogue_of(items: pd.DataFrame | Iterable[str]) -> pd.Index:
    """Ids of a catalogue, given as a table with ``item_id`` or as the ids; raises InputError for one twice."""
    if isinstance(items, pd.DataFrame):
        _need(items, (ITEM,), "the catalogue")
    ids = pd.Index(items[ITEM] if isinstance(items, pd.DataFrame) else items)
    if ids.has_duplicates:
        raise InputError(f"the catalogue names {ids[ids.duplicated()][0]!r} more than once; keep one row per item")
    return ids


def codes_of(items: pd.DataFrame, by: str, item_ids: pd.Index) -> tuple[Positions, pd.Index]:
    """Number the values of column ``by`` for each of ``item_ids`` (I,) int32, -1 where unknown; and the values."""
    _need(items, (ITEM, by), "the catalogue")
    code, labels = pd.factorize(items[by], sort=True)
    at = catalogue_of(items).get_indexer(item_ids)
    return np.where(at < 0, -1, code[at]).astype(np.int32), pd.Index(labels)


def weights_of(events: Events, users: pd.Index, item_ids: pd.Index) -> sparse.csr_matrix:
    """Sum the weights (1 where the table has none) of users' events as CSR (U, I); other users and items left out."""
    table = events_of(events)
    row, column = rows_in(users, table[USER]), rows_in(item_ids, table[ITEM])
    known = (row >= 0) & (column >= 0)
    weight = table[WEIGHT].to_numpy(np.float64)[known] if WEIGHT in table else np.ones(int(known.sum()))
    matrix = sparse.coo_matrix((weight, (row[known], column[known])), shape=(len(users), len(item_ids))).tocsr()
    matrix.sort_indices()
    return matrix


def units_of(vectors: pd.DataFrame, item_ids: pd.Index) -> Values:
    """Unit rows (I, d) in double precision, so that measures agree with others' to 1e-9; a zero row stays zero."""
    check_vectors(vectors)
    rows = vectors.to_numpy()[positions(vectors.index, item_ids, "the vectors")].astype(np.float64)
    if not np.isfinite(rows).all():
        raise InputError(
            f"{int((~np.isfinite(rows)).any(axis=1).sum())} item vectors hold NaN or infinity; fill or drop them"
        )
    largest = np.abs(rows).max(axis=1, keepdims=True, initial=0)
    scaled = rows / np.where(largest > 0, largest, 1)
    length = np.linalg.norm(scaled, axis=1, keepdims=True)
    return np.asarray(scaled / np.where(length > 0, length, 1))


def rows_in(ids: pd.Index, column: pd.Series) -> npt.NDArray[np.intp]:
    """Position in ``ids`` of each value of a long column, -1 where it is not there."""
    code, values = pd.factorize(column)  # far fewer values than rows
    return np.append(ids.get_indexer(pd.Index(values)), -1)[code]


def positions(ids: pd.Index, wanted: pd.Index, where: str) -> npt.NDArray[np.intp]:
    """Position of each of ``wanted`` in ``ids``; raises UnknownIdError naming the first that are not there."""
    at = ids.get_indexer(wanted)
    if (at < 0).any():
        missing = wanted[at < 0]
        raise UnknownIdError(
            f"{len(missing)} of {len(wanted)} items are not in {where} (first: {', '.join(map(str, missing[:3]))}); "
            "add them there, or leave them out of the lists"
        )
    return at


def _need(table: pd.DataFrame, columns: tuple[str, ...], what: str) -> None:
    if not isinstance(table, pd.DataFrame):
        raise InputError(f"{what} must be a table, found {type(table).__name__}")
    if missing := [name for name in columns if name not in table.columns]:
        raise InputError(
            f"{what} must have the columns {', '.join(columns)}; {', '.join(missing)} not among "
            f"{', '.join(map(str, table.columns))}"
        )
