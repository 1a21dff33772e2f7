"""A small real shop, opened once through the workspace's own worker, and the app around it."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest, app_test

from divrec.workspace import Workspace

ROOT = Path(__file__).parents[2]
KINDS = ("Shoes", "Lamps", "Books")
Open = Callable[..., AppTest]


def small_shop(folder: Path) -> dict[str, str]:
    """Write the log of 60 shoppers who each keep to one of three kinds of 30 products."""
    rng = np.random.default_rng(7)
    kind_of_item = np.arange(30) % 3
    rows = []
    for user in range(60):
        liked = np.flatnonzero(kind_of_item == user % 3)
        for step, item in enumerate(rng.choice(liked, 7, replace=False)):
            at = pd.Timestamp("2025-01-01") + pd.Timedelta(days=int(step * 20 + user % 10))
            rows.append((f"u{user:02d}", f"p{item:02d}", "purchase", at.isoformat()))
    events = pd.DataFrame(rows, columns=["user_id", "item_id", "event", "time"])
    items = pd.DataFrame(
        {
            "item_id": [f"p{item:02d}" for item in range(30)],
            "title": [f"{KINDS[item % 3]} No. {item}" for item in range(30)],
            "category": [KINDS[item % 3] for item in range(30)],
            "brand": [f"Brand {item % 4}" for item in range(30)],
            "price": [str(5 + item) for item in range(30)],
        }
    )
    paths = {"events": str(folder / "events.csv"), "items": str(folder / "items.csv")}
    events.to_csv(paths["events"], index=False)
    items.to_csv(paths["items"], index=False)
    return paths


def wait_for(job_id: str, workspace: Workspace, seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while (job := next(job for job in workspace.jobs() if job.id == job_id)).live:
        assert time.monotonic() < deadline, f"still {job.state}: {job.stage}"
        time.sleep(0.1)  # another process does the work; only the database tells
    assert job.state == "done", job.error


@pytest.fixture(scope="session")
def shop_folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("workspace")
    workspace = Workspace(folder)
    wait_for(workspace.submit_ingest("upload", name="Corner *shop*", **small_shop(folder)), workspace)
    return folder


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
