"""How shoppers are generated: the only home of the defaults, readable without importing torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from divrec.data.settings import Settings, bounded
from divrec.errors import InputError
from divrec.models.settings import TrainingSettings

Prior = Literal["gmm", "wgan"]


@dataclass(frozen=True, kw_only=True)
class ShopperSettings(Settings):
    """How many shoppers, of which kind, and how far from the real ones they may be."""

    n: int = bounded(1000, 1, 1_000_000)
    prior: Prior = "gmm"  # what is fitted to the places of the real shoppers
    mix: Mapping[str, float] = field(default_factory=dict)  # group → share; empty: as among the real ones
    temperature: float = bounded(1.0, 0.05, 5.0)  # below 1 the likeliest items only, above 1 more surprising ones
    adventurous: float = bounded(0.0, 0.0, 1.0)  # 1: half-way to a shopper of another kind
    stretch: float = bounded(0.0, -2.0, 2.0)  # how far beyond the real ones along the chief latent axis; 1: twice
    seed: int = bounded(7, 0, 2**31 - 1)


def refuse_with_privacy(settings: ShopperSettings) -> None:
    """Raise InputError for what reads the real shoppers once more than differential privacy has paid for."""
    if settings.mix or settings.adventurous or settings.stretch or settings.prior != "gmm":
        raise InputError(
            "with differential privacy shoppers are drawn all together: groups, adventure, stretch and WGAN-GP read "
            "the real shoppers once more; leave them out, or generate without ε"
        )


@dataclass(frozen=True, kw_only=True)
class MixtureSettings(Settings):
    """The Gaussian mixture on the places."""

    dimensions: int = bounded(32, 1, 1024)  # of the PCA that the mixture is fitted in; the rest is drawn from residuals
    users_per_component: int = bounded(100, 2, 100_000)  # a full covariance needs many shoppers
    most_components: int = bounded(20, 1, 500)
    ridge: float = bounded(1e-3, 0.0, 1.0)  # added to every variance, in units of the places' own


@dataclass(frozen=True, kw_only=True)
class WganSettings(TrainingSettings):
    """The latent WGAN-GP (Gulrajani et al. 2017)."""

    epochs: int = bounded(150, 1, 10_000)
    patience: int = bounded(150, 1, 10_000)
    batch: int = bounded(128, 2, 100_000)
    learning_rate: float = bounded(2e-4, 1e-7, 1.0)
    width: int = bounded(256, 1, 4096)  # of both networks' hidden layers
    noise: int = bounded(32, 1, 4096)  # dimensions of what the generator starts from
    critic_steps: int = bounded(5, 1, 100)  # for each step of the generator
    penalty: float = bounded(10.0, 0.0, 1000.0)  # λ of the gradient penalty


@dataclass(frozen=True, kw_only=True)
class FilterSettings(Settings):
    """Which generated rows are kept: those as far from the real ones as these are from each other."""

    low: float = bounded(0.01, 0.0, 0.5)  # quantile of the real-to-real nearest distance below which a row is a copy
    high: float = bounded(0.99, 0.5, 1.0)  # quantile above which it is an outlier
    compared_with: int = bounded(20_000, 2, 1_000_000)  # real rows that are looked at
    rounds: int = bounded(6, 1, 100)  # how often what was dropped is drawn again


@dataclass(frozen=True, kw_only=True)
class ColdStartSettings(Settings):
    """Settings of cold start."""

    hidden: float = bounded(0.2, 0.01, 0.9)  # share of the items that the methods are judged on
    regularisation: float = bounded(30.0, 1e-3, 1e6)  # λ of the ridge regression, in items
    steps: int = bounded(600, 1, 1_000_000)  # that the adversarial generator is trained for
    seed: int = bounded(7, 0, 2**31 - 1)
