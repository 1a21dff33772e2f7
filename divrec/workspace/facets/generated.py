"""What a workspace tells and does about what it generates, and about what is new."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from divrec.workspace.facets.opened import Opened
from divrec.workspace.records import GenerationRecord


class Generated(Opened):
    """What a workspace tells and does about what it generates, and about what is new."""

    def submit_synthesis(self, dataset_id: str, what: str, settings: Mapping[str, Any] | None = None) -> str:
        """Have ``what`` ("shoppers", "items", "coldstart") made from a shop and give the generation's id.

        Raises UnknownIdError for an unknown dataset, InputError for an unknown ``what`` or setting.
        """
        self._datasets.get(dataset_id)
        self._tend()
        return self._submitted(self._generations.submit(dataset_id, what, settings or {})).target

    def generations(self, dataset_id: str | None = None, what: str | None = None) -> list[GenerationRecord]:
        """List what was generated (from one shop, of one kind), newest first."""
        self._tend()
        return self._generations.all(dataset_id, what)

    def generated(self, generation_id: str, name: str) -> pd.DataFrame:
        """Give a table of a finished generation, such as ``events`` or ``fidelity``."""
        return self._generations.table(generation_id, name)

    def generated_values(self, generation_id: str, name: str) -> Any:  # noqa: ANN401  # any JSON value
        """Give JSON values of a finished generation, such as ``gate``."""
        return self._generations.values(generation_id, name)

    def place_newcomers(
        self, generation_id: str, method: str, items: pd.DataFrame, pictures: Path | None = None
    ) -> list[dict[str, Any]]:
        """Tell of items of no log (a catalogue) what they lie among, by a ``method`` of a finished cold start.

        For each: whether it is ``known`` at all, its ``neighbours`` with how ``alike`` they are on [0, 1], and
        the ``weights`` of the first of these, between whose places it lies. ``pictures`` is the folder of its pictures.
        """
        return self._scoring.place(self._newcomers(generation_id, method, items, pictures))

    def reach_newcomer(
        self, generation_id: str, method: str, item: pd.DataFrame, run_id: str, rows: range, rerank: str, n: int,
        pictures: Path | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Tell which of the counted shoppers (``rows`` of its table ``users``) would be shown an item of no log.

        By the run's lists of ``n``, varied by the method ``rerank``: ``scores, places, first`` (the lowest slider
        value, or None) for each shopper, and how many have it (``held``) at each of the slider ``values``.
        """
        asked = self._newcomers(generation_id, method, item, pictures)
        return self._scoring.reach(
            {**asked, "run": run_id, "start": rows.start, "stop": rows.stop, "rerank": rerank, "n": n}
        )

    def _newcomers(self, generation_id: str, method: str, items: pd.DataFrame, pictures: Path | None) -> dict[str, Any]:
        rows = items.astype(object).where(items.notna(), None).to_dict("records")
        folder = None if pictures is None else str(pictures)
        dataset_id = self._generations.get(generation_id).dataset_id
        return {"generation": generation_id, "dataset": dataset_id, "method": method, "items": rows, "pictures": folder}

    def delete_generation(self, generation_id: str) -> None:
        """Remove something generated. Raises InputError while work on it waits or runs."""
        self._generations.delete(generation_id)
