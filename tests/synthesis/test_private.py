"""Private generation: nothing real comes out but through noise, what would read real shoppers is refused."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from divrec.columns import EVENT, ITEM, PRICE, SESSION, TIME, USER, WEIGHT
from divrec.data.dataset import Dataset
from divrec.errors import Cancelled, InputError
from divrec.models.budget import PrivateSettings
from divrec.models.inputs import weighted
from divrec.models.noise import Noise
from divrec.synthesis import releases
from divrec.synthesis.closeness import membership_auc
from divrec.synthesis.jobs import ShopperJobSettings
from divrec.synthesis.private import generate_private_shoppers, synthesise_privately
from divrec.synthesis.settings import ShopperSettings

ITEMS = 60
FAST = PrivateSettings(steps=10, hidden_dim=16, latent_dim=4)


def make(shoppers, seed=1):
    """Shoppers who buy 8 of the 20 items of their block; dear events in a secret kind that only one of them has."""
    rng = np.random.default_rng(seed)
    rows = [(f"u{u:04}", f"i{20 * (u % 3) + i:02}") for u in range(shoppers) for i in rng.choice(20, 8, replace=False)]
    log = pd.DataFrame(rows, columns=[USER, ITEM]).astype("str").assign(**{EVENT: "purchase", WEIGHT: 5.0})
    day = pd.Timestamp("2024-03-04") + pd.to_timedelta(7 * rng.integers(20, size=len(log)), unit="D")
    log[TIME] = (day + pd.to_timedelta(rng.integers(1080, 1260, size=len(log)), unit="m")).astype("datetime64[us]")
    log[PRICE], log[SESSION], log["note"] = 987.0, "s", "secret"
    log.loc[0, [EVENT, TIME]] = ["secret", pd.Timestamp("2031-01-01")]
    items = pd.DataFrame({ITEM: [f"i{i:02}" for i in range(ITEMS)], PRICE: np.arange(ITEMS) + 1.0})
    users = pd.DataFrame({USER: [f"u{u:04}" for u in range(shoppers)]}).astype("str")
    return Dataset(log, items.astype({ITEM: "str"}), users)


@pytest.fixture(scope="module")
def shop():
    return make(600)


@pytest.fixture(scope="module")
def made(shop):
    return generate_private_shoppers(shop, epsilon=8.0, n=400)


def test_the_log_has_the_columns_that_can_be_told_and_nothing_of_one_shopper(shop, made):
    events = made.generated.events
    assert set(events) == {USER, ITEM, EVENT, TIME, WEIGHT, PRICE, SESSION}
    assert events[USER].nunique() == 400
    assert not set(events[USER]) & set(shop.user_ids)
    assert set(events[EVENT]) == {"purchase"}
    assert set(events[PRICE]) <= set(shop.items[PRICE])  # the catalogue's, never what was paid
    assert set(events[TIME].dt.year) == {2024}
    assert (events[TIME].dt.day_of_week == 0).mean() > 0.9
    assert events[TIME].dt.hour.between(18, 21).mean() > 0.9
    assert events.groupby(USER)[ITEM].nunique().between(6, 10).mean() > 0.9
    assert not events.duplicated([USER, ITEM]).any()
    assert Dataset(events, shop.items, made.generated.users).matrix().shape == (400, ITEMS)


def test_the_promise_says_what_was_spent(made):
    said = json.loads(json.dumps(made.guarantee()))
    assert said["epsilon"] == 8.0
    assert said["delta"] == 1e-4
    assert said["spent"] <= 8.0
    assert {"protects", "mechanism", "accountant", "assumes", "training", "release"} <= set(said)
    assert "600" not in json.dumps(said)  # how many were learned from is no part of it


def test_who_was_learned_from_cannot_be_guessed(shop, made):
    others = make(600, seed=2)
    seen, unseen = (weighted(each.matrix(), "binary") for each in (shop, others))
    assert membership_auc(seen, unseen, made.generated.histories) < 0.55


def test_the_same_seed_does_not_give_the_same_rows(shop):
    first, again = (
        synthesise_privately(shop, ShopperSettings(n=50, seed=3), 8.0, learning=FAST).generated.histories
        for _ in range(2)
    )
    assert (first != again).nnz


def test_one_shopper_more_changes_a_release_by_no_more_than_its_bound():
    rng = np.random.default_rng(0)
    rows = sparse.csr_matrix(rng.random((50, 9)))
    huge = sparse.csr_matrix(np.full((1, 9), 1e6))
    without, with_huge = (
        releases.release(each, 2.0, 0.0, Noise()) for each in (rows, sparse.vstack([rows, huge], format="csr"))
    )
    assert np.linalg.norm(with_huge - without) == pytest.approx(2.0)
    noised = np.array([releases.release(rows, 2.0, 5.0, Noise()) for _ in range(300)])
    assert noised.std(axis=0).mean() == pytest.approx(10.0, rel=0.1)  # σ · bound
    np.testing.assert_allclose(noised.mean(axis=0), without, atol=3)


def rowwise(kind, data, noise):
    """The rows that a release sums, one for each shopper, as they are before anything is added."""
    caught = []
    real = releases.release

    def catch(rows, bound, deviation, noise):
        caught.append((sparse.csr_matrix(rows), bound))
        return real(rows, bound, deviation, noise)

    releases.release = catch
    try:
        known = weighted(data.matrix(), "binary")
        if kind == "calendar":
            releases.calendar(data, 1.0, noise)
        elif kind == "places":
            releases.places(np.random.default_rng(0).normal(0, 50, (known.shape[0], 5)), 10.0, 1.0, noise)
        else:
            getattr(releases, kind)(known, 1.0, noise)
    finally:
        releases.release = real
    return caught[0]


@pytest.mark.parametrize("kind", releases.RELEASES)
def test_no_row_of_a_release_is_longer_than_its_bound_and_none_knows_of_another_shopper(shop, kind):
    rows, bound = rowwise(kind, shop, Noise())
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    assert lengths.max() <= bound * (1 + 1e-6)  # so that cutting them takes nothing
    if kind == "places":
        return
    fewer = shop.interactions[shop.interactions[USER] != "u0005"].reset_index(drop=True)
    left = Dataset(fewer, shop.items, shop.users[shop.users[USER] != "u0005"].reset_index(drop=True))
    other, _ = rowwise(kind, left, Noise())
    kept = np.arange(rows.shape[0]) != 5
    assert abs(rows[kept] - other).max() == 0


def test_a_covariance_is_found_again_where_shoppers_are_many():
    rng = np.random.default_rng(0)
    truth = np.array([[0.6, 0.3], [0.3, 0.5]])
    rows = rng.multivariate_normal([0.2, -0.1], truth, 200_000) * 0.6
    found = releases.places(rows, 200_000.0, 5.0, Noise())
    np.testing.assert_allclose(found.mean, rows.mean(axis=0), atol=0.02)
    np.testing.assert_allclose(found.covariance, np.cov(rows.T), atol=0.05)
    few = releases.places(rows[:20], 20.0, 5.0, Noise())
    assert np.isfinite(few.sample(10, rng)).all()
    assert np.linalg.eigvalsh(few.covariance).min() > 0


def test_holding_out_by_id_moves_nobody_else(shop):
    learned, held = shop.split("users", share=0.25, seed=7, by_id=True)
    assert len(held.users) / len(shop.users) == pytest.approx(0.25, abs=0.06)
    fewer = shop.interactions[~shop.interactions[USER].isin(["u0005", "u0006"])].reset_index(drop=True)
    left, _ = Dataset(fewer, shop.items, shop.users).split("users", share=0.25, seed=7, by_id=True)
    assert set(left.users[USER]) == set(learned.users[USER]) - {"u0005", "u0006"}
    other, _ = shop.split("users", share=0.25, seed=8, by_id=True)
    assert set(other.users[USER]) != set(learned.users[USER])


@pytest.mark.parametrize(
    "asked", [{"mix": {"a": 1.0}}, {"adventurous": 0.5}, {"stretch": 0.5}, {"prior": "wgan"}]
)  # fmt: skip
def test_what_reads_real_shoppers_again_is_refused(shop, asked):
    with pytest.raises(InputError, match="drawn all together"):
        synthesise_privately(shop, ShopperSettings(**asked), 3.0)
    with pytest.raises(InputError, match="drawn all together"):
        ShopperJobSettings(epsilon=3.0, family="multvae", **asked)


def test_what_no_promise_can_be_made_of_is_refused(shop):
    with pytest.raises(InputError, match="δ must be below 1 / 600"):
        generate_private_shoppers(shop, 3.0, delta=0.005)
    with pytest.raises(InputError, match="at least 100 shoppers"):
        generate_private_shoppers(make(60), 3.0)
    with pytest.raises(InputError, match="only multvae"):
        ShopperJobSettings(epsilon=3.0)
    with pytest.raises(InputError, match="belongs to an ε"):
        ShopperJobSettings(delta=1e-5)


def test_it_can_be_cancelled_within_a_step(shop):
    told = []

    def heard(stage):
        told.append(stage)
        if len(told) > 5:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        synthesise_privately(shop, ShopperSettings(n=50), 3.0, heard=heard)
    assert told == ["fit", "", "", "", "", ""]
