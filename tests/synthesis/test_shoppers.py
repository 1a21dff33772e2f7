"""Generated shoppers: like the real ones, of the groups asked for, no copies, the same for the same seed."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from divrec.columns import EVENT, ITEM, TIME, USER, WEIGHT
from divrec.data.dataset import Dataset, histories
from divrec.data.groups import Groups
from divrec.errors import CollapseError, InputError
from divrec.models.aae import AAE
from divrec.models.ease import EASE
from divrec.synthesis import shoppers
from divrec.synthesis.closeness import exact_copies
from divrec.synthesis.fidelity import fidelity
from divrec.synthesis.histories import by_rank, gumbel_top
from divrec.synthesis.keeping import bounds_of, reasons
from divrec.synthesis.settings import FilterSettings, ShopperSettings, WganSettings
from divrec.synthesis.shoppers import generate_shoppers, synthesise
from divrec.synthesis.wgan import Wgan

BLOCKS, ITEMS = 3, 60


@pytest.fixture(scope="module")
def shop():
    """300 shoppers who buy 8 of the 20 items of their block, of uneven popularity, on weekday evenings."""
    rng = np.random.default_rng(1)
    share = 1 / np.arange(1, 21) ** 0.5
    rows = [
        (f"u{user:03}", f"b{user % BLOCKS}i{item:02}", kind)
        for user in range(300)
        for item in rng.choice(20, 8, replace=False, p=share / share.sum())
        for kind in ("view", "purchase")[: 1 + (item % 2)]
    ]
    log = pd.DataFrame(rows, columns=[USER, ITEM, EVENT]).astype("str")
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(7 * rng.integers(50, size=len(log)), unit="D")
    log[TIME] = day + pd.to_timedelta(rng.integers(18 * 60, 21 * 60, size=len(log)), unit="m")
    log[WEIGHT] = np.where(log[EVENT] == "purchase", 5.0, 1.0)
    log["price"] = log[ITEM].str[-2:].astype(float) + 1
    log = log.sort_values(TIME, kind="stable", ignore_index=True)
    items = pd.DataFrame({ITEM: [f"b{b}i{i:02}" for b in range(BLOCKS) for i in range(20)]}).astype("str")
    return Dataset(log, items, pd.DataFrame({USER: [f"u{u:03}" for u in range(300)]}).astype("str"))


@pytest.fixture(scope="module")
def groups(shop):
    return pd.Series([f"block {u % BLOCKS}" for u in range(300)], index=shop.user_ids, dtype="str")


@pytest.fixture(scope="module")
def model(shop):
    return AAE(hidden_dim=64, latent_dim=16, epochs=30, batch=50, stop_by="nothing").fit(shop)


def test_the_log_is_like_the_one_read(shop, model):
    more = generate_shoppers(model, shop, n=200)
    assert more.dtypes.equals(shop.interactions.dtypes)
    assert more[USER].nunique() == 200
    assert not set(more[USER]) & set(shop.user_ids)
    assert more[TIME].is_monotonic_increasing
    assert (more[TIME].dt.day_of_week == 0).mean() > 0.99  # all real visits begin on Monday evenings
    assert (more["price"] == more[ITEM].str[-2:].astype(float) + 1).all()  # each item keeps its own price
    odd = more[ITEM].str[-1].astype(int) % 2 == 1
    assert set(more.loc[~odd, EVENT]) == {"view"}  # kinds follow the item, as in the real log
    assert set(more.loc[odd, EVENT]) == {"view", "purchase"}
    assert (more.groupby(USER)[ITEM].nunique() == 8).all()


def test_the_same_seed_gives_the_same_rows(shop, model):
    first, again = (generate_shoppers(model, shop, n=60, seed=3) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(generate_shoppers(model, shop, n=60, seed=4))


def test_the_asked_mix_of_groups_is_hit(shop, model, groups):
    mix = {"block 0": 3.0, "block 2": 1.0}
    made = synthesise(model, shop, ShopperSettings(n=200, mix=mix), groups)
    assert made.users["group"].value_counts().to_dict() == {"block 0": 150, "block 2": 50}
    for number, group in enumerate(made.users["group"]):
        columns = made.histories[number].indices // 20
        assert np.bincount(columns, minlength=BLOCKS).argmax() == int(group[-1])


def test_one_group_by_name(shop, model, groups, monkeypatch):
    monkeypatch.setattr(shoppers, "shopper_groups", lambda _: Groups(groups, pd.DataFrame()))
    more = generate_shoppers(model, shop, n=50, group="block 1")
    assert (more[ITEM].str[:2] == "b1").mean() > 0.7  # by chance a third


def test_an_unknown_group_and_a_ranker_are_refused(shop, model, groups):
    with pytest.raises(InputError, match="no group 'nobody'"):
        synthesise(model, shop, ShopperSettings(n=10, mix={"nobody": 1}), groups)
    with pytest.raises(InputError, match="autoencoder"):
        generate_shoppers(EASE().fit(shop), shop)


def test_adventure_mixes_kinds_and_temperature_spreads(shop, model, groups):
    def strayed(**controls):
        settings = ShopperSettings(n=80, mix={"block 0": 1.0}, **controls)
        return float((synthesise(model, shop, settings, groups).histories.indices // 20 != 0).mean())

    calm = strayed()
    assert strayed(adventurous=1.0) > calm
    assert strayed(temperature=2.0) > calm


def test_the_filter_drops_planted_copies_and_outliers(shop):
    real = (shop.matrix() > 0).astype(np.float32)
    bounds = bounds_of(real, FilterSettings())
    stranger = sparse.csr_matrix((np.ones(9), ([0] * 9, [0, 1, 2, 20, 21, 22, 40, 41, 42])), shape=(1, ITEMS))
    between = real[0].copy()
    between.indices[0] = np.setdiff1d(np.arange(20), between.indices)[0]
    between.indices[1] = np.setdiff1d(np.arange(20), between.indices)[0]
    said = reasons(sparse.vstack([real[5], stranger, between], format="csr"), real, bounds)
    assert said[:2].tolist() == ["copy", "outlier"]
    assert said[2] in ("kept", "copy")  # near a real one, and never an outlier


def test_gumbel_top_draws_by_the_softmax_without_replacement():
    logits = np.tile(np.log(np.array([0.6, 0.3, 0.1], dtype=np.float32)), (4000, 1))
    rows = gumbel_top(logits, np.ones(4000, dtype=np.int64), 1.0, np.random.default_rng(0))
    assert np.bincount(rows.indices) / 4000 == pytest.approx([0.6, 0.3, 0.1], abs=0.03)
    whole = gumbel_top(logits[:5], np.full(5, 3), 1.0, np.random.default_rng(0))
    assert (np.diff(whole.indptr) == 3).all()


def test_lengths_by_rank_keep_the_real_distribution():
    real = np.array([1, 1, 2, 5])
    assert by_rank(np.array([0.3, -2.0, 9.0, 0.1]), real).tolist() == [2, 1, 5, 1]


def test_the_wgan_finds_both_kinds_and_tells_of_its_collapse():
    rng = np.random.default_rng(0)
    kind = rng.random(600) < 0.5
    places = np.column_stack([np.where(kind, 3, -3), np.zeros(600)]) + rng.normal(scale=0.3, size=(600, 2))
    settings = WganSettings(epochs=80, batch=100, width=64, noise=8, learning_rate=1e-3, critic_steps=2)
    drawn = Wgan(places, settings).sample(400, seed=1)
    assert 0.25 < (drawn[:, 0] > 1.5).mean() < 0.75
    assert 0.25 < (drawn[:, 0] < -1.5).mean() < 0.75
    with pytest.raises(CollapseError):
        Wgan(places, WganSettings(epochs=30, width=8, noise=2, learning_rate=1.0, critic_steps=1, penalty=0.0))


def test_fidelity_of_the_real_rows_themselves_and_of_noise(shop, model):
    known, held_out = shop.split("users", share=0.3)
    rename = {user: f"x{user}" for user in known.user_ids}
    itself = known.interactions.assign(**{USER: known.interactions[USER].map(rename)})
    same = fidelity(known, itself, held_out).set_index("metric")["value"]
    for name in ("item_popularity", "history_length", "cooccurrence", "event_kind", "price", "generated_against_real"):
        assert same[name] == pytest.approx(1)
    assert same["exact_copies"] == len(known.user_ids)
    assert same["membership_auc"] > 0.95  # copies give everybody away
    made = fidelity(known, generate_shoppers(model, known, n=200), held_out).set_index("metric")["value"]
    assert made["exact_copies"] == 0
    assert made["membership_auc"] < 0.8
    noise = itself.assign(**{ITEM: np.random.default_rng(0).permutation(itself[ITEM])})
    worse = fidelity(known, noise, held_out).set_index("metric")["value"]
    assert worse["cooccurrence"] < made["cooccurrence"]
    assert worse["detector_auc"] > made["detector_auc"]
    assert np.isnan(fidelity(known, noise).set_index("metric")["value"]["membership_auc"])


def test_exact_copies_counts_equal_rows(shop):
    real = (shop.matrix() > 0).astype(np.float32)
    more = histories(shop.interactions, ["u000", "u001"], shop.item_ids)
    assert exact_copies(real, (more > 0).astype(np.float32)) == 2
