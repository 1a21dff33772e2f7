"""The latent map with many points, in headless Chromium: ``python -m benchmarks.map [100000]``.

Runs the map's two elements, as the Latent space screen mounts them, on made-up points. Told for every kind of move: the
main thread's CPU time per frame (what the page itself costs, whatever draws the pixels), and the frames a second that
were seen. Headless Chromium draws without a graphics card, on the processor: a person's machine shows more.
"""

import argparse
import itertools
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import Page, sync_playwright

from tests.browser.driving import FLAGS, MINUTES, Busy, serving
from tests.browser.test_loop import COUNT_FRAMES, FRAMES

SCRIPT = '''
import numpy as np
import streamlit as st
from divrec.ui.atlas import guide, map_of_points
from divrec.ui.atlas.packing import Colour, packed

@st.cache_resource
def points():
    rng = np.random.default_rng(7)
    middles = rng.normal(size=(24, 2))
    kinds = rng.integers(0, 24, COUNT)
    places = (middles[kinds] + rng.normal(scale=.15, size=(COUNT, 2))).astype("float32")
    colour = Colour("classes", kinds.astype("uint8"), [f"kind {kind}" for kind in range(24)])
    return packed(places, [f"Product {row}" for row in range(COUNT)], {"category": colour}, "bench")

st.title("Map")
left, right = st.columns([12, 5])
with left:
    map_of_points(points())
with right:
    stops = np.linspace(0, 1, 101).tolist()
    lists = [[(row + place) % 300 for place in range(20)] for row in range(101)]
    rows = (np.arange(300) * (COUNT // 300)).tolist()
    over = {"version": "1", "colour": "category", "drag": st.query_params.get("drag", "move"), "layers": [],
            "pool": None, "taken": False, "track": True, "words": {"zooms": ["", "", ""]}}
    track = {"label": "Diversity", "list": "List", "low": "", "high": "", "from": 0, "to": 1, "step": 0.0005,
             "stops": stops, "rows": rows, "lists": lists, "titles": [f"Product {row}" for row in rows], "digits": 2,
             "percent": False, "signed": False, "fresh": "new"}
    guide({"version": "1", "lang": "en", "over": over, "track": track}, start=0.0, wish="1")
'''
STEPS = 90


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("count", nargs="?", type=int, default=100_000, help="points on the map")
    count = options.parse_args().count
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as api:
        script = Path(folder) / "map.py"
        script.write_text(SCRIPT.replace("COUNT", str(count)), encoding="utf-8")
        browser = api.chromium.launch(executable_path="/usr/bin/chromium", args=[*FLAGS, "--enable-unsafe-swiftshader"])
        with serving(Path(folder), script=script) as url:
            print(f"{count:,} points: main thread ms a frame, frames a second, longest gap")
            page = opened(browser, url)
            tell("slider", page, lambda: slide(page))
            tell("move the map", page, lambda: drag(page))
            tell("point at points", page, lambda: hover(page))
            tell("zoom", page, lambda: zoom(page))
            page = opened(browser, f"{url}/?drag=select")
            tell("draw a loop around many", page, lambda: drag(page))
        browser.close()


def opened(browser, url: str) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(MINUTES)
    page.goto(url)
    page.locator(".guide li").nth(19).wait_for()
    page.locator(".atlas .over").wait_for()
    page.wait_for_timeout(1000)
    return page


def tell(what: str, page: Page, act) -> None:
    with Busy(page) as busy:
        page.evaluate(COUNT_FRAMES)
        act()
        times = page.evaluate(FRAMES)
    gaps = [later - sooner for sooner, later in itertools.pairwise(times)]
    rate = 1000 * len(gaps) / (times[-1] - times[0])
    print(f"{what:<26}{1000 * busy.seconds / len(gaps):7.2f}{rate:8.1f}{max(gaps):7.0f}   (median gap {statistics.median(gaps):.1f} ms)", flush=True)  # noqa: E501  # fmt: skip


def slide(page: Page) -> None:
    box = page.locator(".guide input").bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 11, y)
    page.mouse.down()
    for step in range(STEPS):
        page.mouse.move(box["x"] + 11 + (box["width"] - 22) * step / STEPS, y)
    page.mouse.up()


def drag(page: Page) -> None:
    x, y, reach = middle(page)
    page.mouse.move(x - reach, y - reach)
    page.mouse.down()
    for step in range(STEPS):
        side, share = divmod(4 * step / STEPS, 1)
        across = [(-1 + 2 * share, -1), (1, -1 + 2 * share), (1 - 2 * share, 1), (-1, 1 - 2 * share)][int(side)]
        page.mouse.move(x + reach * across[0], y + reach * across[1])
    page.mouse.up()


def hover(page: Page) -> None:
    x, y, reach = middle(page)
    for step in range(STEPS):
        page.mouse.move(x - reach + 2 * reach * step / STEPS, y)


def zoom(page: Page) -> None:
    page.locator(".atlas .over").focus()
    page.mouse.move(*middle(page)[:2])
    for step in range(STEPS // 3):
        page.mouse.wheel(0, -40 if step < STEPS // 6 else 40)


def middle(page: Page) -> tuple[float, float, float]:
    box = page.locator(".atlas .over").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, 0.4 * min(box["width"], box["height"])


if __name__ == "__main__":
    main()
