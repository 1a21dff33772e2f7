"""The real app on a free port with a workspace of its own, in Debian's Chromium, under a guard."""

from collections.abc import Callable, Iterator
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.driving import FLAGS, MINUTES, OURS, note, serving
from tests.shops import copied, made_once, open_demo, open_small


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    return {**browser_type_launch_args, "executable_path": "/usr/bin/chromium", "args": FLAGS}


@pytest.fixture
def fresh_app(tmp_path) -> Iterator[str]:
    """Give the address of the app on an empty workspace."""
    with serving(tmp_path / "workspace") as url:
        yield url


@pytest.fixture(scope="session")
def demo_app(tmp_path_factory) -> Iterator[str]:
    """Give the address of the app with the demo shop open; what a test adds, all tests of this process see."""
    with serving(copied(made_once(tmp_path_factory, open_demo), tmp_path_factory.mktemp("demo") / "workspace")) as url:
        yield url


@pytest.fixture
def own_demo_app(tmp_path_factory, tmp_path) -> Iterator[str]:
    """Give the address of the app with a demo shop that this test alone sees."""
    with serving(copied(made_once(tmp_path_factory, open_demo), tmp_path / "workspace")) as url:
        yield url


@pytest.fixture
def own_small_app(tmp_path_factory, tmp_path) -> Iterator[str]:
    """Give the address of the app with a small shop that this test alone sees."""
    with serving(copied(made_once(tmp_path_factory, open_small), tmp_path / "workspace")) as url:
        yield url


@pytest.fixture
def guarded(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Give a function that opens a guarded tab; at the end: no console error, no request to another host."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []
    hosts: set[str | None] = set()

    def opened(width: int = 1280, theme: str = "light", language: str = "en-US") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, locale=language, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(MINUTES)
        expect.set_options(timeout=MINUTES)
        page.on("console", lambda message: note(message, errors))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda request: hosts.add(urlparse(request.url).hostname))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []
    assert hosts <= OURS
