"""The background process: ``python -m divrec.workspace.worker FOLDER`` does what waits, one job at a time.

It outlives the server that started it, says every two seconds that it lives, and leaves when nothing has waited for a
while. A lock on a file of the workspace keeps it the only one.
"""

import fcntl
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from divrec.data.files import remove_leftovers
from divrec.errors import Cancelled, DivrecError
from divrec.workspace.compressing import compress
from divrec.workspace.database import Database
from divrec.workspace.drawing import draw
from divrec.workspace.inbox import Inbox
from divrec.workspace.ingest import ingest
from divrec.workspace.jobs import Jobs
from divrec.workspace.layout import Layout
from divrec.workspace.leases import Lease, LeaseLostError, Leases
from divrec.workspace.parts import break_down
from divrec.workspace.probing import probe
from divrec.workspace.processes import identity
from divrec.workspace.records import Kind
from divrec.workspace.regrouping import regroup
from divrec.workspace.synthesising import synthesise
from divrec.workspace.task import Task
from divrec.workspace.training import train
from divrec.workspace.tuning import tune

IDLE_SECONDS: Final = 30.0  # stays warm between a training and the map drawn after it
_HEARTBEAT_SECONDS: Final = 2.0
_POLL_SECONDS: Final = 0.1
_POLITENESS: Final = 5  # added to the niceness: pages come first
_WORK: Final[Mapping[Kind, Callable[[Task], None]]] = {
    "ingest": ingest,
    "train": train,
    "project": draw,
    "tune": tune,
    "synthesise": synthesise,
    "regroup": regroup,
    "compress": compress,
    "probe": probe,
    "break_down": break_down,
}

logger = logging.getLogger("divrec.worker")


class Worker:
    """Claims and does jobs of one workspace."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._database = Database(layout.database)
        self._jobs = Jobs(self._database)
        self._pid = os.getpid()
        self._process = identity(self._pid) or ""
        self._leases = Leases(self._database, self._pid, self._process)

    def serve(self, idle: float = IDLE_SECONDS) -> None:
        """Work until nothing has waited for ``idle`` seconds; return at once where another worker holds the lock."""
        while True:
            with self._alone() as alone:
                if not alone:
                    return
                self._work(idle)
            # what was submitted between the last look and giving up the lock saw a living worker, so look once more
            if not any(job.state == "queued" for job in self._jobs.all(live_only=True)):
                return

    def _work(self, idle: float) -> None:
        self._jobs.reap()
        layout = self._layout
        for parent in (layout.datasets, layout.runs, layout.checkpoints, layout.generations, layout.compressions):
            remove_leftovers(parent)
        Inbox(self._layout.folder).sweep(self._jobs.unfinished(but=""))
        with self._beating():
            last = time.monotonic()
            while time.monotonic() - last < idle:
                lease = self._leases.claim()
                if lease is None:
                    time.sleep(_POLL_SECONDS)
                    continue
                self._do(lease)
                last = time.monotonic()

    def _do(self, lease: Lease, inside: Task | None = None) -> None:
        """Do one job and record how it ended; only a lost lease leaves nothing to record."""
        logger.info("%s %s of %s begins", lease.kind, lease.id, lease.target)
        try:
            try:
                task = Task(self._database, self._jobs, self._leases, self._layout, lease, self._nested, inside)
                _WORK[lease.kind](task)
                self._leases.finish(lease, "done")
            except LeaseLostError:
                raise
            except Cancelled:
                self._leases.finish(lease, "cancelled")
            except Exception as error:
                logger.exception("%s failed", lease.id)
                told = str(error) if isinstance(error, DivrecError) else f"{type(error).__name__}: {error}"
                self._leases.finish(lease, "failed", told)
        except LeaseLostError:
            logger.warning("%s was taken away from this worker", lease.id)
        logger.info("%s ends", lease.id)

    def _nested(self, job_id: str, inside: Task) -> None:
        lease = self._leases.claim(job_id)
        if lease is not None:
            self._do(lease, inside)

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Hold the lock and write into it who holds it; yield False where another worker does."""
        self._layout.folder.mkdir(parents=True, exist_ok=True)
        with self._layout.lock.open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
                return
            _write(file, f"{self._pid}\n{self._process}")
            try:
                yield True
            finally:
                _write(file, "")

    @contextmanager
    def _beating(self) -> Iterator[None]:
        ended = threading.Event()

        def beat() -> None:
            while not ended.wait(_HEARTBEAT_SECONDS):
                try:
                    self._leases.beat()
                except Exception:  # a full disk must not end the heart: the next beat may succeed
                    logger.exception("no heartbeat")

        thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def _write(file: IO[str], text: str) -> None:
    file.seek(0)
    file.truncate()
    file.write(text)
    file.flush()


def main() -> None:
    """Serve the workspace named on the command line."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    os.nice(_POLITENESS)
    Worker(Layout(Path(sys.argv[1]))).serve()


if __name__ == "__main__":
    main()
