"""Profiles of known shoppers: who spends what, how lately, how often, at what price."""

import numpy as np
import pandas as pd
import pytest

from divrec.data.dataset import Dataset
from divrec.data.groups import Groups
from divrec.data.shoppers import described_clusters, item_profiles, shopper_profiles


def known():
    rows = [
        ("u", "a", "view", "2024-01-01", 1), ("u", "a", "purchase", "2024-01-01", 2),
        ("u", "b", "purchase", "2024-03-01", 1), ("v", "c", "view", "2024-02-20", 1),
    ]  # fmt: skip
    log = pd.DataFrame(rows, columns=["user_id", "item_id", "event", "time", "quantity"]).assign(weight=1.0)
    log["time"] = pd.to_datetime(log["time"])
    items = pd.DataFrame({"item_id": ["a", "b", "c"], "title": ["Tea", "Pot", None], "price": [10.0, 20.0, 40.0]})
    return Dataset(log, items, pd.DataFrame({"user_id": ["u", "v", "w"]}))


def test_a_known_shopper_is_described():
    found = shopper_profiles(known())
    assert found.index.tolist() == ["u", "v"]  # w did nothing
    u, v = found.loc["u"], found.loc["v"]
    assert (u["events"], u["items"], u["spend"]) == (3, 2, 40.0)
    assert u["price_level"] == pytest.approx((1 / 3 + 1 / 3 + 2 / 3) / 3)
    assert (u["days_since"], v["days_since"]) == (0, 10)
    assert u["per_month"] == pytest.approx(2 / 60 * 30)
    assert v["per_month"] == 1  # one day of the last thirty
    assert np.isnan(v["spend"])


def test_the_price_that_was_paid_goes_before_the_catalogues():
    shop = known()
    log = shop.interactions.assign(price=[np.nan, 7.0, np.nan, np.nan])
    assert shopper_profiles(shop.with_interactions(log)).loc["u", "spend"] == 2 * 7 + 20


def test_what_a_shop_does_not_say_is_not_guessed():
    shop = known()
    log = shop.interactions.drop(columns="quantity").assign(time=pd.Series([pd.NaT] * 4, dtype="datetime64[us]"))
    bare = Dataset(log, shop.items[["item_id"]], shop.users)
    found = shopper_profiles(bare)
    assert found["events"].tolist() == [3, 1]
    assert found[["spend", "price_level", "days_since"]].isna().all(axis=None)
    assert item_profiles(bare)["price"].isna().all()


def test_a_cluster_is_shown_by_its_busiest_products():
    labels = pd.Series(["x", "x", "y"], index=["a", "b", "c"])
    table = pd.DataFrame({"name": ["x", "y"], "items": [2, 1]})
    found = described_clusters(Groups(labels, table), known()).set_index("name")
    assert found["examples"].to_dict() == {"x": "Tea · Pot", "y": "c"}
    assert found["median_price"].to_dict() == {"x": 15.0, "y": 40.0}
