"""Measuring in the background how long trainings of a family will take on a shop."""

from divrec.models.expected import fit_seconds
from divrec.models.registry import family as find_family
from divrec.workspace.datasets import Datasets
from divrec.workspace.expectations import Expectations
from divrec.workspace.task import Task


def probe(task: Task) -> None:
    """Do a probe job: one short look at each preset of a family."""
    dataset_id, chosen = task.lease.params["dataset"], find_family(task.lease.params["family"])
    trainee, _ = Datasets(task.database, task.layout).split(dataset_id)
    found: dict[str, float] = {}
    for place, preset in enumerate(chosen.presets):
        task.stage("probe", place, len(chosen.presets))
        found[preset] = fit_seconds(chosen.key, chosen.preset(preset), trainee, task.check)
    Expectations(task.database, task.layout).keep(dataset_id, chosen.key, found)
