"""The report in the zip: the numbers of the screen, and no word of the data as markup."""

import pandas as pd
import pytest

from divrec.ui import state
from divrec.ui.reportpage import report_page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_says_the_numbers_and_escapes_the_words(monkeypatch, language):
    monkeypatch.setattr(state, "language", lambda: language)
    account = pd.DataFrame({"reason": ["kept", "copy", "outlier", "group"], "rows": [90, 4, 5, 1]})
    measures = pd.DataFrame(
        [("fidelity", "item_popularity", 0.914), ("usefulness", "generated_against_real", 0.82),
         ("privacy", "membership_auc", float("nan"))],
        columns=["part", "metric", "value"],
    )  # fmt: skip
    curve = pd.DataFrame({"share": [0.0, 0.5], "value": [0.3, 0.31], "gain": [0, 0.01], "low": -0.001, "high": 0.02})
    page = report_page({"mix": {"<script>alert(1)</script>": 1.0}, "n": 90}, account, measures, curve, "a < b & c")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "a &lt; b &amp; c" in page
    assert f'<html lang="{language}">' in page
    assert page.count("<table") == 5
    for number in ("0.914", "0.820", "–", "0.31", "-0.001", "90"):
        assert number in page
