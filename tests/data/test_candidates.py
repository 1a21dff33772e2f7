"""Pools keep base order, ties included, and refuse what cannot be ranked."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from divrec.columns import ITEM, RANK, SCORE, USER
from divrec.data.candidates import Candidates
from divrec.errors import InputError, UnknownIdError


def table(rows):
    return pd.DataFrame(rows, columns=[USER, ITEM, SCORE])


def test_best_first_and_ties_keep_the_order_of_the_rows():
    pool = Candidates.from_frame(table([("u", "a", 1.0), ("u", "b", 2.0), ("u", "c", 1.0), ("u", "d", 2.0)]))
    assert pool.to_frame()[ITEM].tolist() == ["b", "d", "a", "c"]
    assert pool.to_frame()[RANK].tolist() == [1, 2, 3, 4]


def test_pools_of_different_length_are_padded_at_the_end():
    pool = Candidates.from_frame(table([("u", "a", 1.0), ("v", "a", 2.0), ("v", "b", 3.0)]))
    assert pool.lengths.tolist() == [1, 2]
    assert pool.items[0].tolist()[1:] == [-1]
    assert len(pool.for_user("u").items[0]) == 1


@given(st.lists(st.tuples(st.sampled_from("uvw"), st.integers(0, 30), st.integers(-3, 3)), unique_by=lambda r: r[:2]))
def test_table_to_pool_to_table_is_a_stable_sort(rows):
    frame = table([(u, f"i{i}", float(s)) for u, i, s in rows])
    back = Candidates.from_frame(frame).to_frame()
    for user, part in frame.groupby(USER, sort=False):
        expected = part.sort_values(SCORE, ascending=False, kind="stable")[ITEM].tolist()
        assert back.loc[back[USER] == user, ITEM].tolist() == expected


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, None])
def test_scores_that_are_no_numbers_are_refused(bad):
    with pytest.raises(InputError, match="1 of 2 scores are not finite"):
        Candidates.from_frame(table([("u", "a", 1.0), ("u", "b", bad)]))


def test_an_item_twice_in_one_pool_is_refused_by_name():
    with pytest.raises(InputError, match="'a' stands more than once in the pool of 'u'"):
        Candidates.from_frame(table([("u", "a", 1.0), ("u", "a", 2.0)]))


def test_missing_columns_are_named():
    with pytest.raises(InputError, match="score not among"):
        Candidates.from_frame(table([("u", "a", 1.0)]).drop(columns=SCORE))


def test_rows_out_of_base_order_are_refused():
    with pytest.raises(InputError, match="must never rise"):
        Candidates(pd.Index(["u"]), pd.Index(["a", "b"]), np.array([[0, 1]], np.int32), np.array([[1, 2]], np.float32))


def test_an_unknown_user_is_named():
    with pytest.raises(UnknownIdError, match="'x' is not among the 1 users"):
        Candidates.from_frame(table([("u", "a", 1.0)])).for_user("x")


def test_users_come_in_the_order_asked_for():
    pool = Candidates.from_frame(table([("u", "a", 1.0), ("v", "b", 2.0)]))
    assert pool.for_users(["v", "u"]).to_frame()[ITEM].tolist() == ["b", "a"]
