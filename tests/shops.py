"""Shops opened once for all test processes, and copied by each that wants one of its own."""

import fcntl
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd

from divrec.workspace import Workspace

KINDS = ("Shoes", "Lamps", "Books")
LEFT_OUT = ("*.lock", "*.log", "divrec.sqlite*")  # what is a process's own, and the database, which copies itself


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


def wait_for(job_id: str, workspace: Workspace, seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while (job := next(job for job in workspace.jobs() if job.id == job_id)).live:
        assert time.monotonic() < deadline, f"still {job.state}: {job.stage}"
        time.sleep(0.1)  # another process does the work; only the database tells
    assert job.state == "done", job.error


def open_demo(folder: Path) -> None:
    """Open the demo shop, as the first page's button does."""
    workspace = Workspace(folder)
    wait_for(workspace.submit_ingest("demo"), workspace)


def open_groceries(folder: Path) -> None:
    """Open the real groceries, as the first page's button does."""
    workspace = Workspace(folder)
    wait_for(workspace.submit_ingest("groceries"), workspace, 900)


def open_small(folder: Path) -> None:
    """Upload the small shop."""
    workspace = Workspace(folder)
    wait_for(workspace.submit_ingest("upload", name="Corner *shop*", **small_shop(folder)), workspace)


def made_once(factory, make: Callable[[Path], None]) -> Path:
    """Give a folder that the first of all test processes makes; nobody may change what is in it."""
    own = factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder = shared / make.__name__
    with (shared / f"{make.__name__}.waiting").open("w") as waiting:
        fcntl.flock(waiting, fcntl.LOCK_EX)
        if not folder.exists():
            making = folder.with_suffix(".making")
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            make(making)
            copied(making, folder)
    return folder


def copied(workspace: Path, folder: Path) -> Path:
    """Copy a workspace in which nothing runs, so that it can be changed."""
    shutil.copytree(workspace, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    with (
        closing(sqlite3.connect(f"file:{workspace / 'divrec.sqlite'}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(folder / "divrec.sqlite")) as new,
    ):
        old.backup(new)
    return folder
