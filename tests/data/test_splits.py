import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from divrec.data.dataset import Dataset
from divrec.data.splits import SPLITS
from divrec.errors import InputError
from tests.data.conftest import shop

WAYS = [("last", {}), ("last", {"n": 3}), ("time", {}), ("users", {}), ("random", {}), ("users", {"targets": 0.5})]


def rows(table):
    return table.sort_values(list(table.columns), kind="stable").reset_index(drop=True)


@pytest.mark.parametrize(("how", "settings"), WAYS)
def test_every_split_divides_the_log_and_shares_the_catalogue(small_shop, how, settings):
    train, test = small_shop.split(how, **settings)
    assert test.items is small_shop.items
    assert train.items is small_shop.items
    everything = len(train.interactions) + test.report.read + (len(test.history) if how == "users" else 0)
    assert everything == len(small_shop.interactions)
    assert train.report.kept == len(train.interactions)
    assert test.report.kept == len(test.interactions)
    assert set(test.users["user_id"]) == set(test.interactions["user_id"]) == set(test.history["user_id"])
    assert set(test.interactions["item_id"]) <= set(train.interactions["item_id"])


@examples(deadline=None, max_examples=40)
@given(events=st.integers(1, 300), users=st.integers(1, 30), seed=st.integers(0, 99), which=st.sampled_from(WAYS))
def test_each_event_is_learned_from_known_or_held_out_and_never_two(events, users, seed, which):
    how, settings = which
    log = shop(events, users, seed=seed).interactions
    if how == "time" and log["time"].nunique() == 1:
        return
    learn, history, held = SPLITS[how](**settings).masks(log)
    assert (learn | history | held).all()
    assert not (held & (learn | history)).any()
    assert not (learn & history).any() if how == "users" else (learn == history).all()


def test_last_holds_out_the_latest_event_of_each_user_that_has_more(small_shop):
    log = small_shop.interactions
    train, test = small_shop.split("last", n=1)
    latest = log.groupby("user_id").tail(1)
    assert len(train.interactions) == len(log) - len(latest)
    known = latest[latest["item_id"].isin(train.interactions["item_id"])]
    pd.testing.assert_frame_equal(rows(test.interactions), rows(known))
    history = train.interactions[train.interactions["user_id"].isin(test.users["user_id"])]
    pd.testing.assert_frame_equal(test.history, history.reset_index(drop=True))


def test_last_never_empties_a_user():
    log = pd.DataFrame({"user_id": list("abb"), "item_id": list("xxx"), "event": "view", "weight": 1.0,
                        "time": pd.NaT}).astype({"time": "datetime64[us]"})  # fmt: skip
    dataset = Dataset(log, pd.DataFrame({"item_id": ["x"]}), pd.DataFrame({"user_id": ["a", "b"]}))
    train, test = dataset.split("last")
    assert train.interactions["user_id"].tolist() == ["a", "b"]
    assert test.users["user_id"].tolist() == ["b"]


def test_time_cuts_everyone_at_one_moment(small_shop):
    train, test = small_shop.split("time", at="2024-01-20")
    assert train.interactions["time"].max() < pd.Timestamp("2024-01-20") <= test.interactions["time"].min()
    train, test = small_shop.split("time", share=0.25)
    assert test.report.read == pytest.approx(0.25 * len(small_shop.interactions), abs=2)
    zoned, _ = small_shop.split("time", at="2024-01-20T08:00+08:00")
    assert len(zoned.interactions) == len(small_shop.split("time", at="2024-01-20")[0].interactions)


def test_users_hides_them_from_training_and_gives_part_of_their_items(small_shop):
    train, test = small_shop.split("users", share=0.3, seed=3)
    assert not set(test.users["user_id"]) & set(train.users["user_id"])
    assert len(test.users) == 6
    held = set(zip(test.interactions["user_id"], test.interactions["item_id"], strict=True))
    known = set(zip(test.history["user_id"], test.history["item_id"], strict=True))
    assert not held & known


