"""Shops to read, split and clean: a small one made up here, and the real groceries, read once per session."""

import numpy as np
import pandas as pd
import pytest

from divrec.data.dataset import Dataset
from divrec.data.groceries import load_groceries


def shop(events: int = 400, users: int = 20, items: int = 30, seed: int = 7) -> Dataset:
    random = np.random.default_rng(seed)
    log = pd.DataFrame({
        "user_id": [f"u{n:02}" for n in random.integers(0, users, events)],
        "item_id": [f"i{n:02}" for n in random.integers(0, items, events)],
        "event": random.choice(["view", "cart", "purchase"], events),
        "weight": 1.0,
        "time": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.sort(random.integers(0, 3_000_000, events)), unit="s"),
    })
    catalogue = pd.DataFrame({"item_id": [f"i{n:02}" for n in range(items)]})
    catalogue["category"] = [f"c{n % 4}" for n in range(items)]
    catalogue["price"] = np.arange(1.0, items + 1)
    return Dataset(log, catalogue, pd.DataFrame({"user_id": sorted(set(log["user_id"]))}), name="made up")


@pytest.fixture
def small_shop() -> Dataset:
    return shop()


@pytest.fixture(scope="session")
def groceries() -> Dataset:
    return load_groceries()


@pytest.fixture(scope="session")
def top_groceries() -> Dataset:
    return load_groceries(most_bought=5000)
