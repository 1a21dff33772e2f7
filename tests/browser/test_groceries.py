"""Every screen's main journey on real groceries: 2,500 households, 5,000 products without pictures."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from divrec.ui.shell import PAGES
from tests.browser.driving import MINUTES, serving, settled
from tests.browser.test_access import violations
from tests.browser.test_loop import drag
from tests.shops import copied, made_once, open_groceries

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("groceries")]


@pytest.fixture(scope="module")
def groceries(tmp_path_factory) -> Iterator[str]:
    """Give the address of the app with the groceries open."""
    own = tmp_path_factory.mktemp("groceries") / "workspace"
    with serving(copied(made_once(tmp_path_factory, open_groceries), own)) as url:
        yield url


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("screen", PAGES)
def test_axe_has_nothing_to_say(groceries, guarded, screen, theme):
    page = guarded(theme=theme, language="zh-CN" if theme == "dark" else "en-US")
    page.goto(f"{groceries}/{'' if screen == 'overview' else screen}")
    settled(page)
    assert violations(page) == []


def test_from_the_overview_to_a_moving_slider(groceries, guarded):
    page = guarded()
    page.goto(groceries)
    page.get_by_role("button", name="Move the slider").click()
    page.locator(".card").first.wait_for()
    settled(page)
    drag(page)


@pytest.mark.parametrize("view", ["pictures", "groups", "clean", "catalogue"])
def test_the_data_in_every_view(groceries, guarded, view):
    page = guarded()
    page.goto(f"{groceries}/data?view={view}")
    settled(page)
    assert not page.get_by_test_id("stException").count()
    assert violations(page) == []


def test_a_model_is_trained_and_held_against_ease(groceries, guarded):
    page = guarded()
    page.goto(f"{groceries}/models?lang=en&family=ials")
    settled(page)
    page.get_by_role("button", name="Start training").click()
    page.get_by_text("iALS is ready").wait_for(timeout=6 * MINUTES)
    settled(page)
    page.get_by_role("radio", name="Compare").click()
    page.get_by_role("heading", name="Two models on the same shoppers").wait_for()
    settled(page)
    expect(page.get_by_text("NDCG@10 differs by")).to_contain_text("EASE")


def test_the_list_moves_on_the_map(groceries, guarded):
    page = guarded()
    page.goto(f"{groceries}/latent?lang=en")
    settled(page)
    page.get_by_label("Shopper", exact=True).click()
    page.get_by_role("option").nth(1).click()
    slider = page.get_by_role("slider", name="Diversity")
    slider.wait_for()
    settled(page)
    titles = page.locator(".guide .title")
    before = titles.all_inner_texts()
    slider.evaluate("node => { node.value = 0.9; node.dispatchEvent(new Event('input')); }")
    expect(titles.last).not_to_have_text(before[-1])
    slider.evaluate("node => node.dispatchEvent(new Event('change'))")
    page.wait_for_url(re.compile(r"diversity=0\.9"))


def test_shoppers_are_generated(groceries, guarded):
    page = guarded()
    page.goto(f"{groceries}/generate?lang=en")
    settled(page)
    page.get_by_role("spinbutton", name="How many shoppers").fill("200")
    page.get_by_role("spinbutton", name="How many shoppers").press("Enter")
    settled(page)
    page.get_by_role("button", name="Generate", exact=True).click()
    page.get_by_role("heading", name=re.compile(r"^\d+ shoppers generated")).wait_for(timeout=6 * MINUTES)
    settled(page)
    page.get_by_text(re.compile("It (helps|does not help here)")).wait_for()


def test_the_report_says_what_was_looked_at(groceries, guarded):
    page = guarded()
    page.goto(f"{groceries}/report?lang=en")
    settled(page)
    with page.expect_download() as taken:
        page.get_by_role("button", name=re.compile("HTML")).first.click()
    assert b"Real groceries" in taken.value.path().read_bytes()
