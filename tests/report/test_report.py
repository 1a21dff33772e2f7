"""A report is one page that runs nothing and asks nobody, holds every number, and escapes every text."""

import io
import json
import zipfile
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from divrec.data.report import Report
from divrec.report.bundle import to_zip
from divrec.report.findings import Findings, Varied
from divrec.report.page import to_html
from divrec.report.pictures import bars, curve, intervals

EVIL = "<script>alert(1)</script><img src=//evil.example onerror=x>\"'&"
VOID = {"meta", "br", "img", "link"}


class Reader(HTMLParser):
    """Reads a page strictly: every element is closed, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open, self.tags, self.attributes, self.texts = [], [], [], []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


@pytest.fixture
def found() -> Findings:
    measures = pd.DataFrame(
        [("EASE", "ndcg", 0.2, 0.1, 0.3, 50), (EVIL, "ndcg", 0.25, 0.2, 0.31, 50), (EVIL, "gini", *3 * [np.nan], 0)],
        columns=["run", "metric", "value", "low", "high", "n"],
    )
    lists = pd.DataFrame({"rank": [1, 2], "before": ["a", EVIL], "after": [EVIL, None], "was": [2, 0]})
    one = pd.DataFrame({"metric": ["ild"], "before": [0.4], "after": [0.512]})
    path = pd.DataFrame({"relevance_kept": [1.0, 0.9, 0.7], "ild": [0.4, 0.512, 0.55]})
    ends = {f"{side}{end}": [0.125] for side in ("before", "after") for end in ("", "_low", "_high")}
    varied = Varied(
        "0.30", [("Shopper", EVIL)], [EVIL], lists, one, path, 1, pd.DataFrame({"metric": ["gini"], **ends}), 1234,
        {"diversity": 0.3, "subject": {"id": EVIL}},
    )  # fmt: skip
    account = Report(1000).add("dropped", EVIL, 10).add("fixed", "time", 3)
    sameness = {"overall": 61.7, "parts": {"inside": 50.0, "between": 73.4}}
    sizes = {"users": 50, "items": 20, "events": 990}
    return Findings(EVIL, "2026-01-02", sizes, account, EVIL, {"latent_dim": EVIL}, measures, sameness, varied)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_runs_nothing_is_fetched_and_evil_texts_stay_texts(found, language):
    page = to_html(found, language)
    read = Reader(page)
    assert not {"script", "img", "link", "iframe", "object", "form"} & set(read.tags)
    assert not [each for each in read.attributes if each[1].startswith("on") or each[1] in ("src", "href", "style")]
    assert "url(" not in page
    assert "@import" not in page
    assert ("meta", "http-equiv", "Content-Security-Policy") in read.attributes
    assert any(EVIL in text for text in read.texts)


def test_every_number_is_there(found):
    said = " ".join(Reader(to_html(found)).texts)
    expected = "62", "0.250 [0.200, 0.310]", "0.512", "90.0%", "1,000", "990", "1,234", "0.125 [0.125, 0.125]", "–"
    assert [number for number in expected if number not in said] == []


def test_a_report_of_a_model_alone_leaves_the_scenario_out(found):
    page = to_html(replace(found, varied=None))
    assert "The list before and after" not in page
    with zipfile.ZipFile(io.BytesIO(to_zip(replace(found, varied=None)))) as packed:
        assert "scenario.json" not in packed.namelist()


def test_the_tables_come_back_in_every_format_without_a_live_formula(found):
    formula = replace(found, measures=found.measures.assign(run="=1+1"))
    with zipfile.ZipFile(io.BytesIO(to_zip(formula))) as packed:
        names = set(packed.namelist())
        assert pd.read_csv(packed.open("measures.csv"))["run"].tolist() == ["'=1+1"] * 3
        whole = pd.read_parquet(io.BytesIO(packed.read("measures.parquet")))
        assert json.loads(packed.read("scenario.json")) == found.varied.scenario
    pd.testing.assert_frame_equal(whole, formula.measures)
    tables = ("steps", "measures", "sameness", "lists", "list_measures", "path", "everybody")
    expected = {f"{table}.{ending}" for table in tables for ending in ("csv", "parquet", "xlsx")}
    assert names == expected | {"scenario.json"}


def test_pictures_are_well_formed_whatever_the_values():
    nan = float("nan")
    for picture in (
        bars([("a", 0.0), (EVIL, 100.0)], 100, EVIL),
        intervals([("a", nan, nan, nan), (EVIL, 0.0, nan, nan)], "a", EVIL),
        curve([1.0], [0.5], 0, (EVIL, "y"), EVIL),
        curve([1.0, 0.8], [0.2, 0.4], 1, ("x", "y"), ""),
    ):
        assert Reader(picture).tags[0] == "svg"
        assert "nan" not in picture


def test_a_bar_is_as_long_as_its_value():
    widths = [float(value) for tag, name, value in Reader(bars([("a", 25.0), ("b", 50.0)], 100, "")).attributes
              if tag == "rect" and name == "width"]  # fmt: skip
    assert widths[1] / widths[0] == pytest.approx(0.25, abs=0.001)
    assert widths[3] / widths[2] == pytest.approx(0.5, abs=0.001)
