"""A space of contents and a map from it on disk: safetensors for arrays, JSON for words."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from divrec.data.features.text import TextSpace
from divrec.data.files import read_json, write_json
from divrec.errors import ArtefactError
from divrec.models.artefacts import ANY, read_arrays, write_arrays
from divrec.models.inputs import Floats
from divrec.synthesis.content import ContentSpace

_WORDS: Final = "content.json"
_ARRAYS: Final = "content.safetensors"


def write_space(folder: Path, space: ContentSpace, mapped: Floats) -> None:
    """Write a space and the map from it into an unsealed folder."""
    text = space.text
    words = {
        "chinese": text.chinese, "terms": list(text.terms), "labels": space.labels, "picture": space.picture,
    }  # fmt: skip
    write_json(folder / _WORDS, words)
    arrays: dict[str, npt.NDArray[Any]] = {"idf": text.idf, "axes": text.axes, "prices": space.prices, "map": mapped}
    write_arrays(folder / _ARRAYS, arrays)


def read_space(folder: Path, items: int) -> tuple[ContentSpace, Floats]:
    """Read what ``write_space`` wrote. Raises ArtefactError where shapes do not fit the words and ``items``."""
    words = read_json(folder / _WORDS)
    try:
        terms = {term: place for place, term in enumerate(words["terms"])}
        width = len(terms)
        shapes = {"idf": (width,), "axes": (ANY, width), "prices": (ANY,), "map": (ANY, items)}
        arrays = read_arrays(folder / _ARRAYS, shapes)
        text = TextSpace(bool(words["chinese"]), terms, arrays["idf"], arrays["axes"])
        labels = {name: list(known) for name, known in words["labels"].items()}
        space = ContentSpace(text, labels, arrays["prices"].astype(np.float64), int(words["picture"]))
    except (KeyError, TypeError, AttributeError) as error:
        raise ArtefactError(f"{folder / _WORDS} is not the description of a cold start: {error}") from error
    return space, arrays["map"]
