"""A pool of candidates as a folder; its arrays are mapped into memory on load, not read."""

import os
from pathlib import Path

import numpy as np
import pandas as pd

from divrec.columns import ITEM, USER
from divrec.data.candidates import Candidates
from divrec.data.files import atomic_folder, check_manifest, read_parquet, write_parquet
from divrec.errors import ArtefactError

_FILES = ["items.npy", "scores.npy", "users.parquet", "item_ids.parquet"]


def save_candidates(pool: Candidates, folder: str | os.PathLike[str]) -> None:
    """Write the pool to ``folder``; what stood there before is replaced only once the new one is on disk."""
    with atomic_folder(folder) as temporary:
        np.save(temporary / "items.npy", pool.items, allow_pickle=False)
        np.save(temporary / "scores.npy", pool.scores, allow_pickle=False)
        write_parquet(temporary / "users.parquet", pd.DataFrame({USER: pool.users}))
        write_parquet(temporary / "item_ids.parquet", pd.DataFrame({ITEM: pool.item_ids}))


def load_candidates(folder: str | os.PathLike[str]) -> Candidates:
    """Read what ``save_candidates`` wrote. Raises ArtefactError where a file is missing, damaged or of another type."""
    root = Path(folder)
    check_manifest(root, _FILES)
    try:
        items = np.load(root / "items.npy", mmap_mode="r", allow_pickle=False)
        scores = np.load(root / "scores.npy", mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise ArtefactError(f"{root} does not hold the arrays of a pool: {error}") from error
    users = pd.Index(read_parquet(root / "users.parquet")[USER], name=USER)
    item_ids = pd.Index(read_parquet(root / "item_ids.parquet")[ITEM], name=ITEM)
    if items.dtype != np.int32 or scores.dtype != np.float32 or items.max(initial=-1) >= len(item_ids):
        raise ArtefactError(f"{root} holds {items.dtype} items and {scores.dtype} scores for {len(item_ids)} ids; "
                            "a pool has int32 positions of its ids and float32 scores; make it again")  # fmt: skip
    return Candidates(users, item_ids, items, scores)
