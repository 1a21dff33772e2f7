"""Pictures on the web are asked for only where a person said so, in that visit alone, and the host learns no page."""

from contextlib import contextmanager

import pandas as pd
import pytest
from playwright.sync_api import expect

from divrec.workspace import Workspace
from tests.browser.driving import FLAGS, MINUTES, serving, settled
from tests.browser.picture_host import NAME, WIDTH, hosting
from tests.shops import small_shop, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def app(tmp_path):
    """Give the address of the app with a shop whose pictures lie on the web."""
    paths = small_shop(tmp_path)
    items = pd.read_csv(paths["items"]).assign(image=lambda items: f"https://{NAME}/" + items["item_id"] + ".png")
    items.to_csv(paths["items"], index=False)
    workspace = Workspace(tmp_path / "workspace")
    wait_for(workspace.submit_ingest("upload", **paths), workspace)
    with serving(tmp_path / "workspace") as url:
        yield url


@contextmanager
def visit(browser, address: str):
    """Open a tab as a new visitor."""
    context = browser.new_context(ignore_https_errors=True, locale="en-US", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(MINUTES)
    expect.set_options(timeout=MINUTES)
    page = context.new_page()
    page.goto(address)
    settled(page)
    yield page
    context.close()


def test_only_a_visitor_who_said_so_asks_the_host(app, browser_type, tmp_path):
    groups = f"{app}/data?view=groups"
    with hosting(tmp_path) as host:
        browser = browser_type.launch(executable_path="/usr/bin/chromium", args=[*FLAGS, host.rule])
        with visit(browser, groups) as page:
            page.get_by_role("heading", name="Products of each cluster").wait_for()
            expect(page.locator(".strip img")).to_have_count(0)
            assert host.asked == []

            page.get_by_role("radio", name="Catalogue").click()
            page.get_by_text(f"Pictures of this catalogue lie on the web, at {NAME}.").wait_for()
            page.get_by_text("Load pictures from there").click()
            page.get_by_text("On for this visit").wait_for()
            settled(page)
            page.get_by_role("radio", name="Groups and clusters").click()
            expect(page.locator(".strip img").first).to_have_js_property("naturalWidth", WIDTH)
            assert {path for path, _ in host.asked} <= {f"/p{item:02}.png" for item in range(30)}
            assert {asker for _, asker in host.asked} == {None}

        asked = len(host.asked)
        assert asked > 0
        with visit(browser, groups) as page:
            page.get_by_role("heading", name="Products of each cluster").wait_for()
            expect(page.locator(".strip img")).to_have_count(0)
            assert len(host.asked) == asked
        browser.close()
