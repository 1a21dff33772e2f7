"""The settings of every family: the only home of their defaults, readable without importing torch."""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, Literal

from divrec.data.settings import TRY_ALL, Search, Settings, bounded
from divrec.errors import InputError

Weighting = Literal["binary", "log"]
Order = Literal["order"]  # an item counts by its place in time
Watched = Literal["ndcg", "hidden_log_likelihood", "nothing"]


@dataclass(frozen=True, kw_only=True)
class PopularitySettings(Settings):
    """Popularity has nothing to set."""


@dataclass(frozen=True, kw_only=True)
class FrequencySettings(Settings):
    """Purchase frequency has nothing to set."""


@dataclass(frozen=True, kw_only=True)
class EASESettings(Settings):
    """Settings of EASE."""

    regularisation: float = bounded(500.0, 0.01, 1e6, Search(10, 10_000))  # λ, in users: added to each item's count
    tune: bool = False  # choose λ on validation users instead; after fit, ``regularisation`` is what was chosen
    dense_items: int = bounded(25_000, 1, 100_000)  # B is exact up to so many items (then 2.5 GB), and sparse beyond
    neighbours: int = bounded(100, 1, 10_000)  # items that each column of a sparse B draws on
    weighting: Weighting = field(default="binary", metadata=TRY_ALL)  # an item counts 1, or log(1 + summed weight)


@dataclass(frozen=True, kw_only=True)
class GFCFSettings(Settings):
    """Settings of GF-CF."""

    components: int = bounded(256, 1, 4096, Search(32, 512))  # singular vectors of the low-pass part
    # α: weight of the low-pass part beside one step over the graph
    low_pass: float = bounded(0.1, 0.0, 1000.0, Search(0.01, 2.0))
    weighting: Weighting = field(default="binary", metadata=TRY_ALL)


@dataclass(frozen=True, kw_only=True)
class TrainingSettings(Settings):
    """Settings of the epoch loop, shared by every family that is trained by gradient steps."""

    seed: int = bounded(7, 0, 2**31 - 1)
    epochs: int = bounded(100, 1, 10_000)  # at most; early stopping usually ends sooner
    patience: int = bounded(10, 1, 10_000)  # epochs without a better validation value before stopping
    batch: int = bounded(250, 1, 100_000)  # users per step
    learning_rate: float = bounded(1e-3, 1e-7, 1.0, Search(2e-4, 5e-3))
    weight_decay: float = bounded(0.0, 0.0, 10.0)  # decoupled (AdamW), per unit of learning rate
    validation_n: int = bounded(50, 1, 1000)  # list length of the validation NDCG; at 10 it is mostly noise
    threads: int = bounded(1, 1, 256)  # two torch threads on a busy two-core machine were 20-40 times slower than one
    checkpoint_seconds: float = bounded(20.0, 0.0, 86_400.0)  # work that a killed run can lose


@dataclass(frozen=True, kw_only=True)
class AutoencoderSettings(TrainingSettings):
    """Settings that every autoencoder has."""

    weighting: Weighting = field(default="binary", metadata=TRY_ALL)  # an item counts 1, or log(1 + summed weight)
    hidden_dim: int = bounded(600, 1, 8192, Search(100, 800))
    latent_dim: int = bounded(200, 1, 4096, Search(32, 300))
    dropout: float = bounded(0.5, 0.0, 0.95, Search(0.2, 0.8, log=False))  # share of a history hidden in training
    full_softmax: int = bounded(25_000, 1, 10_000_000)  # items up to which the softmax sums over all in each step
    negatives: int = bounded(1000, 1, 1_000_000)  # beyond: items drawn beside those of the batch, for all of it
    # the validation value that stops; hidden items' likelihood also sees a model becoming too sure of what it knows
    stop_by: Watched = "ndcg"  # nothing: learn from everything for all epochs
    refit: bool = False  # train once more on everything, held-out items too, for as many epochs as were best


@dataclass(frozen=True, kw_only=True)
class FederatedSettings(AutoencoderSettings):
    """Settings of autoencoders that can learn in places whose shoppers never meet (federated averaging)."""

    parts: int = bounded(1, 1, 10_000)  # places of equal size, shoppers spread at random; 1: all learn together
    local_epochs: int = bounded(5, 1, 1000)  # of each place between two averages, where there are several


