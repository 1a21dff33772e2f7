"""What a workspace tells and does about settings, times and sizes: searches, probes, smaller versions."""

from collections.abc import Mapping
from typing import Any, Literal

import pandas as pd

from divrec.workspace.facets.runs import TrainedRuns
from divrec.workspace.records import Job, TuningRecord


class Tried(TrainedRuns):
    """What a workspace tells and does about settings, times and sizes: searches, probes, smaller versions."""

    def submit_tuning(
        self, dataset_id: str, family: str, preset: str | None = None, settings: Mapping[str, Any] | None = None
    ) -> str:
        """Have the settings of a family searched, beginning with a preset's, and give the search's id.

        ``settings`` are those of the search (``TuningSettings``). Raises UnknownIdError for an unknown dataset,
        InputError for an unknown family, preset or setting.
        """
        self._datasets.get(dataset_id)
        self._tend()
        return self._submitted(self._tunings.submit(dataset_id, family, preset, settings)).target

    def tunings(self, dataset_id: str | None = None) -> list[TuningRecord]:
        """List the searches (of one shop), newest first."""
        self._tend()
        return self._tunings.all(dataset_id)

    def trials(self, tuning_id: str) -> pd.DataFrame:
        """Give a search's trials: ``number, value, state, epochs`` and one column per setting that was searched."""
        return self._tunings.trials(tuning_id)

    def importances(self, tuning_id: str) -> dict[str, float]:
        """Give the share of the differences that each setting explains; empty while too few trials are done."""
        return self._tunings.importances(tuning_id)

    def train_best(self, tuning_id: str) -> str:
        """Have the best trial's settings trained with everything, hidden items too, and give the run's id."""
        found = self._tunings.get(tuning_id)
        return self.submit_training(found.dataset_id, found.family, self._tunings.best_settings(tuning_id))

    def delete_tuning(self, tuning_id: str) -> None:
        """Remove a search with its trials. Raises InputError while it waits or runs."""
        self._tunings.delete(tuning_id)

    def expected(self, dataset_id: str, family: str) -> dict[str, float] | None:
        """Give the seconds that a training of a family is expected to take here, by preset; None while not measured."""
        return self._expectations.seconds(dataset_id, family)

    def probe_job(self, dataset_id: str, family: str) -> Job | None:
        """Give the newest probe of a family on a shop, or None."""
        return self._expectations.job(dataset_id, family)

    def submit_probe(self, dataset_id: str, family: str) -> str:
        """Have it measured how long trainings of a family will take on a shop, and give the job's id.

        Raises UnknownIdError for an unknown dataset, InputError for an unknown family.
        """
        self._datasets.get(dataset_id)
        self._tend()
        return self._submitted(self._expectations.submit(dataset_id, family)).id

    def submit_compression(self, run_id: str) -> str:
        """Have smaller versions of a finished run made in every way that suits it, and give the job's id.

        Raises InputError where the run is not done, or its family has nothing to make smaller.
        """
        self._tend()
        return self._submitted(self._compressions.submit(run_id)).id

    def compression_job(self, run_id: str) -> Job | None:
        """Give the newest work on making a run smaller, or None."""
        self._tend()
        return self._compressions.job(run_id)

    def compression(self, run_id: str, name: Literal["sizes", "quality"] = "sizes") -> pd.DataFrame | None:
        """Give what smaller versions of a run save, or how they compare with it; None while there are none.

        ``sizes``: ``way, bytes, milliseconds, agreement, seconds``, the run itself first; ``quality``: ``way, metric,
        before, after, difference, low, high, n`` (see ``compressing.measured``).
        """
        return self._compressions.table(run_id, name)

    def keep_compressed(self, run_id: str, way: str) -> str:
        """Have a smaller version become a run of its own, and give that run's id."""
        self._tend()
        return self._submitted(self._compressions.keep(run_id, way)).target