def test_random_holds_out_pairs_with_all_their_events(small_shop):
    train, test = small_shop.split("random", share=0.3, seed=3)
    pairs = [set(zip(t["user_id"], t["item_id"], strict=True)) for t in (train.interactions, test.interactions)]
    assert not pairs[0] & pairs[1]
    assert len(pairs[1]) == pytest.approx(0.3 * len(pairs[0] | pairs[1]), abs=1)


@pytest.mark.parametrize("how", ["users", "random"])
def test_the_seed_decides_alone(small_shop, how):
    first, again, other = (small_shop.split(how, seed=seed)[1].interactions for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)
    # the order of the log's rows does not matter
    log = small_shop.interactions.sample(frac=1, random_state=1)
    shuffled = small_shop.with_interactions(log).split(how, seed=1)[1].interactions
    pd.testing.assert_frame_equal(rows(shuffled), rows(first))


def test_items_nobody_was_trained_on_and_users_without_history_leave_the_test(small_shop):
    late = small_shop.interactions["time"].max() + pd.Timedelta(days=1)
    extra = pd.DataFrame({"user_id": ["u01", "new"], "item_id": ["fresh", "i01"], "event": "view", "weight": 1.0,
                          "time": late})  # fmt: skip
    dataset = Dataset(
        pd.concat([small_shop.interactions, extra.astype(small_shop.interactions.dtypes)], ignore_index=True),
        pd.concat([small_shop.items, pd.DataFrame({"item_id": ["fresh"]})], ignore_index=True),
        pd.concat([small_shop.users, pd.DataFrame({"user_id": ["new"]})], ignore_index=True),
    )
    _, test = dataset.split("time", share=0.2)
    reasons = test.report.to_frame().set_index("reason")["rows"]
    assert reasons["item has no event in the training part"] >= 1
    assert reasons["user has no history to recommend from"] == 1
    assert "new" not in set(test.users["user_id"])
    assert "fresh" not in set(test.interactions["item_id"])


def test_a_test_part_splits_into_matrices_of_the_same_shape(small_shop):
    train, test = small_shop.split("last")
    assert train.matrix().shape[1] == test.matrix().shape[1] == len(small_shop.items)
    assert np.isfinite(test.matrix().data).all()


@pytest.mark.parametrize(("how", "settings", "message"), [
    ("latest", {}, "one of last, time, users, random"),
    ("last", {"m": 1}, "takes n; m is not"),
    ("last", {"n": 0}, "at least 1"),
    ("random", {"share": 1.5}, "between 0 and 1"),
    ("time", {"at": "soon"}, "moment such as"),
    ("time", {"at": "1999-01-01"}, "one side empty"),
])  # fmt: skip
def test_a_split_that_cannot_be_says_why(small_shop, how, settings, message):
    with pytest.raises(InputError, match=message):
        small_shop.split(how, **settings)


def test_the_groceries_split_at_november_by_household(top_groceries):
    train, test = top_groceries.split("time", at="2017-11-01")
    assert train.interactions["time"].max() < pd.Timestamp("2017-11-01")
    assert 2000 < len(test.users) <= 2469
    assert test.report.kept == len(test.interactions)


def test_new_to_users_leaves_no_item_of_the_history_and_accounts_for_the_rest(small_shop):
    _, test = small_shop.split("time")
    new = test.new_to_users()
    pairs = set(zip(test.history["user_id"], test.history["item_id"], strict=True))
    held = list(zip(test.interactions["user_id"], test.interactions["item_id"], strict=True))
    assert list(zip(new.interactions["user_id"], new.interactions["item_id"], strict=True)) == [
        pair for pair in held if pair not in pairs
    ]
    assert new.report.kept == len(new.interactions) < len(held)
    assert set(new.users["user_id"]) == set(new.interactions["user_id"])


def test_new_to_users_needs_a_test_part(small_shop):
    with pytest.raises(InputError, match="only the test part of a split"):
        small_shop.new_to_users()
