"""Acting as a shopper: the history stands in the link, grows by clicks, and the list answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from divrec.rerank.gains import METHODS
from divrec.ui import acting, calls, livepath, offered, scenarios
from divrec.ui.diversity import scenario
from divrec.ui.livepath import View


@given(st.lists(st.text(min_size=1, max_size=8), max_size=12, unique=True))
def test_any_ids_come_back_from_a_link(items):
    items = [item.encode("utf-8", "ignore").decode() or "x" for item in items]
    items = list(dict.fromkeys(items))
    assert acting.read(acting.written(items)) == items


def test_a_link_keeps_the_latest_of_each_and_not_too_many():
    assert acting.written(["a", "b", "a"]) == "b,a"
    assert acting.read(acting.written(map(str, range(300)))) == [str(at) for at in range(300 - acting.MOST, 300)]


@pytest.mark.parametrize("method", METHODS)
def test_every_method_answers_a_history_that_nobody_has(view, method):
    values = livepath.live_values(View(view.dataset, view.run, view.subject, method, "behaviour", 10, False))
    first = [values["items"][at]["title"] for at in values["lists"][0]]
    assert sum(title.startswith("Shoes") for title in first) >= 8
    assert values["acting"]
    assert "similarity_to_history" in {measure["name"] for measure in values["measures"]}


def test_the_page_shows_the_history_of_a_link_and_a_scenario_brings_it_back(app, shop_folder, view):
    test = app(shop_folder, "diversity", **{"for": "act", "history": "p01,nothing,p04"})
    assert not test.warning
    assert test.query_params["history"] == "p01,nothing,p04"
    saved = scenarios.parameters(scenario(view, 0.4))
    assert (saved["for"], saved["history"]) == ("act", "p00,p03")


def test_adding_by_name_and_starting_from_somebody_make_the_history(app, shop_folder, view):
    test = app(shop_folder, "diversity", **{"for": "act"})
    test.selectbox(key="act_add").select("p05").run()
    assert test.query_params["history"] == "p05"
    test.button(key="act_from_persona").click().run()
    group = test.selectbox(key="act_persona").value
    assert test.query_params["history"] == acting.written(acting.persona(view.dataset, group))
    test.button(key="act_empty").click().run()
    assert "history" not in test.query_params
    assert not test.exception


def test_any_product_of_the_catalogue_is_found_by_its_words(app, shop_folder, view, monkeypatch):
    monkeypatch.setattr(offered, "OFFERED", 5)  # as if the shop had more products than the list holds
    rare = offered.products(view.dataset).index[-1]
    words = offered.products(view.dataset)[rare]
    assert offered.found(view.dataset, words).index[0] == rare
    assert offered.found(view.dataset, "zebra").empty
    test = app(shop_folder, "diversity", **{"for": "act"})
    assert len(test.selectbox(key="act_add").options) == 5  # the rest is typed: tests/browser/test_diversity.py


def test_what_was_typed_is_suggested_again_until_it_is_forgotten(app, shop_folder, view):
    test = app(shop_folder, "diversity", **{"for": "query"})
    first = test.selectbox(key="q").value
    assert calls.workspace().searches(view.dataset) == []  # nobody has typed anything yet
    test.selectbox(key="q").select("Shoes No. 6").run()
    assert calls.workspace().searches(view.dataset) == ["Shoes No. 6"]
    assert offered.suggestions(view.dataset).iloc[0] == "Shoes No. 6"
    test.selectbox(key="q").select(first).run()
    assert calls.workspace().searches(view.dataset) == [first, "Shoes No. 6"]
    test.button(key="forget_0").click().run()
    assert calls.workspace().searches(view.dataset) == ["Shoes No. 6"]
    test.button(key="forget_all").click().run()
    assert calls.workspace().searches(view.dataset) == []
    assert not test.exception
