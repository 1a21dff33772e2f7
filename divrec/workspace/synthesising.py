"""Doing a generation: what is made is told by its ``what``; its results appear together, once they are complete."""

from importlib import import_module

from divrec.data.files import atomic_folder
from divrec.workspace.generations import WHAT, Generations
from divrec.workspace.task import Task


def synthesise(task: Task) -> None:
    """Do a synthesis job."""
    record = Generations(task.database, task.layout).get(task.lease.target)
    if task.layout.generation(record.id).exists():  # there, if the last attempt was lost after publishing
        return
    with atomic_folder(task.layout.generation(record.id)) as folder:
        import_module(WHAT[record.what][1]).make(task, record, folder)
