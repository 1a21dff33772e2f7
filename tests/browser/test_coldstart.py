"""Cold start in the app: learn once, describe a product by keyboard, see whom it reaches, take the audience away."""

import re

import pandas as pd
import pytest
from playwright.sync_api import expect

from divrec.workspace import Workspace
from tests.browser.driving import MINUTES, serving, settled
from tests.browser.test_access import violations
from tests.shops import small_shop, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def small_app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    workspace = Workspace(folder)
    wait_for(workspace.submit_ingest("upload", name="shop", **small_shop(folder)), workspace)
    with serving(folder) as url:
        yield url


def test_a_new_product_is_described_placed_and_its_audience_taken_away(small_app, guarded, tmp_path):
    page = guarded()
    page.goto(f"{small_app}/generate?lang=en&generate_view=coldstart")
    settled(page)
    assert violations(page) == []
    page.get_by_role("button", name="Learn from this shop").press("Enter")
    page.get_by_role("textbox", name="Title").wait_for(timeout=6 * MINUTES)
    settled(page)
    page.get_by_role("textbox", name="Title").fill("Lamps No. 99")
    page.get_by_role("textbox", name="Title").press("Enter")
    page.get_by_role("heading", name="Who would be shown it").wait_for(timeout=2 * MINUTES)
    settled(page)
    expect(page.get_by_role("list", name="Most like it").get_by_role("listitem")).to_have_count(10)
    assert "Lamps" in page.get_by_role("list", name="Most like it").get_by_role("listitem").first.inner_text()
    expect(page).to_have_url(re.compile("new_title=Lamps"))
    assert violations(page) == []
    with page.expect_download() as taken:
        page.get_by_role("button", name="Audience (Parquet)").press("Enter")
    taken.value.save_as(tmp_path / "audience.parquet")
    audience = pd.read_parquet(tmp_path / "audience.parquet")
    assert list(audience.columns) == ["user_id", "group", "score", "place", "first_diversity"]
    shown = audience["first_diversity"].dropna()
    assert shown.is_monotonic_increasing
    assert shown.between(0, 1).all()

    other = guarded(width=800, theme="dark", language="zh-CN")
    other.goto(page.url.replace("lang=en", "lang=zh"))
    other.get_by_role("heading", name="会展示给谁").wait_for(timeout=2 * MINUTES)
    settled(other)
    assert violations(other) == []


def test_a_described_taste_becomes_a_shopper_to_act_as(small_app, guarded):
    page = guarded(theme="dark")
    page.goto(f"{small_app}/generate?lang=en&generate_view=coldstart&cold_for=shopper&cold_from=taste&taste=Lamps:70,Books:30")
    page.get_by_role("heading", name="What this shopper would be shown").wait_for(timeout=2 * MINUTES)
    settled(page)
    assert violations(page) == []
    expect(page.get_by_role("list", name="What you chose").get_by_role("listitem")).to_have_count(12)
    page.get_by_role("button", name="Act as this shopper").press("Enter")
    page.locator(".card").first.wait_for(timeout=2 * MINUTES)
    expect(page).to_have_url(re.compile("diversity.*for=act"))
    expect(page.locator(".strip li")).to_have_count(12)
