"""Items that nobody has bought, on a shop whose answer is known: each shopper keeps to one kind of product."""

import numpy as np
import pandas as pd
import pytest

import divrec as dr
from divrec.data.dataset import Dataset
from divrec.data.features.text import TextSpace, tf_idf
from divrec.errors import ArtefactError, InputError, NotFittedError
from divrec.synthesis.hidden import METHODS, judge
from divrec.synthesis.settings import ColdStartSettings

KINDS = {"Shoes": "leather boot trail", "Lamps": "light shade glow", "Books": "novel story page"}
STEPS = 400  # enough for three kinds


def made(count: int, each: int) -> Dataset:
    """Make a shop of ``count`` items and 90 shoppers who have ``each`` of them, all of one kind."""
    rng = np.random.default_rng(7)
    kinds = list(KINDS)
    items = pd.DataFrame({
        "item_id": [f"p{at:02d}" for at in range(count)],
        "title": [f"{rng.choice(KINDS[kinds[at % 3]].split())} {kinds[at % 3]} model{at}" for at in range(count)],
        "category": [kinds[at % 3] for at in range(count)],
        "price": rng.uniform(5, 50, count).round(2),
    })  # fmt: skip
    rows = [
        (f"u{user:02d}", f"p{item:02d}")
        for user in range(90)
        for item in rng.choice(np.flatnonzero(np.arange(count) % 3 == user % 3), each, replace=False)
    ]
    events = pd.DataFrame(rows, columns=["user_id", "item_id"])
    events = events.assign(event="purchase", weight=1.0, time=pd.Timestamp("2025-01-01"))
    return Dataset(events, items, pd.DataFrame({"user_id": [f"u{user:02d}" for user in range(90)]}))


@pytest.fixture(scope="module")
def shop() -> Dataset:
    return made(60, 8)


@pytest.fixture(scope="module")
def new() -> pd.DataFrame:
    return pd.DataFrame({
        "item_id": ["n1", "n2"], "title": ["glow of a shade", "a trail boot"], "category": ["Lamps", "Shoes"],
        "price": [20.0, None],
    })  # fmt: skip


@pytest.fixture(scope="module")
def learned(shop) -> dict[str, dr.ColdStart]:
    return {method: dr.ColdStart(steps=STEPS).fit(shop, method) for method in METHODS}


@pytest.mark.parametrize("method", METHODS)
def test_a_new_item_finds_the_shoppers_of_its_kind(method, learned, shop, new):
    audience = learned[method].audience(new, shop)
    for item, kind in (("n1", 1), ("n2", 0)):
        foremost = audience[audience["item_id"] == item].head(30)["user_id"]
        right = np.mean([int(user[1:]) % 3 == kind for user in foremost])
        assert right > 0.8 if method == "adversary" else right == 1


@pytest.mark.parametrize("method", METHODS)
def test_what_was_saved_gives_the_same_weights(method, learned, new, tmp_path):
    learned[method].save(tmp_path / "cold")
    again = dr.ColdStart.load(tmp_path / "cold")
    pd.testing.assert_frame_equal(again.weights(new), learned[method].weights(new))
    pd.testing.assert_frame_equal(again.table, learned[method].table)
    assert again.method == method


def test_the_same_seed_learns_the_same(learned, shop, new):
    again = dr.ColdStart(steps=STEPS).fit(shop, "adversary")
    pd.testing.assert_frame_equal(again.weights(new), learned["adversary"].weights(new))


def test_every_method_beats_chance_on_hidden_items_and_the_best_is_used(shop):
    cold = dr.ColdStart(steps=STEPS).fit(shop)
    ndcg = cold.table[cold.table["metric"] == "ndcg"].set_index("method")
    assert (ndcg.loc[list(METHODS), "low"] > ndcg.loc["random", "high"]).all()
    assert cold.method == ndcg.loc[list(METHODS), "value"].idxmax()
    assert ((cold.table["low"] <= cold.table["value"]) & (cold.table["value"] <= cold.table["high"])).all()


def test_a_log_without_events_of_hidden_items_cannot_be_judged_on_them(shop):
    settings = ColdStartSettings()
    first = np.random.default_rng(settings.seed).permutation(60)[: round(settings.hidden * 60)]
    log = shop.interactions[~shop.interactions["item_id"].isin(shop.items["item_id"].to_numpy()[first])]
    with pytest.raises(InputError, match="found 0"):
        judge(shop.with_interactions(log), settings)


def test_ridge_weights_are_those_of_regressing_buyers_on_content(learned, shop, new):
    from sklearn.linear_model import Ridge

    cold = learned["ridge"]
    content, wanted = cold._space.place(shop.items), cold._space.place(new)
    buyers = (shop.matrix() > 0).toarray().T.astype(np.float64)
    expected = Ridge(cold.settings.regularisation).fit(content, buyers).predict(wanted)
    found = cold.weights(new).to_numpy(np.float64) @ buyers
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_an_item_of_which_nothing_is_known_is_placed_by_the_mean(learned, shop):
    blank = pd.DataFrame({"item_id": ["n"], "title": ["zzz"]})
    weights = learned["text"].weights(blank)
    assert (weights == 0).all(axis=None)
    assert np.isfinite(learned["ridge"].weights(blank)).all(axis=None)


def test_errors_say_what_to_do(shop, new, tmp_path):
    with pytest.raises(InputError, match="one of adversary, ridge, text; found 'oracle'"):
        dr.ColdStart().fit(shop, "oracle")
    with pytest.raises(NotFittedError, match="call fit"):
        dr.ColdStart().weights(new)
    dr.ColdStart(steps=1).fit(shop, "text").save(tmp_path / "cold")
    path = tmp_path / "cold" / "content.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"\x07")
    with pytest.raises(ArtefactError, match="differs from its checksum"):
        dr.ColdStart.load(tmp_path / "cold")


@pytest.mark.parametrize("texts", [["red trail boot", "blue boot", "a red lamp"], ["红色的靴子", "蓝靴", "红灯"]])
def test_learned_texts_lie_as_tf_idf_has_them(texts):
    column = pd.Series(texts)
    space = TextSpace.learn(column, 2, seed=7)
    weighed = tf_idf(column).toarray()
    _, _, axes = np.linalg.svd(weighed)
    expected = weighed @ axes[:2].T
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(space.place(column) @ space.place(column).T, expected @ expected.T, atol=1e-5)
    assert (space.place(pd.Series([""])) == 0).all()
