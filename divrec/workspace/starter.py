"""Starting the worker: a process of its own that outlives the one that asked for it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import divrec
from divrec.workspace.jobs import Jobs
from divrec.workspace.layout import Layout
from divrec.workspace.processes import lives

_LOG_BYTES: Final = 2**22  # beyond this the log starts anew
_SAID: Final = 2000  # characters of the log that explain a worker which cannot start
_THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


class Starter:
    """Keeps a worker running for as long as work waits; harmless to call from several processes."""

    def __init__(self, layout: Layout, jobs: Jobs) -> None:
        self._layout = layout
        self._jobs = jobs
        self._child: subprocess.Popen[bytes] | None = None

    def ensure(self) -> None:
        """Start a worker if none lives; the worker's own lock settles who stays where two are started."""
        if self._child is not None or self._alive():
            return
        self._layout.folder.mkdir(parents=True, exist_ok=True)
        if self._layout.log.exists() and self._layout.log.stat().st_size > _LOG_BYTES:
            self._layout.log.unlink()
        with self._layout.log.open("ab") as log:
            self._child = subprocess.Popen(  # noqa: S603  # our own interpreter, module and folder
                [sys.executable, "-m", "divrec.workspace.worker", str(self._layout.folder.resolve())],
                start_new_session=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment(),
            )

    def collect(self) -> None:
        """Notice that the worker started here has ended; where it broke down, what waits would wait forever."""
        ended = self._child.poll() if self._child is not None else None
        if ended is None:
            return
        self._child = None
        if ended > 0:
            said = self._layout.log.read_text(errors="replace")[-_SAID:]
            self._jobs.fail_waiting(f"the background process broke down (exit status {ended}); it said: {said}")

    def _alive(self) -> bool:
        try:
            pid, process = self._layout.lock.read_text().split("\n")
            return lives(int(pid), process)
        except (OSError, ValueError):  # no worker yet, or one that has left
            return False


def environment() -> dict[str, str]:
    """Set the threads on purpose: with two on a busy two-core machine torch was 20 to 40 times slower than with one."""
    threads = str(max(1, len(os.sched_getaffinity(0)) // 2)) if hasattr(os, "sched_getaffinity") else "1"
    package = str(Path(divrec.__file__).parents[1])
    paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]  # the working folder is no part of the promise
    return {**os.environ, **dict.fromkeys(_THREADS, threads), "PYTHONPATH": os.pathsep.join(paths)}
