"""The Diversity screen: every surface, method and likeness gives a list; links, saving and taking away."""

import io

import pandas as pd
import pytest

from divrec.rerank.conditions import Scope, Where
from divrec.rerank.gains import METHODS
from divrec.rerank.rules import AtLeast, Boost, Bury, Cap, Exclude, IncludeOnly, Pin, Rules, in_stock, price_band
from divrec.ui import calls, diversity, likeness, livepath, ruling, scenarios
from divrec.ui.livepath import View
from divrec.ui.subjects import Subject
from divrec.ui.takeaway import FORMATS
from divrec.workspace import Workspace
from divrec.workspace.likeness import CHOICES


@pytest.fixture
def view(shop_folder, monkeypatch) -> View:
    monkeypatch.setenv("DIVREC_WORKSPACE", str(shop_folder))
    shop = calls.workspace().datasets()[0].id
    run = next(run.id for run in calls.workspace().runs(shop) if run.family == "ease")
    return View(shop, run, Subject("shopper", calls.candidates(run).users[0]), "mmr", "behaviour", 10, False)


def changed(view: View, **changes) -> View:
    return View(**{**{name: getattr(view, name) for name in View.__dataclass_fields__}, **changes})


@pytest.mark.parametrize("method", METHODS)
def test_every_method_gives_a_screen_whose_first_list_is_the_base_list(view, method):
    view = changed(view, method=method)
    values = livepath.live_values(view)
    path = livepath.path_of(view)
    assert [values["items"][at]["base"] for at in values["lists"][0]] == list(range(1, 11))
    assert values["stops"] == path.starts.tolist()
    assert {"sameness", "ild", "relevance_kept"} <= {measure["name"] for measure in values["measures"]}
    assert all(len(measure["values"]) == len(values["stops"]) for measure in values["measures"])


@pytest.mark.parametrize("alike", CHOICES)
def test_a_likeness_serves_re_ranking_and_measures_alike(view, alike):
    if alike not in likeness.offered(view.dataset):
        pytest.skip("this shop has no pictures")
    view = changed(view, alike=alike)
    vectors = likeness.vectors(view.dataset, view.run, alike)
    assert len(vectors) == 30
    shown = {measure["name"]: measure["values"] for measure in livepath.live_values(view)["measures"]}
    assert shown["relevance_kept"][0] == 1
    assert max(shown["ild"]) >= shown["ild"][0]


def test_what_needs_categories_is_offered_only_where_there_are_some(view, monkeypatch):
    assert diversity.methods(view.dataset) == list(METHODS)
    monkeypatch.setattr(livepath, "has_categories", lambda _: False)
    assert {"calibrated", "xquad"}.isdisjoint(diversity.methods(view.dataset))


def test_a_product_has_a_list_of_its_own_and_no_history(view):
    view = changed(view, subject=Subject("product", "p01"))
    values = livepath.live_values(view)
    assert "Lamps No. 1" not in [item["title"] for item in values["items"]]
    assert "similarity_to_history" not in {measure["name"] for measure in values["measures"]}
    assert all("%" in item["why"] for item in values["items"])


def test_a_group_has_what_suits_its_shoppers_on_the_whole(view):
    group = calls.workspace().shopper_groups(view.dataset).iloc[0]
    view = changed(view, subject=Subject("group", group))
    values = livepath.live_values(view)
    assert len(values["lists"][0]) == 10
    assert all("of the group" in item["why"] for item in values["items"])
    assert "similarity_to_history" not in {measure["name"] for measure in values["measures"]}


@pytest.mark.parametrize("method", METHODS)
def test_a_search_is_answered_by_every_method(view, method):
    view = changed(view, subject=Subject("query", "lamp"), method=method)
    values = livepath.live_values(view)
    first = [values["items"][at]["title"] for at in values["lists"][0]]
    assert all(title.startswith("Lamps") for title in first)
    only_here = ruling.canonical(Rules([Pin("p00", 1, scope=Scope("query", "lamp"))]))
    assert livepath.path_of(changed(view, rules=only_here)).lists[0][0] == "p00"
    assert livepath.path_of(changed(view, subject=Subject("query", "books"), rules=only_here)).lists[0][0] != "p00"


@pytest.mark.parametrize(("surface", "parameter", "wanted"), [("query", "q", "shoes"), ("query", "q", "Brand 1")])
def test_what_is_searched_for_stands_in_the_link(app, shop_folder, surface, parameter, wanted):
    test = app(shop_folder, "diversity", **{"for": surface, parameter: wanted})
    assert not test.warning
    assert test.session_state[parameter] == wanted


def test_a_search_that_finds_nothing_says_what_to_try(app, shop_folder):
    test = app(shop_folder, "diversity", **{"for": "query", "q": "zebra"})
    assert "Try a category" in test.warning[0].value


def test_why_names_something_of_the_history(view):
    titles = set(calls.dataset(view.dataset).items["title"])
    for item in livepath.live_values(view)["items"]:
        assert item["why"].removeprefix("Closest to ") in titles


def test_what_is_taken_away_is_the_list_on_the_screen(view):
    table = diversity.listed(view, 0.4)
    assert table["item_id"].tolist() == livepath.path_of(view).at(0.4)
    write, _ = FORMATS["parquet"]
    assert pd.read_parquet(io.BytesIO(write(table)))["rank"].tolist() == list(range(1, 11))


