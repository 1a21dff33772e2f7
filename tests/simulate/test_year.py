import numpy as np
import pandas as pd

from divrec.simulate.catalogue import CatalogueSettings
from divrec.simulate.shop import ShopSettings, make_shop
from divrec.simulate.year import YearSettings, simulate_year
from sample_data.make_demo import make

SMALL = (ShopSettings(shoppers=40), CatalogueSettings(per_kind=4), YearSettings())


def test_the_same_settings_give_the_same_bytes(tmp_path):
    make(tmp_path / "one", *SMALL)
    make(tmp_path / "two", *SMALL)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes(), file.name


def test_another_seed_gives_another_year(small_shop, small_year):
    assert not small_year.equals(simulate_year(small_shop, YearSettings(seed=12)))


def test_the_funnel_only_narrows(small_year):
    def places(step):
        part = small_year[small_year["event"] == step]
        return set(zip(part["session_id"], part["item_id"], part["position"], strict=True))

    view, cart, purchase = places("view"), places("cart"), places("purchase")
    assert purchase <= cart <= view
    assert len(purchase) < len(cart) < len(view)


def test_times_rise_inside_the_year_and_a_visit_is_one_shopper(small_year):
    assert small_year["time"].is_monotonic_increasing
    assert small_year["time"].min() >= pd.Timestamp("2025-07-01")
    assert small_year["time"].max() < pd.Timestamp("2026-07-01")
    assert (small_year.groupby("session_id")["user_id"].nunique() == 1).all()
    assert (small_year.groupby("session_id")["time"].agg(np.ptp) < pd.Timedelta("2h")).all()


def test_nobody_comes_before_joining_and_nothing_is_seen_before_its_launch(small_shop, small_year):
    joined = small_year["user_id"].map(small_shop.users.set_index("user_id")["joined"])
    launched = small_year["item_id"].map(small_shop.items.set_index("item_id")["launched"])
    assert (small_year["time"] >= joined).all()
    assert (small_year["time"] >= launched).all()


def test_what_has_no_repeat_purchases_is_not_seen_after_it_was_bought(small_shop, small_year):
    again = {row["title"] for row in small_shop.words.kinds if row["repeat"]}
    once = small_year[~small_year["item_id"].map(small_shop.items.set_index("item_id")["subcategory"]).isin(again)]
    bought = once[once["event"] == "purchase"].groupby(["user_id", "item_id"])["time"].min()
    last_view = once[once["event"] == "view"].groupby(["user_id", "item_id"])["time"].max()
    assert (last_view.loc[bought.index] < bought).all()


def test_a_steeper_position_exponent_draws_the_views_up_the_page(words):
    def mean_position(exponent):
        shop = make_shop(words, ShopSettings(shoppers=40, position_exponent=exponent), CatalogueSettings(per_kind=6))
        return simulate_year(shop, YearSettings())["position"].mean()

    assert mean_position(1.5) < mean_position(0.0) - 2
