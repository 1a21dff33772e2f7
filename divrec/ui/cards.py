"""What a product card shows: one table for all of them, in the reader's language."""

import math
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import pandas as pd

from divrec.columns import BRAND, CATEGORY, IMAGE, ITEM, PRICE
from divrec.ui import state
from divrec.ui.names import titles
from divrec.ui.pictures import picture
from divrec.ui.text import t


def card_table(
    items: pd.DataFrame,
    wanted: Iterable[str],
    pictures: Path,
    why: Mapping[str, str] | None = None,
    hosts: Collection[str] = (),
) -> pd.DataFrame:
    """Give ``title, brand, price, category, picture, why`` of ``wanted`` items, indexed by item_id, all ready to show.

    ``items`` is the catalogue, ``pictures`` the folder its file names speak of, ``hosts`` those whose pictures
    the browser may ask for; ``picture`` is a data URL, such an address, or None.
    Prices are the shop's own numbers: the log does not say in which currency.
    """
    found = items.set_index(ITEM).reindex(pd.Index(wanted, name=ITEM))
    reasons = why or {}
    drawn = [picture(name, pictures, hosts) for name in _column(found, IMAGE)]
    return pd.DataFrame(
        {
            "title": titles(found.reset_index()).tolist(),
            "brand": _worded(found, BRAND),
            "price": [_price(value) for value in pd.to_numeric(_column(found, PRICE), errors="coerce")],
            "category": categories(found),
            "picture": pd.Series(drawn, found.index, dtype=object),
            "why": [reasons.get(item, "") for item in found.index],
        },
        index=found.index,
    )


def categories(items: pd.DataFrame) -> list[str]:
    """Give each item's category in the reader's language."""
    none = t("card.no_category")
    return [category or none for category in _worded(items, CATEGORY)]


def _worded(table: pd.DataFrame, name: str) -> list[str]:
    """Give a column's texts; in Chinese from the column's ``_zh`` twin, where the shop has one."""
    plain = _text(table, name)
    twin = _text(table, f"{name}_zh") if state.language() == "zh" else plain
    return [own or other for own, other in zip(twin, plain, strict=True)]


def _column(table: pd.DataFrame, name: str) -> pd.Series:
    return table[name] if name in table else pd.Series(None, table.index, dtype=object)


def _text(table: pd.DataFrame, name: str) -> list[str]:
    return ["" if pd.isna(value) else str(value) for value in _column(table, name)]


def _price(number: float) -> str:
    return "" if math.isnan(number) else f"{number:,.2f}"
