"""The most alike pairs of some items: what a likeness takes for the same."""

from typing import Final

import numpy as np
import pandas as pd

from divrec.columns import ITEM
from divrec.data.vectors import similarity, vectors_for
from divrec.errors import InputError

OTHER: Final = "other_id"
ALIKE: Final = "likeness"
LARGEST: Final = 5_000  # items: their likenesses take 100 MB


def most_alike(vectors: pd.DataFrame, item_ids: pd.Index, n: int = 5) -> pd.DataFrame:
    """Pair the most alike of some items: ``item_id, other_id, likeness`` on [0, 1], the most alike first.

    Each item is in one pair at most, so that many copies of one product do not fill the table; of equally alike pairs
    those of earlier items come first. Items without a vector are left out. Raises InputError for more than LARGEST.
    """
    ids = item_ids[vectors.index.get_indexer(item_ids) >= 0]
    if len(ids) > LARGEST:
        raise InputError(f"pairs are looked for among at most {LARGEST} items, found {len(ids)}; take a sample")
    likeness = similarity(vectors_for(vectors, ids)) if len(ids) else np.zeros((0, 0), np.float32)
    likeness[np.tril_indices(len(ids))] = -1
    rows = []
    for _ in range(min(n, len(ids) // 2)):
        first, second = divmod(int(likeness.argmax()), len(ids))
        rows.append((ids[first], ids[second], float(likeness[first, second])))
        likeness[[first, second], :] = -1
        likeness[:, [first, second]] = -1
    return pd.DataFrame(rows, columns=[ITEM, OTHER, ALIKE])
