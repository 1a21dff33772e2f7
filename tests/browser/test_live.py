"""The live trade-off in a real browser: it answers the drag by itself, and Python hears the release."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.driving import OURS, ROOT, Busy, answers, note

ORDER = "nodes => nodes.map(n => [n.querySelector('.rank').textContent, n.querySelector('.title').textContent])"

FRAMES = """() => {
  window.times = [];
  const tick = now => { window.times.push(now); window.ticking = requestAnimationFrame(tick); };
  window.ticking = requestAnimationFrame(tick);
}"""
CURVES = "nodes => nodes.map(node => node.textContent)"

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "tests/browser/live_app.py", "--server.headless", "true"]
    command += ["--server.port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://localhost:{port}"
    deadline = time.monotonic() + 60
    while not answers(f"{url}/_stcore/health"):
        assert server.poll() is None, "the harness stopped"
        assert time.monotonic() < deadline, "the harness did not start"
        time.sleep(0.1)
    yield url
    server.terminate()
    server.wait(10)


@pytest.fixture
def tab(browser: Browser, address: str):
    """A page on the harness; at the end: no console error, no request to another host."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    page = context.new_page()
    errors: list[str] = []
    hosts: set[str | None] = set()
    page.on("console", lambda message: note(message, errors))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: hosts.add(urlparse(request.url).hostname))
    page.visit = lambda query="": visit(page, address + "/" + query)
    yield page
    context.close()
    assert errors == []
    assert hosts <= OURS


def visit(page, url: str) -> None:
    page.goto(url)
    page.locator(".card").first.wait_for()
    saw(page, r"python saw 0\.200000 in run 1$")


def saw(page, pattern: str) -> None:
    expect(page.get_by_text("python saw")).to_have_text(re.compile(pattern))


def order(page) -> list[str]:
    """Titles in the order that is seen, whatever the order of the document."""
    return [title for _, title in sorted(page.locator(".card").evaluate_all(ORDER), key=lambda pair: int(pair[0]))]


def numbers(page) -> list[str]:
    return page.locator(".measure .value").all_text_contents()


def place(page) -> int:
    return int(re.search(r"list (\d+) of", page.locator(".place").inner_text())[1])


def at(page, share: float) -> tuple[float, float]:
    box = page.locator("#live-slider").bounding_box()
    return box["x"] + 11 + share * (box["width"] - 22), box["y"] + box["height"] / 2


def drag_to(page, share: float) -> None:
    page.mouse.move(*at(page, share), steps=8)


def until_drawn(page, share: float) -> None:
    expect(page.locator("output")).to_have_text(f"{share:.2f}")


def test_a_drag_moves_cards_and_numbers_before_python_hears_of_it(tab):
    tab.visit()
    before, read = order(tab), numbers(tab)
    tab.mouse.move(*at(tab, 0.2))
    tab.mouse.down()
    drag_to(tab, 0.7)
    until_drawn(tab, 0.7)
    during, said = order(tab), numbers(tab)
    assert during != before
    assert len(set(during)) == 20
    assert all(new != old for new, old in zip(said, read, strict=True))
    saw(tab, "in run 1$")
    drag_to(tab, 0.45)
    until_drawn(tab, 0.45)
    assert order(tab) not in (before, during)
    saw(tab, r"0\.200000 in run 1$")  # still nothing was sent
    tab.mouse.up()
    saw(tab, r"0\.4\d+ in run 2$")


@pytest.mark.parametrize(("n", "frames_a_second"), [(20, 50), (50, 30)])
def test_a_drag_needs_less_than_a_frame_has(tab, n, frames_a_second):
    """The page's own work leaves room for the rate wanted, whatever else the machine does; benchmarks count frames."""
    tab.visit(f"?n={n}")
    tab.mouse.move(*at(tab, 0.2))
    tab.mouse.down()
    drag_to(tab, 0.8)
    with Busy(tab) as busy:
        tab.evaluate(FRAMES)
        for step in range(60):
            tab.mouse.move(*at(tab, 0.8 - 0.6 * step / 60))
        times = tab.evaluate("() => { cancelAnimationFrame(window.ticking); return window.times; }")
    tab.mouse.up()
    assert len(times) > 20
    assert busy.seconds / len(times) <= 1 / frames_a_second


def test_everybodys_curves_follow_the_drag_too(tab):
    tab.visit()
    panels = tab.locator(".panel .value")
    expect(panels).to_have_count(2)
    expect(tab.locator(".measure .everyone").nth(1)).to_contain_text("all: 0.4")
    before = panels.evaluate_all(CURVES)
    tab.mouse.move(*at(tab, 0.2))
    tab.mouse.down()
    drag_to(tab, 0.9)
    until_drawn(tab, 0.9)
    during = panels.evaluate_all(CURVES)
    assert all(new != old for new, old in zip(during, before, strict=True))
    saw(tab, "in run 1$")
    tab.mouse.up()


