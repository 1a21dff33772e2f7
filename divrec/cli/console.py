"""What the shell is told: results on standard output, progress and errors on standard error."""

import sys
import time
from typing import Final

import pandas as pd

from divrec.errors import DivrecError
from divrec.workspace import Job, Workspace

_LOOK_SECONDS: Final = 0.2
_TELL_SECONDS: Final = 2.0


def follow(workspace: Workspace, job_id: str) -> Job:
    """Tell how far a job is until it ends; Ctrl-C cancels it. Raises DivrecError unless it is done."""
    told = ""
    last = 0.0
    try:
        while True:
            job = next(job for job in workspace.jobs() if job.id == job_id)
            if not job.live:
                break
            now = _progress(job)
            if now != told and time.monotonic() - last > _TELL_SECONDS:
                tell(now)
                told, last = now, time.monotonic()
            time.sleep(_LOOK_SECONDS)
    except KeyboardInterrupt:
        workspace.cancel(job_id)
        tell("cancelled")
        raise
    if job.state != "done":
        raise DivrecError(f"{job.kind} {job.state}" + (f": {job.error}" if job.error else ""))
    return job


def follow_run(workspace: Workspace, run: str) -> None:
    """Wait for a training, and print its measures and its id."""
    follow(workspace, next(job.id for job in workspace.jobs() if job.target == run and job.kind == "train"))
    say(printed(workspace.metrics(run)))
    say(run)


def _progress(job: Job) -> str:
    if job.state == "queued":
        return "waiting for the worker"
    left = "" if job.seconds_left is None else f", {job.seconds_left:.0f} s left at most"
    return f"{job.stage} {job.done}/{job.total}{left}"


def printed(table: pd.DataFrame) -> str:
    """Lay a table out as text."""
    return table.to_string(index=False, float_format=lambda value: f"{value:.4f}")


def say(text: str) -> None:
    """Give a line of what was asked for."""
    sys.stdout.write(text + "\n")


def tell(text: str) -> None:
    """Tell a line of how it goes."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
