"""Why an item stands here: the model's reasons and the re-ranking's, told apart, each true of the list shown."""

import re

import pandas as pd
import pytest

from divrec.rerank.conditions import Where
from divrec.rerank.rules import Boost, Cap, Pin, Rules
from divrec.ui import livepath, ruling, turns, why
from divrec.ui.livepath import View


def test_what_moved_is_said_by_base_place_and_place(view):
    path = livepath.path_of(view)
    base = path.lists[0]
    for diversity in (0.0, 0.5, 1.0):
        for rank, item in enumerate(path.at(diversity), 1):
            said = why.moved(view, diversity, item)[0]
            if item in base and base.index(item) + 1 == rank:
                assert said == f"Place {rank}, as in the base list."
            else:
                assert said.startswith(("Moved up", "Moved down", "New in the list"))
                assert said.endswith(f"to place {rank}.")


def test_alone_of_its_category_is_said_only_where_it_is_true(view):
    path, diversity = livepath.path_of(view), 0.5
    kinds = pd.Series({item: int(item[1:]) % 3 for item in path.at(diversity)})
    for item, kind in kinds.items():
        said = any("Nothing else here" in line for line in why.moved(view, diversity, item))
        assert said == ((kinds == kind).sum() == 1)


def test_a_pin_from_outside_and_an_item_that_left_are_said(view):
    pinned = View(**{**view.__dict__, "n": 3, "rules": ruling.canonical(Rules([Pin("p00", 2)]))})
    assert why.moved(pinned, 0.4, "p00")[0] == "Pinned at place 2 from outside the candidates."
    gone = next(item for item in livepath.path_of(pinned).item_ids if item not in livepath.path_of(pinned).at(0))
    assert why.moved(pinned, 0, gone) == ["It is not in the list at this place of the slider."]


def test_without_it_is_said_of_the_one_that_decides(view):
    reasons = pd.DataFrame({"item_id": ["p00", "p03"], "contribution": [0.4, 0.1], "place_without": [12, 4]})
    assert "Without Shoes No\\. 0 it would fall to place 12" in why.verdict(view, 3, reasons)
    assert why.verdict(view, 3, reasons[1:]).startswith("No single product")


@pytest.mark.parametrize("diversity", [0.0, 0.5, 1.0])
def test_what_decided_a_turn_adds_up(view, diversity):
    for item in livepath.path_of(view).at(diversity):
        (line,) = turns.told(view, diversity, item)
        total, *rest = [float(number) for number in re.findall(r"\d+\.\d+", line)]
        assert total == pytest.approx(rest[0] + rest[3], abs=0.011)
        assert rest[0] >= rest[3] - 0.01  # what decided comes first
        if diversity in (0.0, 1.0):
            assert ("**variety**" in line) == (diversity == 1.0 and total > 0)


def test_the_rules_that_had_a_part_are_named_and_marked(view):
    path = livepath.path_of(view)
    lamps = Boost(Where("category", ("Lamps",)), by=0.5)
    rules = Rules([lamps, Cap("category", 4), Pin(path.lists[0][3], 1)])
    ruled = View(**{**view.__dict__, "rules": ruling.canonical(rules)})
    values = livepath.live_values(ruled)
    marks = {item["id"]: (item["ruled"], item["touched"]) for item in values["items"]}
    titles = {item["id"]: item["title"] for item in values["items"]}
    assert marks[path.lists[0][3]] == ("pin", "pin")
    assert {item for item, (_, kind) in marks.items() if kind == "boost"} == {
        item for item in marks if titles[item].startswith("Lamps")
    }
    at = livepath.path_of(ruled).value_of(0)
    brought = [values["items"][place]["id"] for place in values["limited"][0]]
    assert brought
    said = " ".join(turns.told(ruled, at, brought[0]))
    assert "Show at most 4 per Category" in said
    assert "limits" in said
    lamp = next(item for item in livepath.path_of(ruled).at(at) if titles[item].startswith("Lamps"))
    assert "Boost Lamps" in " ".join(turns.told(ruled, at, lamp))


def test_without_rules_no_card_wears_a_mark(view):
    values = livepath.live_values(view)
    assert {item["ruled"] + item["touched"] for item in values["items"]} == {""}
    assert values["limited"] == []
