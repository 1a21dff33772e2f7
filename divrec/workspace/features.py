"""Item features that take the worker's time: vectors of texts and pictures, stored beside the shop they describe."""

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from divrec.columns import IMAGE, ITEM, TITLE
from divrec.data.features.pictures import colour_histograms, read_pixels
from divrec.data.files import check_manifest, read_parquet, seal, write_parquet
from divrec.data.likeness import blend, sentence_block, text_block

_FEWEST_PICTURES: Final = 50  # below them only colours are compared: too few to learn shapes from


def make_features(items: pd.DataFrame, pictures: Path, folder: Path) -> None:
    """Add what the catalogue allows of text and picture vectors to a shop's sealed folder, unless it is there."""
    if not _path(folder, "text").is_file() and TITLE in items and items[TITLE].notna().any():
        _store(folder, "text", described(items))
    if not _path(folder, "picture").is_file() and IMAGE in items:
        found = picture_block(items, pictures)
        if found is not None:
            _store(folder, "picture", found)


def described(items: pd.DataFrame) -> pd.DataFrame:
    """Describe items by their words, and where a sentence model is set by what they mean, half and half."""
    words, sentences = text_block(items), sentence_block(items)
    return words if sentences is None else blend({"words": words, "sentences": sentences})


def picture_block(items: pd.DataFrame, pictures: Path) -> pd.DataFrame | None:
    """Describe items by their pictures' shapes and colours, half and half; a zero row where there is no picture.

    None where no file of the folder ``pictures`` is a picture of an item.
    """
    names, pixels = read_pixels(items[IMAGE], pictures)
    if not names:
        return None
    colours = colour_histograms(pixels)
    parts = {"colour": pd.DataFrame(colours - colours.mean(axis=0), index=names)}
    if len(names) >= _FEWEST_PICTURES:
        from divrec.models.pictures import picture_codes  # noqa: PLC0415  # torch, only where there is work for it

        parts["shape"] = pd.DataFrame(picture_codes(pixels), index=names)
    of_picture = blend(parts)
    place = of_picture.index.get_indexer(pd.Index(items[IMAGE]))
    rows = np.where(place[:, None] >= 0, of_picture.to_numpy()[place], np.float32(0))
    return pd.DataFrame(rows, index=pd.Index(items[ITEM], name=ITEM), columns=of_picture.columns)


def read_features(folder: Path) -> dict[str, pd.DataFrame]:
    """Read the vectors that were made for a shop, by name: ``text``, ``picture``; those it has nothing for lack."""
    found = [name for name in ("text", "picture") if _path(folder, name).is_file()]
    check_manifest(folder, [_path(folder, name).name for name in found])
    return {name: read_parquet(_path(folder, name)) for name in found}


def _path(folder: Path, name: str) -> Path:
    return folder / f"features-{name}.parquet"


def _store(folder: Path, name: str, vectors: pd.DataFrame) -> None:
    write_parquet(_path(folder, name), vectors.set_axis([str(column) for column in vectors.columns], axis=1))
    seal(folder, [_path(folder, name).name])
