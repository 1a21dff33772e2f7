import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from divrec.data.cleaning import Bots, Core, Duplicates, NonProducts, Recipe, before_and_after, clean
from divrec.data.dataset import Dataset
from divrec.data.report import Report
from divrec.errors import InputError
from tests.data.conftest import shop


def small(pairs, **columns):
    log = pd.DataFrame(pairs, columns=["user_id", "item_id"]).assign(event="view", weight=1.0)
    log["time"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(len(log)), unit="s")
    items = pd.DataFrame({"item_id": sorted({item for _, item in pairs}), **columns})
    users = pd.DataFrame({"user_id": sorted({user for user, _ in pairs})})
    return Dataset(log, items, users, Report(read=len(log)))


def test_the_core_is_taken_to_the_fixpoint():
    # a 2 × 2 block, and a chain hanging from it that falls one link after the other
    block = [("u1", "a"), ("u1", "b"), ("u2", "a"), ("u2", "b")]
    chain = [("u2", "c"), ("u3", "c"), ("u3", "d"), ("u4", "d")]
    cleaned = clean(small(block + chain), Recipe((Core(users=2, items=2),)))
    assert list(cleaned.interactions[["user_id", "item_id"]].itertuples(index=False, name=None)) == block
    assert cleaned.items["item_id"].tolist() == ["a", "b"]
    assert cleaned.users["user_id"].tolist() == ["u1", "u2"]
    assert cleaned.report.kept == len(cleaned.interactions)


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 200), events=st.integers(1, 200), users=st.integers(1, 5), items=st.integers(1, 5))
def test_in_a_core_everyone_has_enough_and_it_is_the_largest(seed, events, users, items):
    dataset = shop(events, 15, 15, seed)
    cleaned = clean(dataset, Recipe((Core(users, items),)))
    pairs = cleaned.interactions[["user_id", "item_id"]].drop_duplicates()
    assert (pairs["user_id"].value_counts() >= users).all()
    assert (pairs["item_id"].value_counts() >= items).all()
    # brute force: drop until nothing changes, in another way
    left = dataset.interactions[["user_id", "item_id"]].drop_duplicates()
    while True:
        enough = left.groupby("user_id")["item_id"].transform("size").ge(users)
        enough &= left.groupby("item_id")["user_id"].transform("size").ge(items)
        if enough.all():
            break
        left = left[enough]
    assert set(map(tuple, left.to_numpy())) == set(map(tuple, pairs.to_numpy()))


def test_the_same_event_said_again_goes():
    dataset = small([("u", "a"), ("u", "a"), ("u", "b")])
    log = dataset.interactions.assign(time=pd.Timestamp("2024-01-01"))
    cleaned = clean(dataset.with_interactions(log), Recipe((Duplicates(),)))
    assert cleaned.interactions["item_id"].tolist() == ["a", "b"]


def test_non_products_go_with_their_events():
    dataset = small([("u", "a"), ("u", "b")], title=["Gift Card 10", "Tea"], category=["x", None])
    cleaned = clean(dataset, Recipe((NonProducts("gift card|deposit"),)))
    assert cleaned.items["item_id"].tolist() == cleaned.interactions["item_id"].tolist() == ["b"]
    with pytest.raises(InputError, match="not a regular expression"):
        clean(dataset, Recipe((NonProducts("("),)))


def test_a_user_too_busy_for_a_person_goes():
    dataset = small([("bot", f"i{n}") for n in range(9)] + [("u", "i1")])
    cleaned = clean(dataset, Recipe((Bots(most_per_day=5),)))
    assert cleaned.users["user_id"].tolist() == ["u"]
    assert cleaned.report.dropped == 9


def test_a_recipe_survives_json_and_shows_before_and_after(small_shop):
    recipe = Recipe((Duplicates(), NonProducts("c1"), Bots(100), Core(3, 2)))
    assert Recipe.from_json(recipe.to_json()) == recipe
    counts = before_and_after(small_shop, recipe)
    cleaned = clean(small_shop, recipe)
    assert counts["step"].tolist() == ["before", "duplicates", "non_products", "bots", "core"]
    assert counts.iloc[-1, 1:].tolist() == [len(cleaned.interactions), len(cleaned.items), len(cleaned.users)]
    assert (counts["events"].diff().iloc[1:] <= 0).all()
    with pytest.raises(InputError, match="one of duplicates"):
        Recipe.from_json([{"step": "magic"}])
    with pytest.raises(InputError, match="takes items, users; found 'k'"):
        Recipe.from_json([{"step": "core", "k": 5}])


def test_the_groceries_have_a_five_core(groceries):
    cleaned = clean(groceries, Recipe((Core(),)))
    assert (np.diff(cleaned.matrix().indptr) >= 5).all()
    assert 20_000 < len(cleaned.items) < 40_000
