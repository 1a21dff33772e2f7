"""Small shops whose right answers are known."""

import numpy as np
import pandas as pd
import pytest

from divrec.columns import CATEGORY, EVENT, ITEM, TIME, USER, WEIGHT
from divrec.data.dataset import Dataset


def shop(pairs, users=None, items=None, weights=None):
    """A dataset from (user, item) pairs."""
    log = pd.DataFrame(pairs, columns=[USER, ITEM]).astype("str")
    log = log.assign(**{EVENT: "purchase", WEIGHT: 1.0 if weights is None else weights})
    log[TIME] = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(len(log)), unit="h")
    users = log[USER].unique() if users is None else users
    items = pd.Series(log[ITEM].unique() if items is None else items, name=ITEM, dtype="str")
    return Dataset(log, pd.DataFrame({ITEM: items, CATEGORY: items.str[:2]}), pd.DataFrame({USER: users}).astype("str"))


def block_pairs(users=120, blocks=3, per_block=10, bought=7, seed=0):
    """Each user buys ``bought`` items of their own block: the rest of the block is the right answer."""
    rng = np.random.default_rng(seed)
    return [
        (f"u{user:03}", f"b{user % blocks}i{item}")
        for user in range(users)
        for item in rng.permutation(per_block)[:bought]
    ]


@pytest.fixture(scope="session")
def blocks():
    """120 users in 3 blocks of 10 items; each has 7 of their block; everybody's missing three are known."""
    items = [f"b{block}i{item}" for block in range(3) for item in range(10)]
    return shop(block_pairs(), users=[f"u{user:03}" for user in range(120)] + ["nobody"], items=items)


@pytest.fixture(scope="session")
def random_shop():
    """200 users, 60 items of uneven popularity, several events per pair."""
    rng = np.random.default_rng(3)
    share = 1 / np.arange(1, 61)
    pairs = [
        (f"u{user}", f"i{item}")
        for user in range(200)
        for item in rng.choice(60, size=rng.integers(3, 25), p=share / share.sum())
    ]
    return shop(pairs, items=[f"i{item}" for item in range(60)])