@dataclass(frozen=True, kw_only=True)
class MultVAESettings(FederatedSettings):
    """Settings of Mult-VAE."""

    decoder_dim: int = bounded(0, 0, 8192)  # 0: linear, items and shoppers in one space; 600: the paper's mirror
    beta: float = bounded(1.0, 0.0, 10.0, Search(0.1, 2.0))  # weight of KL after annealing
    anneal_epochs: int = bounded(20, 0, 10_000)  # epochs over which beta grows from 0 to its cap


@dataclass(frozen=True, kw_only=True)
class RecVAESettings(AutoencoderSettings):
    """Settings of RecVAE."""

    gamma: float = bounded(0.005, 0.0, 10.0, Search(1e-3, 0.03))  # β = γ · |history|: weight of KL per item
    encoder_steps: int = bounded(1, 1, 100)  # of the encoder for one of the decoder; the paper's 3 overfit small shops


@dataclass(frozen=True, kw_only=True)
class AAESettings(FederatedSettings):
    """Settings of the adversarial autoencoder."""

    adversary: float = bounded(1.0, 0.0, 1000.0, Search(0.05, 20.0))  # weight of −log D(z) beside the log-likelihood
    discriminator_dim: int = bounded(100, 1, 4096)


@dataclass(frozen=True, kw_only=True)
class CFGANSettings(AutoencoderSettings):
    """Settings of CFGAN; the defaults are those its authors give for ML-100K, in this project's epochs and batches."""

    by: Literal["users", "items"] = "users"  # whose purchase vectors are generated; the authors' best is by items
    epochs: int = bounded(240, 1, 10_000)
    batch: int = bounded(64, 1, 100_000)
    learning_rate: float = bounded(1e-4, 1e-7, 1.0)
    hidden_dim: int = bounded(400, 1, 8192)
    latent_dim: int = bounded(125, 1, 4096)  # of the discriminator's hidden layer
    dropout: float = bounded(0.0, 0.0, 0.95)
    generator_steps: int = bounded(4, 1, 100)  # passes over a batch, in halves, for each batch
    discriminator_steps: int = bounded(2, 1, 100)
    shrink: float = bounded(1e-3, 0.0, 10.0)  # weight of ½‖W‖² of the generator
    zero_share: float = bounded(0.7, 0.0, 1.0)  # of what is not in a history: drawn to be reconstructed as 0, and shown
    zero_weight: float = bounded(0.03, 0.0, 100.0)  # weight of that reconstruction
    fold_in: float = bounded(10.0, 1e-6, 1e6)  # ridge by which a shopper is placed, by items


@dataclass(frozen=True, kw_only=True)
class SASRecSettings(AutoencoderSettings):
    """Settings of SASRec with gSASRec's loss."""

    weighting: Order = "order"  # type: ignore[assignment]  # a sequence has nothing else to choose from
    hidden_dim: int = bounded(128, 1, 8192)  # inside a block's feed-forward part
    latent_dim: int = bounded(64, 1, 4096)  # a multiple of heads
    dropout: float = bounded(0.3, 0.0, 0.95)
    batch: int = bounded(128, 1, 100_000)
    blocks: int = bounded(2, 1, 24)
    heads: int = bounded(1, 1, 64)
    length: int = bounded(50, 1, 1000)  # latest items of a history that are looked at
    negatives: int = bounded(256, 1, 100_000)  # drawn for a shopper; at most the other items
    calibration: float = bounded(0.75, 0.0, 1.0)  # t: 0 plain cross-entropy, 1 as sure as if no item were left out

    def __post_init__(self) -> None:
        """Refuse a width that cannot be shared out to the heads."""
        super().__post_init__()
        if self.latent_dim % self.heads:
            raise InputError(
                f"SASRecSettings: latent_dim must be a multiple of heads, found {self.latent_dim} and {self.heads}"
            )


@dataclass(frozen=True, kw_only=True)
class TwoTowerSettings(AutoencoderSettings):
    """Settings of the two towers."""

    hidden_dim: int = bounded(300, 1, 8192)
    latent_dim: int = bounded(100, 1, 4096)
    diversity_weight: float = bounded(0.3, 0.0, 1000.0)  # λ: nats of relevance per unit of ILD
    soft_n: int = bounded(50, 2, 1000)  # items of the soft top list


