"""The promise in the zip: nothing that looked at real shoppers, in both languages."""

import io
import json
import zipfile
from datetime import datetime

import pandas as pd
import pytest

from divrec.ui import calls, generated, private, state
from divrec.workspace.records import GenerationRecord

PROMISE = {
    "epsilon": 3.0, "delta": 1e-5, "training": 2.2, "release": 7.7, "releases": 4, "spent": 2.99, "protects": "one",
    "training_settings": {"share": 0.1, "steps": 200},
}  # fmt: skip
EVENTS = pd.DataFrame({"user_id": ["g1", "g2"], "item_id": ["i1", "i2"], "event": "purchase"})
ITEMS = pd.DataFrame({"item_id": ["i1", "i2", "i3"], "title": ["a", "b", "c"]})


@pytest.fixture(params=["en", "zh"])
def record(request, monkeypatch):
    """A generation under a promise; asking for what looks at real shoppers fails."""
    monkeypatch.setattr(state, "language", lambda: request.param)
    monkeypatch.setattr(calls, "generated", lambda _, name: {"events": EVENTS}[name])
    monkeypatch.setattr(calls, "generated_values", lambda _, name: {"guarantee": PROMISE}[name])
    monkeypatch.setattr(calls, "dataset", lambda _: type("Shop", (), {"items": ITEMS}))
    return GenerationRecord(
        id="g1", dataset_id="d1", what="shoppers", settings={"epsilon": 3.0, "n": 2}, state="done",
        created=datetime(2026, 1, 1), error=None, finished=None,
    )  # fmt: skip


def test_the_zip_holds_the_promise_in_place_of_the_report(record):
    page = private.page(record)
    with zipfile.ZipFile(io.BytesIO(generated.bundle(record, page))) as packed:
        assert set(packed.namelist()) == {
            "events.csv", "events.parquet", "items.csv", "items.parquet", "guarantee.json", "guarantee.html"
        }  # fmt: skip
        assert json.loads(packed.read("guarantee.json"))["epsilon"] == 3.0
        assert "i3" not in packed.read("items.csv").decode()
        assert packed.read("guarantee.html").decode() == page


def test_the_page_says_budget_mechanism_and_assumptions(record):
    page = private.page(record)
    for number in ("(3, 1e-05)", "2.990", "2.20", "7.70", "200", "20.1"):
        assert number in page
    assert page.count("<h2>") == len(private.SAID)
    assert "private." not in page  # no key without words
    assert "**" not in page


@pytest.mark.parametrize(("language", "few"), [("en", "needs at least 150 shoppers"), ("zh", "至少需要 150 位顾客")])
def test_the_form_chooses_a_budget_and_says_where_shoppers_are_too_few(app, shop_folder, language, few):
    test = app(shop_folder, "generate", privacy="dp", epsilon="10", lang=language)
    assert test.select_slider(key="epsilon").value == "10"
    assert test.selectbox(key="delta").options[0] == "1e-2"
    assert few in test.error[0].value
    assert test.button(key="generate").disabled
    assert [slider.key for slider in test.slider] == ["temperature"]  # what reads real shoppers again is not offered
    assert not [box for box in test.multiselect if box.key == "mix"]
