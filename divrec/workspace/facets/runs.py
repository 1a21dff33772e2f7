"""What a workspace tells and does about its runs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from divrec.data.candidates import Candidates
from divrec.errors import InputError
from divrec.workspace.facets.shops import Shops
from divrec.workspace.records import Of, RunRecord


class TrainedRuns(Shops):
    """What a workspace tells and does about its runs."""

    def submit_training(
        self,
        dataset_id: str,
        family: str,
        settings: Mapping[str, Any] | None = None,
        preset: str | None = None,
        start_from: str | None = None,
    ) -> str:
        """Have a model trained, with ``settings`` laid over ``preset``, and give the run's id.

        ``start_from`` names a finished run of the same family, of this or another shop, whose weights it starts from.
        Raises UnknownIdError for an unknown dataset, InputError for an unknown family, preset or setting.
        """
        self._datasets.get(dataset_id)
        self._tend()
        return self._submitted(self._runs.submit(dataset_id, family, settings, preset, start_from)).target

    def submit_fused_training(self, generation_id: str) -> str:
        """Have EASE trained on the real shoppers and as many generated ones as the gate lets in; give the run's id.

        EASE with its own settings is what the gate tried. Raises InputError, with the reason, where the gate is shut.
        """
        dataset_id = self._generations.get(generation_id).dataset_id
        fused = self._generations.fusion(generation_id)
        self._tend()
        return self._submitted(self._runs.submit(dataset_id, "ease", None, None, fused=fused)).target

    def submit_projection(self, run_id: str, of: Of = "item", dimensions: int = 2) -> str:
        """Have a map of a finished run's items or users drawn by UMAP, in 2 or 3 dimensions, and give the job's id."""
        self._tend()
        return self._submitted(self._runs.submit_projection(run_id, of, dimensions)).id

    def submit_placing(self, run_id: str, generation_id: str) -> str:
        """Have generated shoppers placed in a finished run's space, among its real ones, and give the job's id."""
        self._tend()
        return self._submitted(self._runs.submit_placing(run_id, generation_id)).id

    def submit_parts(self, run_id: str, against: str | None = None) -> str:
        """Have a finished run measured part by part, or compared with another of the same shop; give the job's id."""
        self._tend()
        return self._submitted(self._runs.submit_parts(run_id, against)).id

    def runs(self, dataset_id: str | None = None) -> list[RunRecord]:
        """List the runs (of one shop), newest first; one whose process has gone shows as interrupted."""
        self._tend()
        return self._runs.all(dataset_id)

    def curves(self, run_id: str) -> pd.DataFrame:
        """Give what a training told after each epoch: ``epoch, name, value``."""
        return self._runs.curves(run_id)

    def metrics(self, run_id: str, repeat: bool = False) -> pd.DataFrame:
        """Give ``metric, value, low, high, n`` of the run's lists at diversity 0 on the shop's test part."""
        return self._runs.metrics(run_id, repeat)

    def sameness(self, run_id: str) -> dict[str, Any]:
        """Give the sameness score ``overall`` (0 … 100), its ``parts``, and tables by ``category`` and ``group``."""
        return self._runs.sameness(run_id)

    def candidates(self, run_id: str, repeat: bool = False) -> Candidates:
        """Give everybody's scored pool, mapped into memory; with ``repeat`` items of the history may be in it."""
        return self._runs.candidates(run_id, repeat)

    def candidates_of(self, run_id: str, history: pd.DataFrame, n: int = 500, repeat: bool = False) -> Candidates:
        """Score a history that nobody has, ``item_id`` (and ``weight``) oldest first: a pool of one, no retraining.

        The model answers in a process of its own that stays warm; items that it does not know are passed over.
        """
        return self._scoring.pool(run_id, self.candidates(run_id, repeat).item_ids, history, n, repeat)

    def why(self, run_id: str, history: pd.DataFrame, item: str, repeat: bool = False) -> tuple[int, pd.DataFrame]:
        """Give an item's place in the run's ranking for a history, and what each of its items adds.

        The table is that of ``explain.contributions``: ``item_id, contribution, place_without``.
        """
        return self._scoring.why(run_id, history, item, repeat)

    def item_vectors(self, run_id: str) -> pd.DataFrame:
        """Give the run's item vectors, indexed by item_id."""
        return self._runs.vectors(run_id, "item")

    def user_vectors(self, run_id: str) -> pd.DataFrame:
        """Give the run's user vectors, indexed by user_id."""
        return self._runs.vectors(run_id, "user")

    def generated_vectors(self, run_id: str, generation_id: str) -> pd.DataFrame | None:
        """Give the places of generated shoppers in the run's space, as ``user_vectors``; None while not placed."""
        return self._runs.generated(run_id, generation_id)

    def projection(
        self, run_id: str, method: Literal["pca", "umap"] = "pca", of: Of = "item", dimensions: int = 2
    ) -> pd.DataFrame | None:
        """Give the run's map ``item_id, x, y`` or ``user_id, x, y`` (PCA always, UMAP on request with ``z``).

        None while it is not drawn.
        """
        return self._runs.projection(run_id, method, of, dimensions)

    def model_folder(self, run_id: str) -> Path:
        """Give the folder that ``load_model`` reads."""
        return self._runs.model_folder(run_id)

    def weights(self, run_id: str) -> bytes:
        """Give a zip of the run's weights (safetensors), settings (JSON) and item ids, without anybody's history."""
        return self._runs.weights(run_id)

    def write_note(self, run_id: str, note: str) -> None:
        """Keep what a person wrote about a run; an empty text takes the note away. Raises UnknownIdError."""
        self._runs.write_note(run_id, note)

    def compare(self, before: str, after: str) -> pd.DataFrame:
        """Compare two runs of one shop on the same shoppers: ``metric, before, after, difference, low, high, n``.

        Lists of new items at diversity 0; likeness is that of ``before``'s vectors. Raises InputError for runs of
        different shops.
        """
        from divrec.workspace.measuring import difference  # noqa: PLC0415  # brings numba

        shops = {self._runs.get(run).dataset_id for run in (before, after)}
        if len(shops) > 1:
            raise InputError("two runs are compared on the same shoppers; choose two runs of one shop")
        known, test = self.split(shops.pop())
        pools = self.candidates(before), self.candidates(after)
        return difference(*pools, known, test, self.item_vectors(before))

    def parts(self, run_id: str, against: str | None = None) -> pd.DataFrame | None:
        """Give a run's measures by shopper group, popularity band and category; None where not worked out yet.

        ``by, name, metric, value, low, high, n``; with ``against`` another run, ``by, name, metric, before, after,
        difference, low, high, n``, paired by shoppers.
        """
        return self._runs.parts(run_id, against)

    def clicks(self, run_id: str) -> dict[str, Any] | None:
        """Give the clicks and conversion of what was shown and of the run's lists, or the reason why not.

        ``table`` (records as ``compare_clicks`` gives them), ``examination``, ``shown``, ``overlap``, ``effective``,
        ``by``; or ``reason``, ``numbers`` and ``said``. None where not worked out yet.
        """
        return self._runs.clicks(run_id)

    def delete_run(self, run_id: str) -> None:
        """Remove a run and all that was made with it. Raises InputError while work on it waits or runs."""
        self._runs.delete(run_id)
