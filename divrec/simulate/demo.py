"""The bundled demo shop: made by this project's own simulation, so what is true in it is known."""

from pathlib import Path
from typing import Final

import pandas as pd

from divrec import columns as c
from divrec.data.dataset import Dataset
from divrec.data.files import read_parquet
from divrec.data.kinds import EventWeights
from divrec.data.report import Report
from divrec.errors import ArtefactError

_FOLDER: Final = Path(__file__).parents[2] / "sample_data" / "demo"
_REMEDY: Final = "restore it from the repository, or run there: python -m sample_data.make_demo"


def load_demo() -> Dataset:
    """Read the demo shop: a year of views, carts and purchases of invented products by invented shoppers.

    ``sample_data/README.md`` tells what is true in it. Raises ArtefactError where the files are missing.
    """
    events, items, users = (_read(name) for name in ("events", "items", "users"))
    weights = EventWeights()
    events[c.WEIGHT] = events[c.EVENT].map({kind: weights.for_kind(kind) for kind in events[c.EVENT].unique()})
    return Dataset(events, items, users, Report(read=len(events)), name="demo")


def demo_pictures() -> Path:
    """Give the folder of the drawings that the catalogue's ``image`` names. Raises ArtefactError without it."""
    folder = _FOLDER / "pictures"
    if not folder.is_dir():
        raise ArtefactError(f"the demo shop's pictures are not in {folder}; {_REMEDY}")
    return folder


def _read(name: str) -> pd.DataFrame:
    path = _FOLDER / f"{name}.parquet"
    if not path.is_file():
        raise ArtefactError(f"the demo shop has no {path}; {_REMEDY}")
    return read_parquet(path)
