"""The most alike pairs: brute force agrees, and no item stands in two."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from divrec.data.vectors import similarity, vectors_for
from divrec.errors import InputError
from divrec.latent.pairs import LARGEST, most_alike


def vectors(rows: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(rows, index=pd.Index([f"i{at}" for at in range(len(rows))], name="item_id"))


@pytest.mark.parametrize("seed", range(5))
def test_the_first_pair_is_the_most_alike_of_all_and_none_meets_twice(seed):
    table = vectors(np.random.default_rng(seed).normal(size=(9, 3)))
    found = most_alike(table, table.index, 10)
    alike = similarity(vectors_for(table, table.index))
    best = max(combinations(range(9), 2), key=lambda pair: alike[pair])
    assert found.iloc[0, :2].tolist() == [table.index[at] for at in best]
    assert len(found) == 4
    assert len(set(found["item_id"]) | set(found["other_id"])) == 8
    assert found["likeness"].is_monotonic_decreasing


def test_copies_of_one_product_do_not_fill_the_table():
    table = vectors(np.array([[1, 0], [1, 0], [1, 0], [0, 1.0], [0.1, 1]]))
    found = most_alike(table, table.index, 3)
    assert found[["item_id", "other_id"]].to_numpy().tolist() == [["i0", "i1"], ["i3", "i4"]]


def test_items_without_vectors_and_lists_too_short_give_what_there_is():
    table = vectors(np.eye(2))
    assert most_alike(table, pd.Index(["i0", "gone"]), 3).empty
    assert most_alike(table, pd.Index([], dtype=object), 3).empty


def test_a_catalogue_too_large_asks_for_a_sample():
    table = vectors(np.ones((LARGEST + 1, 1)))
    with pytest.raises(InputError, match="take a sample"):
        most_alike(table, table.index)
