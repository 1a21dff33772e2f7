"""Measures of scored pairs against scikit-learn and against what can be worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import mean_absolute_error, roc_auc_score, root_mean_squared_error

import divrec as dr
from divrec.columns import EVENT, ITEM, RANK, SCORE, USER, WEIGHT
from divrec.errors import InputError
from divrec.evaluate.table import evaluate
from divrec.metrics.explicit import liked_pairs


@pytest.fixture
def answered():
    """Forty shoppers, thirty scored and rated items each, with many equal scores."""
    rng = np.random.default_rng(4)
    pairs = pd.DataFrame({USER: np.repeat([f"u{at}" for at in range(40)], 30),
                          ITEM: np.tile([f"i{at}" for at in range(30)], 40)})  # fmt: skip
    scores = np.round(rng.normal(3, 1, len(pairs)), 1)
    recs = pairs.assign(**{SCORE: scores, RANK: np.tile(np.arange(1, 31), 40)})
    given = np.clip(np.round(scores + rng.normal(0, 1.5, len(pairs))), 1, 5)
    return recs, pairs.assign(**{WEIGHT: given}).sample(frac=0.8, random_state=1)


def test_the_area_of_each_shopper_is_that_of_scikit_learn(answered):
    recs, test = answered
    both = recs.merge(test, on=[USER, ITEM])
    found = dr.pair_auc.per_user(recs, test)
    for user, own in both.groupby(USER):
        liked = own[WEIGHT] > 3
        expected = roc_auc_score(liked, own[SCORE]) if liked.nunique() == 2 else np.nan
        assert found[user] == pytest.approx(expected, nan_ok=True)


def test_the_errors_are_those_of_scikit_learn(answered):
    recs, test = answered
    both = recs.merge(test, on=[USER, ITEM])
    assert dr.rmse(recs, test) == pytest.approx(root_mean_squared_error(both[WEIGHT], both[SCORE]))
    assert dr.mae(recs, test) == pytest.approx(mean_absolute_error(both[WEIGHT], both[SCORE]))


def test_all_three_have_intervals_over_shoppers(answered):
    table = evaluate(*answered, metrics=["rmse", "mae", "pair_auc"])
    assert (table["low"] < table["value"]).all()
    assert (table["value"] < table["high"]).all()
    assert (table["n"] == 40).all()


def test_impressions_tell_likes_from_dislikes_and_other_ratings_rule_them_out():
    log = pd.DataFrame({USER: "u", ITEM: list("aabc"), EVENT: ["impression", "click", "impression", "impression"],
                        WEIGHT: [0.0, 1.0, 0.0, 0.0]})  # fmt: skip
    assert liked_pairs(log).set_index(ITEM)["liked"].to_dict() == {"a": True, "b": False, "c": False}
    rated = pd.concat([log, pd.DataFrame({USER: "u", ITEM: ["a", "b"], EVENT: "rating", WEIGHT: [1.0, 5.0]})])
    assert liked_pairs(rated).set_index(ITEM)["liked"].to_dict() == {"a": False, "b": True}
    recs = pd.DataFrame({USER: "u", ITEM: list("abc"), RANK: [1, 2, 3], SCORE: [2.0, 2.0, 1.0]})
    assert dr.pair_auc(recs, log) == 0.75


def test_a_log_of_purchases_tells_neither():
    log = pd.DataFrame({USER: ["u"], ITEM: ["a"], EVENT: ["purchase"], WEIGHT: [1.0]})
    recs = pd.DataFrame({USER: ["u"], ITEM: ["a"], RANK: [1], SCORE: [1.0]})
    with pytest.raises(InputError, match="told by ratings or impressions; the test events are purchase"):
        dr.pair_auc(recs, log)
