"""Two saved scenarios beside each other: lists, marks, measures, and everybody's differences."""

import io
from dataclasses import replace

import pandas as pd
import pytest

from divrec.rerank.rules import Pin, Rules
from divrec.ui import calls, diversity, livepath, ruling, scenarios, versus, versusall
from divrec.ui.livepath import View
from divrec.ui.subjects import Subject
from divrec.ui.takeaway import FORMATS


@pytest.fixture
def view(shop_folder, monkeypatch) -> View:
    monkeypatch.setenv("DIVREC_WORKSPACE", str(shop_folder))
    shop = calls.workspace().datasets()[0].id
    run = next(run.id for run in calls.workspace().runs(shop) if run.family == "ease")
    return View(shop, run, Subject("shopper", calls.candidates(run).users[0]), "mmr", "behaviour", 10, False)


@pytest.fixture
def saved(view):
    """Two scenarios of one shopper; gone again afterwards."""
    made = [
        calls.workspace().save_scenario("As it is", diversity.scenario(view, 0.0)),
        calls.workspace().save_scenario("*Varied*", diversity.scenario(replace(view, alike="category"), 0.7)),
    ]
    yield made
    for each in calls.workspace().scenarios():
        if each.id in made:
            calls.workspace().delete_scenario(each.id)


def test_a_link_shows_both_lists_their_measures_and_everybody(app, shop_folder, saved):
    test = app(shop_folder, "diversity", compare=",".join(saved))
    assert [test.selectbox(key=f"versus_{side}").value for side in "AB"] == saved
    assert not test.warning
    assert [heading.value for heading in test.header] == ["These two lists", "All shoppers"]
    lists, everybody = (table.value for table in test.dataframe)
    assert lists.columns[1:3].tolist() == ["A · As it is", "B · *Varied*"]
    assert {"no difference shown", "a difference"} & set(everybody["Reading"])
    test.button(key="versus_swap").click().run()
    assert test.query_params["compare"] == ",".join(reversed(saved))
    test.button(key="versus_back").click().run()
    assert "compare" not in test.query_params
    assert not test.exception


def test_a_link_to_a_scenario_that_is_gone_says_so_and_shows_one_list(app, shop_folder, saved):
    test = app(shop_folder, "diversity", compare=f"{saved[0]},s000000000000")
    assert "not here any more" in test.warning[0].value
    assert test.selectbox(key="user").value


def test_scenarios_are_compared_from_where_they_are_kept(app, shop_folder, saved):
    test = app(shop_folder, "diversity")
    test.selectbox(key="scenario").select(saved[0]).run()
    test.selectbox(key="other_scenario").select(saved[1]).run()
    test.button(key="compare_scenarios").click().run()
    assert test.query_params["compare"] == ",".join(saved)
    assert test.selectbox(key="versus_B").value == saved[1]


def test_the_table_of_both_lists_tells_what_is_shared_and_can_be_taken_away(view):
    lists = [diversity.listed(view, at) for at in (0.0, 1.0)]
    table = versus.side_table(lists)
    assert table["A_item_id"].tolist() == livepath.path_of(view).at(0.0)
    assert table["B_item_id"].tolist() == livepath.path_of(view).at(1.0)
    places = dict(zip(table["B_item_id"], table["rank"], strict=True))
    assert [places.get(item) for item in table["A_item_id"]] == [
        None if pd.isna(place) else place for place in table["A_other_rank"]
    ]
    for name, (write, _) in FORMATS.items():
        assert len(write(table)) > 100, name
    write, _ = FORMATS["parquet"]
    assert pd.read_parquet(io.BytesIO(write(table)))["A_title"].tolist() == table["A_title"].tolist()


def test_lists_of_two_lengths_stand_side_by_side(view):
    table = versus.side_table([diversity.listed(view, 0.0), diversity.listed(replace(view, n=5), 0.0)])
    assert table["B_item_id"].notna().sum() == 5
    assert len(table) == 10


def test_both_lists_are_measured_by_the_first_ones_likeness(view):
    other = replace(view, alike="category")
    same_list = replace(view, alike="category", method="random")
    pair = ((view, 0.0), (same_list, 0.0))  # two base lists are one list, whatever is alike
    table = versus.measured(pair)
    assert (table["first"] == table["second"]).all()
    own = {measure.name: measure.values for measure in livepath.measures(other, "en")}
    by_behaviour = {measure.name: measure.values for measure in livepath.measures(other, "en", "behaviour")}
    assert own["ild"] != by_behaviour["ild"]
    assert own["novelty"] == by_behaviour["novelty"]
    assert own["relevance_kept"] == by_behaviour["relevance_kept"]


def test_what_differs_is_named(view):
    ruled = replace(view, method="msd", rules=ruling.canonical(Rules([Pin("p03", 1)])))
    table = versus.choices(((view, 0.2), (ruled, 0.2))).set_index("choice")
    differ = table.index[table["A"] != table["B"]].tolist()
    assert differ == ["How to vary", "Rules"]


def test_a_scenario_against_itself_shows_no_difference(view):
    table = versusall.paired((view, 0.4), (view, 0.4))
    assert (table["difference"] == 0).all()
    assert (table["before"] == table["after"]).all()
    assert ((table["low"] <= 0) & (table["high"] >= 0)).all()


def test_variety_for_everybody_shows_in_the_paired_differences(view):
    by_category = replace(view, alike="category", method="msd")
    table = versusall.paired((by_category, 0.0), (by_category, 1.0)).set_index("metric")
    assert table.loc["ild", "low"] > 0
    assert table.loc["ild", "difference"] == pytest.approx(table.loc["ild", "after"] - table.loc["ild", "before"])
    assert table.loc["ild", "n"] == 60
    assert (table["before_low"] <= table["before"]).all()


def test_held_out_events_count_only_where_all_lists_are_of_new_items(view):
    assert "ndcg" in set(versusall.paired((view, 0.0), (view, 0.5))["metric"])
    assert "ndcg" not in set(versusall.paired((view, 0.0), (replace(view, repeat=True), 0.5))["metric"])


def test_two_lists_for_a_group_are_compared_on_its_shoppers(view):
    group = calls.workspace().shopper_groups(view.dataset).iloc[0]
    of_group = replace(view, subject=Subject("group", group))
    size = int((calls.workspace().shopper_groups(view.dataset) == group).sum())
    table = versusall.paired((of_group, 0.0), (of_group, 0.6)).set_index("metric")
    assert table.loc["ild", "n"] == size


def test_a_scenario_gives_its_view_back(view):
    assert scenarios.view_of(diversity.scenario(view, 0.25)) == (view, 0.25)
