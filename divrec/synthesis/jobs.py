"""What a generation in the background is asked for, readable without importing torch."""

from dataclasses import dataclass
from typing import Literal

from divrec.data.settings import bounded
from divrec.synthesis.settings import ShopperSettings


@dataclass(frozen=True, kw_only=True)
class ShopperJobSettings(ShopperSettings):
    """Generating shoppers: with which autoencoder, trained on all shoppers but those who judge the result."""

    family: Literal["aae", "recvae", "multvae"] = "aae"
    preset: Literal["quick", "balanced"] = "quick"
    held_out: float = bounded(0.2, 0.05, 0.5)  # share of the shoppers whom the generator never sees
