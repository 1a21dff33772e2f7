"""Pools that the tests of this room share."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from divrec.data.candidates import Candidates


@dataclass(frozen=True)
class Shop:
    """A pool with everything that any method may ask for."""

    pool: Candidates
    vectors: pd.DataFrame
    catalogue: pd.DataFrame
    history: pd.DataFrame

    @property
    def options(self):
        return {"catalogue": self.catalogue, "history": self.history}


def make_shop(users=3, size=120, d=16, items=300, seed=0, scores=None):
    """Clustered items, a few departments, pools of different lengths."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(8, d))
    cluster = rng.integers(0, 8, items)
    ids = [f"item-{i:04d}" for i in range(items)]
    vectors = pd.DataFrame(centres[cluster] + 0.7 * rng.normal(size=(items, d)), index=pd.Index(ids, name="item_id"))
    catalogue = pd.DataFrame(
        {"item_id": ids, "category": [f"dept {c}" for c in cluster], "price": rng.gamma(2, 10, items)}
    )
    catalogue["brand"] = [f"brand {b}" for b in rng.integers(0, 20, items)]
    catalogue["stock"] = rng.integers(0, 4, items)
    rows = []
    for user in range(users):
        chosen = rng.choice(items, size - 7 * user, replace=False)
        drawn = rng.beta(2, 5, len(chosen)) if scores is None else scores(rng, len(chosen))
        rows.append(pd.DataFrame({"user_id": f"user {user}", "item_id": np.array(ids)[chosen], "score": drawn}))
    history = pd.DataFrame(
        {
            "user_id": [f"user {u}" for u in rng.integers(0, users, 40 * users)],
            "item_id": rng.choice(ids[:150], 40 * users),
        }
    )
    return Shop(Candidates.from_frame(pd.concat(rows)), vectors, catalogue, history)


@pytest.fixture(scope="session")
def shop():
    return make_shop()
