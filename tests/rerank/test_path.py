"""The exact path is every direct run at once, and what it is asked in outcome terms it answers exactly."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from divrec.data.candidates import Candidates
from divrec.errors import InputError
from divrec.rerank import METHODS, exact_path, rerank
from divrec.rerank.batch import run_grid
from divrec.rerank.options import Options
from divrec.rerank.prepare import prepare
from tests.rerank.conftest import make_shop


def direct(pool, vectors, method, values, n, options):
    prepared = prepare(pool, vectors, method, Options(**options))
    return np.stack([run_grid(prepared.gain, prepared.source, prepared.pools(), [value], n)[0, 0] for value in values])


@pytest.mark.parametrize("method", METHODS)
def test_path_equals_direct_runs(method):
    for seed in range(3):
        shop = make_shop(users=1, size=150, seed=seed)
        path = exact_path(shop.pool, shop.vectors, method, 15, **shop.options)
        values = np.append(np.random.default_rng(seed).random(200), [0, 1])
        rows = [path.row_at(value) for value in values]
        assert (path.positions[rows] == direct(shop.pool, shop.vectors, method, values, 15, shop.options)).all()


@pytest.mark.parametrize("method", METHODS)
def test_path_equals_grid_and_changes_at_every_breakpoint(shop, method):
    pool = shop.pool.for_user("user 1")
    path = exact_path(pool, shop.vectors, method, 12, **shop.options)
    prepared = prepare(pool, shop.vectors, method, Options(**shop.options))
    values = np.linspace(0, 1, 101)
    grid = run_grid(prepared.gain, prepared.source, prepared.pools(), values[::-1], 12)[0, ::-1]
    assert (grid == path.positions[[path.row_at(value) for value in values]]).all()
    assert path.starts[0] == 0
    assert (np.diff(path.starts) > 0).all()
    assert (path.positions[1:] != path.positions[:-1]).any(axis=1).all()
    assert path.at(path.breakpoints[0]) == path.lists[0]  # at a breakpoint the lower list holds


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_small_pools_against_brute_force(method, data):
    """Scores and vectors of a few levels make ties and crossings common."""
    size = data.draw(st.integers(1, 8))
    numbers = st.lists(st.integers(0, 3), min_size=size, max_size=size)
    names = [f"i{k}" for k in range(size)]
    vectors = pd.DataFrame(
        {"x": data.draw(numbers), "y": data.draw(numbers), "z": data.draw(numbers)}, index=names, dtype=float
    )
    pool = Candidates.from_frame(pd.DataFrame({"user_id": "u", "item_id": names, "score": data.draw(numbers)}))
    options = {
        "catalogue": pd.DataFrame({"item_id": names, "category": data.draw(numbers)}),
        "history": pd.DataFrame({"user_id": "u", "item_id": names[:2]}),
    }
    path = exact_path(pool, vectors, method, 5, **options)
    assert path.at(0) == pool.to_frame().item_id.tolist()[:5]
    for row, (low, high) in enumerate(zip(path.metrics["low"], path.metrics["high"], strict=True)):
        if high > low:
            values = low + (high - low) * np.array([1e-3, 0.5, 0.999])
            assert (direct(pool, vectors, method, values, 5, options) == path.positions[row]).all()
    for diversity in (0.25, 0.5, 1.0):
        recs = rerank(pool, vectors, method, diversity, 5, **options)
        assert recs.item_id.is_unique
        assert len(recs) == min(size, 5)


def test_tied_scores_hold_the_base_order_at_zero_alone():
    names = list("abc")
    vectors = pd.DataFrame(np.eye(3)[[0, 0, 1]], index=names)
    pool = Candidates.from_frame(pd.DataFrame({"user_id": "u", "item_id": names, "score": [1, 1, 1]}))
    path = exact_path(pool, vectors, "mmr", 3)
    assert path.breakpoints == [0.0]
    assert path.at(0) == ["a", "b", "c"]
    assert path.at(1e-9) == path.at(1) == ["a", "c", "b"]


@pytest.fixture(scope="module")
def measured(shop):
    unit = shop.vectors.loc[shop.pool.item_ids].to_numpy()
    unit = unit / np.linalg.norm(unit, axis=1, keepdims=True)

    def ild(lists):
        rows = unit[lists]
        n = lists.shape[1]
        return (1 - (np.einsum("snd,smd->s", rows, rows) - n) / (n * (n - 1))) / 2

    return exact_path(shop.pool.for_user("user 0"), shop.vectors, "mmr", 10, measures={"ild": ild})


def test_outcome_terms_are_solved_on_the_path(measured):
    table = measured.metrics
    assert list(table) == ["low", "high", "relevance", "ild"]
    assert table["relevance"].iloc[0] == 1
    assert table["ild"].iloc[-1] > table["ild"].iloc[0]
    kept = table[table["relevance"] >= 0.9]
    assert table["ild"].iloc[measured.row_at(measured.budget(0.9))] == kept["ild"].max()
    assert measured.row_at(measured.budget(1.0)) == kept.index[kept["relevance"] >= 1][-1]
    half = (table["ild"].iloc[0] + table["ild"].max()) / 2
    row = measured.row_at(measured.attain("ild", 0.5))
    assert table["ild"].iloc[row] >= half
    assert (table["ild"].iloc[:row] < half).all()
    assert 0 < measured.knee() < 1
    with pytest.raises(InputError, match="no measure 'gini'"):
        measured.attain("gini")


def test_a_straight_front_has_no_knee():
    names = list("ab")
    pool = Candidates.from_frame(pd.DataFrame({"user_id": "u", "item_id": names, "score": [2, 1]}))
    path = exact_path(
        pool, pd.DataFrame(np.eye(2), index=names), "mmr", 2, measures={"ild": lambda lists: np.ones(len(lists))}
    )
    assert len(path.lists) == 1
    assert path.knee() is None
    assert path.budget() == 0.5
    with pytest.raises(InputError, match="needs a measure"):
        exact_path(pool, pd.DataFrame(np.eye(2), index=names), "mmr", 2).knee()


def test_frame_and_json_tell_the_same(measured):
    frame = measured.to_frame()
    content = json.loads(measured.to_json())
    assert content["starts"] == measured.starts.tolist()
    for row, (places, low) in enumerate(zip(content["lists"], measured.starts, strict=True)):
        assert (
            [content["items"][at] for at in places]
            == measured.lists[row]
            == frame[frame["low"] == low].item_id.tolist()
        )
    assert len(measured.to_json()) < 200 * len(measured.lists)


def test_path_of_an_empty_pool_and_of_two(shop):
    empty = Candidates(shop.pool.users[:1], shop.pool.item_ids, shop.pool.items[:1, :0], shop.pool.scores[:1, :0])
    path = exact_path(empty, shop.vectors, "mmr", 5)
    assert path.lists == [[]]
    assert path.breakpoints == []
    with pytest.raises(InputError, match="one shopper"):
        exact_path(shop.pool, shop.vectors)
