"""Dividing a shop's shoppers or products anew, into the number of groups that a person chose."""

from divrec.workspace.datasets import Datasets
from divrec.workspace.task import Task


def regroup(task: Task) -> None:
    """Do a regrouping job; what is in force changes at its very end, or not at all."""
    params = task.lease.params
    task.stage("regroup", 0, 1)
    Datasets(task.database, task.layout).divide(
        task.lease.target, params["what"], params["k"], lambda done, total: task.stage("regroup", done, total)
    )
    task.leases.report(task.lease, stage="", done=1, total=1)
