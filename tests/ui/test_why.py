"""Why an item stands here: the model's reasons and the re-ranking's, told apart, each true of the list shown."""

import pandas as pd

from divrec.rerank.rules import Pin, Rules
from divrec.ui import livepath, ruling, why
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
