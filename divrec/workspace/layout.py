"""Where things lie in a workspace's folder; every path is made from ids of the program's own making."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from divrec.errors import UnknownIdError

_ID: Final = re.compile(r"[a-z][0-9a-f]{12}")


def default_folder() -> Path:
    """Give the workspace that is used where none is named: DIVREC_WORKSPACE, else ``./workspace``."""
    return Path(os.environ.get("DIVREC_WORKSPACE", "workspace"))


@dataclass(frozen=True)
class Layout:
    """The places under ``folder``."""

    folder: Path

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.folder / "divrec.sqlite"

    @property
    def log(self) -> Path:
        """What workers said."""
        return self.folder / "worker.log"

    @property
    def scorer_log(self) -> Path:
        """What the scoring process said since it was last started."""
        return self.folder / "scorer.log"

    @property
    def lock(self) -> Path:
        """Locked by the one worker, and says who it is."""
        return self.folder / "worker.lock"

    @property
    def datasets(self) -> Path:
        """One folder per dataset."""
        return self.folder / "datasets"

    @property
    def runs(self) -> Path:
        """One folder per finished run."""
        return self.folder / "runs"

    @property
    def compressions(self) -> Path:
        """One folder of smaller versions per run that has them."""
        return self.folder / "compressions"

    @property
    def checkpoints(self) -> Path:
        """One folder per unfinished training."""
        return self.folder / "checkpoints"

    def tuning(self, tuning_id: str) -> Path:
        """The folder of a search."""
        return self.folder / "tunings" / _checked(tuning_id)

    def importances(self, tuning_id: str) -> Path:
        """The file that tells how much each searched setting matters."""
        return self.tuning(tuning_id) / "importances.json"

    @property
    def generations(self) -> Path:
        """One folder per finished generation."""
        return self.folder / "generations"

    def generation(self, generation_id: str) -> Path:
        """The folder of a generation. Raises UnknownIdError for what cannot be an id."""
        return self.generations / _checked(generation_id)

    def dataset(self, dataset_id: str) -> Path:
        """The folder of a dataset. Raises UnknownIdError for what cannot be an id."""
        return self.datasets / _checked(dataset_id)

    def run(self, run_id: str) -> Path:
        """The folder of a run. Raises UnknownIdError for what cannot be an id."""
        return self.runs / _checked(run_id)

    def compression(self, run_id: str) -> Path:
        """The folder of a run's smaller versions. Raises UnknownIdError for what cannot be an id."""
        return self.compressions / _checked(run_id)

    def checkpoint(self, run_id: str) -> Path:
        """The folder where an unfinished training saves its state."""
        return self.checkpoints / _checked(run_id)


def _checked(value: str) -> str:
    if not _ID.fullmatch(value):
        raise UnknownIdError(f"{value!r} is not an id of this workspace")
    return value
