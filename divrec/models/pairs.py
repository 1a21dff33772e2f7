"""The scores of given pairs of user and item, by any model."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import sparse

from divrec.columns import ITEM, RANK, SCORE, USER
from divrec.models.users import batches, ids_of

if TYPE_CHECKING:
    from divrec.models.base import Recommender


def score_pairs(model: "Recommender[Any]", pairs: pd.DataFrame, history: pd.DataFrame | None = None) -> pd.DataFrame:
    """Score each distinct pair of a table ``user_id, item_id``: ``user_id, item_id, score, rank`` (among the user's).

    ``history`` takes the place of what the training knew, as in ``Recommender.candidates``; a user that neither tells
    about is a newcomer. Pairs of items that the model does not know are left out.
    """
    wanted = pairs[[USER, ITEM]].drop_duplicates()
    item = model.item_ids.get_indexer(pd.Index(wanted[ITEM]))
    wanted, item = wanted[item >= 0], item[item >= 0]
    ids = ids_of(wanted)
    row = ids.get_indexer(pd.Index(wanted[USER]))
    known = model.gathered(ids, history) if history is not None else _trained_on(model, ids)
    scores = np.empty(len(wanted), dtype=np.float32)
    for part in batches(len(ids), len(model.item_ids)):
        here = (row >= part.start) & (row < part.stop)
        scores[here] = model.score(known[part])[row[here] - part.start, item[here]]
    found = wanted.assign(**{SCORE: scores}).reset_index(drop=True)
    place = found.groupby(USER, sort=False)[SCORE].rank(method="first", ascending=False)
    return found.assign(**{RANK: place.astype(np.int32)})


def _trained_on(model: "Recommender[Any]", ids: pd.Index) -> sparse.csr_matrix:
    """Give the histories of the training, an empty one for a user that it did not know."""
    nobody = sparse.csr_matrix((1, len(model.item_ids)), dtype=np.float32)
    at = model.user_ids.get_indexer(ids)
    return sparse.csr_matrix(sparse.vstack([model.histories, nobody], format="csr")[np.where(at < 0, -1, at)])
