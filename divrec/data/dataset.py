"""``Dataset``: a shop's log and catalogue, checked, with stable order and a fingerprint."""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from divrec.columns import EVENT, ITEM, TIME, USER, WEIGHT
from divrec.data import splits
from divrec.data.ids import positions
from divrec.data.report import Report
from divrec.errors import InputError


@dataclass(frozen=True, eq=False)
class Dataset:
    """Interactions, catalogue and users of one shop; never changed once made.

    ``interactions``: one row per event with ``user_id, item_id, event, weight, time`` (and what else the log has),
    in order of time. ``items``: the catalogue, one row per ``item_id``, every item of the log among them.
    ``users``: one row per ``user_id``, every user of the log among them. ``history``: in the test part of a split, what
    was known of its users before the held-out events; None elsewhere. ``quarantine``: each row of the files that was
    set aside, as ``file, line, reason, text``. ``vectors``: ready vectors of all items made elsewhere, indexed by
    item_id; None where the shop gave none.
    """

    interactions: pd.DataFrame
    items: pd.DataFrame
    users: pd.DataFrame
    report: Report = field(default_factory=Report)
    name: str = ""
    history: pd.DataFrame | None = None
    quarantine: pd.DataFrame = field(default_factory=pd.DataFrame)
    vectors: pd.DataFrame | None = None

    def __post_init__(self) -> None:
        """Check that the tables have their columns and that every id of the log is described once."""
        needed = {USER, ITEM, EVENT, WEIGHT, TIME}
        if missing := sorted(needed - set(self.interactions.columns)):
            raise InputError(f"interactions need {', '.join(sorted(needed))}; {', '.join(missing)} missing")
        for table, key in ((self.items, ITEM), (self.users, USER)):
            if key not in table.columns:
                found = ", ".join(map(str, table.columns))
                raise InputError(f"a table of {key}s needs the column {key}; it has {found}")
            if table[key].duplicated().any():
                raise InputError(f"{key} {table.loc[table[key].duplicated(), key].iloc[0]!r} is described twice")
        if (self._user_rows < 0).any() or (self._item_rows < 0).any():
            raise InputError("some interactions name users or items that the tables of users and items do not have")

    @cached_property
    def item_ids(self) -> pd.Index:
        """Every item of the catalogue, in its order."""
        ids: pd.Index = pd.Index(self.items[ITEM], name=ITEM)
        return ids

    @cached_property
    def user_ids(self) -> pd.Index:
        """Every user, in the order of the table of users."""
        ids: pd.Index = pd.Index(self.users[USER], name=USER)
        return ids

    @cached_property
    def _user_rows(self) -> npt.NDArray[np.intp]:
        return positions(self.interactions[USER], self.user_ids)

    @cached_property
    def _item_rows(self) -> npt.NDArray[np.intp]:
        return positions(self.interactions[ITEM], self.item_ids)

    def matrix(self) -> sparse.csr_matrix:
        """Summed weights as CSR (users, items) float32, in the order of ``user_ids`` and ``item_ids``."""
        return histories(self.interactions, self.user_ids, self.item_ids)

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the log's content (users, items, weights, times) and of the catalogue's and users' tables."""
        digest = hashlib.sha256()
        for table in (self.interactions, self.items, self.users):
            digest.update(",".join(map(str, table.columns)).encode())
            digest.update(pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes())
        if self.vectors is not None:
            digest.update(np.ascontiguousarray(self.vectors.to_numpy()).tobytes())
        return digest.hexdigest()[:16]

    def with_interactions(self, interactions: pd.DataFrame, **changes: object) -> "Dataset":
        """Give the same shop with another log."""
        return replace(self, interactions=interactions, **changes)  # type: ignore[arg-type]

    def split(self, how: str, **settings: object) -> "tuple[Dataset, Dataset]":
        """Divide into training and test part: ``"last"``, ``"time"``, ``"users"`` or ``"random"`` (see ``splits``)."""
        return splits.split(self, how, **settings)

    def new_to_users(self) -> "Dataset":
        """Leave of the test part of a split only events of items that its users did not have before."""
        return splits.new_to_users(self)

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write the dataset to ``folder``, to be read again by ``load_dataset``."""
        from divrec.data.store import save_dataset  # noqa: PLC0415  # the store also makes datasets

        save_dataset(self, folder)


def histories(interactions: pd.DataFrame, users: Iterable[str], item_ids: pd.Index) -> sparse.csr_matrix:
    """Sum the weights of ``users``' events as CSR (users, items) float32.

    Items outside ``item_ids`` are left out; a user without events gets an empty row.
    """
    wanted = pd.Index(users)
    row = positions(interactions[USER], wanted)
    column = positions(interactions[ITEM], item_ids)
    known = (row >= 0) & (column >= 0)
    weight = interactions[WEIGHT].to_numpy(np.float32)[known]
    shape = (len(wanted), len(item_ids))
    matrix = sparse.coo_matrix((weight, (row[known], column[known])), shape=shape).tocsr()
    matrix.eliminate_zeros()  # an impression weighs nothing and is no sign of taste
    matrix.sort_indices()
    return matrix
