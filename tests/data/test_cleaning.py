import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from divrec.data.cleaning import Recipe, clean
from divrec.data.dataset import Dataset
from divrec.data.report import Report
from divrec.data.steps import Core, Duplicates, Impossible, NonProducts
from divrec.data.suspects import Bots, Outliers
from divrec.data.trial import Trial, tried
from divrec.data.weighing import Recency, Repeats, Weights
from divrec.errors import InputError
from divrec.simulate.demo import load_demo
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
        NonProducts("(")


def test_no_pattern_hangs_the_search():
    dataset = small([("u", "a"), ("u", "b")], title=["a" * 40_000 + "!", "Milk"])
    cleaned = clean(dataset, Recipe((NonProducts("(a+)+$|(a|aa)+$"),)))  # by backtracking this would take years
    assert cleaned.items["item_id"].tolist() == ["b"]  # the id of the other is found


def test_a_user_too_busy_for_a_person_goes():
    dataset = small([("bot", f"i{n}") for n in range(9)] + [("u", "i1")])
    cleaned = clean(dataset, Recipe((Bots(most_per_day=5),)))
    assert cleaned.users["user_id"].tolist() == ["u"]
    assert cleaned.report.dropped == 9


def test_a_recipe_survives_json_and_shows_before_and_after(small_shop):
    recipe = Recipe((Duplicates(), NonProducts("c1"), Bots(100), Core(3, 2)))
    assert Recipe.from_json(recipe.to_json()) == recipe
    counts = tried(small_shop, recipe).counts
    cleaned = clean(small_shop, recipe)
    assert counts["step"].tolist() == ["before", "duplicates", "non_products", "bots", "core"]
    assert counts.iloc[-1, 1:4].tolist() == [len(cleaned.interactions), len(cleaned.items), len(cleaned.users)]
    assert (counts["events"].diff().iloc[1:] <= 0).all()
    with pytest.raises(InputError, match="one of duplicates"):
        Recipe.from_json([{"step": "magic"}])
    with pytest.raises(InputError, match="takes items, users; found 'k'"):
        Recipe.from_json([{"step": "core", "k": 5}])


def test_the_groceries_have_a_five_core(groceries):
    cleaned = clean(groceries, Recipe((Core(),)))
    assert (np.diff(cleaned.matrix().indptr) >= 5).all()
    assert 20_000 < len(cleaned.items) < 40_000


EVERY_STEP = (
    Duplicates(), Impossible(), NonProducts("gift card"), Outliers(), Bots(), Repeats("count"), Weights(cart=4.0),
    Recency(30.0), Core(2, 2),
)  # fmt: skip


def test_the_demo_shop_has_no_bots_and_a_planted_one_of_either_kind_is_found():
    demo = load_demo()
    assert clean(demo, Recipe((Bots(),))).report.dropped == 0
    hurried = demo.interactions.head(600).assign(user_id="hurried", time=pd.Timestamp("2024-02-02"))
    crawler = pd.DataFrame({"item_id": demo.items["item_id"], "user_id": "crawler", "event": "view", "weight": 1.0})
    crawler["time"] = pd.date_range("2024-01-01", periods=len(crawler), freq="h")
    log = pd.concat([demo.interactions, hurried, crawler], ignore_index=True)
    users = pd.DataFrame({"user_id": [*demo.users["user_id"], "hurried", "crawler"]})
    cleaned = clean(Dataset(log, demo.items, users, Report(read=len(log))), Recipe((Bots(),)))
    assert cleaned.report.dropped == 600 + len(demo.items)
    assert set(users["user_id"]) - set(cleaned.users["user_id"]) == {"hurried", "crawler"}


@pytest.mark.parametrize("half_life", [1.0, 7.0, 90.0])
def test_a_weight_halves_at_the_half_life(half_life):
    dataset = small([("u", "a"), ("u", "b"), ("u", "c")])
    last = pd.Timestamp("2024-06-01")
    ages = pd.to_timedelta([2 * half_life, half_life, 0.0], unit="D")
    log = dataset.interactions.assign(time=last - ages, weight=[4.0, 6.0, 5.0])
    weighed = clean(dataset.with_interactions(log), Recipe((Recency(half_life),)))
    assert weighed.interactions["weight"].tolist() == pytest.approx([1.0, 3.0, 5.0])


def test_repeats_leave_one_of_each_and_can_count_them():
    dataset = small([("u", "a"), ("u", "a"), ("u", "b"), ("v", "a"), ("u", "a")])
    first, count = (clean(dataset, Recipe((Repeats(keep),))) for keep in ("first", "count"))
    assert first.interactions["weight"].tolist() == [1, 1, 1]
    assert count.interactions["weight"].tolist() == [3, 1, 1]
    assert count.interactions["weight"].sum() == dataset.interactions["weight"].sum()
    with pytest.raises(InputError, match="one of 'first', 'count', found 'last'"):
        Repeats("last")


def test_a_fee_and_a_bulk_order_lie_far_out():
    pairs = [("u", f"i{n}") for n in range(40)]
    dataset = small(pairs, price=[*np.linspace(5, 60, 39), 90_000.0])
    log = dataset.interactions.assign(quantity=[1.0, 2.0, 3.0, 4.0] * 9 + [1.0, 2.0, 50_000.0, 3.0])
    cleaned = clean(dataset.with_interactions(log), Recipe((Outliers(),)))
    assert len(dataset.items) - len(cleaned.items) == 1
    assert cleaned.items["price"].max() == 60
    assert cleaned.interactions["quantity"].max() == 4
    assert cleaned.report.kept == len(cleaned.interactions) == 38


