"""What counts as alike: behaviour, text, category, brand, price, or a weighted blend; always a plain table of vectors.

A block is a table of floats indexed by ``item_id``. Blending scales each block's rows to length 1, multiplies them by
the root of its weight and sets them side by side, so that the blend's cosine is the weighted mean of their cosines.
Re-ranking, measures and maps all take the result like any other item vectors.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.columns import BRAND, CATEGORY, DESCRIPTION, ITEM, PRICE, SUBCATEGORY, TITLE
from divrec.data.features.sentences import sentence_vectors
from divrec.data.features.text import tf_idf
from divrec.data.vectors import check_vectors, unit_rows
from divrec.errors import InputError


@dataclass(frozen=True)
class BlockSettings:
    """How blocks are made from a catalogue."""

    label_dimensions: int = 256  # a column with more distinct labels gets seeded random codes of this length
    text_dimensions: int = 128
    seed: int = 7


BLOCK_SETTINGS: Final = BlockSettings()


def blend(blocks: Mapping[str, pd.DataFrame], weights: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Blend blocks into one table of item vectors, float32 unit rows indexed by ``item_id``.

    ``weights`` (equal where not given) count relative to each other; a block of weight 0 or without one plays no part.
    Items come in the order of the blocks. One that a block lacks, or knows only as a zero row, is judged on its other
    parts: two such items by the weighted mean of what both have. An item with no part at all is 0.5 similar to all.

    Raises InputError for a weight that is negative or names no block, or if nothing is left to blend.
    """
    shares = _shares(blocks, weights)
    for name in shares:
        check_vectors(blocks[name])
    ids = pd.Index(np.concatenate([blocks[name].index.to_numpy() for name in shares])).unique()
    columns = [f"{name}.{column}" for name in shares for column in blocks[name].columns]
    rows, known = np.zeros((len(ids), len(columns)), dtype=np.float32), np.zeros(len(ids))
    start = 0
    for name, share in shares.items():
        block, unit = blocks[name], unit_rows(blocks[name].to_numpy(dtype=np.float32))
        stop = start + unit.shape[1]
        at = slice(None) if block.index.equals(ids) else ids.get_indexer(block.index)
        rows[at, start:stop] = unit * np.float32(np.sqrt(share))
        known[at] += share * unit.any(axis=1)
        start = stop
    rows /= np.sqrt(np.where(known > 0, known, 1), dtype=np.float32)[:, None]  # their length, from what each has
    return pd.DataFrame(rows, index=ids.rename(ITEM), columns=columns)


def catalogue_blocks(items: pd.DataFrame, settings: BlockSettings = BLOCK_SETTINGS) -> dict[str, pd.DataFrame]:
    """Make every block that the catalogue's columns allow: of category, brand, price, text."""
    builders: dict[str, tuple[str, Callable[[pd.DataFrame, BlockSettings], pd.DataFrame]]] = {
        "category": (CATEGORY, category_block),
        "brand": (BRAND, brand_block),
        "price": (PRICE, price_block),
        "text": (TITLE, text_block),
    }
    return {
        name: build(items, settings)
        for name, (column, build) in builders.items()
        if column in items and items[column].notna().any()
    }


def category_block(items: pd.DataFrame, settings: BlockSettings = BLOCK_SETTINGS) -> pd.DataFrame:
    """Cosine 1 for the same subcategory, 0.5 for the same category only, else 0; without subcategories 1 or 0."""
    blocks = {"category": _labels(items, CATEGORY, settings)}
    if SUBCATEGORY in items and items[SUBCATEGORY].notna().any():
        inside = items[CATEGORY].astype("string").str.cat(items[SUBCATEGORY].astype("string"), sep="\0")
        blocks["subcategory"] = _labels(items.assign(**{SUBCATEGORY: inside}), SUBCATEGORY, settings)
    return blend(blocks)


def brand_block(items: pd.DataFrame, settings: BlockSettings = BLOCK_SETTINGS) -> pd.DataFrame:
    """Cosine 1 for the same brand, 0 for another."""
    return _labels(items, BRAND, settings)


