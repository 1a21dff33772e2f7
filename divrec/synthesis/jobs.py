"""What a generation in the background is asked for, readable without importing torch."""

from dataclasses import dataclass
from typing import Literal

from divrec.data.settings import bounded
from divrec.synthesis.settings import ColdStartSettings, ShopperSettings


@dataclass(frozen=True, kw_only=True)
class ShopperJobSettings(ShopperSettings):
    """Generating shoppers: with which autoencoder, trained on all shoppers but those who judge the result."""

    family: Literal["aae", "recvae", "multvae"] = "aae"
    preset: Literal["quick", "balanced"] = "quick"
    held_out: float = bounded(0.2, 0.05, 0.5)  # share of the shoppers whom the generator never sees


@dataclass(frozen=True, kw_only=True)
class ColdStartJobSettings(ColdStartSettings):
    """Learning what items of no log are like, ready to say who would get one."""

    shoppers: int = bounded(20_000, 2, 1_000_000)  # who are counted; of more, these are drawn by the seed