def test_the_lists_are_the_exact_path(tab):
    tab.visit()
    tab.locator("#live-slider").focus()
    tab.keyboard.press("Home")
    saw(tab, r"0\.000000 in run 2$")
    base = tab.locator("#live-base .title").all_text_contents()
    assert order(tab) == base
    assert set(tab.locator(".change").evaluate_all("nodes => nodes.map(n => n.dataset.kind)")) == {"same"}
    assert tab.locator(".move:visible").count() == 0
    tab.keyboard.press("End")
    saw(tab, r"1\.000000 in run 3$")
    fresh = [title for title in order(tab) if title not in base]
    assert tab.locator('.move[data-kind="fresh"]').count() == len(fresh)
    assert tab.locator('#live-base li[data-kind="left"]').count() == len(fresh)


def test_after_the_release_the_document_has_the_order_that_is_seen(tab):
    tab.visit()
    tab.mouse.move(*at(tab, 0.2))
    tab.mouse.down()
    drag_to(tab, 0.8)
    tab.mouse.up()
    saw(tab, "in run 2$")
    ranks = tab.locator(".card .rank")
    expect(ranks).to_have_text([str(rank) for rank in range(1, 21)])
    shifted = "nodes => nodes.filter(n => n.style.transform).length"
    assert tab.locator(".card").evaluate_all(shifted) == 0


def test_arrow_keys_step_through_distinct_lists_and_send_on_letting_go(tab):
    tab.visit()
    tab.locator("#live-slider").focus()
    start, seen = place(tab), [order(tab)]
    for step in range(1, 6):  # one key, held
        tab.keyboard.down("ArrowRight")
        expect(tab.locator(".place")).to_contain_text(f"list {start + step} of")
        assert order(tab) not in seen
        seen.append(order(tab))
    saw(tab, "in run 1$")
    tab.keyboard.up("ArrowRight")
    saw(tab, "in run 2$")
    tab.keyboard.press("ArrowLeft")
    saw(tab, "in run 3$")
    assert order(tab) == seen[-2]
    tab.keyboard.press("PageUp")
    saw(tab, "in run 4$")
    assert place(tab) > start + 6


def test_a_release_is_told_to_screen_readers(tab):
    tab.visit()
    tab.locator("#live-slider").focus()
    tab.keyboard.press("End")
    said = tab.locator(".said")
    expect(said).to_contain_text("Diversity 1.00.")
    expect(said).to_contain_text("Relevance kept")
    assert said.get_attribute("aria-live") == "polite"


def test_a_mark_is_a_button_that_goes_there(tab):
    tab.visit()
    tab.get_by_role("button", name="keeps 95 % of relevance").click()
    saw(tab, "in run 2$")
    kept = tab.locator(".measure", has_text="Relevance kept").locator(".value").inner_text()
    assert float(kept.rstrip("%")) >= 95


def test_titles_are_text_and_never_markup(tab):
    tab.visit()
    assert order(tab)[0] == '<img src=x onerror="window.pwned=1">'
    assert tab.evaluate("window.pwned") is None


def test_the_numbers_behind_each_picture_are_a_table(tab):
    tab.visit()
    for summary in tab.locator(".live summary").all():
        summary.click()
    curve, mix, listed = (tab.locator(".live table").nth(at) for at in range(3))
    stops = int(tab.locator(".place").inner_text().split(" of ")[1])
    assert curve.locator("tbody tr").count() == stops
    assert curve.locator("tr[aria-current]").count() == 1
    assert sum(int(cell) for cell in mix.locator("td:last-child").all_text_contents()) == 20
    assert listed.locator("tbody tr").count() == 20


def test_motion_is_spared_for_those_who_ask(tab):
    tab.emulate_media(reduced_motion="reduce")
    tab.visit()
    tab.mouse.move(*at(tab, 0.2))
    tab.mouse.down()
    drag_to(tab, 0.9)
    until_drawn(tab, 0.9)
    assert tab.locator(".card").evaluate_all("nodes => nodes.flatMap(n => n.getAnimations()).length") == 0
    tab.mouse.up()


@pytest.mark.parametrize(("width", "base_shown"), [(390, False), (800, True), (1280, True)])
def test_it_fits_and_the_base_list_can_be_toggled(tab, width, base_shown):
    tab.set_viewport_size({"width": width, "height": 900})
    tab.visit()
    assert tab.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
    assert tab.locator("#live-slider").bounding_box()["height"] >= 44
    base, toggle = tab.locator("#live-base"), tab.locator(".compare")
    for shown in (base_shown, not base_shown, base_shown):
        expect(base).to_be_visible(visible=shown)
        expect(toggle).to_have_attribute("aria-expanded", str(shown).lower())
        toggle.click()
