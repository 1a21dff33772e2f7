"""Likeness: (1 + cosine) / 2, zero vectors half alike, nothing but finite numbers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics.pairwise import cosine_similarity

from divrec.data.vectors import similarity, unit_rows, vectors_for
from divrec.errors import InputError, UnknownIdError

finite = st.floats(-(2.0**100), 2.0**100, width=32)


@given(arrays(np.float32, (5, 3), elements=finite))
def test_rows_have_length_one_or_zero(array):
    length = np.linalg.norm(unit_rows(array), axis=1)
    zero = ~array.any(axis=1)
    np.testing.assert_allclose(length[~zero], 1, atol=1e-5)
    assert (length[zero] == 0).all()


def test_similarity_is_the_mapped_cosine_of_sklearn():
    array = np.random.default_rng(0).normal(size=(20, 7))
    np.testing.assert_allclose(similarity(unit_rows(array)), (1 + cosine_similarity(array)) / 2, atol=1e-6)


def test_a_zero_vector_is_half_alike_to_everything():
    assert similarity(unit_rows([[0, 0], [3, 4], [-1, 0]]))[0].tolist() == [0.5, 0.5, 0.5]


def test_length_of_vectors_does_not_matter():
    array = np.random.default_rng(1).normal(size=(6, 4))
    np.testing.assert_allclose(unit_rows(array * 1e-30), unit_rows(array * 1e20), atol=1e-5)


def test_nan_is_refused_with_its_count():
    with pytest.raises(InputError, match="1 of 2 item vectors hold NaN"):
        unit_rows([[1, np.nan], [1, 2]])


def test_items_without_vector_are_named():
    vectors = pd.DataFrame([[1.0], [2.0]], index=["a", "b"])
    assert vectors_for(vectors, ["b", "a"]).tolist() == [[1.0], [1.0]]
    with pytest.raises(UnknownIdError, match=r"1 of 2 items have no vector \(first: c\)"):
        vectors_for(vectors, ["a", "c"])


def test_an_item_with_two_vectors_is_refused():
    with pytest.raises(InputError, match="'a' more than once"):
        vectors_for(pd.DataFrame([[1.0], [2.0]], index=["a", "a"]), ["a"])
