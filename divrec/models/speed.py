"""How long a model takes to score one shopper, and how much of the disk its weights take."""

import time
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy import sparse
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from divrec.models.artefacts import WEIGHTS
from divrec.models.base import Recommender
from divrec.models.training import repeatable

_ASKED: Final = 101  # shoppers, one after another


def milliseconds(model: Recommender[Any], histories: sparse.csr_matrix, seed: int = 7) -> float:
    """Give the median CPU time, in ms on one thread, of scoring all items for one history (1, I) of these (U, I)."""
    rows = np.random.default_rng(seed).integers(0, histories.shape[0], _ASKED)
    taken = []
    with repeatable(seed, threads=1), threadpool_limits(1):
        for row in rows:
            history = histories[row]
            started = time.thread_time()
            model.score(history)
            taken.append(time.thread_time() - started)
    return 1000 * float(np.median(taken))


def weight_bytes(folder: Path) -> int:
    """Give the size of the weights that ``save`` wrote to ``folder``, those of a model's parts together."""
    return sum(path.stat().st_size for path in folder.rglob(WEIGHTS))
