"""What the map's elements send to the browser and hear from it: points as bytes once, everything else as small JSON."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

KINDS: Final = 28  # classes told apart by colour and symbol: 7 colours × 4 symbols; further ones are grey
GRADES: Final = 254  # steps of the sequential palette
NO_LOOK: Final = 255  # the palette's place for what has no class, or no value

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Colour:
    """One way to colour points: ``looks`` (N,) are places in the palette, ``labels`` or ``ticks`` name them."""

    kind: Literal["classes", "grades"]
    looks: Bytes
    labels: Sequence[str] = ()  # of classes, the largest first
    ticks: Sequence[str] = ()  # of grades: what the two ends of the scale are
    others: str = ""  # what NO_LOOK means, where some point has it


def classes(values: pd.Series, others: str) -> Colour:
    """Colour by class, the largest first; what is beyond telling apart, or has no class, is one grey rest."""
    kinds = values.astype("string")
    named = kinds.value_counts().index[:KINDS].tolist()
    looks = pd.Index(named).get_indexer(pd.Index(kinds)).astype(np.int64)
    found = np.where(looks < 0, NO_LOOK, looks).astype(np.uint8)
    return Colour("classes", found, labels=named, others=others if (found == NO_LOOK).any() else "")


def grades(values: pd.Series, missing: str) -> Colour:
    """Colour on a logarithmic scale up to the 99.5th percentile: popularity and prices are skewed."""
    number = pd.to_numeric(values, errors="coerce").to_numpy(np.float64)
    known = np.isfinite(number) & (number >= 0)
    low, high = (np.quantile(number[known], [0, 0.995])) if known.any() else (0.0, 0.0)
    reach = np.log1p(high) - np.log1p(low)
    scaled = (np.log1p(np.where(known, number, low)) - np.log1p(low)) / (reach if reach > 0 else 1)
    looks = np.where(known, np.clip(np.rint(scaled * GRADES), 0, GRADES), NO_LOOK).astype(np.uint8)
    ticks = [f"{end:,.0f}" for end in (low, high)]
    return Colour("grades", looks, ticks=ticks, others="" if known.all() else missing)


def packed(layout: npt.NDArray[np.float32], titles: Sequence[str], colours: Mapping[str, Colour], space: str) -> bytes:
    """Put points (N, 2 or 3) with their titles and colours into one run of bytes: a JSON head, then the arrays.

    The layout is scaled into the cube [-1, 1]³: a flat one side by side, a solid one as a whole. ``space`` names what
    is shown, so that the browser keeps its view while only the layout of the same space changes.
    """
    dims = layout.shape[1]
    parts = {"places": _cube(layout).tobytes(), "titles": "\n".join(map(_one_line, titles)).encode()}
    parts |= {f"look-{name}": colour.looks.tobytes() for name, colour in colours.items()}
    ends = np.cumsum([0, *map(len, parts.values())]).tolist()
    at = {name: [ends[place], ends[place + 1]] for place, name in enumerate(parts)}
    shown = {
        name: {"type": colour.kind, "labels": list(colour.labels), "ticks": list(colour.ticks),
               "others": colour.others, "at": at[f"look-{name}"]}
        for name, colour in colours.items()
    }  # fmt: skip
    body = b"".join(parts.values())
    head = {"dims": dims, "space": f"{space}{dims}", "places": at["places"], "titles": at["titles"], "colours": shown}
    head["version"] = hashlib.sha256(json.dumps(head).encode() + body).hexdigest()[:16]
    text = json.dumps(head).encode()
    return len(text).to_bytes(4, "little") + text + body


def version_of(points: bytes) -> str:
    """Read the version that ``packed`` gave."""
    size = int.from_bytes(points[:4], "little")
    return str(json.loads(points[4 : 4 + size])["version"])


def rows_of(bits: object, count: int) -> npt.NDArray[np.int64]:
    """Read the rows that a loop took, of ``count``; nothing where the message is not what the map sends."""
    try:
        read = np.frombuffer(base64.b64decode(bits if isinstance(bits, str) else "", validate=True), dtype=np.uint8)
    except (binascii.Error, ValueError):
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(np.unpackbits(read, bitorder="little")[:count])


def layer(mark: Literal["ring", "diamond", "star"], name: str, rows: npt.ArrayLike) -> dict[str, Any]:
    """Give one small set of points laid over the map; rows below 0 are not on it."""
    at = np.asarray(rows, dtype=np.int64)
    return {"mark": mark, "name": name, "rows": at[at >= 0].tolist()}


def _cube(layout: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    places = np.zeros((len(layout), 3), dtype=np.float32)
    low, high = layout.min(axis=0), layout.max(axis=0)
    reach = np.maximum(high - low, 1e-9)
    if layout.shape[1] == 3:
        reach = np.full(3, reach.max())
    places[:, : layout.shape[1]] = (layout - (low + high) / 2) / (reach / 2)
    return places


def _one_line(title: str) -> str:
    return " ".join(str(title).split())
