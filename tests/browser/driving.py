"""Starting the app, and waiting for what a person would wait for."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self
from urllib.parse import urlparse
from urllib.request import urlopen

from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
OURS = {"localhost", "127.0.0.1", None}  # None: data and blob addresses
MINUTES = 60_000
# Streamlit asks for these below the page's own path first; its 404 is the expected answer
PROBES = ("/_stcore/host-config", "/_stcore/health")
SETTLED = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  const charts = [...document.querySelectorAll('[data-testid="stPlotlyChart"]')];
  const waits = document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]');
  return app?.dataset.testScriptState === 'notRunning' && !waits
    && charts.every(chart => chart.querySelector('.main-svg'));
}"""


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(folder: Path, port: int | None = None, *options: str, script: Path = Path("app.py")) -> Iterator[str]:
    """Run the app as shipped on a workspace folder, with further options of Streamlit's, and give its address."""
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless", "true"]
    command += ["--server.port", str(port), *options]
    env = {**os.environ, "DIVREC_WORKSPACE": str(folder), "OMP_NUM_THREADS": "1"}
    server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://localhost:{port}"
    try:
        deadline = time.monotonic() + 90
        while not answers(f"{url}/_stcore/health"):
            assert server.poll() is None, "the app stopped"
            assert time.monotonic() < deadline, "the app did not start"
            time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(20)


def answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=2) as reply:
            return reply.status == 200
    except OSError:
        return False


def note(message, errors: list[str]) -> None:
    probe = urlparse(message.location.get("url", "")).path.endswith(PROBES)
    if message.type == "error" and not probe:
        errors.append(f"{message.text} ({message.location.get('url')})")


def settled(page: Page) -> None:
    """Wait until the script has run and every chart is drawn."""
    page.get_by_role("heading", level=1).wait_for()
    page.wait_for_function(SETTLED, timeout=3 * MINUTES)  # a first list compiles the re-ranking loops


class Busy:
    """The CPU time of the page's main thread in ``seconds``, from entering to leaving."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.seconds = 0.0

    def __enter__(self) -> Self:
        self._devtools = self._page.context.new_cdp_session(self._page)
        self._devtools.send("Performance.enable", {"timeDomain": "threadTicks"})  # counts from here on
        return self

    def __exit__(self, *_: object) -> None:
        measured = {entry["name"]: entry["value"] for entry in self._devtools.send("Performance.getMetrics")["metrics"]}
        self._devtools.detach()
        self.seconds = measured["TaskDuration"]
