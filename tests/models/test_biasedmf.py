"""Rating prediction against a truth that is known: biases and factors recovered down to the noise."""

import numpy as np
import pandas as pd
import pytest

import divrec as dr
from divrec.columns import EVENT, ITEM, TIME, USER, WEIGHT
from divrec.data.dataset import Dataset
from divrec.errors import InputError
from divrec.models.biasedmf import least_squares
from divrec.models.pairs import score_pairs

NOISE = 0.3


def rated_shop(users=300, items=120, given=40, seed=0):
    """Ratings of low rank with noise of 0.3; the last five of each user are held out."""
    rng = np.random.default_rng(seed)
    truth = 3.5 + rng.normal(0, 0.5, (users, 1)) + rng.normal(0, 0.5, items)
    truth += rng.normal(0, 0.6, (users, 3)) @ rng.normal(0, 0.6, (3, items))
    chosen = np.array([rng.permutation(items)[:given] for _ in range(users)])
    user = np.repeat(np.arange(users), given)
    log = pd.DataFrame({
        USER: [f"u{at}" for at in user], ITEM: [f"i{at}" for at in chosen.ravel()], EVENT: "rating",
        WEIGHT: np.take_along_axis(truth, chosen, axis=1).ravel() + rng.normal(0, NOISE, users * given),
        TIME: pd.Timestamp("2025-01-01") + pd.to_timedelta(np.tile(np.arange(given), users), unit="h"),
    })  # fmt: skip
    shop = Dataset(log, pd.DataFrame({ITEM: [f"i{at}" for at in range(items)]}),
                   pd.DataFrame({USER: [f"u{at}" for at in range(users)]}))  # fmt: skip
    return shop, pd.DataFrame(truth, [f"u{at}" for at in range(users)], shop.item_ids)


@pytest.fixture(scope="module")
def parts():
    shop, truth = rated_shop()
    return *shop.split("last", n=5), truth


@pytest.fixture(scope="module")
def model(parts):
    return dr.BiasedMF(factors=3, regularisation=0.02, bias_regularisation=1.0, iterations=30).fit(parts[0])


def test_held_out_ratings_are_predicted_down_to_the_noise(model, parts):
    train, test, _ = parts
    error = dr.rmse(model.predict(test.interactions), test)
    assert NOISE < error < 1.25 * NOISE
    biases_alone = dr.BiasedMF(factors=1, regularisation=1e6).fit(train)
    assert dr.rmse(biases_alone.predict(test.interactions), test) > 1.8 * NOISE


def test_lists_follow_the_predicted_rating(model, parts):
    train, _, truth = parts
    best = model.recommend(["u7"], n=10)
    others = truth.loc["u7"].drop(train.interactions.query("user_id == 'u7'")[ITEM])
    assert others[best[ITEM]].mean() > others.quantile(0.85)
    assert (best["score"].diff().dropna() <= 0).all()


def test_a_new_shopper_is_predicted_from_the_ratings_given(model, parts):
    train, test, _ = parts
    history = train.interactions.query("user_id == 'u7'").assign(user_id="new")
    pairs = test.interactions.query("user_id == 'u7'")
    as_new = model.predict(pairs.assign(user_id="new"), history)
    np.testing.assert_allclose(as_new["score"], model.predict(pairs)["score"], atol=1e-5)


def test_a_shopper_without_ratings_is_predicted_the_items_mean_and_unknown_items_are_left_out(model, parts):
    train, _, truth = parts
    pairs = pd.DataFrame({USER: "nobody", ITEM: [*truth.columns, "unheard of"]})
    found = model.predict(pairs).set_index(ITEM)["score"]
    assert "unheard of" not in found
    means = train.interactions.groupby(ITEM)[WEIGHT].mean()
    assert np.corrcoef(found, means[found.index])[0, 1] > 0.95


def test_predictions_stay_on_the_scale(model, parts):
    train, _, truth = parts
    pairs = truth.stack().rename_axis([USER, ITEM]).reset_index()
    found = model.predict(pairs)["score"]
    assert found.between(train.interactions[WEIGHT].min() - 1e-5, train.interactions[WEIGHT].max() + 1e-5).all()


def test_the_latest_rating_of_a_pair_counts_a_zero_too_and_no_other_event():
    log = pd.DataFrame({USER: list("aaab"), ITEM: list("xxyx"), WEIGHT: [5.0, 0.0, 3.0, 1.0], TIME: pd.NaT,
                        EVENT: ["rating", "rating", "rating", "view"]}).astype({TIME: "datetime64[ns]"})  # fmt: skip
    shop = Dataset(log, pd.DataFrame({ITEM: list("xy")}), pd.DataFrame({USER: list("ab")}))
    known = dr.BiasedMF().fit(shop).histories
    assert known.toarray().tolist() == [[0.0, 3.0], [0.0, 0.0]]
    assert np.diff(known.indptr).tolist() == [2, 0]


def test_a_step_is_the_ridge_regression_written_out():
    rng = np.random.default_rng(3)
    others, ratings = rng.normal(size=(6, 3)), rng.normal(size=4)
    columns = np.array([0, 2, 3, 5], dtype=np.int32)
    found = least_squares(np.array([0, 4], dtype=np.int32), columns, ratings, others, 0.2, 1.5)
    design = np.column_stack([np.ones(4), others[columns, 1:]])
    penalty = np.diag([1.5, 0.8, 0.8])
    expected = np.linalg.solve(design.T @ design + penalty, design.T @ (ratings - others[columns, 0]))
    np.testing.assert_allclose(found[0], expected, rtol=1e-5)


@pytest.mark.parametrize(("kind", "weights", "said"), [
    ("purchase", [1.0, 2.0], "it has purchase"), ("rating", [4.0, 4.0], "all of its ratings are the same"),
])  # fmt: skip
def test_a_log_without_ratings_is_refused_with_the_remedy(kind, weights, said):
    log = pd.DataFrame({USER: list("ab"), ITEM: list("xy"), EVENT: kind, WEIGHT: weights, TIME: pd.NaT})
    log = log.astype({TIME: "datetime64[ns]"})
    shop = Dataset(log, pd.DataFrame({ITEM: list("xy")}), pd.DataFrame({USER: list("ab")}))
    with pytest.raises(InputError, match=f"{said}.*Map the column of ratings as weight"):
        dr.BiasedMF().fit(shop)


def test_pairs_of_any_model_have_the_scores_of_its_lists(parts):
    train, test, _ = parts
    ease = dr.EASE().fit(train)
    found = score_pairs(ease, test.interactions).set_index([USER, ITEM])["score"]
    whole = ease.recommend(test.users, n=120).set_index([USER, ITEM])["score"]
    np.testing.assert_allclose(found, whole[found.index], rtol=1e-6)
