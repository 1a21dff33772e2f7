"""Popularity, frequency, EASE and co-occurrence vectors against what can be worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from divrec.columns import ITEM, SCORE
from divrec.errors import InputError
from divrec.models import load_model
from divrec.models.ease import EASE, item_weights
from divrec.models.frequency import Frequency
from divrec.models.gfcf import GFCF
from divrec.models.inputs import weighted
from divrec.models.item_space import cooccurrence_vectors, response_vectors
from divrec.models.popularity import Popularity
from divrec.models.sparse_ease import columns, sparse_item_weights
from divrec.models.validation import Validation

from .conftest import shop


def test_popularity_counts_users_not_events():
    data = shop([("a", "x"), ("a", "x"), ("a", "x"), ("a", "y"), ("b", "y"), ("c", "z")])
    lists = Popularity().fit(data).recommend(["new"], n=3, history=data.interactions.iloc[:0])
    assert lists[ITEM].tolist() == ["y", "x", "z"]  # x and z are equal: the catalogue's order decides
    assert lists[SCORE].tolist() == pytest.approx([2 / 3, 1 / 3, 1 / 3])


def test_frequency_follows_the_users_own_weights_then_popularity():
    data = shop([("a", "x"), ("a", "y"), ("a", "y"), ("b", "z"), ("b", "x"), ("c", "z"), ("c", "w"), ("d", "z")])
    model = Frequency().fit(data)
    assert model.recommend(["a"], n=4, repeat=True)[ITEM].tolist() == ["y", "x", "z", "w"]
    assert model.recommend(["a"], n=4)[ITEM].tolist() == ["z", "w"]


def test_ease_is_the_closed_form(random_shop):
    x = weighted(random_shop.matrix(), "binary").toarray().astype(np.float64)
    p = np.linalg.inv(x.T @ x + 25 * np.eye(60))
    b = -p / np.diag(p)
    np.fill_diagonal(b, 0)
    np.testing.assert_allclose(item_weights(sparse.csr_matrix(x, dtype=np.float32), 25), b, atol=2e-6)
    np.testing.assert_allclose(EASE(regularisation=25).fit(random_shop).score(random_shop.matrix()), x @ b, atol=2e-5)


@pytest.mark.parametrize("block", [1, 7, 60, 64])
def test_ease_does_not_depend_on_its_blocks(random_shop, monkeypatch, block):
    x = weighted(random_shop.matrix(), "binary")
    whole = item_weights(x, 25)
    monkeypatch.setattr("divrec.models.ease._BLOCK", block)
    np.testing.assert_allclose(item_weights(x, 25), whole, atol=1e-6)


def test_ease_finds_the_same_lists_as_in_double_precision(random_shop):
    """Also where λ is small and the float32 inverse is at its worst."""
    x = weighted(random_shop.matrix(), "binary").toarray().astype(np.float64)
    p = np.linalg.inv(x.T @ x + 0.5 * np.eye(60))
    b = -p / np.diag(p)
    np.fill_diagonal(b, 0)
    best = np.argsort(-np.where(x > 0, -np.inf, x @ b), axis=1)[:, :5]
    found = EASE(regularisation=0.5).fit(random_shop).candidates(random_shop.user_ids, n=5).items
    assert (found == best).mean() > 0.995


def test_sparse_ease_with_all_neighbours_is_ease(random_shop):
    """Up to an item's own neighbours: those that share no shopper with it have a weight there that is left out here."""
    x = sparse.csr_matrix(np.random.default_rng(0).random((50, 12)) < 0.5, dtype=np.float32)
    b = columns(*sparse_item_weights(x, 25, 11)).toarray()
    np.testing.assert_allclose(b, item_weights(x, 25), atol=1e-5)


def test_a_column_of_sparse_ease_is_the_regression_on_its_neighbours():
    x = sparse.csr_matrix(np.random.default_rng(0).random((50, 12)) < 0.3, dtype=np.float32)
    rows, weights = sparse_item_weights(x, 25, 4)
    dense = x.toarray().astype(np.float64)
    for item in range(12):
        near = dense[:, rows[item]]
        expected = np.linalg.solve(near.T @ near + 25 * np.eye(4), near.T @ dense[:, item])
        np.testing.assert_allclose(weights[item], expected, atol=1e-5)


def test_ease_is_sparse_beyond_the_items_it_can_hold(random_shop, tmp_path):
    model = EASE(dense_items=59, neighbours=10).fit(random_shop)
    assert set(model._weights()) == {"rows", "weights"}
    model.save(tmp_path / "m")
    found = load_model(tmp_path / "m").score(random_shop.matrix())
    np.testing.assert_array_equal(found, model.score(random_shop.matrix()))
    whole = EASE().fit(random_shop).score(random_shop.matrix())
    assert np.corrcoef(found.ravel(), whole.ravel())[0, 1] > 0.9


def test_tuning_finds_the_lambda_that_validation_likes_best(random_shop):
    train, test = random_shop.split("last", n=2)
    model = EASE(tune=True).fit(train, valid=test)
    validation = Validation.from_dataset(test, train.item_ids)
    quality = {
        value: validation.ndcg(EASE(regularisation=value).fit(train).score, 20) for value in (30, 100, 300, 1000, 3000)
    }
    assert quality[model.settings.regularisation] == max(quality.values())


