"""What counts as alike in a stored shop: a ready choice by its name, or a blend of parts with a weight for each.

A likeness is one short text, as links, scenarios and files keep it: ``both``, or ``behaviour:60,price:40``.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Protocol

import pandas as pd

from divrec.columns import BRAND, CATEGORY, PRICE
from divrec.data.dataset import Dataset
from divrec.data.likeness import blend, brand_block, category_block, price_block
from divrec.errors import InputError

BEHAVIOUR: Final = "behaviour"
READY: Final = "vectors"  # made elsewhere, uploaded with the shop
MADE: Final = ("text", "picture")  # by the worker, beside the shop
BLOCKS: Final[Mapping[str, tuple[str, Callable[[pd.DataFrame], pd.DataFrame]]]] = MappingProxyType(
    {"category": (CATEGORY, category_block), "brand": (BRAND, brand_block), "price": (PRICE, price_block)}
)
PARTS: Final = (BEHAVIOUR, *BLOCKS, *MADE, READY)
CHOICES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    BEHAVIOUR: (BEHAVIOUR,),
    "category": ("category",),
    "both": (BEHAVIOUR, "category"),
    "brand": ("brand",),
    "price": ("price",),
    "vectors": (READY,),
    "text": ("text",),
    "picture": ("picture",),
    "look": ("picture", "category"),
})  # fmt: skip
MOST: Final = 100  # the greatest weight of a part

Blocks = Mapping[str, pd.DataFrame]


class Source(Protocol):
    """What stored tables are asked of: a workspace, or what keeps its answers in memory."""

    def dataset(self, dataset_id: str, /) -> Dataset:
        """Give a stored shop."""

    def item_features(self, dataset_id: str, /) -> dict[str, pd.DataFrame]:
        """Give item vectors of ``text`` and ``picture``, those that the shop has."""

    def item_vectors(self, run_id: str, /) -> pd.DataFrame:
        """Give a run's item vectors."""


def weights_of(alike: str) -> dict[str, int]:
    """Read a likeness: the weight of each part that has one, 1 to 100.

    Raises InputError for a text that is neither a choice's name nor parts with whole weights.
    """
    if alike in CHOICES:
        return dict.fromkeys(CHOICES[alike], MOST // len(CHOICES[alike]))
    found: dict[str, int] = {}
    for part in alike.split(","):
        name, _, weight = part.partition(":")
        if name not in PARTS or name in found or not weight.isdecimal() or not 0 < int(weight) <= MOST:
            raise InputError(
                f"a likeness is one of {', '.join(CHOICES)}, or parts with weights from 1 to {MOST} such as "
                f"behaviour:60,price:40; found {alike!r}"
            )
        found[name] = int(weight)
    return found


def written(weights: Mapping[str, int]) -> str:
    """Write a likeness so that equal ones are equal texts: a choice's name where it is one; weights of 0 are left out.

    Raises InputError where nothing has a weight.
    """
    chosen = {part: weights[part] for part in PARTS if weights.get(part)}
    if not chosen:
        raise InputError("every part has weight 0; give at least one a weight above 0")
    if len(set(chosen.values())) == 1:
        for name, parts in CHOICES.items():
            if set(parts) == set(chosen):
                return name
    return ",".join(f"{part}:{weight}" for part, weight in chosen.items())


def lacking(shop: Dataset, made: Blocks) -> dict[str, str]:
    """Say of each part that cannot tell this shop's items apart why: ``absent`` or, where all are the same, ``equal``.

    ``made`` are the shop's ``item_features``.
    """
    found = {}
    for part, (column, _) in BLOCKS.items():
        different = shop.items[column].nunique() if column in shop.items else 0
        if different < 2:  # one value tells nothing apart
            found[part] = "equal" if different else "absent"
    found |= dict.fromkeys(set(MADE) - set(made), "absent")
    return found if shop.vectors is not None else {**found, READY: "absent"}


def part_vectors(source: Source, dataset_id: str, run_id: str, part: str) -> pd.DataFrame:
    """Give the item vectors of one part. Raises InputError where the shop does not have it."""
    if part == BEHAVIOUR:
        return source.item_vectors(run_id)
    shop = source.dataset(dataset_id)
    if part in BLOCKS and BLOCKS[part][0] in shop.items:
        return BLOCKS[part][1](shop.items)
    if part == READY and shop.vectors is not None:
        return shop.vectors
    made = source.item_features(dataset_id)
    if part not in made:
        raise InputError(f"this shop has no {part} to compare its items by; choose another likeness")
    return made[part]


def likeness_vectors(source: Source, dataset_id: str, run_id: str, alike: str) -> pd.DataFrame:
    """Give the item vectors of a likeness, for re-ranking and measures alike. Raises InputError for a part that lacks.

    Behaviour alone is the model's own vectors as they are.
    """
    weights = weights_of(alike)
    if list(weights) == [BEHAVIOUR]:
        return source.item_vectors(run_id)
    return blend({part: part_vectors(source, dataset_id, run_id, part) for part in weights}, weights)
