"""The Data screen's longer ways: a shop is cleaned, and divided into as many clusters as a person wants."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driving import MINUTES, settled
from tests.browser.test_access import violations

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]


def test_steps_are_chosen_counted_and_make_a_shop_beside_the_original(own_small_app, guarded):
    page = guarded()
    page.goto(f"{own_small_app}/data?view=clean&lang=en")
    settled(page)
    page.get_by_text("Switch a step on to see at once").wait_for()
    page.get_by_text("What is no product").click()
    words = page.get_by_label("Words", exact=True)
    words.fill("lamps")
    words.press("Enter")
    left = page.get_by_test_id("stMetric").filter(has_text="Products").last
    expect(left).to_contain_text("20")
    settled(page)
    expect(left).to_contain_text("-10")
    expect(page).to_have_url(re.compile("recipe=.*lamps"))
    assert violations(page) == []

    other = guarded(width=800, theme="dark", language="zh-CN")
    other.goto(page.url.replace("lang=en", "lang=zh"))
    expect(other.get_by_test_id("stMetric").filter(has_text="商品").last).to_contain_text("20")
    settled(other)
    assert violations(other) == []

    page.get_by_label("Name of the shop").fill("Without lamps")
    page.get_by_label("Name of the shop").press("Enter")
    settled(page)
    page.get_by_role("button", name="Clean and open").click()
    page.get_by_text(re.compile("rows read =")).wait_for(timeout=2 * MINUTES)
    settled(page)
    expect(page.get_by_role("combobox", name=re.compile("Shop$"))).to_have_value("Without lamps")
    page.get_by_role("combobox", name=re.compile("Shop$")).click()
    expect(page.get_by_role("option")).to_have_text([re.compile("Without lamps"), re.compile("Corner")])
    page.keyboard.press("Escape")
    page.get_by_role("radio", name="Cleaning").click()
    page.get_by_text("This shop was cleaned already: What is no product.").wait_for()


def test_clusters_are_as_many_as_a_person_wants_and_named(own_small_app, guarded):
    page = guarded()
    page.goto(f"{own_small_app}/data?view=groups&lang=en")
    settled(page)
    expect(page.get_by_role("button", name="Divide anew")).to_have_count(2)
    number = page.get_by_role("combobox", name="Number of clusters")
    number.focus()  # scrolls there first: a list that is open closes when the page scrolls
    number.press("ArrowDown")
    page.get_by_role("option", name="5", exact=True).click()
    page.get_by_text("New clusters get new names").wait_for()
    page.get_by_role("button", name="Divide anew").nth(1).click()
    page.get_by_text("The shop is being divided anew").first.wait_for()
    strips = page.get_by_text(re.compile(r"^.+ · [\d,]+ products$"))
    expect(strips).to_have_count(5, timeout=2 * MINUTES)
    settled(page)
    named = [text.split(" · ")[0] for text in strips.all_inner_texts()]
    assert len(set(named)) == 5
    page.reload()  # the toast's missing name is Streamlit's own
    expect(strips).to_have_text([re.compile(f"^{re.escape(name)} · ") for name in named])
    settled(page)
    assert violations(page) == []

    other = guarded(width=800, theme="dark", language="zh-CN")
    other.goto(page.url.replace("lang=en", "lang=zh"))
    settled(other)
    expect(other.get_by_role("button", name="重新划分")).to_have_count(2)
    assert violations(other) == []
