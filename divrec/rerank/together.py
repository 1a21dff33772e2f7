"""One pool for several shoppers: what suits a group on the whole."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from divrec.columns import USER
from divrec.data.candidates import NO_ITEM, Candidates
from divrec.errors import InputError
from divrec.rerank.relevance import relevance_of


def group_pool(pool: Candidates, users: Iterable[str], name: str, n: int = 500) -> Candidates:
    """Pool the ``n`` items of the greatest mean relevance to ``users``, as a pool of the one user ``name``.

    Relevance is rescaled in each shopper's pool first, so that all have one voice; it is 0 where an item is not in
    someone's pool. Users that the pool does not know are left out. Raises InputError where none is known.
    """
    rows = pool.users.get_indexer(pd.Index(users))
    rows = rows[rows >= 0]
    if not len(rows):
        raise InputError(f"none of the shoppers of {name!r} is in this pool of {len(pool)}")
    items, scores = np.asarray(pool.items[rows]), np.asarray(pool.scores[rows])
    real = items != NO_ITEM
    relevance = relevance_of(scores, real)
    total = np.bincount(items[real], relevance[real].astype(np.float64), minlength=len(pool.item_ids)) / len(rows)
    offered = np.bincount(items[real], minlength=len(pool.item_ids)) > 0
    order = np.argsort(-total, kind="stable")
    best = order[offered[order]][:n]
    user = pd.Index([name], name=USER)
    return Candidates(user, pool.item_ids, best.astype(np.int32)[None], total[best].astype(np.float32)[None])
