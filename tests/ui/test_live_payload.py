"""What the live elements get: only what they show, plain JSON, texts as they are."""

import json
import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from divrec.ui import live
from divrec.ui.live.payload import (
    CARD_COLUMNS,
    LivePath,
    Mark,
    Measure,
    payload,
    population_payload,
    strip_payload,
)

FILES = sorted(Path(live.__file__).parent.glob("*"))
XSS = '</script><img src=x onerror="alert(1)">'
PICTURE = "data:image/svg+xml,<svg/>"


def cards(count: int) -> pd.DataFrame:
    rows = [
        (f"Item {at}", "Brand", "9.99", "AB"[at % 2], PICTURE if at % 3 else None, "", at + 1, 1 - at / count, "", "")
        for at in range(count)
    ]
    return pd.DataFrame(rows, columns=CARD_COLUMNS, index=[f"i{at}" for at in range(count)])


def path(count: int = 10, **changes) -> LivePath:
    lists = [["i0", "i1", "i2"], ["i0", "i2", "i4"]]
    ild = Measure("ild", "Variety", "How different", [0.25, math.nan], 1, 3)
    kept = Measure("relevance_kept", "Kept", "How much", [1.0, 0.9], 1, 1, True)
    values = {"stops": [0, 0.123456789012], "lists": lists, "measures": [ild, kept], "cards": cards(count)}
    return LivePath(**{**values, "categories": ["A", "B", "C"], "marks": [Mark("knee", 0.5, "knee")], **changes})


def test_only_items_that_some_list_shows_are_sent():
    values = payload(path(), {}, "en")
    assert [item["title"] for item in values["items"]] == ["Item 0", "Item 1", "Item 2", "Item 4"]
    assert values["lists"] == [[0, 1, 2], [0, 2, 3]]
    assert [category["name"] for category in values["categories"]] == ["A", "B"]


def test_a_picture_is_sent_once():
    values = payload(path(), {}, "en")
    assert values["pictures"] == [PICTURE]
    assert [item["picture"] for item in values["items"]] == [None, 0, 0, 0]


def test_stops_are_exact_since_python_looks_lists_up_by_them():
    assert payload(path(), {}, "en")["stops"] == [0, 0.123456789012]


def test_undefined_values_become_null():
    values = payload(path(), {}, "en")
    assert values["measures"][0]["values"] == [0.25, None]
    json.dumps(values, allow_nan=False)


def test_texts_pass_unchanged_as_plain_json_strings():
    shown = cards(10)
    shown.loc["i0", "title"] = XSS
    values = payload(path(cards=shown), {}, "en")
    assert json.loads(json.dumps(values))["items"][0]["title"] == XSS


def test_a_version_stands_for_the_content():
    assert payload(path(), {}, "en") == payload(path(), {}, "en")
    changed = [
        payload(path(stops=[0, 0.5]), {}, "en"),
        payload(path(), {"diversity": "Diversity"}, "en"),
        payload(path(about="another model"), {}, "en"),
    ]
    assert len({values["version"] for values in [payload(path(), {}, "en"), *changed]}) == 4


def test_a_category_keeps_its_colour_from_shopper_to_shopper():
    only_b = path(lists=[["i1"], ["i3"]])
    (alone,) = payload(only_b, {}, "en")["categories"]
    assert alone == payload(path(), {}, "en")["categories"][1]


def test_a_long_path_stays_small_without_its_pictures():
    rng = np.random.default_rng(0)
    count, stops = 200, 180
    lists = [[f"i{at}" for at in rng.permutation(count)[:20]] for _ in range(stops)]
    measures = [Measure(f"m{at}", "Label", "Sentence", rng.random(stops), digits=3) for at in range(6)]
    values = payload(path(count, stops=np.linspace(0, 1, stops), lists=lists, measures=measures), {}, "en")
    assert len(json.dumps(values)) < 70_000


def test_everybodys_curves_carry_their_intervals():
    curve = Measure("ild", "Variety", "How different", [0.2, 0.3], low=[0.1, 0.2], high=[0.3, 0.4])
    words = {"diversity": "Diversity", "table": "Table", "other": "not needed"}
    values = population_payload([curve], words, "en", "this model")
    assert values["measures"][0]["low"] == [0.1, 0.2]
    assert values["about"] == "this model"
    assert set(values["words"]) == {"diversity", "table"}


def test_a_strip_needs_no_ranks():
    shown = cards(2).drop(columns=["base", "relevance", "ruled", "touched"])
    values = strip_payload(shown, ["A", "B"], "History", "2 products")
    assert (len(values["items"]), values["says"]) == (2, "2 products")
    json.dumps(values, allow_nan=False)


@pytest.mark.parametrize("file", [file for file in FILES if file.suffix == ".js"], ids=lambda file: file.name)
def test_scripts_never_turn_text_into_markup_or_leave_the_page(file):
    text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", text)
    assert not re.search(r"https?://|fetch\(|XMLHttpRequest|WebSocket|import\(", text)


@pytest.mark.parametrize("file", [file for file in FILES if file.suffix == ".css"], ids=lambda file: file.name)
def test_styles_fetch_nothing(file):
    assert not re.search(r"url\(|@import|@font-face", file.read_text(encoding="utf-8"))
