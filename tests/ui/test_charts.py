"""Pictures say what the numbers say, and show foreign words as words."""

import pandas as pd

from divrec.ui import charts, theme
from divrec.ui.text import plain

XSS = '<img src=x onerror="alert(1)"><b>bold</b>'


def test_words_of_the_data_are_no_tags():
    figure = charts.bars([XSS], [1.0], texts=["1"])
    assert "<" not in figure.layout.yaxis.ticktext[0] + figure.data[0].customdata[0]
    table = pd.DataFrame({"x": [1, 2, 1, 2], "y": [1, 2, 3, 4], "kind": [XSS, XSS, "b", "b"]})
    drawn = charts.lines(table, "x", "y", "kind")
    assert all("<img" not in note.text for note in drawn.layout.annotations)


def test_words_of_the_data_are_no_markdown():
    assert plain("**a** [b](http://c)") == r"\*\*a\*\* \[b\]\(http\:\/\/c\)".replace(r"\/", "/")


def test_bars_keep_their_order_from_the_top():
    figure = charts.bars(["first", "second"], [2.0, 1.0])
    assert list(figure.layout.yaxis.ticktext) == ["first", "second"]
    assert figure.layout.yaxis.autorange == "reversed"


def test_a_long_line_keeps_its_ends_and_its_first_ranks():
    table = pd.DataFrame({"rank": range(1, 100_001)})
    drawn = charts.few(table)["rank"].tolist()
    assert len(drawn) <= charts.POINTS
    assert drawn[:5] == [1, 2, 3, 4, 5]
    assert drawn[-1] == 100_000
    assert charts.few(table.head(300)).equals(table.head(300))


def test_a_month_that_barely_began_is_not_drawn_as_a_fall():
    months = pd.date_range("2025-01-01", periods=6, freq="MS")
    table = pd.DataFrame({"month": months, "events": [900, 800, 3, 900, 850, 7]})
    assert charts.whole_months(table)["events"].tolist() == [900, 800, 3, 900, 850]  # a month within is a finding
    assert charts.whole_months(table.head(3)).equals(table.head(3))
    assert charts.whole_months(table.head(0)).empty


def test_a_small_share_is_not_nothing():
    assert [charts.share_of(part) for part in (0, 0.0004, 0.0005, 1)] == ["0.0%", "< 0.1%", "0.1%", "100.0%"]


def test_own_models_stand_out_from_baselines():
    table = pd.DataFrame({"run": ["a", "b"], "value": [0.1, 0.2], "low": [0.0, 0.1], "high": [0.2, 0.3]})
    figure = charts.intervals(table, "run", highlight=["b"])
    assert list(figure.data[-1].marker.color) == [theme.QUIET, theme.ACCENT]
    assert [list(line.x) for line in figure.data[:2]] == [[0.0, 0.2], [0.1, 0.3]]
    assert figure.layout.xaxis.range[0] <= 0 < 0.3 < figure.layout.xaxis.range[1]  # no interval is cut off


def test_one_line_needs_no_name_and_several_have_theirs_at_the_end():
    table = pd.DataFrame({"x": [1, 2, 1, 2], "y": [1, 2, 3, 4], "kind": ["a", "a", "b", "b"]})
    assert not charts.lines(table[:2], "x", "y").layout.annotations
    assert [note.x for note in charts.lines(table, "x", "y", "kind").layout.annotations] == [2, 2]


def test_a_long_name_is_cut_but_told_in_full():
    name = "Dry Beans, Vegetables, Potatoes, Rice and Noodles"
    figure = charts.bars([name, name + " too"], [2.0, 1.0])
    assert max(map(len, figure.layout.yaxis.ticktext)) <= charts.LONGEST
    assert list(figure.data[0].customdata) == [name, name + " too"]
    assert len(set(figure.data[0].y)) == 2
