import shutil

import numpy as np
import pandas as pd
import pytest

from divrec.errors import ArtefactError
from divrec.simulate.catalogue import CatalogueSettings, make_catalogue
from divrec.simulate.words import Words
from sample_data.facts import HERE

SETTINGS = CatalogueSettings()


@pytest.fixture(scope="module")
def items(words):
    return make_catalogue(words, SETTINGS, np.random.default_rng(1))


def test_every_kind_has_its_share_and_every_department_is_there(items, words):
    assert (items["subcategory"].value_counts() == SETTINGS.per_kind).all()
    assert set(items["category"]) == {row["department"] for row in words.departments}


def test_titles_are_unique_and_hold_brand_and_kind_in_both_languages(items):
    for title, brand, kind in (("title", "brand", "subcategory"), ("title_zh", "brand_zh", "subcategory_zh")):
        assert items[title].is_unique
        assert all(b in t and k in t for t, b, k in zip(items[title], items[brand], items[kind], strict=True))


def test_chinese_columns_are_chinese_and_nothing_is_empty(items):
    for name in items.columns:
        if name.endswith("_zh"):
            assert items[name].str.contains(r"[一-鿿]").all(), name
    text = items.select_dtypes(include="str")
    assert not (text == "").any(axis=None)
    assert not items.isna().any(axis=None)
    assert not text.apply(lambda column: column.str.contains(r"[{}]")).any(axis=None)


def test_prices_lie_in_the_range_of_the_kind_with_the_ending_of_the_level(items, words):
    ranges = {row["title"]: (row["price_low"], row["price_high"]) for row in words.kinds}
    low, high = (items["subcategory"].map({kind: pair[end] for kind, pair in ranges.items()}) for end in (0, 1))
    assert ((items["price"] >= low) & (items["price"] <= high)).all()
    cents = (items["price"] % 1).round(2)
    assert (cents == items["price_level"].map({1: 0.99, 2: 0.50, 3: 0.00})).all()
    means = items.groupby(["subcategory", "price_level"])["price"].mean().unstack()
    assert (means[3] > means[1]).all()


def test_each_department_has_one_brand_per_style_and_level(words):
    places = [(department, brand["style"], brand["level"])
              for brand in words.brands for department in brand["departments"].split("|")]  # fmt: skip
    assert len(places) == len(set(places)) == len(words.departments) * len(words.styles) * 3


def test_images_are_named_by_kind_style_and_colour(items, words):
    kind = items["subcategory"].map({row["title"]: row["kind"] for row in words.kinds})
    style = items["style"].map({row["title"]: row["style"] for row in words.styles})
    colour = items["colour"].map({row["title"]: row["colour"] for row in words.colours})
    assert (items["image"] == kind + "-" + style + "-" + colour + ".svg").all()


def test_the_new_and_the_sold_out_have_their_shares(items):
    age = (pd.Timestamp(SETTINGS.last_day) - items["launched"]).dt.days
    assert (age < SETTINGS.new_days).sum() == round(SETTINGS.new_share * len(items))
    assert (age > 0).all()
    assert 0.03 < (items["stock"] == 0).mean() < 0.10
    assert items["margin"].between(0.05, 0.8).all()


def test_the_same_seed_gives_the_same_catalogue(items, words):
    pd.testing.assert_frame_equal(items, make_catalogue(words, SETTINGS, np.random.default_rng(1)))


def test_missing_word_lists_are_named(tmp_path):
    shutil.copytree(HERE / "words", tmp_path / "words")
    (tmp_path / "words" / "brands.csv").unlink()
    with pytest.raises(ArtefactError, match="brands"):
        Words.read(tmp_path)
