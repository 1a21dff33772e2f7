"""Where new items would lie and whom they would reach, on a shop whose answer is known: shoppers keep to one kind."""

import numpy as np
import pandas as pd
import pytest

import divrec as dr
from divrec.data.candidates import Candidates
from divrec.errors import Cancelled, InputError
from divrec.models.inputs import weighted
from divrec.rerank.path import exact_path
from divrec.synthesis.reach import Anchors, Newcomer, _joined, audience, standing
from tests.synthesis.test_coldstart import STEPS, new, shop  # noqa: F401  # fixtures

METHODS = ("adversary", "ridge", "text")


@pytest.fixture(scope="module")
def learned(shop):  # noqa: F811
    return {method: dr.ColdStart(steps=STEPS).learn(shop, method) for method in METHODS}


@pytest.fixture(scope="module")
def pool(shop) -> Candidates:  # noqa: F811
    return dr.EASE().fit(shop).candidates(shop.users, n=30)


def kinds(users) -> np.ndarray:
    return users.str[1:].astype(int) % 3


@pytest.mark.parametrize("method", METHODS)
def test_a_twin_lies_on_the_item_that_it_equals(method, learned, shop):  # noqa: F811
    cold, known = learned[method], learned[method].compared(shop.items)
    twins = shop.items.iloc[[4, 17]].assign(item_id=["n4", "n17"])
    lying = Anchors.of(cold.compared(twins), known)
    np.testing.assert_allclose(lying.alike[:, 0], 1, atol=1e-6)
    same = np.abs(known[lying.rows[:, 0]] - known[[4, 17]]).max(axis=1)
    np.testing.assert_allclose(same, 0, atol=1e-6)  # itself, or one that is described alike
    places = np.random.default_rng(7).normal(size=(60, 2))
    alone = Anchors(np.array([[4, 1, 2, 3, 5]]), np.array([[1, 0.6, 0.6, 0.6, 0.6]], dtype=np.float32))
    np.testing.assert_allclose(alone.between(places)[0], places[4], atol=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_a_new_item_reaches_the_shoppers_of_its_kind(method, learned, shop, new, pool):  # noqa: F811
    vectors = dr.EASE().fit(shop).item_vectors()
    found = dr.reach(learned[method], new, shop, pool, vectors, n=10)
    assert list(found.columns) == ["item_id", "user_id", "score", "place", "first"]
    for item, kind in (("n1", 1), ("n2", 0)):
        of_item = found[found["item_id"] == item]
        reached = of_item[of_item["first"] == 0]
        assert len(reached) > 20
        assert (kinds(reached["user_id"]) == kind).mean() > (0.8 if method == "adversary" else 0.99)
        assert of_item.loc[of_item["place"] == 0, "first"].isna().all()  # outside the pool, in no list


@pytest.mark.parametrize("method", METHODS)
def test_a_twin_reaches_exactly_those_whom_its_twin_reaches(method, learned, shop):  # noqa: F811
    """The pool is the cold-start method's own here, so that the twin stands right behind the item that it equals."""
    cold = learned[method]
    histories = weighted(shop.matrix(), "binary")
    content, mapped = cold.content(shop.items)
    scores = np.asarray(histories @ mapped.T @ content.T)
    owned = histories.toarray() > 0
    table = pd.DataFrame(np.where(owned, np.nan, scores), index=shop.user_ids, columns=shop.item_ids)
    pool = Candidates.from_frame(table.rename_axis("user_id").melt(ignore_index=False, var_name="item_id",
                                 value_name="score").dropna().reset_index())  # fmt: skip
    pool = pool.for_users(shop.user_ids)
    at = 4
    without = np.flatnonzero(~owned[:, at])
    own = np.array([np.flatnonzero(pool.item_ids[pool.items[user]] == shop.item_ids[at])[0] for user in without])
    best = standing(cold, shop.items, histories)
    newcomer = Newcomer("twin", np.ones(2, np.float32), shop.items.iloc[[at]].assign(item_id="twin"))
    vectors = pd.DataFrame(np.ones((60, 2)), index=shop.item_ids)
    found = audience(newcomer, scores[:, at], best, pool, vectors, n=10)
    equal = np.isclose(scores, scores[:, [at]], rtol=1e-5) & ~owned  # described alike: these stand before it, too
    behind = own + 2 + np.array([(equal[u] & (np.arange(60) != at)).sum() for u in without])
    places = found.table["place"].to_numpy()[without]
    assert ((places >= own + 2) & (places <= behind)).all()
    np.testing.assert_array_equal(found.held[without, 0], places <= 10)


@pytest.mark.parametrize("rerank", ["mmr", "dpp"])
def test_the_first_value_is_that_of_the_exact_path(rerank, learned, shop, new, pool):  # noqa: F811
    cold, vectors = learned["ridge"], dr.EASE().fit(shop).item_vectors()
    best = standing(cold, shop.items, weighted(shop.matrix(), "binary"))
    scores = weighted(shop.matrix(), "binary") @ cold.weights(new).to_numpy()[0]
    vector = Anchors.of(cold.compared(new), cold.compared(shop.items)).between(vectors)[0]
    newcomer = Newcomer("n1", vector, new.iloc[[0]])
    found = audience(newcomer, scores, best, pool, vectors, rerank, n=5)
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
    before = np.arange(len(pool)) % 32
    joined = _joined(pool, np.arange(len(pool)), before, "new")
    for row in range(len(pool)):
        own = joined.items[row] == 60
        assert own.sum() == 1
        assert np.flatnonzero(own)[0] == min(before[row], 30)
        np.testing.assert_array_equal(joined.items[row][~own], pool.items[row])


def test_it_can_be_stopped_and_an_id_that_is_taken_is_refused(learned, shop, new, pool):  # noqa: F811
    def stop(done, of):
        raise Cancelled("cancelled")

    cold, histories = learned["text"], weighted(shop.matrix(), "binary")
    with pytest.raises(Cancelled):
        standing(cold, shop.items, histories, progress=stop)
    with pytest.raises(InputError, match="already has an item 'p01'"):
        dr.reach(cold, new.assign(item_id=["p01", "n2"]), shop, pool, dr.EASE().fit(shop).item_vectors())
