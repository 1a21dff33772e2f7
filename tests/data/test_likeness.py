"""Blends weigh cosines as asked; blocks say what each column means by alike."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from divrec.data.likeness import (
    BlockSettings,
    blend,
    brand_block,
    catalogue_blocks,
    category_block,
    price_block,
    text_block,
)
from divrec.data.vectors import similarity, vectors_for
from divrec.errors import InputError


def cosine(table, a, b):
    first, second = (table.loc[key].to_numpy(float) for key in (a, b))
    return first @ second / (np.linalg.norm(first) * np.linalg.norm(second))


def random_block(seed, d, ids="abcd"):
    return pd.DataFrame(np.random.default_rng(seed).normal(size=(len(ids), d)), index=list(ids))


@given(st.integers(0, 1000), st.floats(0.01, 100), st.floats(0.01, 100))
def test_the_blend_cosine_is_the_weighted_mean_of_the_blocks(seed, w, v):
    one, two = random_block(seed, 3), random_block(seed + 1, 5) * 40
    mixed = blend({"one": one, "two": two}, {"one": w, "two": v})
    expected = (w * cosine(one, "a", "b") + v * cosine(two, "a", "b")) / (w + v)
    assert cosine(mixed, "a", "b") == pytest.approx(expected, abs=1e-5)


def test_one_block_alone_keeps_its_likeness_and_zero_weight_drops_a_block():
    one, two = random_block(1, 3), random_block(2, 2)
    alone = blend({"one": one, "two": two}, {"one": 2, "two": 0})
    np.testing.assert_allclose(
        similarity(vectors_for(alone, list("abcd"))), similarity(vectors_for(one, list("abcd"))), atol=1e-6
    )
    assert alone.columns.tolist() == ["one.0", "one.1", "one.2"]


def test_only_the_ratio_of_weights_counts():
    blocks = {"one": random_block(1, 3), "two": random_block(2, 2)}
    pd.testing.assert_frame_equal(blend(blocks), blend(blocks, {"one": 7, "two": 7}))


def test_items_lacking_a_block_are_judged_on_what_they_have():
    one, two = random_block(1, 3), random_block(2, 2, "ab")
    mixed = blend({"one": one, "two": two})
    assert mixed.index.tolist() == list("abcd")
    assert mixed.index.name == "item_id"
    assert cosine(mixed, "c", "d") == pytest.approx(cosine(one, "c", "d"), abs=1e-6)
    assert np.linalg.norm(mixed.to_numpy(), axis=1).tolist() == pytest.approx([1] * 4, abs=1e-6)


def test_wrong_weights_say_what_is_wrong():
    blocks = {"one": random_block(1, 3)}
    with pytest.raises(InputError, match="no block 'two' to weigh; there are one"):
        blend(blocks, {"two": 1})
    with pytest.raises(InputError, match="weights are 0 or above"):
        blend(blocks, {"one": -1})
    with pytest.raises(InputError, match="every block has weight 0"):
        blend(blocks, {"one": 0})
    with pytest.raises(InputError, match="more than once"):
        blend({"one": random_block(1, 3, "aab")})


CATALOGUE = pd.DataFrame({
    "item_id": list("abcde"),
    "title": ["green tea", "black tea", "coffee cup", "tea cup", ""],
    "category": ["drinks", "drinks", "kitchen", "kitchen", None],
    "subcategory": ["tea", "tea", "cups", "other", None],
    "brand": ["x", "y", "x", None, "y"],
    "price": [1.0, 2.0, 10.0, 100.0, np.nan],
})  # fmt: skip


def test_categories_same_subcategory_half_same_category_nothing_shared():
    block = category_block(CATALOGUE)
    assert cosine(block, "a", "b") == pytest.approx(1)
    assert cosine(block, "c", "d") == pytest.approx(0.5)
    assert cosine(block, "a", "c") == pytest.approx(0)
    assert not block.loc["e"].any()
    assert cosine(category_block(CATALOGUE.drop(columns="subcategory")), "c", "d") == pytest.approx(1)


def test_the_same_subcategory_name_in_two_categories_is_two_subcategories():
    items = pd.DataFrame({"item_id": list("ab"), "category": ["men", "women"], "subcategory": ["shoes", "shoes"]})
    assert cosine(category_block(items), "a", "b") == pytest.approx(0)


def test_brands_are_the_same_or_not():
    block = brand_block(CATALOGUE)
    assert cosine(block, "a", "c") == pytest.approx(1)
    assert cosine(block, "a", "b") == pytest.approx(0)
    assert not block.loc["d"].any()


def test_very_many_labels_get_short_codes_that_are_nearly_orthogonal():
    items = pd.DataFrame({"item_id": [str(at) for at in range(600)], "brand": [f"b{at // 2}" for at in range(600)]})
    block = brand_block(items, BlockSettings(label_dimensions=128))
    assert block.shape == (600, 128)
    alike = 2 * similarity(block.to_numpy()) - 1
    assert alike[0, 1] == pytest.approx(1, abs=1e-6)
    assert abs(alike[0, 2:]).max() < 0.45


def test_price_likeness_falls_with_distance_and_unknown_prices_have_no_place():
    block = price_block(CATALOGUE)
    alike = [cosine(block, "a", other) for other in "abcd"]
    assert alike == sorted(alike, reverse=True)
    assert (alike[0], alike[-1]) == pytest.approx((1, -1))
    assert not block.loc["e"].any()
    assert price_block(CATALOGUE.assign(price=5.0)).drop_duplicates().shape[0] == 1


def test_text_is_alike_where_words_are_shared():
    block = text_block(CATALOGUE)
    assert cosine(block, "a", "b") > cosine(block, "a", "c")
    assert not block.loc["e"].round(6).any()


def test_chinese_text_is_alike_where_characters_are_shared():
    items = pd.DataFrame({"item_id": list("abc"), "title": ["绿茶茶叶", "红茶茶叶", "咖啡杯子"]})
    block = text_block(items)
    assert cosine(block, "a", "b") > cosine(block, "a", "c") + 0.1


def test_text_of_tiny_or_wordless_catalogues():
    assert text_block(CATALOGUE.head(1)).shape[0] == 1
    assert not text_block(CATALOGUE.assign(title="")).to_numpy().any()


def test_a_catalogue_gives_the_blocks_that_its_columns_allow():
    assert set(catalogue_blocks(CATALOGUE)) == {"category", "brand", "price", "text"}
    assert set(catalogue_blocks(CATALOGUE[["item_id", "price"]])) == {"price"}
    with pytest.raises(InputError, match="likeness by brand needs the columns item_id and brand"):
        brand_block(CATALOGUE[["item_id"]])
    mixed = blend(catalogue_blocks(CATALOGUE))
    assert np.isfinite(mixed.to_numpy()).all()


def test_importing_likeness_does_not_bring_in_sklearn():
    code = "import sys, divrec.data.likeness; print(sorted({'sklearn', 'torch', 'umap'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
