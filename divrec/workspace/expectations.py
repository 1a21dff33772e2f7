"""How long trainings are expected to take on this machine: what a probe found, read without torch."""

import json
import os
import platform
from pathlib import Path
from typing import Any, Final

from divrec.data.files import read_json, write_json
from divrec.models.registry import family as find_family
from divrec.workspace.database import Database
from divrec.workspace.jobs import Jobs, new_id
from divrec.workspace.layout import Layout
from divrec.workspace.records import Job, RunRecord
from divrec.workspace.runs import Runs

_SIMPLEST: Final = "popularity"  # its training is what every training does after the fit
_CPU: Final = Path("/proc/cpuinfo")


class Expectations:
    """The expected times of one workspace, kept with each shop for the machine that they were measured on."""

    def __init__(self, database: Database, layout: Layout) -> None:
        self._layout, self._runs, self._jobs = layout, Runs(database, layout), Jobs(database)

    def submit(self, dataset_id: str, family: str) -> Job:
        """Queue a probe of a family's presets; twice at once is one. Raises InputError for an unknown family."""
        find_family(family)
        params = {"dataset": dataset_id, "family": family}  # the shop is no target: a probe need not keep it from going
        return self._jobs.submit("probe", _key(dataset_id, family), lambda _: new_id("p"), params)

    def job(self, dataset_id: str, family: str) -> Job | None:
        """Give the newest probe of a family, or None."""
        return next(iter(self._jobs.of_key(_key(dataset_id, family))), None)

    def seconds(self, dataset_id: str, family: str) -> dict[str, float] | None:
        """Give the expected seconds of a training by preset; None where they were not measured on this machine.

        A preset that was trained here before takes as long as the last time.
        """
        fits = self.fits(dataset_id).get(family)
        if fits is None:
            return None
        runs = [run for run in self._runs.all(dataset_id) if run.state == "done"]
        after = next((self._taken(run) for run in runs if run.family == _SIMPLEST), 0.0)
        found = {preset: fit + after for preset, fit in fits.items()}
        for run in reversed(runs):  # the newest last
            if run.family == family and run.preset in found and _plain(run):
                found[str(run.preset)] = self._taken(run)
        return found

    def fits(self, dataset_id: str) -> dict[str, dict[str, float]]:
        """Give the seconds of a fit by family and preset that were measured on this machine."""
        path = self._path(dataset_id)
        held: dict[str, Any] = read_json(path) if path.exists() else {}
        return dict(held.get("seconds", {})) if held.get("machine") == machine() else {}

    def keep(self, dataset_id: str, family: str, seconds: dict[str, float]) -> None:
        """Keep what a probe of a family found, in place of what was measured on another machine."""
        write_json(self._path(dataset_id), {
            "machine": machine(), "seconds": {**self.fits(dataset_id), family: seconds}
        })  # fmt: skip

    def _taken(self, run: RunRecord) -> float:
        job = next(job for job in self._jobs.of_target(run.id) if job.kind == "train")
        return (job.finished - job.started).total_seconds() if job.finished and job.started else 0.0

    def _path(self, dataset_id: str) -> Path:
        return self._layout.dataset(dataset_id) / "expected.json"


def _key(dataset_id: str, family: str) -> str:
    return json.dumps(["probe", dataset_id, family])


def _plain(run: RunRecord) -> bool:
    """Whether a run is a training with a preset's own settings, nothing more and nothing less."""
    chosen = find_family(run.family)
    own = chosen.settings.of(chosen.preset(str(run.preset))).to_json()
    return run.compressed is None and run.fused is None and dict(run.settings) == own


def machine() -> str:
    """Name the machine by its processor and how many of it there are."""
    said = _CPU.read_text(errors="replace") if _CPU.exists() else ""
    model = next((line.split(":", 1)[1].strip() for line in said.splitlines() if line.startswith("model name")), "")
    return f"{model or platform.processor() or platform.machine()} × {os.cpu_count()}"