def price_block(items: pd.DataFrame, settings: BlockSettings = BLOCK_SETTINGS) -> pd.DataFrame:  # noqa: ARG001
    """Set items on a half circle by the quantile of their price: cosine 1 at equal prices, -1 from cheapest to dearest.

    Quantiles, so that a step from 1 to 2 counts as much as one from 100 to 200 where the shop sells as many of either.
    A price that is missing or not above 0 has no place.
    """
    price = pd.to_numeric(_column(items, PRICE), errors="coerce")
    price = price.where(price > 0)
    known = int(price.notna().sum())
    angle = np.pi * ((price.rank() - 1) / max(known - 1, 1)).to_numpy(np.float64)
    rows = np.nan_to_num(np.column_stack([np.cos(angle), np.sin(angle)]))
    return _table(rows, items)


def text_block(items: pd.DataFrame, settings: BlockSettings = BLOCK_SETTINGS) -> pd.DataFrame:
    """Project TF-IDF of titles and descriptions (see ``features.text``) by SVD; without a term the row is zero."""
    from sklearn.decomposition import TruncatedSVD  # noqa: PLC0415  # heavy; kept out of the web process

    frequencies = tf_idf(item_texts(items))
    if not frequencies.shape[1]:
        return _table(np.zeros((len(items), 1)), items)
    dimensions = min(settings.text_dimensions, *(side - 1 for side in frequencies.shape))
    if dimensions < 1:
        return _table(frequencies.toarray(), items)
    return _table(TruncatedSVD(dimensions, random_state=settings.seed).fit_transform(frequencies), items)


def sentence_block(items: pd.DataFrame) -> pd.DataFrame | None:
    """Embed titles and descriptions by the sentence model that is set (``features.sentences``); None without one."""
    found = sentence_vectors(item_texts(items))
    return None if found is None else _table(found, items)


def item_texts(items: pd.DataFrame) -> pd.Series:
    """Give title and description of each item as one text, empty where there is neither."""
    text = _column(items, TITLE).astype("string").fillna("")
    if DESCRIPTION in items:
        text = text + " " + items[DESCRIPTION].astype("string").fillna("")
    return text


def _labels(items: pd.DataFrame, column: str, settings: BlockSettings) -> pd.DataFrame:
    """One-hot rows of a column; seeded random unit codes (cosine 0 ± 0.06 between labels) where there are very many."""
    codes, labels = pd.factorize(_column(items, column), sort=True)
    count = len(labels)
    if count <= settings.label_dimensions:
        table = np.eye(max(count, 1), dtype=np.float32)
    else:
        signs = np.random.default_rng(settings.seed).integers(0, 2, (count, settings.label_dimensions))
        table = ((2 * signs - 1) / np.sqrt(settings.label_dimensions)).astype(np.float32)
    return _table(np.where(codes[:, None] >= 0, table[codes], 0), items)


def _shares(blocks: Mapping[str, pd.DataFrame], weights: Mapping[str, float] | None) -> dict[str, float]:
    """Weights of the blocks that take part, adding up to 1."""
    chosen = dict.fromkeys(blocks, 1.0) if weights is None else dict(weights)
    for name, weight in chosen.items():
        if name not in blocks:
            raise InputError(f"there is no block {name!r} to weigh; there are {', '.join(blocks) or 'none'}")
        if not 0 <= weight < np.inf:
            raise InputError(f"the weight of {name} is {weight}; weights are 0 or above")
    total = sum(chosen.values())
    if total <= 0:
        raise InputError("every block has weight 0; give at least one a weight above 0")
    return {name: chosen[name] / total for name in blocks if chosen.get(name, 0) > 0}


def _column(items: pd.DataFrame, column: str) -> pd.Series:
    if column not in items or ITEM not in items:
        raise InputError(
            f"likeness by {column} needs the columns {ITEM} and {column}; found {', '.join(items.columns)}"
        )
    return items[column]


def _table(rows: npt.NDArray[np.floating], items: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(rows.astype(np.float32), index=pd.Index(items[ITEM], name=ITEM))
