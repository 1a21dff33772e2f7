"""Generated rows as a catalogue that can be read like any other: ids, titles, the mark, the real ones nearby."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.columns import BRAND, CATEGORY, ITEM, SUBCATEGORY, TITLE, TITLE_ZH

GENERATED: Final = "generated"  # the column that marks generated rows
GUIDES: Final = ("nearest_1", "nearest_2", "nearest_3")  # titles of real items


def as_catalogue(
    items: pd.DataFrame, found: pd.DataFrame, near: npt.NDArray[np.intp], seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the catalogue of ``found`` rows and ``item_id, nearest_1, …``, the ids of the real ones nearby.

    ``near`` (n, k) are rows of the real ``items``; their titles stand in the catalogue, as a guide to what the
    generated item is. Its own title is made of its brand and category, and is nobody's.
    """
    ids = pd.Series([f"i{seed}-{number:06d}" for number in range(len(found))], dtype="str")
    catalogue, guides = _worded(items, found), pd.DataFrame({ITEM: ids})
    catalogue.insert(0, ITEM, ids)
    for place, name in enumerate(GUIDES[: near.shape[1]]):
        real = items.iloc[near[:, place]]
        guides[name] = real[ITEM].to_numpy()
        catalogue[name] = real[TITLE if TITLE in items else ITEM].astype("str").to_numpy()
    return catalogue, guides


def _worded(items: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Add a working title, the mark, and the words of the other language where the catalogue has them."""
    said = {name: _translated(items, found, name) for name in map(str, found) if f"{name}_zh" in items}
    leaf = SUBCATEGORY if SUBCATEGORY in found else CATEGORY
    naming = [name for name in (BRAND, leaf) if name in found]
    columns = {TITLE: _joined([found[name] for name in naming], found.index)}
    if twins := [said[name] for name in naming if name in said]:
        columns[TITLE_ZH] = _joined(twins, found.index)
    for name in map(str, found):
        columns[name] = found[name]
        if name in said:
            columns[f"{name}_zh"] = said[name]
    return pd.DataFrame(columns).assign(**{GENERATED: True})


def _translated(items: pd.DataFrame, found: pd.DataFrame, name: str) -> pd.Series:
    twin = f"{name}_zh"
    words = items[[name, twin]].dropna().drop_duplicates(name).set_index(name)[twin]
    return found[name].map(words).astype("str")


def _joined(words: list[pd.Series], index: pd.Index) -> pd.Series:
    title = pd.Series("", index=index, dtype="str")
    for part in words:
        title = title + " " + part.fillna("")
    return title.str.strip()
