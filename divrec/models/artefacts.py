"""The parts of a stored model: safetensors for arrays, Parquet for ids, JSON for the rest; nothing unpickled."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file
from scipy import sparse

from divrec.columns import ITEM, USER
from divrec.data.files import read_parquet, write_json, write_parquet
from divrec.errors import ArtefactError
from divrec.models.packing import Packing, pack, packing_of, unpack
from divrec.models.registry import DESCRIPTION

WEIGHTS: Final = "weights.safetensors"
ANY: Final = -1  # a side of an array that settings and catalogue do not decide
_HISTORIES: Final = "histories.safetensors"
_FORMAT: Final = 1


def write_description(folder: Path, family: str, settings: Mapping[str, Any]) -> None:
    """Write what kind of model this is, and its settings."""
    write_json(folder / DESCRIPTION, {"format": _FORMAT, "family": family, "settings": dict(settings)})


def write_ids(folder: Path, item_ids: pd.Index, user_ids: pd.Index) -> None:
    """Write the ids in the order of columns and rows."""
    write_parquet(folder / "items.parquet", pd.DataFrame({ITEM: item_ids}))
    write_parquet(folder / "users.parquet", pd.DataFrame({USER: user_ids}))


def read_ids(folder: Path) -> tuple[pd.Index, pd.Index]:
    """Read the item ids and the user ids."""
    items, users = read_parquet(folder / "items.parquet"), read_parquet(folder / "users.parquet")
    if ITEM not in items or USER not in users:
        raise ArtefactError(f"{folder} needs {ITEM} in items.parquet and {USER} in users.parquet; save the model again")
    return pd.Index(items[ITEM], name=ITEM), pd.Index(users[USER], name=USER)


def write_histories(folder: Path, histories: sparse.csr_matrix) -> None:
    """Write histories (U, I)."""
    parts = {"indptr": histories.indptr, "indices": histories.indices, "data": histories.data}
    kinds = {"indptr": np.int64, "indices": np.int32, "data": np.float32}
    write_arrays(folder / _HISTORIES, {name: part.astype(kinds[name]) for name, part in parts.items()})


def read_histories(folder: Path, shape: tuple[int, int]) -> sparse.csr_matrix:
    """Read histories (U, I). Raises ArtefactError where they do not fit ``shape``."""
    path = folder / _HISTORIES
    parts = read_arrays(path)
    try:
        matrix = sparse.csr_matrix((parts["data"], parts["indices"], parts["indptr"]), shape=shape)
        matrix.check_format(full_check=True)
    except (KeyError, ValueError) as error:
        raise ArtefactError(f"{path} holds no histories of {shape[0]} users × {shape[1]} items: {error}") from error
    return matrix


def write_weights(path: Path, arrays: Mapping[str, npt.NDArray[Any]], packing: Packing) -> None:
    """Write what a model learned, stored as ``packing`` says."""
    write_arrays(path, pack(arrays, packing))


def read_weights(
    path: Path, shapes: Mapping[str, tuple[int, ...]] | None = None
) -> tuple[dict[str, npt.NDArray[Any]], Packing]:
    """Read what a model learned, and how it is stored; ``shapes`` are those of the unpacked arrays."""
    packed = read_arrays(path)
    try:
        arrays = unpack(packed)
    except (KeyError, ValueError) as error:
        raise ArtefactError(f"{path} holds packed weights whose parts do not fit: {error}; save it again") from error
    _check_shapes(path, arrays, shapes)
    return arrays, packing_of(packed)


def write_arrays(path: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write named arrays as safetensors; the folder around them is made atomic by the caller."""
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, path)


def read_arrays(path: Path, shapes: Mapping[str, tuple[int, ...]] | None = None) -> dict[str, npt.NDArray[Any]]:
    """Read named arrays; with ``shapes``, raise ArtefactError where names or shapes differ from those."""
    try:
        arrays: dict[str, npt.NDArray[Any]] = load_file(path)
    except (OSError, SafetensorError) as error:
        raise ArtefactError(f"{path} cannot be read as safetensors: {error}") from error
    _check_shapes(path, arrays, shapes)
    return arrays


def _check_shapes(
    path: Path, arrays: Mapping[str, npt.NDArray[Any]], shapes: Mapping[str, tuple[int, ...]] | None
) -> None:
    found = {name: array.shape for name, array in arrays.items()}
    wrong = [] if shapes is None else [n for n in {*found, *shapes} if not _fits(found.get(n), shapes.get(n))]
    if shapes is not None and wrong:
        name = min(wrong)
        raise ArtefactError(
            f"{path} does not fit the model's settings: {name} should be {shapes.get(name, 'absent')}, "
            f"found {found.get(name, 'nothing')}; save the model again"
        )


def _fits(found: tuple[int, ...] | None, expected: tuple[int, ...] | None) -> bool:
    if found is None or expected is None:
        return False
    return len(found) == len(expected) and all(want in (ANY, side) for side, want in zip(found, expected, strict=True))
