"""Walk the app and write ``docs/screens/<screen>-<width>-<theme>-<language>.png``: ``python docs/take_screenshots.py``.

Starts the app on a workspace of its own (or on the one given as the argument), opens the demo shop, trains a Mult-VAE
with the quick preset where there is none, waits for its map, and takes every screen in every form.
"""

import sys
import tempfile
import time
from io import BytesIO
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from divrec.workspace import Workspace  # noqa: E402  # found only once the root is on the path
from tests.browser.driving import FLAGS, MINUTES, serving, settled  # noqa: E402

SCREENS = {
    "overview": "",
    "data": "data",
    "data-cleaning": "data?view=clean",
    "data-pictures": "data?view=pictures",
    "data-groups": "data?view=groups",
    "models": "models",
    "models-compare": "models?models_view=compare",
    "models-parts": "models?models_view=parts",
    "models-tune": "models?models_view=tune",
    "models-shrink": "models?models_view=compress",
    "latent": "latent",
    "latent-shoppers": "latent?of=user&made={made}",
    "diversity": "diversity",
    "diversity-acting": "diversity?for=act",
    "diversity-groups": "diversity?curves=groups&n=5",
    "diversity-compare": "diversity?compare={pair}",
    "generate": "generate",
    "generate-report": "generate?generate_view=report",
    "generate-items": "generate?generate_view=items",
    "generate-coldstart": "generate?generate_view=coldstart&new_title=Linen summer dress&new_category=Apparel",
    "generate-private": "generate?privacy=dp",
    "report": "report",
}
WIDTHS = (1280, 800)
THEMES = ("light", "dark")
LANGUAGES = ("en", "zh")
TALLEST = 2400


def main(folder: Path) -> None:
    """Take all pictures."""
    (ROOT / "docs" / "screens").mkdir(parents=True, exist_ok=True)
    with serving(folder) as url, sync_playwright() as api:
        browser = api.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        run = prepared(browser, url, Workspace(folder))
        workspace = Workspace(folder)
        names = {"pair": compared(workspace, run), "made": generated(workspace, run)}
        for width, theme, language in product(WIDTHS, THEMES, LANGUAGES):
            page = opened(browser, width, theme, language)
            for screen, path in SCREENS.items():
                joint = "&" if "?" in path else "?"
                page.goto(f"{url}/{path.format(**names)}{joint}lang={language}&run={run}")
                take(page, ROOT / "docs" / "screens" / f"{screen}-{width}-{theme}-{language}.png")
            page.context.close()
        browser.close()


def opened(browser: Browser, width: int, theme: str, language: str) -> Page:
    """Open a tab in one form."""
    locale = "zh-CN" if language == "zh" else "en-US"
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=theme, locale=locale)
    page.set_default_timeout(3 * MINUTES)
    return page


def prepared(browser: Browser, url: str, workspace: Workspace) -> str:
    """Open the demo shop and train, as a person would, and give the run; pictures of the first visit on the way."""
    for theme, language in product(THEMES, LANGUAGES):
        page = opened(browser, WIDTHS[0], theme, language)
        page.goto(f"{url}/?lang={language}")
        if not workspace.datasets():
            take(page, ROOT / "docs" / "screens" / f"first-visit-{WIDTHS[0]}-{theme}-{language}.png")
        page.context.close()
    page = opened(browser, WIDTHS[0], THEMES[0], LANGUAGES[0])
    page.goto(f"{url}/?lang=en")
    settled(page)
    if not workspace.datasets():
        page.get_by_role("button", name="Open the demo shop").click()
    page.get_by_role("button", name="Move the slider").wait_for()
    if not trained(workspace):
        page.goto(f"{url}/models?lang=en&family=multvae")
        page.get_by_role("button", name="Start training").click()
        page.get_by_text("NDCG on held-out shoppers").wait_for()
        take(page, ROOT / "docs" / "screens" / "training-1280-light-en.png")
        page.get_by_text("Mult-VAE is ready").wait_for(timeout=10 * MINUTES)
    page.goto(f"{url}/latent?lang=en&run={trained(workspace)}")
    page.get_by_text("UMAP: neighbours").wait_for(timeout=5 * MINUTES)
    page.context.close()
    return trained(workspace)


def compared(workspace: Workspace, run: str) -> str:
    """Save two scenarios of one shopper, unless they are there, and give them as a link compares them."""
    if len(workspace.scenarios()) < 2:
        shop = next(each.dataset_id for each in workspace.runs() if each.id == run)
        subject = {"surface": "shopper", "id": workspace.candidates(run).users[0]}
        values = {"dataset": shop, "run": run, "subject": subject, "method": "mmr", "alike": "behaviour", "n": 10}
        for name, diversity in (("More variety", 0.5), ("As it is", 0.0)):
            workspace.save_scenario(name, {**values, "repeat": False, "rules": "", "diversity": diversity})
    return ",".join(each.id for each in workspace.scenarios()[:2])


def generated(workspace: Workspace, run: str) -> str:
    """Have shoppers, items and a cold start made, unless they are there, and give the shoppers, placed on the map."""
    shop = next(each.dataset_id for each in workspace.runs() if each.id == run)
    for what, settings in (("items", {}), ("coldstart", {}), ("shoppers", {"n": 500})):
        if not workspace.generations(shop, what):
            workspace.submit_synthesis(shop, what, settings)
    ended(workspace)
    made = workspace.generations(shop, "shoppers")[0].id
    if workspace.generated_vectors(run, made) is None:
        workspace.submit_placing(run, made)
        ended(workspace)
    return made


def ended(workspace: Workspace) -> None:
    """Wait until nothing runs."""
    while workspace.jobs(live_only=True):
        time.sleep(0.5)  # another process does the work; only the database tells


def trained(workspace: Workspace) -> str:
    """Give the newest finished Mult-VAE, or nothing."""
    return next((run.id for run in workspace.runs() if run.family == "multvae" and run.state == "done"), "")


def take(page: Page, path: Path) -> None:
    """Take the whole screen: Streamlit scrolls inside the window, so the window grows to what it holds."""
    settled(page)
    page.wait_for_load_state("networkidle")
    width = page.viewport_size["width"]
    tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": max(720, min(tall, TALLEST))})
    settled(page)
    picture = Image.open(BytesIO(page.screenshot(animations="disabled")))
    picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    page.set_viewport_size({"width": width, "height": 800})


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as made:
            main(Path(made))
