"""Where new items would lie and whom they would reach, on a shop whose answer is known: shoppers keep to one kind."""

import numpy as np
import pandas as pd
import pytest

import divrec as dr
from divrec.data.candidates import Candidates
from divrec.errors import InputError, NotFittedError
from divrec.models.inputs import weighted
from divrec.rerank.path import exact_path
from divrec.synthesis.hidden import METHODS, described, try_out
from divrec.synthesis.reach import Anchors, Newcomer, Peers, _joined, audience
from divrec.synthesis.settings import ColdStartSettings
from tests.synthesis.test_coldstart import STEPS, made, new  # noqa: F401  # the last is a fixture

ITEMS = 240


@pytest.fixture(scope="module")
def shop():
    return made(ITEMS, 24)


@pytest.fixture(scope="module")
def learned(shop):
    settings = ColdStartSettings(steps=STEPS)
    trial = try_out(shop, settings)
    return {method: dr.ColdStart(steps=STEPS).learn(shop, method, trial) for method in METHODS}


@pytest.fixture(scope="module")
def pool(shop) -> Candidates:
    return dr.EASE().fit(shop).candidates(shop.users, n=100)


def kinds(users) -> np.ndarray:
    return users.str[1:].astype(int) % 3


@pytest.mark.parametrize("method", METHODS)
def test_a_twin_lies_on_the_item_that_it_equals(method, learned, shop):
    cold, known = learned[method], learned[method].compared(shop.items)
    twins = shop.items.iloc[[4, 17]].assign(item_id=["n4", "n17"])
    lying = Anchors.of(cold.compared(twins), known)
    np.testing.assert_allclose(lying.alike[:, 0], 1, atol=1e-6)
    same = np.abs(known[lying.rows[:, 0]] - known[[4, 17]]).max(axis=1)
    np.testing.assert_allclose(same, 0, atol=1e-6)  # itself, or one that is described alike
    places = np.random.default_rng(7).normal(size=(ITEMS, 2))
    alone = Anchors(np.array([[4, 1, 2, 3, 5]]), np.array([[1, 0.6, 0.6, 0.6, 0.6]], dtype=np.float32))
    np.testing.assert_allclose(alone.between(places)[0], places[4], atol=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_a_new_item_reaches_the_shoppers_of_its_kind(method, learned, shop, new, pool):  # noqa: F811
    vectors = dr.EASE().fit(shop).item_vectors()
    found = dr.reach(learned[method], new, shop, pool, vectors, n=30)
    assert list(found.columns) == ["item_id", "user_id", "score", "place", "first"]
    for item, kind in (("n1", 1), ("n2", 0)):
        of_item = found[found["item_id"] == item]
        reached = of_item[of_item["first"] == 0]
        assert len(reached) >= 8
        assert (kinds(reached["user_id"]) == kind).mean() > 0.8
        assert of_item.loc[of_item["place"] == 0, "first"].isna().all()  # outside the pool, in no list


@pytest.mark.parametrize("method", METHODS)
def test_a_twin_has_the_place_of_the_item_that_it_equals(method, learned, shop):
    cold, histories = learned[method], weighted(shop.matrix(), "binary")
    peers = Peers.of(cold, shop.items, histories)
    at = np.flatnonzero(cold.hidden)[3]
    score, before = peers.places(shop.items.iloc[[at]].assign(item_id="twin"))
    space, mapped = cold.blind
    content = described(method, space, shop.items[cold.hidden], None)
    scores = np.asarray(histories[:, ~cold.hidden] @ mapped.T) @ content.T
    np.testing.assert_allclose(score, scores[:, 3], rtol=1e-4, atol=1e-4)
    owned = histories[:, cold.hidden].toarray() > 0
    rivals, same = np.where(owned, -np.inf, scores), 1e-5 * np.abs(scores[:, [3]])
    better = (rivals > scores[:, [3]] + same).sum(axis=1)
    equal = (rivals >= scores[:, [3]] - same).sum(axis=1) - better
    left = ITEMS - np.diff(histories.indptr)
    expected = (better + equal / 2 + 0.5) * left / (cold.hidden.sum() - owned.sum(axis=1) + 1)
    assert (np.abs(before - expected) < 1.01).mean() > 0.9  # sums in another order may part equals


@pytest.mark.parametrize("method", METHODS)
def test_hidden_items_are_given_their_share_of_the_places(method, learned, shop):
    """Taken as new ones, each beside all others, they stand in the first tenth of the places in a tenth of cases."""
    cold, histories = learned[method], weighted(shop.matrix(), "binary")
    hidden = np.flatnonzero(cold.hidden)
    ahead = []
    for at in hidden:
        without = Peers.of(cold, shop.items, histories)
        others = hidden != at
        peers = Peers(cold, shop.items.iloc[hidden[others]], without._tastes, without._owned[:, others],
                      without._left, None)  # fmt: skip
        lacks = histories[:, [at]].toarray().ravel() == 0
        _, before = peers.places(shop.items.iloc[[at]].assign(item_id="new"))
        ahead += (before[lacks] < without._left[lacks] / 10).tolist()
    assert np.mean(ahead) == pytest.approx(0.1, abs=0.025)


def test_an_item_is_placed_among_others_described_by_as_much(learned, shop):
    peers = Peers.of(learned["ridge"], shop.items, weighted(shop.matrix(), "binary"))
    whole = shop.items.iloc[[5]].assign(item_id="new")
    bare = whole[["item_id", "title"]]
    assert (peers.places(bare)[1] == peers.places(whole.assign(price=None, category=None))[1]).all()
    kind = kinds(shop.user_ids) == 2
    before = peers.places(bare)[1]
    assert before[kind].mean() < before[~kind].mean()


@pytest.mark.parametrize("rerank", ["mmr", "dpp"])
def test_the_first_value_is_that_of_the_exact_path(rerank, learned, shop, new, pool):  # noqa: F811
    cold, vectors = learned["ridge"], dr.EASE().fit(shop).item_vectors()
    scores, before = Peers.of(cold, shop.items, weighted(shop.matrix(), "binary")).places(new.iloc[[0]])
    vector = Anchors.of(cold.compared(new), cold.compared(shop.items)).between(vectors)[0]
    newcomer = Newcomer("n1", vector, new.iloc[[0]])
    found = audience(newcomer, scores, before, pool, vectors, rerank, n=5)
    rows = np.vstack([vectors, vector])
    later = 0
    for user in np.flatnonzero(found.table["place"] > 0)[:40]:
        place = int(found.table["place"][user])
        joined = _joined(pool, np.array([user]), np.array([place - 1]), "n1")
        path = exact_path(joined, pd.DataFrame(rows, index=joined.item_ids), rerank, n=5)
        lows = [low for low, items in zip([0.0, *path.breakpoints], path.lists, strict=True) if "n1" in items]
        first = found.table["first"][user]
        if np.isnan(first):
            assert all(np.ceil(low * 100) / 100 >= high for low, high in
                       zip(path.metrics["low"], path.metrics["high"], strict=True) if low in lows)  # fmt: skip
        else:
            assert -1e-9 <= first - lows[0] <= 0.01 or "n1" not in path.at(min(1.0, np.ceil(lows[0] * 100) / 100))
            later += first > 0
    assert later > 0


def test_pools_stay_in_order_and_the_others_keep_theirs(pool):
    before = np.arange(len(pool)) % 102
    joined = _joined(pool, np.arange(len(pool)), before, "new")
    for row in range(len(pool)):
        own = joined.items[row] == ITEMS
        assert own.sum() == 1
        assert np.flatnonzero(own)[0] == min(before[row], 100)
        np.testing.assert_array_equal(joined.items[row][~own], pool.items[row])


def test_an_id_that_is_taken_is_refused_and_so_is_an_untrained_one(learned, shop, new, pool):  # noqa: F811
    vectors = dr.EASE().fit(shop).item_vectors()
    with pytest.raises(InputError, match="already has an item 'p01'"):
        dr.reach(learned["text"], new.assign(item_id=["p01", "n2"]), shop, pool, vectors)
    with pytest.raises(NotFittedError, match="call fit"):
        dr.reach(dr.ColdStart(), new, shop, pool, vectors)
