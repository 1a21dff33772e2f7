"""What a generation in the background is asked for, readable without importing torch."""

from dataclasses import dataclass
from typing import Literal

from divrec.data.settings import bounded
from divrec.errors import InputError
from divrec.synthesis.settings import ColdStartSettings, ShopperSettings, refuse_with_privacy


@dataclass(frozen=True, kw_only=True)
class ShopperJobSettings(ShopperSettings):
    """Generating shoppers: with which autoencoder, trained on all shoppers but those who judge the result."""

    family: Literal["aae", "recvae", "multvae"] = "aae"
    preset: Literal["quick", "balanced"] = "quick"
    held_out: float = bounded(0.2, 0.05, 0.5)  # share of the shoppers whom the generator never sees
    epsilon: float = bounded(0.0, 0.0, 100.0)  # of differential privacy; 0: generate without
    delta: float = bounded(0.0, 0.0, 0.01)  # of differential privacy; 0: by the order of magnitude of the shop's size

    def __post_init__(self) -> None:
        """Refuse with privacy what reads the real shoppers once more."""
        super().__post_init__()
        if self.delta and not self.epsilon:
            raise InputError(f"δ = {self.delta:g} belongs to an ε; give one, such as epsilon=3")
        if not self.epsilon:
            return
        refuse_with_privacy(self)
        if self.family != "multvae":
            raise InputError(f"only multvae learns under differential privacy; found family {self.family!r}")


@dataclass(frozen=True, kw_only=True)
class ColdStartJobSettings(ColdStartSettings):
    """Learning what items of no log are like, ready to say who would get one."""

    shoppers: int = bounded(20_000, 2, 1_000_000)  # who are counted; of more, these are drawn by the seed
