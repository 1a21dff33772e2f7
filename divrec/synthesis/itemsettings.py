"""How items are generated: the only home of the defaults, readable without importing torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from divrec.data.settings import Settings, bounded
from divrec.models.settings import TrainingSettings

ItemModel = Literal["vae", "gan"]


@dataclass(frozen=True, kw_only=True)
class ItemSettings(Settings):
    """How many items, of which categories, and how daring they may be."""

    n: int = bounded(500, 1, 200_000)
    model: ItemModel = "vae"
    mix: Mapping[str, float] = field(default_factory=dict)  # category → share; empty: as in the catalogue
    temperature: float = bounded(1.0, 0.05, 5.0)  # below 1 the likeliest rows only, above 1 more surprising ones
    seed: int = bounded(7, 0, 2**31 - 1)


@dataclass(frozen=True, kw_only=True)
class TableSettings(Settings):
    """How a catalogue becomes rows to learn from."""

    most_labels: int = bounded(1000, 1, 10_000)  # of a column, the commonest; the rarer ones share one level
    most_modes: int = bounded(10, 1, 100)  # of a column of numbers
    vector_dimensions: int = bounded(16, 1, 512)  # that are kept of text, and of picture
    seed: int = bounded(7, 0, 2**31 - 1)


@dataclass(frozen=True, kw_only=True)
class ItemNetworkSettings(TrainingSettings):
    """What both generators of items have."""

    epochs: int = bounded(40, 1, 10_000)
    patience: int = bounded(10_000, 1, 10_000)  # nothing is held out that could stop it
    batch: int = bounded(250, 2, 100_000)
    learning_rate: float = bounded(5e-3, 1e-7, 1.0)
    hidden_dim: int = bounded(128, 1, 8192)
    latent_dim: int = bounded(16, 1, 1024)  # of the code, or of the noise
    epoch_rows: int = bounded(1500, 1, 1_000_000)  # drawn in an epoch at least, so that a small catalogue is learned
    smoothing: float = bounded(1.0, 1e-6, 1000.0)  # rows of the parent's average that each counted table begins with


@dataclass(frozen=True, kw_only=True)
class ItemVAESettings(ItemNetworkSettings):
    """The conditional VAE over item rows."""

    beta: float = bounded(1.0, 0.0, 100.0)  # weight of KL


@dataclass(frozen=True, kw_only=True)
class ItemGANSettings(ItemNetworkSettings):
    """The conditional WGAN-GP over item rows."""

    learning_rate: float = bounded(1e-3, 1e-7, 1.0)
    critic_dim: int = bounded(256, 1, 8192)
    critic_steps: int = bounded(2, 1, 100)  # for each step of the generator
    penalty: float = bounded(10.0, 0.0, 1000.0)  # λ of the gradient penalty
    softness: float = bounded(0.3, 0.01, 10.0)  # temperature of the Gumbel softmax that the critic sees
    fit: float = bounded(1.0, 0.0, 1000.0)  # weight of −log p(real row | ε, c) beside the critic
