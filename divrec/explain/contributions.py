"""What each item of a history adds to an item's score, by leaving it out and scoring again, all at once.

    contribution(h → i) = score(i | history) − score(i | history without h)

For EASE, whose score is a sum over the history, that is B[h, i] itself; for an autoencoder it was measured to be as
good as gradients. Only a positive contribution is a reason. The same scores tell what would be without it: the place
that the item would have, which is no estimate but the model's own answer.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from divrec.columns import ITEM, USER
from divrec.errors import InputError
from divrec.models.base import Recommender
from divrec.models.users import batches

CONTRIBUTION: Final = "contribution"  # in the model's own scores
PLACE: Final = "place_without"
_SHOPPER: Final = "shopper"  # there is one; what it is called plays no part


@dataclass(frozen=True, eq=False)
class Explanation:
    """Why an item stands where it does: its ``place``, from 1, in the model's ranking of what may be recommended.

    ``events`` has one row per item of the history that the model knows, the greatest contribution first: ``item_id``,
    ``contribution``, and ``place_without``, where the item would stand had the shopper nothing to do with that one.
    """

    place: int
    events: pd.DataFrame


def contributions(model: Recommender[Any], history: pd.DataFrame, item: str, repeat: bool = False) -> Explanation:
    """Explain the place of ``item`` for a history, a table of ``item_id`` (and ``weight``), oldest first.

    Items of the history are no rivals for a place unless ``repeat``; one that is left out is no rival either. Raises
    InputError for an item that the model does not know.
    """
    at = int(model.item_ids.get_indexer(pd.Index([item]))[0])
    if at < 0:
        raise InputError(f"the model has no item {item!r}; it knows those of its training, such as {model.item_ids[0]}")
    known = model.gathered([_SHOPPER], history.assign(**{USER: _SHOPPER}))
    rivals = np.ones(len(model.item_ids), dtype=np.bool_)
    rivals[known.indices] = repeat
    scores, places = _scored(model, _leaving_out(known), at, rivals)
    events = pd.DataFrame({
        ITEM: model.item_ids.to_numpy()[known.indices], CONTRIBUTION: scores[0] - scores[1:], PLACE: places[1:],
    })  # fmt: skip
    return Explanation(int(places[0]), events.sort_values(CONTRIBUTION, ascending=False, kind="stable"))


def _leaving_out(history: sparse.csr_matrix) -> sparse.csr_matrix:
    """Stack a history (1, I) and what is left of it without each of its H items, (1 + H, I)."""
    count = history.nnz
    kept = ~np.eye(count, dtype=np.bool_)
    lengths = [0, count, *[count - 1] * count]
    columns, values = np.tile(history.indices, (count, 1))[kept], np.tile(history.data, (count, 1))[kept]
    return sparse.csr_matrix(
        (np.concatenate([history.data, values]), np.concatenate([history.indices, columns]), np.cumsum(lengths)),
        shape=(1 + count, history.shape[1]),
    )


def _scored(
    model: Recommender[Any], histories: sparse.csr_matrix, at: int, rivals: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Give the item's score and place for each history (R,), a batch of histories at a time."""
    scores, places = np.empty(histories.shape[0]), np.empty(histories.shape[0], dtype=np.int64)
    for rows in batches(*histories.shape):
        found = model.score(histories[rows])
        own = found[:, at]
        above = (found > own[:, None]) | ((found == own[:, None]) & (np.arange(len(rivals)) < at))
        scores[rows], places[rows] = own, 1 + (above & rivals).sum(axis=1)
    empty = np.diff(histories.indptr) == 0
    if not model.scores_newcomers:
        scores[empty] = 0  # it adds up what the history says, and popularity stands in for nothing to add up
    return scores, places
