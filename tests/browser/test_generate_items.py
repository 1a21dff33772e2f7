"""Items are generated, seen beside the real ones nearest to them, taken away, and opened again as a catalogue."""

import re
import zipfile

import pandas as pd
import pytest

from tests.browser.driving import MINUTES, settled
from tests.browser.test_access import violations

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]


def test_generate_items_and_open_them_as_a_catalogue(own_demo_app, guarded, tmp_path):
    page = guarded()
    page.goto(f"{own_demo_app}/generate?generate_view=items&lang=en")
    settled(page)
    page.get_by_role("spinbutton", name="How many items").fill("60")
    page.get_by_role("spinbutton", name="How many items").press("Enter")
    settled(page)
    page.get_by_role("button", name="Generate", exact=True).click()
    page.get_by_role("heading", name="60 items generated").wait_for(timeout=4 * MINUTES)
    settled(page)
    assert page.locator(".js-plotly-plot").count() == 4  # the map, agreement, prices, margins
    assert violations(page) == []
    with page.expect_download() as taken:
        page.get_by_role("button", name="Everything (zip)").click()
    taken.value.save_as(tmp_path / "items.zip")
    with zipfile.ZipFile(tmp_path / "items.zip") as packed:
        packed.extractall(tmp_path)
    ids = pd.read_parquet(tmp_path / "items.parquet")["item_id"]
    log = pd.DataFrame({"user_id": [f"u{row % 12}" for row in range(240)], "item_id": pd.concat([ids] * 4).to_numpy()})
    log.assign(event="view", time=pd.date_range("2025-01-01", periods=240)).to_csv(tmp_path / "log.csv", index=False)
    page.goto(f"{own_demo_app}/data?view=add&lang=en")
    settled(page)
    for place, table in enumerate(("log", "items")):
        page.locator("input[type=file]").nth(place).set_input_files(tmp_path / f"{table}.csv")
        page.get_by_text(re.compile(rf"{table}\.csv.* rows")).wait_for()
        settled(page)
    page.get_by_role("button", name="Open this shop").click()
    told = page.get_by_text(re.compile("rows read ="))
    told.wait_for(timeout=4 * MINUTES)
    assert "240 rows read = 240 kept + 0 dropped" in told.inner_text()
