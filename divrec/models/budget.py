"""How much noise a promise of privacy costs: (ε, δ) shared out between training and the tables released beside it.

One record is one shopper with everything in their history; two shops are neighbours where one has a shopper more.
Poisson-subsampled Gaussian steps and plain Gaussian releases are composed by Rényi differential privacy (Mironov 2017;
Mironov, Talwar & Zhang 2019), as Opacus counts it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from divrec.data.settings import Settings, bounded
from divrec.errors import InputError

FEWEST: Final = 100  # shoppers to learn from: with fewer, noise is all that would be shared
Part = tuple[float, float, int]  # noise multiplier, share of the shoppers in a step, steps


@dataclass(frozen=True, kw_only=True)
class PrivateSettings(Settings):
    """How an autoencoder learns under differential privacy. Nothing here may be chosen by looking at the shop."""

    share: float = bounded(0.1, 1e-4, 1.0)  # q: how probably a shopper is in a step
    steps: int = bounded(200, 1, 100_000)
    norm: float = bounded(1.0, 1e-6, 1e6)  # C: what one shopper's gradient is clipped to
    learning_rate: float = bounded(0.02, 1e-7, 1.0)
    hidden_dim: int = bounded(64, 1, 8192)
    latent_dim: int = bounded(12, 1, 512)  # each weight of the decoder is noised: fewer carry more
    beta: float = bounded(0.02, 0.0, 10.0)  # weight of KL beside the mean log-likelihood of an item
    beside: float = bounded(0.3, 0.01, 0.9)  # the tables alone would spend this share of ε
    most_items: int = bounded(1000, 1, 100_000)  # that a generated shopper has
    seed: int = bounded(7, 0, 2**31 - 1)  # of the weights it begins with, which know nothing of the shop


@dataclass(frozen=True)
class Plan:
    """A budget and the noise that keeps to it.

    ``training`` and ``release`` are standard deviations of the noise in units of what one shopper can change; there are
    ``releases`` tables. ``spent`` is the ε that all of it costs, at most ``epsilon``.
    """

    epsilon: float
    delta: float
    training: float
    release: float
    releases: int
    spent: float


def default_delta(shoppers: int) -> float:
    """Give the power of ten below n^-1.1: it tells no more of a shop's size than its order of magnitude."""
    return float(10.0 ** -math.ceil(1.1 * math.log10(max(shoppers, 2))))


def epsilon_of(parts: list[Part], delta: float) -> float:
    """Give the ε at ``delta`` of steps done one after the other, each knowing the results of those before."""
    from opacus.accountants import RDPAccountant  # noqa: PLC0415  # brings in torch

    accountant = RDPAccountant()
    accountant.history = parts
    return float(accountant.get_epsilon(delta=delta))


def plan(epsilon: float, delta: float, releases: int, settings: PrivateSettings) -> Plan:
    """Find the least noise that keeps to (ε, δ): first for the tables, then, with what is left, for the training.

    Raises InputError for a budget that no amount of noise keeps to.
    """

    def tables(noise: float) -> list[Part]:
        return [(noise, 1.0, releases)]

    def whole(noise: float) -> list[Part]:
        return [*tables(release), (noise, settings.share, settings.steps)]

    release = _least(lambda noise: epsilon_of(tables(noise), delta), settings.beside * epsilon)
    training = _least(lambda noise: epsilon_of(whole(noise), delta), epsilon)
    return Plan(epsilon, delta, training, release, releases, epsilon_of(whole(training), delta))


def _least(spent: Callable[[float], float], allowed: float) -> float:
    """Find the least noise multiplier, to two thousandths, that spends no more than is allowed."""
    low, high = 0.2, 0.4
    while spent(high) > allowed:
        low, high = high, 2 * high
        if high > 1e5:
            raise InputError(f"no noise keeps to ε = {allowed:g}; ask for a larger ε or δ")
    while high / low > 1.002:
        middle = math.sqrt(low * high)
        low, high = (low, middle) if spent(middle) <= allowed else (middle, high)
    return high
