import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from divrec.data import profile
from divrec.data.dataset import Dataset
from divrec.data.groups import GroupSettings, item_clusters, shopper_groups
from divrec.errors import InputError
from tests.data.conftest import shop


def blocks(groups=3, size=20, seed=1):
    """Users who only ever touch the four categories of their own block: the division is known."""
    random = np.random.default_rng(seed)
    items = pd.DataFrame({"item_id": [f"i{n}" for n in range(groups * 20)]})
    items["category"] = [f"{'abc'[n // 20]}{n % 4}" for n in range(len(items))]
    items["title"] = [f"{['tea', 'shoe', 'lamp'][n // 20]} number {n}" for n in range(len(items))]
    items["price"] = [10.0 ** (n // 20) for n in range(len(items))]
    user = np.repeat(np.arange(groups * size), 12)
    item = (user // size) * 20 + random.integers(0, 20, len(user))
    log = pd.DataFrame({"user_id": [f"u{n}" for n in user], "item_id": [f"i{n}" for n in item], "event": "view",
                        "weight": 1.0, "time": pd.Timestamp("2024-01-01")})  # fmt: skip
    return Dataset(log, items, pd.DataFrame({"user_id": [f"u{n}" for n in range(groups * size)]}))


def test_the_tables_agree_with_the_shop(small_shop):
    log = small_shop.interactions
    row = profile.summary(small_shop).iloc[0]
    pairs = log[["user_id", "item_id"]].drop_duplicates()
    assert (row["users"], row["items"], row["events"]) == (len(small_shop.users), 30, 400)
    assert row["pairs"] == len(pairs)
    assert row["density"] == pytest.approx(len(pairs) / (len(small_shop.users) * 30))
    assert row["median_items"] == pairs.groupby("user_id").size().median()
    assert profile.activity(small_shop)["events"].sum() == profile.events(small_shop)["events"].sum() == 400
    assert profile.events(small_shop)["share"].sum() == pytest.approx(1)
    assert profile.prices(small_shop)["items"].sum() == 30
    shares = profile.categories(small_shop)
    assert shares["share"].sum() == pytest.approx(1)
    assert shares["items"].sum() == 30
    c0 = log["item_id"].isin(small_shop.items.query("category == 'c0'")["item_id"]).sum()
    assert shares.set_index("category").loc["c0", "events"] == c0


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 500), events=st.integers(1, 300))
def test_the_popularity_curve_falls_and_ends_at_all_events(seed, events):
    dataset = shop(events, seed=seed)
    curve = profile.popularity(dataset)
    assert (np.diff(curve["events"]) <= 0).all()
    assert curve["events"].sum() == events
    assert curve["cumulative"].iloc[-1] == pytest.approx(1)
    tops = profile.top_shares(dataset)
    assert (np.diff(tops["share"]) >= 0).all()


def test_a_shop_without_times_categories_or_prices_gives_empty_tables(small_shop):
    bare = Dataset(small_shop.interactions.assign(time=pd.NaT).astype({"time": "datetime64[us]"}),
                   small_shop.items[["item_id"]], small_shop.users)  # fmt: skip
    tables = profile.profile_tables(bare)
    assert {name for name, table in tables.items() if table.empty} == {
        "activity", "categories", "prices", "shopper_groups", "item_clusters",
    }  # fmt: skip


def test_groups_find_the_blocks_and_name_them_by_what_sets_them_apart():
    dataset = blocks()
    groups = shopper_groups(dataset)
    assert len(groups.table) == 3
    assert groups.table["users"].tolist() == [20, 20, 20]
    for block in range(3):
        names = {groups.labels[f"u{n}"] for n in range(block * 20, block * 20 + 20)}
        assert len(names) == 1
        assert names.pop()[0] == "abc"[block]  # a category of its own
    assert groups.table["apart"].str.contains("×3").all()  # three times its share over all
    again = shopper_groups(dataset, GroupSettings(seed=7))
    pd.testing.assert_series_equal(groups.labels, again.labels)


def test_clusters_of_items_go_by_words_category_and_price():
    clusters = item_clusters(blocks(), GroupSettings(most=3))
    assert len(clusters.table) == 3
    assert clusters.labels.groupby(np.arange(60) // 20).nunique().tolist() == [1, 1, 1]
    chinese = blocks()
    titles = chinese.items["title"].str.replace("tea", "绿茶").str.replace("shoe", "跑鞋").str.replace("lamp", "台灯")
    items = chinese.items.assign(title=titles.str.extract(r"(\S+)")[0]).drop(columns=["category", "price"])
    named = item_clusters(Dataset(chinese.interactions, items, chinese.users), GroupSettings(most=3))
    assert len(named.table) == 1 or named.labels.groupby(np.arange(60) // 20).nunique().tolist() == [1, 1, 1]


def test_a_tiny_shop_is_one_group():
    groups = shopper_groups(blocks(size=4))
    assert len(groups.table) == 1
    assert np.isnan(groups.table["silhouette"].iloc[0])


def test_the_groceries_have_named_groups(top_groceries):
    tables = profile.profile_tables(top_groceries)
    assert 3 <= len(tables["shopper_groups"]) <= 12
    assert tables["shopper_groups"]["users"].sum() == len(top_groceries.users)
    assert tables["shopper_groups"]["name"].is_unique
    assert tables["item_clusters"]["name"].is_unique
    assert tables["item_clusters"]["items"].sum() == 5000


def test_a_number_of_groups_chosen_by_hand_is_tried_beside_the_others():
    seen = []
    groups = shopper_groups(blocks(), GroupSettings(k=5), lambda done, total: seen.append((done, total)))
    assert len(groups.table) == 5
    free = shopper_groups(blocks())
    assert groups.tried["k"].tolist() == free.tried["k"].tolist() == [3, 4, 5, 6]
    pd.testing.assert_frame_equal(groups.tried, free.tried)
    assert free.tried.set_index("k")["silhouette"].idxmax() == len(free.table) == 3
    assert seen == [(0, 4), (1, 4), (2, 4), (3, 4)]
    with pytest.raises(InputError, match=r"goes from 2 to .* found 500"):
        shopper_groups(blocks(), GroupSettings(k=500))
    assert len(shopper_groups(blocks(size=4), GroupSettings(k=2)).table) == 2  # a person may divide a tiny shop
