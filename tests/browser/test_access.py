"""axe finds nothing to object to, on any screen, in both themes and both languages."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from divrec.ui.shell import PAGES
from tests.browser.driving import settled

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


# Streamlit's own: the place to drop files on is named and has the role of decoration, its button beside it is sound; a
# toast is named by an element that is not there, and is read out as the alert that it is
NOT_OURS = {
    "presentation-role-conflict": "stFileUploaderDropzone",
    "aria-dialog-name": "stToast",
}


def violations(page) -> list[str]:
    rules = Axe().run(page).response["violations"]
    found = [(rule["id"], node["html"], node.get("failureSummary", "")) for rule in rules for node in rule["nodes"]]
    return [
        f"{name}: {html[:160]} {why[:200]}" for name, html, why in found
        if name not in NOT_OURS or NOT_OURS[name] not in html
    ]  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("screen", PAGES)
def test_axe_has_nothing_to_say(demo_app, guarded, screen, theme):
    page = guarded(theme=theme, language="zh-CN" if theme == "dark" else "en-US")
    page.goto(f"{demo_app}/{'' if screen == 'overview' else screen}")
    settled(page)
    assert violations(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_has_nothing_to_say_on_a_first_visit(fresh_app, guarded, theme):
    page = guarded(theme=theme)
    page.goto(fresh_app)
    page.get_by_role("button", name="Open the demo shop").wait_for()
    settled(page)
    assert violations(page) == []


@pytest.mark.parametrize("view", ["pictures", "groups", "catalogue", "add"])
def test_axe_has_nothing_to_say_on_the_views_of_the_data(demo_app, guarded, view):
    page = guarded()
    page.goto(f"{demo_app}/data?view={view}")
    settled(page)
    assert violations(page) == []


@pytest.mark.parametrize("view", ["compare", "tune", "compress"])
def test_axe_has_nothing_to_say_on_the_views_of_the_models(demo_app, guarded, view):
    page = guarded()
    page.goto(f"{demo_app}/models?models_view={view}")
    settled(page)
    assert violations(page) == []


def test_axe_has_nothing_to_say_on_all_settings_and_what_is_wrong_with_one(demo_app, guarded):
    page = guarded()
    page.goto(f"{demo_app}/models?family=multvae&set=%5B%22multvae%22%2C%22quick%22%2C%7B%22dropout%22%3A7%7D%5D")
    settled(page)
    page.get_by_text("Advanced settings").click()
    page.get_by_text("must be from 0 to 0.95; found 7.").wait_for()
    settled(page)
    assert violations(page) == []
