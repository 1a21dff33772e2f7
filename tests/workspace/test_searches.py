"""Past searches: the latest first, each once, few, and forgotten on request."""

import pytest

from divrec.workspace.layout import Layout
from divrec.workspace.searches import KEPT, LONGEST, Searches

SHOP = "d0123456789ab"


@pytest.fixture
def searches(tmp_path) -> Searches:
    Layout(tmp_path).dataset(SHOP).mkdir(parents=True)
    return Searches(Layout(tmp_path))


def test_the_latest_comes_first_and_each_stands_once(searches):
    for text in ("lamp", "  shoes ", "lamp", ""):
        searches.keep(SHOP, text)
    assert searches.all(SHOP) == ["lamp", "shoes"]


def test_only_so_many_stay_and_none_too_long(searches):
    for at in range(KEPT + 5):
        searches.keep(SHOP, f"{at} " + "x" * 500)
    assert len(searches.all(SHOP)) == KEPT
    assert searches.all(SHOP)[0].startswith(f"{KEPT + 4} ")
    assert all(len(text) == LONGEST for text in searches.all(SHOP))


def test_one_or_all_are_forgotten(searches):
    for text in ("a", "b", "c"):
        searches.keep(SHOP, text)
    searches.forget(SHOP, "b")
    assert searches.all(SHOP) == ["c", "a"]
    searches.forget(SHOP)
    assert searches.all(SHOP) == []


def test_a_shop_that_has_gone_keeps_nothing(tmp_path):
    Searches(Layout(tmp_path)).keep(SHOP, "lamp")
    assert list(tmp_path.rglob("*")) == []
