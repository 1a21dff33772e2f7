"""Shoppers are generated, seen on the map, judged, taken away, and opened again as a shop."""

import re
import zipfile

import pytest

from tests.browser.driving import MINUTES, settled

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]


def test_generate_see_take_away_and_open_again(own_demo_app, guarded, tmp_path):
    page = guarded()
    page.goto(f"{own_demo_app}/generate?lang=en")
    settled(page)
    page.get_by_role("spinbutton", name="How many shoppers").fill("300")
    page.get_by_role("spinbutton", name="How many shoppers").press("Enter")
    settled(page)
    page.get_by_role("button", name="Generate", exact=True).click()
    page.get_by_role("heading", name=re.compile(r"^\d+ shoppers generated")).wait_for(timeout=4 * MINUTES)
    settled(page)
    assert page.locator(".js-plotly-plot").count() == 2  # the map, and what fusing does
    verdict = page.get_by_text(re.compile("It (helps|does not help here)")).inner_text()
    assert page.get_by_role("button", name="Train EASE with them").is_enabled() == verdict.startswith("It helps")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Everything (zip)").click()
    taken.value.save_as(tmp_path / "generated.zip")
    with zipfile.ZipFile(tmp_path / "generated.zip") as packed:
        assert {"events.csv", "items.csv", "report.html", "report.json"} <= set(packed.namelist())
        packed.extractall(tmp_path)
    page.get_by_role("radio", name="Report").click()
    page.get_by_role("heading", name="Privacy").wait_for()
    settled(page)
    page.goto(f"{own_demo_app}/data?view=add&lang=en")
    settled(page)
    for place, table in enumerate(("events", "items")):
        page.locator("input[type=file]").nth(place).set_input_files(tmp_path / f"{table}.csv")
        page.get_by_text(re.compile(rf"{table}\.csv.* rows")).wait_for()
        settled(page)
    page.get_by_role("button", name="Open this shop").click()
    page.get_by_text(re.compile("rows read =")).wait_for(timeout=4 * MINUTES)
    read, kept = re.search(r"([\d,]+) rows read = ([\d,]+) kept", page.get_by_text(re.compile("rows read =")).inner_text()).groups()  # noqa: E501
    assert read == kept


@pytest.mark.parametrize(("language", "start", "epsilon"), [("en", "Generate", "10"), ("zh", "开始生成", "5")])
def test_private_shoppers_are_taken_away_with_their_promise(demo_app, guarded, tmp_path, language, start, epsilon):
    page = guarded()
    page.goto(f"{demo_app}/generate?lang={language}&privacy=dp&epsilon={epsilon}")
    settled(page)
    assert page.get_by_role("slider", name="ε").count() == 1
    page.get_by_role("button", name=start, exact=True).click()
    page.get_by_text(f"({epsilon}, 0.0001)").wait_for(timeout=4 * MINUTES)
    settled(page)
    with page.expect_download() as taken:
        page.get_by_test_id("stDownloadButton").first.get_by_role("button").click()
    taken.value.save_as(tmp_path / "generated.zip")
    with zipfile.ZipFile(tmp_path / "generated.zip") as packed:
        names = set(packed.namelist())
        promise = packed.read("guarantee.html").decode()
    assert {"events.csv", "items.csv", "guarantee.html", "guarantee.json"} <= names
    assert not any(name.startswith("report") for name in names)
    assert f'<html lang="{language}">' in promise
    assert f"({epsilon}, 0.0001)" in promise
