"""What counts as alike on the screen: choices, weights in the link, and what a blend takes for the same."""

import pytest

from divrec.ui import calls, likeness, livepath
from divrec.ui.livepath import View
from divrec.ui.subjects import Subject


@pytest.fixture
def shop(shop_folder, monkeypatch) -> str:
    monkeypatch.setenv("DIVREC_WORKSPACE", str(shop_folder))
    return calls.workspace().datasets()[0].id


def test_a_blend_in_a_link_makes_the_list_and_is_said_with_its_shares(app, shop_folder):
    test = app(shop_folder, "diversity", alike="behaviour:60,price:20")
    assert not test.exception
    assert test.selectbox(key="alike").value == "behaviour:60,price:20"
    assert likeness.said("behaviour:60,price:20") == "Same kind of shoppers 75% · Price 25%"


@pytest.mark.parametrize("wrong", ["picture:50,price:50", "nonsense", "price:-1", "look"])
def test_a_link_that_this_shop_cannot_follow_gives_way_to_behaviour(app, shop_folder, wrong):
    test = app(shop_folder, "diversity", alike=wrong)
    assert not test.exception
    assert test.selectbox(key="alike").value == "behaviour"


def test_equal_weights_are_the_choice_that_they_are(app, shop_folder):
    test = app(shop_folder, "diversity", alike="category:30,behaviour:30")
    assert test.selectbox(key="alike").value == "both"


def test_another_blend_is_another_path(shop):
    run = next(run.id for run in calls.workspace().runs(shop) if run.family == "ease")
    subject = Subject("shopper", calls.candidates(run).users[0])
    last = {
        alike: tuple(livepath.path_of(View(shop, run, subject, "mmr", alike, 10, False)).lists[-1])
        for alike in ("behaviour", "behaviour:20,price:80", "price")
    }
    assert len(set(last.values())) == len(last)
