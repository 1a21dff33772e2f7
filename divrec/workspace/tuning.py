"""Searching settings in the background: each finished trial is a row, so that a search goes on where it was."""

import json
from typing import Any

from divrec.data.files import write_json
from divrec.models import tuning
from divrec.models.progress import Progress
from divrec.models.settings import TuningSettings
from divrec.models.tuning import Trial
from divrec.workspace.datasets import Datasets
from divrec.workspace.records import TuningRecord
from divrec.workspace.task import Task
from divrec.workspace.tunings import Tunings


def tune(task: Task) -> None:
    """Do a search on the training part of a shop; the test part is never looked at."""
    searches = Tunings(task.database, task.layout)
    found = searches.get(task.lease.target)
    settings = TuningSettings.of(dict(found.settings))
    known = [Trial(**row) for row in searches.rows(found.id)]
    task.stage("search", len(known), settings.trials)
    trainee, _ = Datasets(task.database, task.layout).split(found.dataset_id)

    def hear(_: Progress) -> None:
        task.check()

    def told(trial: Trial) -> None:
        known.append(trial)
        _store(task, found, trial, settings.trials)
        write_json(task.layout.importances(found.id), tuning.importances(found.family, known, settings.seed))

    tuning.tune(found.family, trainee, found.start, settings, tuple(known), told, hear)


def _store(task: Task, found: TuningRecord, trial: Trial, trials: int) -> None:
    values: tuple[Any, ...] = (
        found.id, trial.number, json.dumps(dict(trial.settings)), trial.value, trial.state, json.dumps(trial.curve),
    )  # fmt: skip
    with task.database.write() as connection:
        task.leases.report_in(connection, task.lease, done=trial.number + 1, total=trials)
        connection.execute(
            "insert into trial(tuning_id, number, settings, value, state, curve) values(?, ?, ?, ?, ?, ?)", values
        )
