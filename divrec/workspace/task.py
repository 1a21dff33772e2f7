"""One claimed job as its work sees it: where it is, what it is to make, how to report, when to stop."""

import time
from dataclasses import dataclass, field
from typing import Final, Protocol

from divrec.errors import Cancelled
from divrec.workspace.database import Database
from divrec.workspace.jobs import Jobs
from divrec.workspace.layout import Layout
from divrec.workspace.leases import Lease, Leases

_ASK_SECONDS: Final = 0.2  # how often at most the database is asked whether to stop


class RunNow(Protocol):
    """Does another job at once, inside this one."""

    def __call__(self, job_id: str, inside: "Task") -> None:
        """Do the job; it stops with the one around it."""
        ...


@dataclass(eq=False)
class Task:
    """A held job. ``run_now`` does further jobs inside it, which are cancelled together with it."""

    database: Database
    jobs: Jobs
    leases: Leases
    layout: Layout
    lease: Lease
    run_now: RunNow
    inside: "Task | None" = None
    _asked: float = field(default=0.0, init=False)

    def stage(self, name: str, done: int, total: int) -> None:
        """Say which step begins, and how many of how many are behind; stop here if a person asked for it."""
        self.leases.report(self.lease, stage=name, done=done, total=total, seconds_left=None)
        self.check(at_once=True)

    def check(self, at_once: bool = False) -> None:
        """Stop if a person asked for it: raise Cancelled, or LeaseLostError. Cheap enough for every batch."""
        now = time.monotonic()
        if not at_once and now - self._asked < _ASK_SECONDS:
            return
        self._asked = now
        if self.leases.cancel_asked(self.lease):
            raise Cancelled("cancelled")
        if self.inside is not None:
            self.inside.check(at_once)