@dataclass(frozen=True, kw_only=True)
class ItemKNNSettings(Settings):
    """Settings of item-kNN."""

    neighbours: int = bounded(200, 1, 100_000, Search(20, 1000))  # kept per item; fewer make lists more alike
    shrinkage: float = bounded(10.0, 0.0, 1e6, Search(0.5, 200.0))  # in shoppers: few in common are trusted less
    # p: a shopper's items count 1 / lengthᵖ; ½ where a few buy most
    length_power: float = bounded(0.0, 0.0, 4.0, Search(0.0, 1.0, log=False))
    # an item is scored by the share of its own neighbours, by likeness, that the history holds
    normalised: bool = False
    weighting: Weighting = field(default="binary", metadata=TRY_ALL)


@dataclass(frozen=True, kw_only=True)
class UserKNNSettings(Settings):
    """Settings of user-kNN."""

    neighbours: int = bounded(200, 1, 100_000, Search(20, 1000))  # nearest shoppers whose histories are summed
    shrinkage: float = bounded(10.0, 0.0, 1e6, Search(0.5, 200.0))  # in items: short histories are trusted less
    weighting: Weighting = field(default="binary", metadata=TRY_ALL)


@dataclass(frozen=True, kw_only=True)
class IALSSettings(Settings):
    """Settings of iALS."""

    factors: int = bounded(64, 1, 2048, Search(16, 256))
    regularisation: float = bounded(50.0, 1e-6, 1e6, Search(1.0, 500.0))  # λ: pulls factors to 0
    alpha: float = bounded(5.0, 1e-6, 1e6, Search(0.5, 50.0))  # how much more an item of the history counts
    iterations: int = bounded(15, 1, 1000)
    weighting: Weighting = field(default="binary", metadata=TRY_ALL)
    seed: int = bounded(7, 0, 2**31 - 1)
    threads: int = bounded(1, 1, 256)


@dataclass(frozen=True, kw_only=True)
class BiasedMFSettings(Settings):
    """Settings of biased matrix factorisation."""

    factors: int = bounded(32, 1, 512)
    regularisation: float = bounded(0.15, 1e-6, 1e6)  # λ per rating: pulls factors to 0
    bias_regularisation: float = bounded(3.0, 0.0, 1e6)  # in ratings at the mean, added to each shopper's and item's
    iterations: int = bounded(15, 1, 1000)
    seed: int = bounded(7, 0, 2**31 - 1)


@dataclass(frozen=True, kw_only=True)
class ContentSettings(Settings):
    """Settings of content: how much each block of the catalogue counts, relative to the others."""

    category: float = bounded(1.0, 0.0, 1000.0, Search(0.0, 2.0, log=False))
    brand: float = bounded(0.5, 0.0, 1000.0, Search(0.0, 2.0, log=False))
    price: float = bounded(0.25, 0.0, 1000.0, Search(0.0, 2.0, log=False))
    text: float = bounded(1.0, 0.0, 1000.0, Search(0.0, 2.0, log=False))
    weighting: Weighting = field(default="binary", metadata=TRY_ALL)


@dataclass(frozen=True, kw_only=True)
class BlendSettings(Settings):
    """Settings of a blend: its members by family, each with settings of its own, and how their weights are learned."""

    members: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: {"ease": {}, "recvae": {}})
    weights_n: int = bounded(20, 1, 1000)  # list length of the NDCG that the weights are chosen by
    refit: bool = False  # train members with epochs once more, held-out items too; the others always do
    seed: int = bounded(7, 0, 2**31 - 1)  # of the users and items that are held out to learn the weights


@dataclass(frozen=True, kw_only=True)
class TuningSettings(Settings):
    """Settings of a search."""

    trials: int = bounded(20, 1, 1000)
    startup: int = bounded(6, 1, 100)  # trials drawn at random before the sampler learns from them
    warmup_epochs: int = bounded(5, 1, 1000)  # no trial is given up before
    n: int = bounded(50, 1, 1000)  # list length of the NDCG that decides
    seed: int = bounded(7, 0, 2**31 - 1)


def searched(settings: type[Settings]) -> dict[str, Field[Any]]:
    """Give the fields that tuning searches, by name. Raises InputError where a family has none."""
    found = {entry.name: entry for entry in fields(settings) if entry.metadata.get("search") is not None}
    if not found:
        raise InputError(f"{settings.__name__} has nothing to search; tune another family, or the members of a blend")
    return found
