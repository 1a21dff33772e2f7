"""What is hidden from training to watch it."""

import numpy as np
import pandas as pd
import pytest

from divrec.models.validation import Validation

from .conftest import shop


def test_hidden_items_leave_training_and_everything_else_stays(random_shop):
    histories = random_shop.matrix()
    left, validation = Validation.hold_out(histories, random_shop, seed=7)
    assert validation.truth.nnz > 0
    assert left.nnz + validation.truth.nnz == histories.nnz
    assert not validation.histories.multiply(validation.truth).nnz
    counts, hidden = np.diff(histories.indptr), validation.truth.nnz / histories.nnz
    assert hidden == pytest.approx(0.2, abs=0.05)
    assert (np.diff(left.indptr)[counts > 0] > 0).all()  # nobody loses everything
    np.testing.assert_allclose((left.multiply(histories != 0) - left).data, 0)  # weights are as they were


def test_at_most_a_tenth_of_many_users_is_watched():
    data = shop([(f"u{user}", item) for user in range(6000) for item in "xy"], items=["x", "y", "z"])
    left, validation = Validation.hold_out(data.matrix(), data, seed=7)
    assert validation.truth.shape[0] == 600
    assert left.shape == (6000, 3)


def test_the_items_that_came_last_are_hidden():
    order = ["d", "a", "c", "b", "e", "d", "d", "a"]  # d and a come again late, but were known before
    data = shop([("u", item) for item in order], items=list("abcde"))
    _, validation = Validation.hold_out(data.matrix(), data, seed=1)
    assert validation.truth.toarray()[0].tolist() == [0, 0, 0, 0, 1]


def test_without_times_any_item_may_be_hidden():
    log = shop([("u", item) for item in "abcde"]).interactions.assign(time=pd.NaT)
    data = shop([("u", item) for item in "abcde"]).with_interactions(log)
    hidden = {Validation.hold_out(data.matrix(), data, seed)[1].truth.indices[0] for seed in range(20)}
    assert len(hidden) > 2


def test_the_seed_decides_who_is_watched():
    data = shop([(f"u{user}", item) for user in range(900) for item in "xy"])
    first, again, other = (Validation.hold_out(data.matrix(), data, seed)[0] for seed in (1, 1, 2))
    assert (first != again).nnz == 0
    assert (first != other).nnz > 0


def test_ndcg_is_one_for_the_truth_and_nothing_is_asked_of_users_without(random_shop, monkeypatch):
    monkeypatch.setattr("divrec.models.validation._BATCH_SCORES", 60 * 9)  # several batches
    _, validation = Validation.hold_out(random_shop.matrix(), random_shop, seed=7)
    rows = iter(range(0, 10_000, 9))

    def oracle(histories):
        start = next(rows)
        return validation.truth[start : start + histories.shape[0]].toarray() + histories.toarray() * 100

    assert validation.ndcg(oracle, n=10) == pytest.approx(1.0)


def test_a_log_of_single_items_has_nothing_to_watch():
    data = shop([("a", "x"), ("b", "y")])
    _, validation = Validation.hold_out(data.matrix(), data, seed=7)
    assert np.isnan(validation.ndcg(lambda h: h.toarray(), n=10))


def test_log_likelihood_is_that_of_the_softmax(random_shop):
    _, validation = Validation.hold_out(random_shop.matrix(), random_shop, seed=7)
    scores = np.random.default_rng(0).normal(size=validation.truth.shape)
    truth = validation.truth.toarray()
    logs = np.log(np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True))
    expected = np.mean((logs * truth).sum(axis=1) / truth.sum(axis=1))
    assert validation.log_likelihood(lambda h: scores.copy()) == pytest.approx(expected)
