"""Two scenarios beside each other, likeness as a blend, and a search for any product, on the demo shop."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import settled
from tests.browser.test_access import violations

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]


def save(page: Page, name: str) -> None:
    page.get_by_role("button", name="Save as scenario").click()
    page.get_by_label("Name of the scenario").fill(name)
    page.get_by_label("Name of the scenario").press("Enter")
    page.get_by_role("button", name="Save", exact=True).click()
    told = page.get_by_text("The scenario is saved.")
    expect(told).to_be_visible()
    expect(told).to_be_hidden()
    settled(page)


def listed(page: Page, side: int) -> list[str]:
    return page.locator(".versus .side").nth(side).locator(".title").all_inner_texts()


def test_two_scenarios_are_saved_and_compared(demo_app, guarded):
    page = guarded()
    for name, diversity in (("As it is", "0"), ("More variety", "0.6")):
        page.goto(f"{demo_app}/diversity?lang=en&n=10&diversity={diversity}")
        page.locator(".card").first.wait_for()
        settled(page)
        save(page, name)
        assert violations(page) == []
    page.get_by_role("button", name=re.compile("Saved scenarios")).click()
    page.get_by_role("button", name="Compare", exact=True).click()
    page.locator(".versus .side").first.wait_for()
    settled(page)
    expect(page).to_have_url(re.compile("compare="))
    first, second = listed(page, 0), listed(page, 1)
    both = set(first) & set(second)
    only = page.locator(".versus .side").first.locator("li.only .title").all_inner_texts()
    assert set(only) == set(first) - set(second)
    expect(page.get_by_text(f"{len(both)} products in both")).to_be_visible()
    expect(page.get_by_role("heading", name="These two lists")).to_be_visible()
    expect(page.get_by_text("for the same 500 shoppers")).to_be_visible()
    assert violations(page) == []
    other = guarded(width=800, theme="dark", language="zh-CN")
    other.goto(page.url.replace("lang=en", "lang=zh"))
    other.locator(".versus .side").first.wait_for()
    settled(other)
    assert len(listed(other, 0)) == len(first)
    assert violations(other) == []
    other.get_by_role("button", name="互换").click()
    expect(other.locator(".versus .side h2").first).to_contain_text("A · As it is")


def test_likeness_is_weighed_and_the_link_keeps_the_blend(demo_app, guarded):
    page = guarded()
    page.goto(f"{demo_app}/diversity?lang=en")
    page.locator(".card").first.wait_for()
    settled(page)
    page.get_by_role("button", name="Weigh").click()
    page.locator(".pairs").nth(1).wait_for()
    settled(page)
    before = page.locator(".pairs").nth(1).all_inner_texts()
    price = page.get_by_role("slider", name="Price")
    price.press("End")
    expect(page).to_have_url(re.compile("alike=behaviour%3A100%2Cprice%3A100"))
    expect(page.locator(".pairs").nth(1)).not_to_have_text(before[0])
    settled(page)
    assert violations(page) == []
    again = guarded(width=800, theme="dark", language="zh-CN")
    again.goto(page.url)
    again.locator(".card").first.wait_for()
    settled(again)
    assert violations(again) == []
    expect(again.get_by_role("combobox", name="Alike means")).to_have_value(re.compile("Price 50"))


def test_any_product_is_found_by_its_words_for_the_history(demo_app, guarded):
    page = guarded()
    page.goto(f"{demo_app}/diversity?lang=en&for=act")
    page.locator(".card").first.wait_for()
    settled(page)
    box = page.get_by_label("Add a product")
    box.fill("garden lantern solar")
    box.press("Enter")
    page.get_by_label(re.compile(r"Found \(\d+\)")).click()
    option = page.get_by_role("option").first
    title = option.inner_text()
    option.click()
    expect(page.locator(".strip .title")).to_have_text(title)


def test_the_overview_leads_to_the_lists_that_it_names(demo_app, guarded):
    page = guarded()
    page.goto(f"{demo_app}/?lang=en")
    settled(page)
    page.get_by_role("button", name=re.compile("Vary the list of")).first.click()
    expect(page).to_have_url(re.compile("for=group"))
    page.locator(".card").first.wait_for()
