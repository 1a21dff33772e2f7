"""Popularity bands: what is known of them, and that the parts of a list add up to the list."""

import numpy as np
import pandas as pd
import pytest

import divrec as dr
from divrec.data.dataset import Dataset
from divrec.evaluate.parts import popularity_bands


def shop(buyers):
    """A shop in which item i is known by ``buyers[i]`` users."""
    pairs = [(f"u{user}", f"i{item}") for item, count in enumerate(buyers) for user in range(count)]
    log = pd.DataFrame(pairs, columns=["user_id", "item_id"]).assign(event="purchase", weight=1.0, time=pd.NaT)
    items = pd.DataFrame({"item_id": [f"i{item}" for item in range(len(buyers))]})
    users = pd.DataFrame({"user_id": [f"u{user}" for user in range(max(buyers))]})
    return Dataset(log.astype({"time": "datetime64[ns]"}), items, users)


def test_the_bands_hold_their_shares_of_what_is_known():
    bands = popularity_bands(shop([10, 10, 10, 10, 5, 5, 0]))
    assert bands.tolist() == ["head", "middle", "middle", "middle", "tail", "tail", "tail"]


def test_hits_in_the_bands_add_up_to_all_hits():
    data = shop([12, 9, 7, 5, 4, 3, 2, 2, 1, 1])
    rng = np.random.default_rng(2)
    listed = [(user, item) for user in data.user_ids for item in rng.permutation(data.item_ids)[:6]]
    recs = pd.DataFrame(listed, columns=["user_id", "item_id"])
    recs["rank"] = recs.groupby("user_id").cumcount() + 1
    test = data.interactions.sample(30, random_state=1)[["user_id", "item_id"]]
    parts = dr.evaluate_by_popularity(recs, data, test, metrics=["recall"])
    assert set(parts["group"]) == {"head", "middle", "tail"}
    listed = recs.merge(test, on=["user_id", "item_id"])
    bands = popularity_bands(data)
    for name, part in parts.set_index("group").iterrows():
        own = test[test["item_id"].map(bands) == name]
        hit = listed[listed["item_id"].map(bands) == name].groupby("user_id").size()
        wanted = own.groupby("user_id").size()
        assert part["value"] == pytest.approx((hit.reindex(wanted.index).fillna(0) / wanted).mean())