def test_the_screen_draws_with_all_that_a_link_says(app, shop_folder):
    test = app(shop_folder, "diversity", user="u07", method="dpp", n="5", diversity="0.62")
    assert test.selectbox(key="user").value == "u07"
    assert test.selectbox(key="method").value == "dpp"
    assert test.query_params["diversity"] == "0.62"
    assert "All shoppers" in [heading.value for heading in test.subheader]


def test_the_screen_speaks_chinese(app, shop_folder):
    test = app(shop_folder, "diversity", lang="zh")
    assert test.title[0].value == "多样性"


def test_a_product_surface_needs_no_shopper(app, shop_folder):
    test = app(shop_folder, "diversity", **{"for": "product", "item": "p04"})
    assert test.selectbox(key="item").value == "p04"
    assert not test.subheader


@pytest.mark.parametrize("value", ["nan", "-3", "7", "<b>", ""])
def test_a_slider_value_that_is_none_does_no_harm(app, shop_folder, value):
    test = app(shop_folder, "diversity", diversity=value)
    assert 0 <= float(test.query_params["diversity"]) <= 1


def test_another_shopper_comes_at_a_click(app, shop_folder):
    test = app(shop_folder, "diversity")
    seen = {test.selectbox(key="user").value}
    for _ in range(4):
        test.button(key="surprise").click().run()
        seen.add(test.selectbox(key="user").value)
    assert len(seen) > 1


def test_a_scenario_keeps_the_view_and_the_value(app, shop_folder):
    test = app(shop_folder, "diversity", diversity="0.5", method="msd")
    assert test.button(key="save_scenario").disabled
    test.text_input(key="scenario_name").set_value("More variety").run()
    test.button(key="save_scenario").click().run()
    saved = Workspace(shop_folder).scenarios()[0]
    assert (saved.name, saved.values["method"], saved.values["diversity"]) == ("More variety", "msd", 0.5)
    assert saved.run_id == saved.values["run"]


def test_rules_of_a_view_hold_on_the_whole_path_and_mark_their_cards(view):
    base = livepath.path_of(view).lists[0]
    rules = Rules([Pin(base[5], 2), Bury(Where(values=(base[0],))), Exclude(Where(values=(base[1],)))])
    ruled = changed(view, rules=ruling.canonical(rules))
    for shown in livepath.path_of(ruled).lists:
        assert shown[1] == base[5]
        assert base[1] not in shown
    marked = {item["id"]: item["ruled"] for item in livepath.live_values(ruled)["items"]}
    assert marked[base[5]] == "pin"
    assert marked.get(base[0], "bury") == "bury"


def test_an_item_pinned_from_outside_the_pool_has_no_base_place(view):
    outside = set(calls.dataset(view.dataset).items["item_id"]) - set(livepath.path_of(view).item_ids)
    item = sorted(outside)[0]
    ruled = changed(view, rules=ruling.canonical(Rules([Pin(item, 1)])))
    shown = {each["id"]: each["base"] for each in livepath.live_values(ruled)["items"]}
    assert shown[item] == 0
    assert diversity.listed(ruled, 0.3)["base_rank"].iloc[0] == 0


def test_a_click_on_a_card_replaces_the_rule_of_that_card_alone():
    rules = ruling.click(Rules([Cap("brand", 2)]), "pin", "a", 3)
    rules = ruling.click(ruling.click(rules, "bury", "b", 1), "exclude", "a", 3)
    assert list(rules) == [Cap("brand", 2), Bury(Where(values=("b",))), Exclude(Where(values=("a",)))]
    assert list(ruling.click(rules, "free", "b", 1)) == [Cap("brand", 2), Exclude(Where(values=("a",)))]


@pytest.mark.parametrize("rule", [
    Exclude(Where("brand", ("Brand 1",))), IncludeOnly(Where("price", low=5, high=9)), price_band(high=9), in_stock(),
    Boost(Where(values=("p01",))), Bury(Where(values=("p01",))), AtLeast(Where("category", ("Lamps",)), 2),
    Cap("brand", 2), Pin("p01", 3, scope=Scope("group", "Lamps")),
])  # fmt: skip
def test_every_rule_is_said_in_words(view, rule):
    words = ruling.sentence(rule, view.dataset)
    assert "{" not in words
    assert ("Lamps No. 1" in words) == ("p01" in str(rule))


def test_a_scenario_brings_its_view_back(view):
    ruled = changed(view, rules=ruling.canonical(Rules([Pin("p03", 1)])), repeat=True)
    found = scenarios.parameters(diversity.scenario(ruled, 0.25))
    assert (found["for"], found["user"], found["items"], found["n"]) == ("shopper", view.subject.id, "any", "10")
    assert (found["diversity"], found["rules"], found["run"]) == ("0.25", ruled.rules, view.run)


def test_a_link_with_broken_rules_says_so_and_shows_the_list(app, shop_folder):
    test = app(shop_folder, "diversity", rules="[{")
    assert not test.exception
    assert any("rules in this link" in warning.value for warning in test.warning)


def test_rules_are_added_and_dropped_on_the_page(app, shop_folder):
    test = app(shop_folder, "diversity")
    test.selectbox(key="rule_kind").select("cap").run()
    test.button(key="add_rule").click().run()
    assert not test.exception
    assert any("Show at most 3 per Category" in text.value for text in test.text)
    assert [table.value.shape[1] for table in test.dataframe][:2] == [2, 3]  # what each rule did; each item's way
    test.button(key="drop_rule_0").click().run()
    assert not any("Show at most" in text.value for text in test.text)
