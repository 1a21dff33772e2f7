"""What counts as alike, as a text that links and scenarios keep, and as vectors."""

import numpy as np
import pandas as pd
import pytest

from divrec.data.dataset import Dataset
from divrec.data.likeness import category_block, price_block
from divrec.data.vectors import similarity, vectors_for
from divrec.errors import InputError
from divrec.workspace.likeness import CHOICES, PARTS, lacking, likeness_vectors, weights_of, written

ITEMS = pd.DataFrame({
    "item_id": list("abcd"), "category": ["x", "x", "y", "y"], "brand": ["one"] * 4, "price": [1.0, 2.0, 3.0, 4.0],
})  # fmt: skip


class Stored:
    """A shop's tables in memory."""

    def __init__(self, items: pd.DataFrame = ITEMS) -> None:
        known = {"user_id": "u", "item_id": items["item_id"], "event": "view", "weight": 1.0, "time": pd.NaT}
        log = pd.DataFrame(known)
        self.shop = Dataset(log, items, pd.DataFrame({"user_id": ["u"]}))

    def dataset(self, _: str) -> Dataset:
        return self.shop

    def item_features(self, _: str) -> dict[str, pd.DataFrame]:
        return {}

    def item_vectors(self, _: str) -> pd.DataFrame:
        return pd.DataFrame(np.eye(4), index=pd.Index(list("abcd"), name="item_id"))


@pytest.mark.parametrize("name", CHOICES)
def test_a_choice_is_its_parts_in_equal_weights(name):
    weights = weights_of(name)
    assert set(weights) == set(CHOICES[name])
    assert len(set(weights.values())) == 1
    assert written(weights) == name


def test_a_blend_comes_back_from_its_text_whatever_the_order():
    text = written({"price": 40, "behaviour": 60, "brand": 0})
    assert text == "behaviour:60,price:40"
    assert weights_of("price:40,behaviour:60") == {"price": 40, "behaviour": 60}
    assert written(weights_of("price:40,behaviour:60")) == text


@pytest.mark.parametrize(
    "wrong", ["", "colour", "behaviour:60,price", "price:0", "price:101", "price:1,price:2", "price:-3", "x:5"]
)
def test_a_text_that_is_no_likeness_is_refused_with_what_to_write(wrong):
    with pytest.raises(InputError, match="behaviour:60,price:40"):
        weights_of(wrong)


def test_nothing_at_all_is_no_likeness():
    with pytest.raises(InputError, match="above 0"):
        written(dict.fromkeys(PARTS, 0))


def test_parts_that_tell_nothing_apart_say_why():
    found = lacking(Stored().shop, {})
    assert found == {"brand": "equal", "text": "absent", "picture": "absent", "vectors": "absent"}
    without = lacking(Stored(ITEMS.drop(columns=["price", "category"])).shop, {})
    assert without["price"] == without["category"] == "absent"


def test_a_blend_is_the_weighted_mean_of_what_its_parts_say():
    stored = Stored()
    blended = likeness_vectors(stored, "d", "r", "category:75,price:25")
    cosine = 0
    for block, share in ((category_block(ITEMS), 0.75), (price_block(ITEMS), 0.25)):
        cosine = cosine + share * (2 * similarity(vectors_for(block, list("abcd"))) - 1)
    assert np.allclose(2 * similarity(vectors_for(blended, list("abcd"))) - 1, cosine, atol=1e-5)


def test_behaviour_alone_is_the_models_own_vectors():
    pd.testing.assert_frame_equal(likeness_vectors(Stored(), "d", "r", "behaviour"), Stored().item_vectors("r"))


def test_a_part_that_the_shop_lacks_is_named():
    with pytest.raises(InputError, match="no picture"):
        likeness_vectors(Stored(), "d", "r", "look")
