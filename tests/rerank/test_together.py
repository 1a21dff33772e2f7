"""A group's pool is what suits its shoppers on the whole, each with one voice."""

import pandas as pd
import pytest

from divrec.data.candidates import Candidates
from divrec.errors import InputError
from divrec.rerank.together import group_pool

TABLE = pd.DataFrame(
    [("u", "a", 10), ("u", "b", 9), ("u", "c", 0), ("v", "b", 1.0), ("v", "d", 0.5), ("v", "a", 0.0), ("w", "e", 1)],
    columns=["user_id", "item_id", "score"],
)
POOL = Candidates.from_frame(TABLE)


def test_relevance_is_averaged_whatever_the_scale_of_scores():
    pool = group_pool(POOL, ["u", "v"], "both")
    assert pool.item_ids[pool.items[0]].tolist() == ["b", "a", "d", "c"]
    assert pool.scores[0].tolist() == pytest.approx([0.95, 0.5, 0.25, 0.0])
    assert pool.users.tolist() == ["both"]


def test_a_group_of_one_has_that_shoppers_order():
    pool = group_pool(POOL, ["u", "nobody"], "one")
    assert pool.item_ids[pool.items[0]].tolist() == ["a", "b", "c"]
    assert group_pool(POOL, ["u"], "one", n=2).items.shape == (1, 2)


def test_a_group_that_nobody_knows_is_refused():
    with pytest.raises(InputError, match="none of the shoppers"):
        group_pool(POOL, ["x"], "strangers")
