"""What a person waits for, and how smooth the drag is, in headless Chromium: ``python -m benchmarks.screens``.

Starts the app on an empty workspace, opens the demo shop, goes to the slider, drags it, switches pages; with
``--groceries`` opens the Complete Journey too. Waiting is from a click to the page being settled: script run, charts
drawn. Frames are counted by requestAnimationFrame during real pointer moves; a screen shows at most 60 a second.
"""

import argparse
import itertools
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import Page, sync_playwright

from tests.browser.driving import FLAGS, MINUTES, serving, settled
from tests.browser.test_loop import COUNT_FRAMES, FRAMES, stands_at, thumb

WAITS = {"page switch": 0.5, "first page of a warm server": 2.0, "slider release to settled page": 0.15}
PAGES = ("Data", "Models", "Latent space", "Diversity", "Overview")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--groceries", action="store_true", help="open the real groceries too")
    groceries = options.parse_args().groceries
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as api:
        browser = api.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        with serving(Path(folder)) as url:
            page = opened(browser, url)
            to_the_slider(page, "Open the demo shop")
            frames(page)
            releases(page)
            switches(page)
            first_pages(browser, url)
            if groceries:
                page.goto(f"{url}/?lang=en")
                settled(page)
                real_groceries(page)
        browser.close()


def opened(browser, url: str) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-US")
    page.set_default_timeout(5 * MINUTES)
    tell("first page of a fresh server", clock(lambda: (page.goto(url), settled(page))))
    return page


def to_the_slider(page: Page, way_in: str) -> None:
    waits = [
        clock(lambda: (page.get_by_role("button", name=way_in).click(), slider_button(page).wait_for())),
        clock(lambda: (slider_button(page).click(), page.locator(".card").first.wait_for(), settled(page))),
    ]
    tell(f"{way_in}: until its first models are trained", waits[0])
    tell(f"{way_in}: from there to the slider", waits[1])
    tell(f"{way_in}: all waiting, three clicks with the drag", sum(waits))


def slider_button(page: Page):
    return page.get_by_role("button", name="Move the slider")


def frames(page: Page, steps: int = 90) -> None:
    start = stands_at(page)
    page.mouse.move(*thumb(page, start))
    page.mouse.down()
    page.evaluate(COUNT_FRAMES)
    for step in range(1, steps + 1):
        page.mouse.move(*thumb(page, start + (0.98 - start) * step / steps))
    times = page.evaluate(FRAMES)
    page.mouse.up()
    settled(page)
    gaps = [later - sooner for sooner, later in itertools.pairwise(times)]
    rate = 1000 * len(gaps) / (times[-1] - times[0])
    print(f"{'frames a second during the drag':<58}{rate:7.1f}   (longest {max(gaps):.0f} ms, {len(gaps)} frames)")


def releases(page: Page, times: int = 9) -> None:
    """Move by keys that only the browser hears, then time what Python does with the release."""
    waits = []
    for turn in range(times):
        page.mouse.move(*thumb(page, stands_at(page)))
        page.mouse.down()
        page.mouse.move(*thumb(page, 0.2 + 0.07 * turn), steps=4)
        moved = f"location.href !== {page.url!r}"
        waits.append(clock(lambda moved=moved: (page.mouse.up(), page.wait_for_function(moved), settled(page))))
    tell("slider release to settled page", statistics.median(waits))


def switches(page: Page) -> None:
    waits = []
    for turn in range(2):
        for name in PAGES:
            seconds = clock(lambda name=name: arrive(page, name))
            if turn:  # the first visit also fills the caches
                tell(f"page switch to {name}", seconds)
                waits.append(seconds)
    tell("page switch", statistics.median(waits))


def arrive(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("heading", level=1, name=name).wait_for()
    settled(page)


def first_pages(browser, url: str, times: int = 5) -> None:
    waits = []
    for _ in range(times):
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-US")
        waits.append(clock(lambda page=page: (page.goto(url), settled(page))))
        page.close()
    tell("first page of a warm server", statistics.median(waits))


def real_groceries(page: Page) -> None:
    waited = clock(lambda: (
        page.get_by_role("button", name="Open real groceries").click(),
        page.get_by_text("Real groceries").first.wait_for(),
        slider_button(page).wait_for(),
    ))  # fmt: skip
    tell("real groceries: read, profiled, two baselines measured", waited)


def clock(action) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def tell(what: str, seconds: float) -> None:
    target = f"   (wanted: under {WAITS[what]:g} s)" if what in WAITS else ""
    print(f"{what:<58}{seconds:7.2f} s{target}", flush=True)


if __name__ == "__main__":
    main()
