"""The demo shop's own pools: the path is every direct run, and the slider is of use over most of its length."""

import numpy as np
import pytest

import divrec as dr
from divrec.rerank import METHODS
from divrec.rerank.batch import run_grid
from divrec.rerank.options import Options
from divrec.rerank.prepare import prepare


@pytest.fixture(scope="module")
def demo():
    data = dr.load_demo()
    model = dr.EASE().fit(data)
    return data, model.candidates(data.user_ids[:40], n=300), model.item_vectors()


@pytest.mark.parametrize("method", METHODS)
def test_path_equals_200_direct_runs(demo, method):
    data, pools, vectors = demo
    options = {"catalogue": data.items, "history": data.interactions}
    values = np.random.default_rng(5).random(200)
    for user in pools.users[:2]:
        pool = pools.for_user(user)
        path = dr.tradeoff_path(pool, vectors, method, 20, **options)
        prepared = prepare(pool, vectors, method, Options(**options))
        for value in values:
            direct = run_grid(prepared.gain, prepared.source, prepared.pools(), [value], 20)[0, 0]
            assert (direct == path.positions[path.row_at(value)]).all()
        assert path.lists[0] == pool.to_frame().item_id.tolist()[:20]


def test_stops_lie_all_along_the_slider(demo):
    data, pools, vectors = demo
    for method in ("mmr", "msd", "dpp", "calibrated"):
        options = {"catalogue": data.items, "history": data.interactions}
        middles = [
            np.median(dr.tradeoff_path(pools.for_user(user), vectors, method, 20, **options).breakpoints)
            for user in pools.users
        ]
        assert 0.1 < np.median(middles) < 0.9, (method, np.median(middles))
