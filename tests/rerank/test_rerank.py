"""Laws of one list: the ends of the knob, scales, ties, and input that is hard to digest."""

import numpy as np
import pandas as pd
import pytest

from divrec.data.candidates import Candidates
from divrec.errors import InputError, UnknownIdError
from divrec.rerank import METHODS, rerank
from tests.rerank.conftest import make_shop


def ids(table, user=None):
    return (table if user is None else table[table.user_id == user]).item_id.tolist()


@pytest.mark.parametrize("method", METHODS)
def test_zero_keeps_the_base_ranking(shop, method):
    recs = rerank(shop.pool, shop.vectors, method, 0.0, 20, **shop.options)
    pd.testing.assert_frame_equal(recs.drop(columns="base_rank"), shop.pool.head(20).to_frame())
    assert (recs["base_rank"] == recs["rank"]).all()


@pytest.mark.parametrize("method", METHODS)
def test_zero_keeps_ties_in_table_order(method):
    shop = make_shop(scores=lambda rng, n: rng.integers(0, 3, n))
    recs = rerank(shop.pool, shop.vectors, method, 0.0, 20, **shop.options)
    assert ids(recs) == ids(shop.pool.head(20).to_frame())


@pytest.mark.parametrize("method", METHODS)
def test_one_ignores_relevance(shop, method):
    alike = Candidates(shop.pool.users, shop.pool.item_ids, shop.pool.items, shop.pool.scores**3 + 2 * shop.pool.scores)
    first = rerank(shop.pool, shop.vectors, method, 1.0, 20, **shop.options)
    assert ids(first) == ids(rerank(alike, shop.vectors, method, 1.0, 20, **shop.options))
    assert ids(first) == ids(
        rerank(shop.pool, shop.vectors, method, 1 - 1e-9, 20, **shop.options)
    )  # no jump at the end


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("diversity", [0.2, 0.7, 1.0])
def test_scores_times_hundred_change_nothing(shop, method, diversity):
    louder = Candidates(shop.pool.users, shop.pool.item_ids, shop.pool.items, shop.pool.scores * 100)
    for scaling in ("minmax", "zscore", "rank"):
        args = (shop.vectors, method, diversity, 20)
        quiet = rerank(shop.pool, *args, scaling=scaling, **shop.options)
        assert ids(quiet) == ids(rerank(louder, *args, scaling=scaling, **shop.options))


@pytest.mark.parametrize("method", METHODS)
def test_one_shopper_alone_gets_the_same_list(shop, method):
    everyone = rerank(shop.pool, shop.vectors, method, 0.6, 20, threads=2, **shop.options)
    for user in shop.pool.users:
        alone = rerank(shop.pool.for_user(user), shop.vectors, method, 0.6, 20, **shop.options)
        assert ids(alone) == ids(everyone, user)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("diversity", [0.0, 0.5, 1.0])
def test_hard_pools_give_full_lists(method, diversity):
    rng = np.random.default_rng(1)
    names = [f"i{k}" for k in range(30)]
    flat = np.repeat(rng.normal(size=(30, 6)) @ rng.normal(size=(6, 12)), 1, axis=0)  # rank 6
    cases = {
        "rank-deficient": flat,
        "duplicates": np.repeat(flat[:3], 10, axis=0),
        "zero vectors": np.where(np.arange(30)[:, None] % 2, flat, 0),
        "all zero": np.zeros((30, 4)),
    }
    catalogue = pd.DataFrame({"item_id": names, "category": ["a", None, "b"] * 10})
    history = pd.DataFrame({"user_id": ["someone else"], "item_id": ["i0"]})
    for scores in (rng.random(30), np.ones(30)):
        pool = Candidates.from_frame(pd.DataFrame({"user_id": "u", "item_id": names, "score": scores}))
        for vectors in cases.values():
            table = pd.DataFrame(vectors, index=pd.Index(names, name="item_id"))
            recs = rerank(pool, table, method, diversity, 10, catalogue=catalogue, history=history)
            assert len(recs) == recs.item_id.nunique() == 10


@pytest.mark.parametrize("method", METHODS)
def test_pools_shorter_than_the_list(shop, method):
    table = shop.pool.to_frame()
    short = pd.concat([table[(table.user_id == "user 0") & (table["rank"] <= 4)], table[table.user_id == "user 1"][:1]])
    recs = rerank(Candidates.from_frame(short), shop.vectors, method, 0.8, 20, **shop.options)
    assert recs.groupby("user_id").size().to_dict() == {"user 0": 4, "user 1": 1}
    none = rerank(Candidates.from_frame(table[:0]), shop.vectors, method, 0.8, 20, **shop.options)
    assert none.empty
    assert list(none.columns) == list(recs.columns)


def test_random_depends_on_the_seed_alone(shop):
    one = ids(rerank(shop.pool, None, "random", 1.0))
    assert one == ids(rerank(shop.pool, None, "random", 1.0))
    assert one != ids(rerank(shop.pool, None, "random", 1.0, seed=8))


def test_errors_say_what_to_do(shop):
    with pytest.raises(InputError, match="mmr, msd"):
        rerank(shop.pool, shop.vectors, "mrm")
    with pytest.raises(InputError, match="lie in"):
        rerank(shop.pool, shop.vectors, diversity=float("nan"))
    with pytest.raises(InputError, match="at least one place"):
        rerank(shop.pool, shop.vectors, n=0)
    with pytest.raises(InputError, match="pass catalogue and history"):
        rerank(shop.pool, shop.vectors, "calibrated")
    with pytest.raises(InputError, match="needs item vectors"):
        rerank(shop.pool, None, "dpp")
    with pytest.raises(InputError, match="scaling must be one of"):
        rerank(shop.pool, shop.vectors, scaling="softmax")
    with pytest.raises(UnknownIdError, match="have no vector"):
        rerank(shop.pool, shop.vectors[:10])
    with pytest.raises(InputError, match="scores are not finite"):
        Candidates.from_frame(shop.pool.to_frame().assign(score=np.nan))
