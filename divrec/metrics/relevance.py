"""What re-ranking has left of the model's own relevance."""

import numpy as np
import pandas as pd

from divrec.data.candidates import Candidates
from divrec.metrics.lists import Recommended, Values, lists_of
from divrec.metrics.measure import PerUser


@PerUser
def relevance_kept(recs: Recommended, pool: Candidates | pd.DataFrame) -> pd.Series:
    """Relevance of the list over that of the pool's own first n, on [0, 1]: what re-ranking has left of it.

    Relevance is the score rescaled to [0, 1] inside the shopper's pool (1 for all where all scores are equal); a listed
    item from outside the pool has none.

    >>> pool = pd.DataFrame({"user_id": ["u"] * 3, "item_id": ["a", "b", "c"], "score": [3.0, 2.0, 1.0]})
    >>> relevance_kept(pd.DataFrame({"user_id": ["u"], "item_id": ["b"], "rank": [1]}), pool)
    0.5
    """
    scored = pool if isinstance(pool, Candidates) else Candidates.from_frame(pool)
    lists = lists_of(recs)
    relevance = _relevance(scored)
    filled = (lists.items >= 0).sum(axis=1)
    at = scored.users.get_indexer(lists.users)
    ids = scored.item_ids.append(lists.item_ids.difference(scored.item_ids, sort=False))
    listed = lists.among(ids)
    kept = np.full(len(lists.users), np.nan)
    for user in np.flatnonzero((at >= 0) & (filled > 0)):
        row = scored.items[at[user]]
        kept[user] = relevance[at[user]][np.isin(row, listed[user, : filled[user]]) & (row >= 0)].sum()
        kept[user] /= relevance[at[user], : filled[user]].sum()
    return lists.series(kept)


def _relevance(pool: Candidates) -> Values:
    """Scores rescaled to [0, 1] in each pool (U, n); 0 in the places that a short pool does not fill."""
    filled = pool.items >= 0
    scores = pool.scores.astype(np.float64)
    lowest = np.where(filled, scores, np.inf).min(axis=1, keepdims=True, initial=np.inf)
    span = np.where(filled, scores, -np.inf).max(axis=1, keepdims=True, initial=-np.inf) - lowest
    scaled = np.divide(scores - lowest, span, out=np.ones_like(scores), where=span > 0)
    return np.where(filled, scaled, 0)
