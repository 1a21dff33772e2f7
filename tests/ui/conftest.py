"""The app around the small shop, and a view of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest, app_test

from divrec.ui import calls
from divrec.ui.livepath import View
from divrec.ui.subjects import Subject

ROOT = Path(__file__).parents[2]
Open = Callable[..., AppTest]


class WholeApp(PagesManager):
    """AppTest forgets before each run that the app has ``st.navigation``, and would run its page alone."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        PagesManager.uses_pages_directory = False


@pytest.fixture
def app(monkeypatch) -> Iterator[Open]:
    """Give a function that runs the app on a workspace folder, on a page, with view parameters."""
    monkeypatch.setattr(app_test, "PagesManager", WholeApp)

    def run(folder: Path, page: str | None = None, locale: str = "en-US", **params: str) -> AppTest:
        monkeypatch.setenv("DIVREC_WORKSPACE", str(folder))
        test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
        test.context = {"locale": locale}
        for name, value in params.items():
            test.query_params[name] = value
        test.run()
        if page:
            test.switch_page(f"pages/{page}.py")
            for name, value in params.items():
                test.query_params[name] = value
            test.run()
        assert not test.exception, test.exception
        return test

    yield run
    st.cache_resource.clear()


@pytest.fixture
def view(shop_folder, monkeypatch) -> View:
    """Give the view of somebody who acts as a shopper."""
    monkeypatch.setenv("DIVREC_WORKSPACE", str(shop_folder))
    shop = calls.workspace().datasets()[0].id
    run = next(run.id for run in calls.workspace().runs(shop) if run.family == "ease")
    return View(shop, run, Subject("act", "p00,p03"), "mmr", "behaviour", 10, False)
