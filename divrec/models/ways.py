"""Which ways of making a trained model smaller make sense for which family; readable without importing torch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from divrec.data.settings import bounded
from divrec.models.settings import TrainingSettings

Way = Literal["int8", "pruned", "distilled"]

_NETWORK: Final[tuple[Way, ...]] = ("int8", "pruned", "distilled")

# popularity, own frequency and shopper neighbours hold next to nothing but the histories
WAYS: Final[Mapping[str, tuple[Way, ...]]] = {
    **dict.fromkeys(("multvae", "recvae", "aae", "sasrec", "twotower"), _NETWORK),
    **dict.fromkeys(("ease", "itemknn"), ("int8", "pruned")),
    **dict.fromkeys(("ials", "gfcf", "content", "cfgan", "blend"), ("int8",)),
}


@dataclass(frozen=True, kw_only=True)
class CompressionSettings(TrainingSettings):
    """Settings of making a trained model smaller; those of training are for fine-tuning and for the smaller network."""

    kept: float = bounded(0.2, 0.01, 0.95)  # share of each layer's weights that pruning keeps, the largest
    neighbours: int = bounded(100, 1, 10_000)  # weights that an item keeps where items weigh items, the largest
    width: float = bounded(0.25, 0.01, 1.0)  # of the smaller network's layers, as a share of the larger one's
    teacher: float = bounded(0.7, 0.0, 1.0)  # how much the larger network's answers count beside the log
    temperature: float = bounded(2.0, 0.1, 100.0)  # by which both networks' scores are divided before they are compared
    epochs: int = bounded(60, 1, 10_000)
    patience: int = bounded(5, 1, 10_000)
    learning_rate: float = bounded(1e-3, 1e-7, 1.0)
