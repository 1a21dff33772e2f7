"""Acting as a shopper in the app: a click on a card, the history grows, the list answers; why is asked by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driving import settled
from tests.browser.test_access import violations
from tests.browser.test_loop import order

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_clicks_make_a_history_that_the_list_answers_and_a_link_brings_back(demo_app, guarded):
    page = guarded()
    page.goto(f"{demo_app}/diversity?lang=en&for=act")
    page.locator(".card").first.wait_for()
    settled(page)
    before = order(page)
    chosen = page.locator(".card").nth(2).locator(".title").inner_text()
    page.locator(".card .choose").nth(2).click()
    expect(page.locator(".strip li")).to_have_count(1)
    expect(page.locator(".strip .title")).to_have_text(chosen)
    settled(page)
    expect(page).to_have_url(re.compile("history="))
    assert order(page) != before
    assert chosen not in order(page)
    page.locator(".card .choose").first.press("Enter")
    expect(page.locator(".strip li")).to_have_count(2)
    settled(page)
    answered = order(page)
    assert violations(page) == []

    page.locator(".card .act").first.press("Enter")
    page.get_by_role("menuitem", name="Why this?").press("Enter")
    expect(page.get_by_role("dialog").get_by_text("Why the model chose it")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_text("in the model's ranking")).to_be_visible()
    settled(page)

    other = guarded(width=800, theme="dark", language="zh-CN")
    other.goto(page.url)
    other.locator(".card").first.wait_for()
    settled(other)
    assert order(other) == answered
    other.locator(".strip .act").first.click()
    expect(other.locator(".strip li")).to_have_count(1)
