"""Rules by clicking on cards: the menu answers mouse and keyboard, and a pin holds wherever the slider stands."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driving import settled
from tests.browser.test_access import violations

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]


def test_a_pin_from_a_card_holds_on_the_whole_slider_and_a_link_brings_it_back(demo_app, guarded):
    page = guarded()
    page.goto(f"{demo_app}/diversity?lang=en&diversity=0")
    page.locator(".card").first.wait_for()
    settled(page)
    card = page.locator(".card").nth(6)
    card.locator(".act").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem").first).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(card.locator(".act")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem").nth(1)).to_be_focused()
    page.get_by_role("menuitem", name="Pin at place 7").click()
    expect(page.locator(".ruled")).to_have_text("pinned")
    expect(page).to_have_url(re.compile("rules=.*pin"))
    slider = page.get_by_role("slider", name="Diversity")
    for key in ("End", "PageDown", "Home"):
        slider.press(key)
        settled(page)
        expect(page.locator(".card", has=page.locator(".ruled")).locator(".rank")).to_have_text("7")
    page.get_by_text("What the rules did").click()
    page.get_by_text("How each product came to its place").wait_for()

    other = guarded(theme="dark", language="zh-CN")
    other.goto(page.url.replace("lang=en", "lang=zh"))
    expect(other.locator(".ruled")).to_have_text("已固定")
    settled(other)
    assert violations(other) == []

    page.locator(".card", has=page.locator(".ruled")).locator(".act").click()
    page.get_by_role("menuitem", name="Take the rule back").click()
    expect(page.locator(".ruled")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("rules="))
