"""What a generation of items in the background is asked for, readable without importing torch."""

from dataclasses import dataclass
from typing import Final, Literal

from divrec.data.settings import bounded
from divrec.synthesis.itemsettings import ItemSettings

LONGER: Final = {"quick": 1, "balanced": 3}  # times the epochs that are enough for most catalogues


@dataclass(frozen=True, kw_only=True)
class ItemJobSettings(ItemSettings):
    """Generating items, learned from all items but those that the result is judged by."""

    preset: Literal["quick", "balanced"] = "quick"
    held_out: float = bounded(0.2, 0.05, 0.5)  # share of the items that the generator never sees
