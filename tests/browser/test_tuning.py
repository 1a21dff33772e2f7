"""Searching settings, training the best and using it; and making a model smaller, as a person would."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driving import MINUTES, settled

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]


def test_tune_train_the_best_and_open_it_in_diversity(demo_app, guarded):
    page = guarded()
    page.goto(f"{demo_app}/models?lang=en&models_view=tune&tuned=ials")
    settled(page)
    page.get_by_role("slider", name="Trials").press("Home")
    expect(page).to_have_url(re.compile("trials=5"))
    settled(page)
    page.get_by_role("button", name="Start the search").click()
    train = page.get_by_role("button", name="Train the best with everything")
    expect(page.get_by_text("5 / 5", exact=True)).to_be_visible(timeout=5 * MINUTES)
    settled(page)
    train.click()
    page.get_by_text("iALS is ready").wait_for(timeout=5 * MINUTES)
    settled(page)
    page.get_by_role("button", name="Move the slider").click()
    page.locator(".card").first.wait_for(timeout=3 * MINUTES)
    settled(page)
    expect(page).to_have_url(re.compile(r"/diversity\?.*run=r"))


def test_shrink_a_model_keep_it_and_open_it_in_diversity(own_demo_app, guarded):
    page = guarded()
    page.goto(f"{own_demo_app}/models?lang=en&models_view=compress")
    settled(page)
    page.get_by_role("button", name="Make it smaller").click()
    page.get_by_text("is the smallest version with no loss shown").wait_for(timeout=5 * MINUTES)
    settled(page)
    page.get_by_role("button", name="Keep: Pruned").click()
    page.get_by_role("button", name=re.compile("Open .+ pruned in Diversity")).click(timeout=5 * MINUTES)
    page.locator(".card").first.wait_for(timeout=3 * MINUTES)
    settled(page)
    expect(page).to_have_url(re.compile("/diversity"))
