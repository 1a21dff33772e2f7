"""Nearest neighbours: exact, with stable ties; the "similar to" pool is an ordinary pool."""

import numpy as np
import pandas as pd
import pytest

from divrec.errors import InputError, UnknownIdError
from divrec.latent import neighbours
from divrec.latent.neighbours import nearest, similar_items


def table(rows):
    ids = pd.Index([f"i{k}" for k in range(len(rows))], name="item_id")
    return pd.DataFrame(np.asarray(rows, dtype=float), index=ids)


def test_similarity_of_known_angles():
    found = nearest(table([[1, 0], [0, 1], [-1, 0], [2, 0]]), n=3)
    first = found[found["item_id"] == "i0"]
    assert first["neighbour"].tolist() == ["i3", "i1", "i2"]
    assert first["similarity"].tolist() == pytest.approx([1, 0.5, 0])
    assert first["rank"].tolist() == [1, 2, 3]


def test_chunks_change_nothing(monkeypatch):
    vectors = table(np.random.default_rng(0).normal(size=(50, 4)))
    whole = nearest(vectors, n=5)
    monkeypatch.setattr(neighbours, "_CHUNK", 7)
    pd.testing.assert_frame_equal(whole, nearest(vectors, n=5))


def test_equal_rows_keep_their_order_and_a_row_is_never_its_own_neighbour():
    found = nearest(table(np.ones((4, 2))), n=10)
    assert found.groupby("item_id")["neighbour"].apply(list).to_dict() == {
        "i0": ["i1", "i2", "i3"], "i1": ["i0", "i2", "i3"], "i2": ["i0", "i1", "i3"], "i3": ["i0", "i1", "i2"],
    }


def test_one_item_has_no_neighbours():
    assert nearest(table([[1, 0]])).empty


def test_pool_of_similar_items_leaves_the_item_out():
    vectors = table(np.random.default_rng(0).normal(size=(30, 4)))
    pool = similar_items(vectors, "i7", n=10)
    assert pool.users.tolist() == ["i7"]
    listed = pool.to_frame()
    expected = nearest(vectors, n=10).query("item_id == 'i7'")
    assert listed["item_id"].tolist() == expected["neighbour"].tolist()
    assert listed["score"].tolist() == pytest.approx(expected["similarity"].tolist(), abs=1e-6)
    assert len(similar_items(vectors, "i7", n=500).to_frame()) == 29


def test_unknown_items_and_empty_wishes_are_refused():
    with pytest.raises(UnknownIdError, match="'nope' has no vector"):
        similar_items(table(np.eye(3)), "nope")
    with pytest.raises(InputError, match="n=0"):
        nearest(table(np.eye(3)), n=0)
