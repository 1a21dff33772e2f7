"""A small real shop whose structure is known, and waiting with a deadline."""

import contextlib
import os
import signal
import time

import numpy as np
import pandas as pd

from divrec.data.dataset import Dataset
from divrec.workspace.datasets import Datasets

USERS, ITEMS, GROUPS = 120, 60, 4


def make_shop(seed=0):
    """Shoppers of four groups who buy almost only from their group's department, over a year."""
    rng = np.random.default_rng(seed)
    group = np.arange(USERS) % GROUPS
    rows = []
    for user in range(USERS):
        own = np.arange(group[user], ITEMS, GROUPS)
        bought = np.concatenate([rng.choice(own, 9, replace=False), rng.choice(ITEMS, 2, replace=False)])
        rows += [(f"u{user}", f"i{item}") for item in bought]
    log = pd.DataFrame(rows, columns=["user_id", "item_id"]).sample(frac=1, random_state=seed, ignore_index=True)
    start = pd.Timestamp("2025-01-01")
    log = log.assign(event="purchase", weight=1.0, time=start + pd.to_timedelta(np.arange(len(log)) * 6, unit="h"))
    items = pd.DataFrame({
        "item_id": [f"i{item}" for item in range(ITEMS)],
        "title": [f"Item {item}" for item in range(ITEMS)],
        "category": [f"Department {item % GROUPS}" for item in range(ITEMS)],
        "price": np.linspace(1, 50, ITEMS),
    })
    return Dataset(log, items, pd.DataFrame({"user_id": [f"u{user}" for user in range(USERS)]}), name="small")


def store(workspace, dataset, dataset_id="d000000000001"):
    """Put a shop into a workspace without a job."""
    datasets = Datasets(workspace._database, workspace._layout)
    datasets.write(dataset_id, dataset, {"how": "time", "share": 0.15})
    datasets.enter(dataset_id, dataset, "upload")
    return dataset_id


def wait(until, seconds=120):
    """Poll until something is true, and give it; fail after a deadline."""
    deadline = time.monotonic() + seconds
    while not (found := until()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
    return found


def job_of(workspace, target, kind="train"):
    return next(job for job in workspace.jobs() if job.target == target and job.kind == kind)


def ended(workspace, target, kind="train", seconds=120):
    """Wait for a job to end, and give it."""

    def look():
        job = job_of(workspace, target, kind)
        return None if job.live else job

    return wait(look, seconds)


def worker_pid(workspace):
    """The worker's process, or None."""
    with contextlib.suppress(OSError, ValueError):
        return int((workspace.folder / "worker.lock").read_text().split("\n")[0])
    return None


def stop_worker(workspace):
    pid = worker_pid(workspace)
    if pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
