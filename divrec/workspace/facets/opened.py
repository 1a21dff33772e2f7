"""An opened workspace: its folder, its stores, and the work in the background."""

import os
from pathlib import Path

from divrec.errors import UnknownIdError
from divrec.workspace.compressions import Compressions
from divrec.workspace.database import Database
from divrec.workspace.datasets import Datasets
from divrec.workspace.expectations import Expectations
from divrec.workspace.generations import Generations
from divrec.workspace.inbox import Inbox
from divrec.workspace.jobs import Jobs
from divrec.workspace.layout import Layout, default_folder
from divrec.workspace.records import RESUMABLE, Job
from divrec.workspace.runs import Runs
from divrec.workspace.scenarios import Scenarios
from divrec.workspace.scoring import Scoring
from divrec.workspace.searches import Searches
from divrec.workspace.starter import Starter
from divrec.workspace.tunings import Tunings


class Opened:
    """An opened workspace: its folder, its stores, and the work in the background."""

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        self.folder = Path(folder) if folder is not None else default_folder()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._layout = Layout(self.folder)
        database = Database(self._layout.database)
        self._database = database
        self._jobs = Jobs(database)
        self._datasets = Datasets(database, self._layout)
        self._runs = Runs(database, self._layout)
        self._generations = Generations(database, self._layout)
        self._scenarios = Scenarios(database)
        self._searches = Searches(self._layout)
        self._tunings = Tunings(database, self._layout)
        self._compressions = Compressions(database, self._layout)
        self._expectations = Expectations(database, self._layout)
        self._starter = Starter(self._layout, self._jobs)
        self._scoring = Scoring(self._layout)
        self.inbox = Inbox(self.folder)

    def jobs(self, live_only: bool = False) -> list[Job]:
        """List the jobs, newest first; work whose process has gone shows as interrupted."""
        self._tend()
        return self._jobs.all(live_only)

    def cancel(self, id: str) -> None:  # noqa: A002  # a job's, dataset's or run's
        """Cancel the live work with this id or on this dataset or run; a running job stops within a batch."""
        for job in self._of(id):
            self._jobs.cancel(job.id)

    def resume(self, id: str) -> None:  # noqa: A002  # a job's, dataset's or run's
        """Continue the newest unfinished work with this id or on this dataset or run, a training from its checkpoint.

        Live work is left as it is. Raises InputError where all of it is done.
        """
        jobs = self._of(id)
        unfinished = next((job for job in jobs if job.state in RESUMABLE), jobs[0])
        self._jobs.resume(unfinished.id)
        self._starter.ensure()

    def _submitted(self, job: Job) -> Job:
        self._starter.ensure()
        return job

    def _tend(self) -> None:
        """Notice lost work, and have a worker wherever work waits."""
        self._starter.collect()
        self._jobs.reap()
        if self._jobs.waiting():
            self._starter.ensure()

    def _of(self, id_: str) -> list[Job]:
        """List the jobs with this id or target, newest first. Raises UnknownIdError where there are none."""
        self._tend()
        jobs = [job for job in self._jobs.all() if id_ in (job.id, job.target)]
        if not jobs:
            raise UnknownIdError(f"no work in this workspace has or makes {id_!r}")
        return jobs