def test_gfcf_is_the_filter_written_out(random_shop):
    x = weighted(random_shop.matrix(), "binary").toarray().astype(np.float64)
    users, items = x.sum(axis=1), np.maximum(x.sum(axis=0), 1)
    graph = x / np.sqrt(users)[:, None] / np.sqrt(items)
    axes = np.linalg.svd(graph)[2][:5].T
    smooth = (axes / np.sqrt(items)[:, None]) @ (axes.T * np.sqrt(items))
    expected = x @ (graph.T @ graph + 0.3 * smooth)
    found = GFCF(components=5, low_pass=0.3).fit(random_shop).score(random_shop.matrix())
    np.testing.assert_allclose(found, expected, atol=1e-2)


def test_ease_says_when_lambda_is_too_small():
    x = sparse.csr_matrix(np.full((3, 40), 1e4, dtype=np.float32))
    with pytest.raises(InputError, match=r"regularisation=0\.01 is too small for 40 items; try 0\.1"):
        item_weights(x, 0.01)


def test_log_weighting_counts_repeats_less_and_less():
    x = sparse.csr_matrix(np.array([[0, 1, 3, -2, np.nan]], dtype=np.float32))
    assert weighted(x, "log").toarray()[0].tolist() == pytest.approx([0, np.log(2), np.log(4), 0, 0])
    assert weighted(x, "binary").toarray()[0].tolist() == [0, 1, 1, 0, 0]


def test_cooccurrence_vectors_rebuild_the_correlations(random_shop):
    x = weighted(random_shop.matrix(), "binary").toarray()
    vectors = cooccurrence_vectors(random_shop.matrix(), dimensions=59)
    np.testing.assert_allclose(vectors @ vectors.T, np.corrcoef(x.T), atol=0.02)
    # fewer dimensions are the first of more
    np.testing.assert_allclose(cooccurrence_vectors(random_shop.matrix(), 5), vectors[:, :5], atol=1e-3)


def test_response_vectors_span_the_covariance_of_responses():
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(12, 5)).astype(np.float32)
    features = (rng.normal(size=(400, 5)) * [3, 2, 1, 1e-9, 0] + 4).astype(np.float32)  # two features say nothing
    vectors = response_vectors(weights, features).astype(np.float64)
    assert vectors.shape == (12, 3)
    square = vectors.T @ vectors
    np.testing.assert_allclose(square, np.diag(np.diag(square)), atol=1e-4)  # principal axes, the widest first
    assert (np.diff(np.diag(square)) < 0).all()
    undamped = vectors * np.linalg.norm(vectors, axis=0)
    np.testing.assert_allclose(undamped @ undamped.T, np.cov((features @ weights.T).T, bias=True), atol=1e-3)
    np.testing.assert_allclose(response_vectors(weights, features, 2), vectors[:, :2], atol=1e-5)


@pytest.mark.parametrize("x", [np.zeros((4, 3)), np.ones((4, 3)), np.ones((1, 1)), np.eye(2)[:1]])
def test_cooccurrence_vectors_of_items_that_tell_nothing_are_zero(x):
    vectors = cooccurrence_vectors(sparse.csr_matrix(x, dtype=np.float32))
    assert len(vectors) == x.shape[1]
    assert not vectors.any()


def test_settings_refuse_what_they_cannot_use():
    for settings, message in [
        ({"regularisation": 0}, "regularisation must be from 0.01 to 1000000.0, found 0"),
        ({"regularisation": float("nan")}, "found nan"),
        ({"regularisation": "500"}, r"must be float, found '500' \(str\)"),
        ({"regularisation": True}, "must be float, found True"),
        ({"weighting": "loud"}, "must be one of 'binary', 'log', found 'loud'"),
    ]:
        with pytest.raises(InputError, match=message):
            EASE(**settings)


def test_fitting_does_not_touch_the_log(random_shop):
    before = random_shop.interactions.copy()
    EASE().fit(random_shop)
    pd.testing.assert_frame_equal(random_shop.interactions, before)


@pytest.mark.parametrize("dense_items", [1, 100])
def test_a_user_who_weighs_two_counts_like_two_users_in_ease(random_shop, dense_items):
    log, settings = random_shop.interactions, {"regularisation": 25, "dense_items": dense_items}
    first = log["user_id"].isin(random_shop.user_ids[:20])
    again = log[first].assign(user_id="again-" + log["user_id"].astype("str"))
    users = pd.DataFrame({"user_id": [*random_shop.user_ids, *again["user_id"].unique()]})
    doubled = random_shop.with_interactions(pd.concat([log, again], ignore_index=True), users=users)
    weights = np.where(np.arange(len(random_shop.user_ids)) < 20, 2.0, 1.0)
    weighed = EASE(**settings).fit(random_shop, user_weights=weights)
    known = random_shop.matrix()
    np.testing.assert_allclose(weighed.score(known), EASE(**settings).fit(doubled).score(known), atol=1e-5)


def test_user_weights_that_cannot_be_heeded_are_refused(random_shop):
    users = len(random_shop.user_ids)
    with pytest.raises(InputError, match="counts every user alike"):
        Popularity().fit(random_shop, user_weights=np.ones(users))
    for wrong in (np.ones(users - 1), np.full(users, -1.0), np.full(users, np.nan)):
        with pytest.raises(InputError, match=f"{users} numbers from 0 on"):
            EASE().fit(random_shop, user_weights=wrong)