def test_what_cannot_have_been_is_dropped_and_what_is_not_known_stays():
    dataset = small([("u", "abcdefg"[n]) for n in range(7)])
    log = dataset.interactions.assign(quantity=[1, 0, -2, np.nan, 1, 1, 1], price=[1.0, 1, 1, np.nan, -3, np.inf, 2])
    log.loc[6, "time"] = pd.Timestamp("1970-01-01")
    cleaned = clean(dataset.with_interactions(log), Recipe((Impossible(),)))
    assert cleaned.interactions["item_id"].tolist() == ["a", "d"]


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 100), events=st.integers(1, 150))
def test_a_recipe_keeps_account_and_replays_the_same_from_json_and_on_new_data(seed, events):
    recipe = Recipe(EVERY_STEP)
    dataset, other = (
        replace(made, report=Report(read=len(made.interactions)))
        for made in (shop(events, 12, 12, seed), shop(events + 10, 12, 12, seed + 1))
    )
    replayed = Recipe.from_json(json.loads(json.dumps(recipe.to_json())))
    assert replayed == recipe
    once, again = clean(dataset, recipe), clean(dataset, replayed)
    pd.testing.assert_frame_equal(once.interactions, again.interactions)
    assert once.fingerprint == again.fingerprint
    assert once.report.kept == len(once.interactions)
    new = clean(other, replayed)
    assert new.report.kept == len(new.interactions)


def test_cleaning_keeps_the_rows_that_reading_set_aside():
    aside = pd.DataFrame({"file": ["log.csv"], "line": [3], "reason": ["no user id"], "text": [""]})
    dataset = replace(small([("u", "a"), ("v", "a")]), quarantine=aside)
    assert clean(dataset, Recipe((Duplicates(),))).quarantine.equals(aside)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 300), users=st.integers(1, 4), items=st.integers(1, 4))
def test_the_core_is_the_one_that_taking_away_one_at_a_time_leaves(seed, users, items):
    dataset = shop(60, 10, 10, seed)
    pairs = set(dataset.interactions[["user_id", "item_id"]].itertuples(index=False, name=None))
    while True:
        of_user, of_item = Counter(user for user, _ in pairs), Counter(item for _, item in pairs)
        weak = next((pair for pair in pairs if of_user[pair[0]] < users or of_item[pair[1]] < items), None)
        if weak is None:
            break
        pairs.remove(weak)
    cleaned = clean(dataset, Recipe((Core(users, items),)))
    assert set(cleaned.interactions[["user_id", "item_id"]].itertuples(index=False, name=None)) == pairs


WRONG = [
    ({"step": "core"}, "a recipe is a list of steps"), (["core"], "a recipe is a list of steps"),
    ([{"step": "core", "users": "many"}], "users must be int, found 'many'"),
    ([{"step": "core", "users": 0}], "users must be from 1 to 1000, found 0"),
    ([{"step": "recency", "half_life_days": float("nan")}], "half_life_days must be from"),
    ([{"step": "impossible", "earliest": "long ago"}], "'long ago' is not a date"),
    ([{"step": "impossible", "earliest": "2030-01-01", "latest": "2020-01-01"}], "is not before"),
    ([{"step": "non_products", "pattern": "  "}], "is blank"),
    ([{"step": "weights", "view": -1.0}], "view must be from 0"),
]


@pytest.mark.parametrize(("values", "message"), WRONG)
def test_a_recipe_that_cannot_be_is_refused_when_it_is_read(values, message):
    with pytest.raises(InputError, match=message):
        Recipe.from_json(values)


def test_a_trial_names_what_goes_and_shows_both_sides(small_shop):
    recipe = Recipe((NonProducts("^c1$"), Recency(10.0), Core(3, 2)))
    trial, cleaned = tried(small_shop, recipe), clean(small_shop, recipe)
    gone = trial.gone[trial.gone["table"] == "items"]
    assert set(gone["id"]) == set(small_shop.items["item_id"]) - set(cleaned.items["item_id"])
    assert gone["events"].is_monotonic_decreasing
    for table in (trial.activity, trial.popularity):
        sums = table.groupby("side")["events"].sum()
        assert sums.to_dict() == {"before": len(small_shop.interactions), "after": len(cleaned.interactions)}
    weights = trial.counts.set_index("step")["weight"]
    assert weights["recency"] < weights["non_products"]
    assert weights["core"] == pytest.approx(cleaned.interactions["weight"].sum())
    assert Trial.of(trial.tables()).counts is trial.counts


def test_what_was_made_elsewhere_for_an_item_goes_with_it():
    dataset = small([("u", "a"), ("u", "b")])
    vectors = pd.DataFrame({"x": [1.0, 2.0]}, index=pd.Index(["a", "b"], name="item_id"))
    cleaned = clean(replace(dataset, vectors=vectors), Recipe((NonProducts("^a$"),)))
    assert cleaned.vectors.index.tolist() == ["b"]
