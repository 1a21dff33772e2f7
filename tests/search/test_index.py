"""Search finds what the words say, in English and Chinese, and what lies near to it."""

import numpy as np
import pandas as pd
import pytest

from divrec.errors import InputError
from divrec.search.index import SearchIndex, terms

ITEMS = pd.DataFrame(
    {
        "item_id": list("abcdef"),
        "title": [
            "Red running shoes",
            "Running socks",
            "Desk lamp",
            "Garden lantern",
            None,
            "Polish for any shoe at home",
        ],
        "title_zh": ["红色跑步鞋", "跑步袜", "台灯", "花园灯笼", "蓝色衬衫", None],
        "category": ["Shoes", "Clothing", "Home", "Garden", "Clothing", "Care"],
        "brand": ["Kiruva", "Kiruva", "Nivalis", "Nivalis", "Popkin", "Popkin"],
    }
)


@pytest.fixture(scope="module")
def index() -> SearchIndex:
    return SearchIndex.of(ITEMS)


def found(pool) -> list[str]:
    return pool.item_ids[pool.items[0]].tolist()


@pytest.mark.parametrize(("query", "first"), [
    ("shoes", "a"), ("a RUNNING shoe", "a"), ("lamps", "c"), ("Popkin shirt", "f"), ("跑步鞋", "a"), ("衬衫", "e"),
])  # fmt: skip
def test_words_are_found_whatever_their_form(index, query, first):
    pool = index.pool(query)
    assert found(pool)[0] == first or (query == "Popkin shirt" and set(found(pool)[:2]) == {"e", "f"})
    assert pool.users.tolist() == [query]


def test_only_products_with_a_word_are_found_without_vectors(index):
    assert set(found(index.pool("running"))) == {"a", "b"}


def test_with_vectors_what_lies_near_to_the_finds_comes_next(index):
    near = {"c": [1, 0], "d": [0.9, 0.1], "a": [-1, 0.2], "b": [-1, 0], "e": [0, -1], "f": [-1, -1]}
    vectors = pd.DataFrame(near).T
    assert found(index.pool("lamp", vectors))[:2] == ["c", "d"]


def test_nothing_found_says_what_to_try(index):
    for query in ("zebra", "", "!?", "for the", "斑马"):
        with pytest.raises(InputError, match="try a category"):
            index.pool(query)


def test_a_query_is_data_and_nothing_else(index):
    assert found(index.pool("shoes\x00') or 1=1 -- <script>"))[0] == "a"


def test_terms_of_two_languages():
    assert terms("Running 跑步鞋 X9") == ["run", "x9", "跑", "步", "鞋", "跑步", "步鞋"]


def test_every_product_finds_itself_in_a_catalogue_of_distinct_titles():
    rng = np.random.default_rng(3)
    words = [f"w{k}" for k in range(60)]
    items = pd.DataFrame({"item_id": [f"i{k}" for k in range(200)],
                          "title": [" ".join(rng.choice(words, 6, replace=False)) for _ in range(200)]})  # fmt: skip
    index = SearchIndex.of(items)
    for item, title in zip(items["item_id"], items["title"], strict=True):
        assert found(index.pool(title))[0] == item
