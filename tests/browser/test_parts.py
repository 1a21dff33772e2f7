"""Models by part in the browser: one run, a pair worked out by the worker, the table taken away; and axe."""

import io

import pandas as pd
from axe_playwright_python.sync_playwright import Axe

from tests.browser.driving import MINUTES, settled


def test_a_pair_is_worked_out_read_and_taken_away(demo_app, guarded):
    page = guarded()
    page.goto(f"{demo_app}/models?lang=en&models_view=parts&part_by=band")
    settled(page)
    page.get_by_text("By popularity: what of each list is well known").wait_for()
    page.get_by_role("heading", name="Accuracy beside sameness").wait_for()
    page.get_by_role("combobox", name="against").click()
    page.get_by_role("option", name="Popularity").click()
    page.get_by_role("button", name="Work it out").click()
    page.get_by_text("of twenty parts without any difference").wait_for(timeout=3 * MINUTES)
    settled(page)
    assert "part_against=" in page.url
    with page.expect_download() as download:
        page.get_by_role("button", name="This table (CSV)").click()
    table = pd.read_csv(io.BytesIO(download.value.path().read_bytes()))
    assert {"by", "name", "metric", "before", "after", "difference", "low", "high", "n"} <= set(table.columns)
    assert set(table["by"]) == {"group", "band", "category"}
    page.goto(page.url)  # the link alone shows the same
    settled(page)
    page.get_by_text("of twenty parts without any difference").wait_for()
    assert Axe().run(page).response["violations"] == []
