"""``rerank``: one list per shopper at one slider value."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.data.candidates import NO_ITEM, Candidates, recommendations
from divrec.rerank.arrange import Arranger
from divrec.rerank.batch import run_grid
from divrec.rerank.options import Options, check_knob
from divrec.rerank.prepare import prepare
from divrec.rerank.ruled import ruled_pools
from divrec.rerank.rules import Rules

Ints = npt.NDArray[np.int32]

TRACE = "trace"  # how an item came to its place, where rules had a say


def rerank(
    pool: Candidates,
    vectors: pd.DataFrame | None,
    method: str = "mmr",
    diversity: float = 0.3,
    n: int = 20,
    rules: Rules | None = None,
    **options: Any,  # noqa: ANN401  # the fields of Options, checked there
) -> pd.DataFrame:
    """Choose ``n`` items per shopper, trading relevance against diversity; a shorter pool gives a shorter list.

    ``diversity`` 0 keeps the base ranking item for item, 1 ignores relevance. ``vectors`` are indexed by ``item_id``;
    None will do for ``xquad`` and ``calibrated`` (which need ``catalogue`` and ``history``) and ``random``. ``options``
    are the fields of ``rerank.options.Options``.

    Gives ``user_id, item_id, score, rank, base_rank``; with rules also ``trace``, and for a pinned item that was not in
    a shopper's pool no score and base rank 0. Raises InputError for anything out of range or missing.
    """
    check_knob(diversity, n)
    settings = Options(**options)
    prepared = prepare(pool, vectors, method, settings)
    if not rules:
        lists = run_grid(prepared.gain, prepared.source, prepared.pools(), [diversity], n, threads=settings.threads)
        return table_of(pool, lists[:, 0])
    arranger = Arranger(pool, rules, settings, n)
    lists, told = np.full((len(pool), n), NO_ITEM, np.int32), []
    for row, ruled in enumerate(ruled_pools(prepared, arranger)):
        lists[row] = ruled.lists([diversity])[0]
        told += ruled.traces(diversity, lists[row])
    table = table_of(pool, lists, arranger.extras)
    table[TRACE] = pd.Series(told, index=table.index, dtype=str)
    return table


def table_of(pool: Candidates, lists: Ints, extras: Ints | None = None) -> pd.DataFrame:
    """Lay lists (U, n) of places in the pools out as recommendations with ``base_rank``.

    Places beyond the pools' width stand for ``extras``, pinned items that may be in nobody's pool.
    """
    width = pool.items.shape[1]
    more = np.empty(0, np.int32) if extras is None else extras
    shape = (len(pool), len(more))
    items = np.hstack([pool.items, np.broadcast_to(more, shape), np.full((len(pool), 1), NO_ITEM, np.int32)])
    scores = np.hstack([pool.scores, np.full((len(pool), len(more) + 1), np.nan, np.float32)])
    row = np.arange(len(pool))[:, None]
    base = np.where(lists < width, lists + 1, 0).astype(np.int32)
    return recommendations(pool.users, pool.item_ids, items[row, lists], scores[row, lists], base)
