"""Federated averaging: exact averages, one place is ordinary training, and no place sees another's shoppers."""

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import sparse

from divrec.columns import EVENT, ITEM, TIME, USER, WEIGHT
from divrec.data.dataset import Dataset
from divrec.errors import Cancelled, InputError
from divrec.models.aae import AAE
from divrec.models.ease import EASE
from divrec.models.federated import averaged, federated, random_places
from divrec.models.multvae import MultVAE
from divrec.models.registry import load_model

SMALL = {"hidden_dim": 24, "latent_dim": 8, "batch": 40, "learning_rate": 1e-2}


@pytest.fixture(scope="module")
def shop():
    """240 shoppers of three regions, each buying 6 of its region's 20 items."""
    rng = np.random.default_rng(2)
    rows = [
        (f"u{user:03}", f"i{20 * (user % 3) + item:02}")
        for user in range(240)
        for item in rng.choice(20, 6, replace=False)
    ]
    log = pd.DataFrame(rows, columns=[USER, ITEM]).astype("str").assign(**{EVENT: "purchase", WEIGHT: 1.0})
    log[TIME] = pd.Timestamp("2025-01-01") + pd.to_timedelta(np.arange(len(log)), unit="h")
    users = pd.DataFrame({USER: [f"u{u:03}" for u in range(240)], "region": ["abc"[u % 3] for u in range(240)]})
    items = pd.DataFrame({ITEM: [f"i{i:02}" for i in range(60)]})
    return Dataset(log, items.astype("str"), users.astype("str"))


def same(first, other):
    return all(np.array_equal(value, other._weights()[name]) for name, value in first._weights().items())


def test_averages_are_exact_and_weighted_by_counts():
    parts = [{"w": torch.tensor([1.0, 2.0])}, {"w": torch.tensor([5.0, -2.0])}]
    assert averaged(parts, [3, 1])["w"].tolist() == [2.0, 1.0]


@pytest.mark.parametrize("kind", [MultVAE, AAE])
def test_one_place_is_ordinary_training_bit_for_bit(shop, kind):
    ordinary = kind(**SMALL, epochs=3, stop_by="nothing").fit(shop)
    alone = federated(kind(**SMALL, epochs=1, local_epochs=3, stop_by="nothing"), shop, by=1)
    assert same(ordinary, alone)  # within one round the optimiser keeps its memory; between rounds it begins anew


def test_a_round_is_the_average_of_what_each_place_learns_by_itself(shop, monkeypatch):
    settings = {**SMALL, "epochs": 1, "stop_by": "nothing", "parts": 4, "local_epochs": 2}
    handed = []
    real = MultVAE._lesson

    def watched(self, histories, validation):
        lesson = real(self, histories, validation)
        handed.append(lesson)
        return lesson

    monkeypatch.setattr(MultVAE, "_lesson", watched)
    model = MultVAE(**settings).fit(shop)
    learned = handed[-4:]  # the last of each place, after its step, in the loop's order
    expected = averaged([lesson.network.state_dict() for lesson in learned], [lesson.rows for lesson in learned])
    for name, value in model._weights().items():
        np.testing.assert_allclose(value, expected[name].numpy(), rtol=1e-5, atol=1e-7)


def test_a_place_is_given_its_own_shoppers_only(shop, monkeypatch):
    seen = []
    real = MultVAE._lesson

    def watched(self, histories, validation):
        seen.append((histories.copy(), validation))
        return real(self, histories, validation)

    monkeypatch.setattr(MultVAE, "_lesson", watched)
    federated(MultVAE(**SMALL, epochs=2), shop, by="region")
    kinds = set()
    for histories, validation in seen:
        regions = set((histories.indices // 20).tolist())
        assert len(regions) <= 1  # items tell whose shoppers these are
        assert not (regions and validation.truth.nnz)
        kinds |= regions
    assert kinds == {0, 1, 2}


def test_the_same_seed_gives_the_same_weights(shop):
    first, again, other = (MultVAE(**SMALL, epochs=2, parts=5, seed=seed).fit(shop) for seed in (3, 3, 4))
    assert same(first, again)
    assert not same(first, other)


def test_places_are_of_equal_size_and_named_by_column_or_series(shop):
    assert set(np.bincount(random_places(103, 10, 7))) == {10, 11}
    by_column = federated(MultVAE(**SMALL, epochs=1), shop, by="region")
    by_series = federated(MultVAE(**SMALL, epochs=1), shop, by=shop.users.set_index(USER)["region"])
    assert same(by_column, by_series)
    with pytest.raises(InputError, match="no column 'town'; they have user_id, region"):
        federated(MultVAE(**SMALL), shop, by="town")
    with pytest.raises(InputError, match="multvae and aae learn in places; found ease"):
        federated(EASE(), shop)


def test_it_learns_what_all_places_know_and_is_an_ordinary_model(shop, tmp_path):
    model = federated(MultVAE(**SMALL, epochs=20, local_epochs=3, stop_by="nothing"), shop, by="region")
    scores = model.score(shop.matrix())
    right = [scores[user].reshape(3, 20).mean(axis=1).argmax() == user % 3 for user in range(240)]
    assert np.mean(right) > 0.95
    model.save(tmp_path / "model")
    np.testing.assert_array_equal(load_model(tmp_path / "model").score(shop.matrix()), scores)


def test_a_cancelled_training_goes_on_to_the_same_weights(shop, tmp_path):
    def stop(progress):
        if progress.epoch == 2:
            raise Cancelled("enough")

    settings = {**SMALL, "epochs": 4, "parts": 3, "stop_by": "nothing"}
    with pytest.raises(Cancelled):
        MultVAE(**settings).fit(shop, progress=stop, checkpoint=tmp_path)
    resumed = MultVAE(**settings).fit(shop, checkpoint=tmp_path)
    assert same(resumed, MultVAE(**settings).fit(shop))


def test_a_place_without_events_is_passed_over(shop):
    places = pd.Series(["here"] * 239 + ["nowhere"], index=shop.user_ids)
    emptied = shop.with_interactions(shop.interactions[shop.interactions[USER] != "u239"].reset_index(drop=True))
    model = federated(MultVAE(**SMALL, epochs=1), emptied, by=places)
    assert np.isfinite(model.score(sparse.csr_matrix((1, 60), dtype=np.float32))).all()
