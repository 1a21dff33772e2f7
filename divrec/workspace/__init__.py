"""Datasets, runs and scenarios on disk, and the work in the background; importing this room is light."""

from divrec.workspace.records import DatasetRecord, Job, RunRecord, ScenarioRecord
from divrec.workspace.workspace import Workspace

__all__ = ["DatasetRecord", "Job", "RunRecord", "ScenarioRecord", "Workspace"]
