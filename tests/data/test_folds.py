"""Folds: everything is held out once, training never sees it, and the same seed gives the same folds."""

import numpy as np
import pandas as pd
import pytest

from divrec.columns import ITEM, TIME, USER
from divrec.data.folds import fold_parts
from divrec.errors import InputError

PAIR = [USER, ITEM]


@pytest.fixture(scope="module")
def shop():
    from tests.workspace.support import make_shop

    return make_shop()


def test_each_user_is_tested_once_and_never_trained_on(shop):
    tested = []
    for train, test in fold_parts(shop, 4, "users", 7):
        assert not set(test.user_ids) & set(train.user_ids)
        assert test.history[PAIR].merge(test.interactions[PAIR]).empty
        assert len(test.user_ids) == 30
        tested += list(test.user_ids)
    assert sorted(tested) == sorted(shop.user_ids)


def test_each_pair_is_held_out_once(shop):
    parts = list(fold_parts(shop, 5, "pairs", 7))
    held = pd.concat([test.interactions[PAIR] for _, test in parts]).drop_duplicates()
    assert len(held) == len(shop.interactions[PAIR].drop_duplicates())
    for train, test in parts:
        assert train.interactions[PAIR].merge(test.interactions[PAIR]).empty


def test_folds_by_time_learn_from_the_past_alone(shop):
    parts = list(fold_parts(shop, 3, "time", 7))
    lengths = [len(train.interactions) for train, _ in parts]
    assert lengths == sorted(lengths)
    for train, test in parts:
        assert train.interactions[TIME].max() < test.interactions[TIME].min()
    ends = [test.interactions[TIME].max() for _, test in parts]
    starts = [test.interactions[TIME].min() for _, test in parts]
    assert all(end < start for end, start in zip(ends, starts[1:], strict=False))
    assert ends[-1] == shop.interactions[TIME].max()


@pytest.mark.parametrize("by", ["users", "pairs", "time"])
def test_the_same_seed_gives_the_same_folds(shop, by):
    first, again, other = (
        [test.interactions[PAIR].to_numpy().tolist() for _, test in fold_parts(shop, 3, by, seed)] for seed in (1, 1, 2)
    )
    assert first == again
    assert (first == other) == (by == "time")


def test_what_cannot_be_folded_is_refused(shop):
    for folds in (1, 121):
        with pytest.raises(InputError, match=f"from 2 to 120 folds.*found {folds}"):
            fold_parts(shop, folds, "users", 7)
    with pytest.raises(InputError, match="made by users, pairs, time; found 'days'"):
        fold_parts(shop, 3, "days", 7)
    timeless = shop.with_interactions(shop.interactions.assign(time=np.datetime64("NaT", "ns")))
    with pytest.raises(InputError, match="use 'users' or 'pairs'"):
        list(fold_parts(timeless, 3, "time", 7))
