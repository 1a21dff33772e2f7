"""What the map sends is what it shows; what comes back is believed only where it is what the map sends."""

import base64
import json

import numpy as np
import pandas as pd
import pytest

from divrec.ui.atlas.packing import KINDS, NO_LOOK, classes, grades, layer, packed, rows_of, version_of
from divrec.ui.item_panel import mix


def opened(points: bytes) -> tuple[dict, bytes]:
    size = int.from_bytes(points[:4], "little")
    return json.loads(points[4 : 4 + size]), points[4 + size :]


def test_points_come_out_as_they_went_in():
    layout = np.array([[0, 0], [10, 4], [5, 2]], dtype=np.float32)
    colour = classes(pd.Series(["a", "b", "a"]), "others")
    head, body = opened(packed(layout, ["one", "two\nlines", "中文"], {"category": colour}, "r1"))
    places = np.frombuffer(body[slice(*head["places"])], dtype=np.float32).reshape(-1, 3)
    np.testing.assert_allclose(places, [[-1, -1, 0], [1, 1, 0], [0, 0, 0]], atol=1e-6)
    assert body[slice(*head["titles"])].decode().split("\n") == ["one", "two lines", "中文"]
    shown = head["colours"]["category"]
    assert [shown["labels"][look] for look in body[slice(*shown["at"])]] == ["a", "b", "a"]


def test_a_solid_layout_keeps_its_shape():
    layout = np.array([[0, 0, 0], [10, 1, 1]], dtype=np.float32)
    head, body = opened(packed(layout, ["a", "b"], {}, "r1"))
    places = np.frombuffer(body[slice(*head["places"])], dtype=np.float32).reshape(-1, 3)
    np.testing.assert_allclose(np.ptp(places, axis=0), [2, 0.2, 0.2], rtol=1e-5)


def test_equal_content_has_one_version_and_other_content_another():
    layout = np.zeros((2, 2), dtype=np.float32)
    one, same = (packed(layout, ["a", "b"], {}, "r1") for _ in range(2))
    assert version_of(one) == version_of(same) != version_of(packed(layout, ["a", "c"], {}, "r1"))


def test_classes_beyond_telling_apart_are_the_rest():
    kinds = [f"k{at}" for at in range(KINDS + 2) for _ in range(KINDS + 3 - at)]
    found = classes(pd.Series([*kinds, None]), "others")
    assert (len(found.labels), found.labels[0], found.others) == (KINDS, "k0", "others")
    assert (found.looks == NO_LOOK).sum() == kinds.count(f"k{KINDS}") + kinds.count(f"k{KINDS + 1}") + 1


def test_grades_rise_with_the_value_and_a_missing_one_has_none():
    found = grades(pd.Series([1.0, 10.0, 100.0, np.nan]), "not known")
    assert np.all(np.diff(found.looks[:3].astype(int)) > 0)
    assert (found.looks[3], found.others, found.ticks[0]) == (NO_LOOK, "not known", "1")


@pytest.mark.parametrize("values", [[5.0, 5.0], [np.nan, np.nan]])
def test_grades_of_one_value_or_none(values):
    assert len(set(grades(pd.Series(values), "").looks)) == 1


def test_a_loop_names_its_rows_and_nonsense_names_none():
    bits = base64.b64encode(np.packbits([0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1], bitorder="little").tobytes()).decode()
    assert rows_of(bits, 10).tolist() == [1, 9]  # what is beyond the points is none of them
    assert rows_of("no base64 §", 10).tolist() == rows_of(None, 10).tolist() == []


def test_what_is_not_on_the_map_is_in_no_layer():
    assert layer("ring", "near", [3, -1, 5])["rows"] == [3, 5]


def test_a_mix_is_held_against_the_whole():
    whole = pd.DataFrame({"kind": ["a", "a", "a", "b"], "price": [1.0, 2.0, 3.0, 4.0]})
    table = mix(whole, whole.iloc[[0, 3]], "kind").set_index("name")
    assert table.loc["b"].to_dict() == {"share": 0.5, "of_all": 0.25, "times": 2.0}
    assert mix(whole, whole, "price")["times"].tolist() == [1.0] * 4
