"""Smaller ways to store a model's arrays, each told by the names under which its parts are stored.

int8: each row of a matrix as whole numbers q from -127 to 127 and one scale s, w ≈ q s. Scales have twelve significant
bits, so that q s is exact and packing what was unpacked changes nothing. sparse: one bit per weight for whether it is
0, and the others as they are.

torch's own dynamic quantisation (``torch.ao.quantization``) is deprecated and keeps its weights pickled; here only what
is stored is small. A loaded model computes in float32, as fast as before.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

Packing = Literal["plain", "int8", "sparse"]
Arrays = dict[str, npt.NDArray[Any]]

_SHORTEST: Final = 8  # numbers in a row from which a scale of its own pays
_LARGEST: Final = 127
_BITS: Final = 12  # significant, of a scale


def pack(arrays: Mapping[str, npt.NDArray[Any]], packing: Packing) -> Arrays:
    """Give the arrays as they are stored; what does not get smaller stays as it is."""
    packed: Arrays = {}
    for name, array in arrays.items():
        matrix = array.ndim == 2 and array.dtype == np.float32 and array.shape[1] >= _SHORTEST
        if matrix and packing == "int8":
            packed |= _rounded(name, array)
        elif matrix and packing == "sparse" and np.count_nonzero(array) < array.size / 2:
            packed |= _marked(name, array)
        else:
            packed[name] = array
    return packed


def unpack(packed: Mapping[str, npt.NDArray[Any]]) -> Arrays:
    """Give the arrays that ``pack`` took, as float32. Raises KeyError or ValueError where parts do not fit."""
    arrays: Arrays = {}
    for key, part in packed.items():
        name, _, role = key.partition("#")
        if not role:
            arrays[name] = part
        elif role == "int8":
            arrays[name] = part.astype(np.float32) * packed[f"{name}#scale"][:, None]
        elif role == "marks":
            arrays[name] = _filled(part, packed[f"{name}#kept"], packed[f"{name}#shape"])
    return arrays


def packing_of(packed: Mapping[str, npt.NDArray[Any]]) -> Packing:
    """Tell how stored arrays were packed."""
    roles = {key.partition("#")[2] for key in packed}
    return "int8" if "int8" in roles else "sparse" if "marks" in roles else "plain"


def _rounded(name: str, array: npt.NDArray[np.float32]) -> Arrays:
    scale = _coarse(np.abs(array).max(axis=1, initial=0) / np.float32(_LARGEST))
    steps = np.rint(array / np.where(scale > 0, scale, 1)[:, None])
    return {f"{name}#int8": steps.astype(np.int8), f"{name}#scale": scale}


def _coarse(scale: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Round scales up to ``_BITS`` significant bits."""
    mantissa, exponent = np.frexp(scale)
    steps = np.float32(2**_BITS)
    return np.asarray(np.ldexp(np.ceil(mantissa * steps) / steps, exponent), dtype=np.float32)


def _marked(name: str, array: npt.NDArray[np.float32]) -> Arrays:
    kept = array != 0
    return {
        f"{name}#marks": np.packbits(kept), f"{name}#kept": array[kept],
        f"{name}#shape": np.array(array.shape, dtype=np.int64),
    }  # fmt: skip


def _filled(marks: npt.NDArray[Any], kept: npt.NDArray[Any], shape: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    rows, columns = (int(side) for side in shape)
    array = np.zeros((rows, columns), dtype=np.float32)
    array[np.unpackbits(marks, count=rows * columns).reshape(rows, columns).astype(bool)] = kept
    return array
