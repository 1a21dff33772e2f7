"""A model's way on the Models screen: trained, watched, compared, noted, taken away, deleted."""

import io
import zipfile

import pandas as pd
import pytest
from playwright.sync_api import expect

from tests.browser.driving import MINUTES, settled

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_train_watch_compare_note_export_delete(demo_app, guarded):
    page = guarded()
    page.goto(f"{demo_app}/models?lang=en&family=twotower")
    settled(page)
    page.get_by_role("button", name="Start training").click()
    page.get_by_text("Training Two towers").wait_for()
    page.get_by_text("Two towers is ready").wait_for(timeout=3 * MINUTES)
    settled(page)
    page.get_by_text("other terms of the training").click()
    page.get_by_text("Diversity: −ILD of the top list").wait_for()

    page.get_by_role("radio", name="Compare").click()
    page.get_by_role("heading", name="Two models on the same shoppers").wait_for()
    settled(page)
    expect(page.get_by_text("NDCG@10 differs by")).to_contain_text("Two towers")

    page.get_by_label("Note", exact=True).fill("first try")
    page.get_by_role("button", name="Save note").click()
    page.get_by_text("Note saved").wait_for()
    settled(page)
    expect(page.get_by_label("Note", exact=True)).to_have_value("first try")

    with zipfile.ZipFile(io.BytesIO(taken(page, "Weights (zip)"))) as archive:
        assert {"weights.safetensors", "model.json"} <= set(archive.namelist())
    lists = pd.read_csv(io.BytesIO(taken(page, "Everybody's lists (CSV)")))
    assert list(lists.columns) == ["user_id", "item_id", "score", "rank"]
    assert lists["rank"].max() == 20

    settled(page)
    page.get_by_role("button", name="Delete this run").click()
    settled(page)
    page.get_by_role("button", name="Delete for good").click()
    settled(page)
    expect(page.get_by_text("Two towers")).to_have_count(0)


def taken(page, name: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("button", name=name).click()
    return download.value.path().read_bytes()
