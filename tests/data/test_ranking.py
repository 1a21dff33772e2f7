import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from divrec.data.ranking import dcg, discounts, hits, ndcg, top_n
from divrec.errors import InputError


@given(
    hnp.arrays(
        np.float32,
        hnp.array_shapes(min_dims=2, max_dims=2, max_side=12),
        elements=st.sampled_from([-np.inf, 0.0, 0.5, 1.0, 2.0]),
    ),
    st.integers(1, 14),
)
def test_top_n_is_a_stable_sort_cut_at_n(scores, n):
    expected = np.full((len(scores), n), -1)
    for row, values in enumerate(scores):
        order = [i for i in sorted(range(len(values)), key=lambda i: -values[i]) if values[i] > -np.inf][:n]
        expected[row, : len(order)] = order
    assert top_n(scores, n).tolist() == expected.tolist()
    assert top_n(scores, n).dtype == np.int32


def test_top_n_refuses_nan_and_empty_lists():
    with pytest.raises(InputError, match="1 of 2 users hold NaN"):
        top_n([[1.0, np.nan], [1.0, 2.0]], 1)
    with pytest.raises(InputError, match="n=0"):
        top_n([[1.0]], 0)


def test_top_n_of_nothing():
    assert top_n(np.zeros((0, 5)), 3).shape == (0, 3)
    assert top_n(np.zeros((2, 0)), 3).tolist() == [[-1] * 3] * 2


@given(st.integers(0, 2**31), st.floats(0, 1))
def test_hits_agree_with_sets(seed, density):
    rng = np.random.default_rng(seed)
    truth = sparse.random(6, 9, density=density, rng=rng, format="csr")
    lists = np.stack([rng.permutation(9)[:4] for _ in range(6)]).astype(np.int32)
    lists[rng.random(lists.shape) < 0.2] = -1
    found = hits(lists, truth)
    for user in range(6):
        known = set(truth[user].indices.tolist())
        assert found[user].tolist() == [item in known for item in lists[user].tolist()]


def test_hits_needs_one_row_per_user():
    with pytest.raises(InputError, match="found 1 and 2 rows"):
        hits(np.zeros((1, 2), dtype=np.int32), sparse.csr_matrix((2, 3)))


def test_dcg_and_discounts_by_hand():
    assert discounts(3).tolist() == pytest.approx([1, 1 / np.log2(3), 0.5])
    assert dcg([[1, 0, 1]]).tolist() == pytest.approx([1.5])


def test_ndcg_is_one_for_the_ideal_zero_for_no_hit_nan_without_truth():
    marks = np.array([[True, True, False], [False, False, False], [False, False, False], [False, True, False]])
    values = ndcg(marks, [2, 5, 0, 1])
    assert values[:2].tolist() == [1.0, 0.0]
    assert np.isnan(values[2])
    assert values[3] == pytest.approx(1 / np.log2(3))


def test_ndcg_with_more_relevant_items_than_places_can_reach_one():
    assert ndcg(np.array([[True, True]]), [7]).tolist() == [1.0]
