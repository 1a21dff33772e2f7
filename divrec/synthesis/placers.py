"""From what an item is to who would buy it: ways to give a new item weights over the items of the log.

Every way ends in weights W (n, I): how much having item i speaks for new item j. A history x (I,) scores new items by
x Wᵀ, so that any shopper, a new one too, is scored without retraining, and the weights say why.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from scipy import sparse
from scipy.sparse.linalg import svds
from torch import Tensor, nn

from divrec.data.settings import Settings, bounded
from divrec.models.adversary import gradient_penalty
from divrec.models.inputs import Floats
from divrec.models.training import repeatable

_SLOPE: Final = 0.2  # of the leaky rectifiers


@dataclass(frozen=True, kw_only=True)
class AdversarySettings(Settings):
    """Settings of the adversarial generator; how long it learns is said by who trains it."""

    behaviour_dim: int = bounded(128, 1, 4096)  # axes of the log that a behaviour vector has
    noise_dim: int = bounded(16, 1, 1024)
    hidden_dim: int = bounded(256, 1, 8192)
    steps: int  # of the generator
    critic_steps: int = bounded(2, 1, 100)  # for each of the generator
    batch: int = bounded(128, 1, 100_000)
    learning_rate: float = bounded(5e-4, 1e-7, 1.0)
    weight_decay: float = bounded(0.02, 0.0, 10.0)
    dropout: float = bounded(0.3, 0.0, 0.95)  # of what is said of an item
    penalty: float = bounded(10.0, 0.0, 1000.0)  # weight of the gradient penalty
    fit: float = bounded(10.0, 0.0, 1000.0)  # weight of the squared error beside the critic
    draws: int = bounded(4096, 1, 1_000_000)  # of the noise, for its mean
    seed: int = bounded(7, 0, 2**31 - 1)
    threads: int = bounded(1, 1, 256)


def ridge_map(known: Floats, regularisation: float) -> Floats:
    """Learn a map M (D, I) from content c (D,), its last entry 1, to weights: ridge regression from content to buyers.

    The fitted buyers of a new item are X w with w = (c − c̄)(AᵀA + λI)⁻¹Aᵀ + 1/I and A the centred content C (I, D) of
    the log's items: a weighted sum of their buyers X, so that X is not needed for learning.
    """
    centre = known.mean(axis=0, dtype=np.float64)
    centred = known - centre  # its last column is zero
    gram = centred.T @ centred + regularisation * np.eye(known.shape[1])
    mapped = np.linalg.solve(gram, centred.T)  # (D, I)
    mapped[-1] = 1 / len(known) - centre @ mapped
    return np.asarray(mapped, dtype=np.float32)


def adversary_map(known: Floats, histories: sparse.csr_matrix, settings: AdversarySettings) -> Floats:
    """Learn a map M (D, I) from content to weights with a conditional WGAN-GP that makes behaviour vectors of content.

    In the manner of GAR (Chen et al. 2022, "Generative Adversarial Framework for Cold-Start Item Recommendation") with
    the loss of Gulrajani et al. 2017. Histories X (U, I) ≈ U Σ Bᵀ; an item's behaviour is its row y of B Σ, and its
    weights are B Σ⁻¹ y. The generator is G(c, ε) = W c + N(ε): what an item is expected to be like is linear in what it
    is, so that a new one needs no network; the noise is what content does not tell.

        critic: D(c, G(c, ε)) − D(c, y) + λ (‖∇D‖ − 1)²          generator: −D(c, G(c, ε)) + φ ‖G(c, ε) − y‖²
    """
    axes, spread = _axes(histories, settings.behaviour_dim, settings.seed)
    behaviour = axes * spread  # (I, d)
    scale = float(np.sqrt((behaviour**2).sum(axis=1).mean())) or 1.0
    with repeatable(settings.seed, settings.threads):
        generator = _trained(torch.from_numpy(known), torch.from_numpy(behaviour / scale), settings)
        with torch.inference_mode():
            expected = generator.expected().numpy()  # (D, d)
    return np.asarray((expected * scale / spread) @ axes.T, dtype=np.float32)


def _axes(histories: sparse.csr_matrix, dimensions: int, seed: int) -> tuple[Floats, Floats]:
    """Give the log's leading axes B (I, d) and their singular values (d,), falling."""
    d = min(dimensions, min(histories.shape) - 1)
    start = np.random.default_rng(seed).standard_normal(min(histories.shape))
    _, spread, axes = svds(histories.astype(np.float64), k=d, v0=start, return_singular_vectors="vh")
    kept = spread > 1e-6 * spread.max()
    return axes[kept][::-1].T.astype(np.float32), spread[kept][::-1].astype(np.float32)


class _Generator(nn.Module):
    """Content (B, D) and fresh noise to behaviour (B, d)."""

    def __init__(self, content: int, behaviour: int, settings: AdversarySettings) -> None:
        super().__init__()
        self.noise, self.draws, width = settings.noise_dim, settings.draws, settings.hidden_dim
        self.drop = nn.Dropout(settings.dropout)
        self.straight = nn.Linear(content, behaviour, bias=False)  # W; the content's last entry is 1
        self.bent = nn.Sequential(nn.Linear(self.noise, width), nn.LeakyReLU(_SLOPE), nn.Linear(width, behaviour))  # N

    def forward(self, c: Tensor) -> Tensor:
        """Make one behaviour vector for each item."""
        made: Tensor = self.straight(self.drop(c)) + self.bent(torch.randn(len(c), self.noise))
        return made

    def expected(self) -> Tensor:
        """Give W (D, d) with the mean of N(ε) added to what the content's last entry brings."""
        found = self.straight.weight.T.clone()
        found[-1] += self.bent(torch.randn(self.draws, self.noise)).mean(dim=0)
        return found


def _trained(c: Tensor, y: Tensor, settings: AdversarySettings) -> _Generator:
    width = settings.hidden_dim
    generator = _Generator(c.shape[1], y.shape[1], settings)
    critic = nn.Sequential(nn.Linear(c.shape[1] + y.shape[1], width), nn.LeakyReLU(_SLOPE), nn.Linear(width, 1))
    making = torch.optim.AdamW(
        generator.parameters(), settings.learning_rate, betas=(0.5, 0.9), weight_decay=settings.weight_decay
    )
    judging = torch.optim.AdamW(critic.parameters(), settings.learning_rate, betas=(0.5, 0.9))
    random = np.random.default_rng(settings.seed)
    for _ in range(settings.steps):
        for _ in range(settings.critic_steps):
            rows = torch.from_numpy(random.integers(len(c), size=settings.batch))
            _step(judging, _critic_loss(critic, c[rows], y[rows], generator(c[rows]).detach(), settings.penalty))
        rows = torch.from_numpy(random.integers(len(c), size=settings.batch))
        made = generator(c[rows])
        error = (made - y[rows]).square().sum(dim=1).mean()
        _step(making, settings.fit * error - critic(torch.cat([c[rows], made], dim=1)).mean())
    return generator.eval()


def _critic_loss(critic: nn.Module, c: Tensor, real: Tensor, made: Tensor, penalty: float) -> Tensor:
    steepness = gradient_penalty(lambda between: critic(torch.cat([c, between], dim=1)), real, made)
    apart = critic(torch.cat([c, made], dim=1)).mean() - critic(torch.cat([c, real], dim=1)).mean()
    loss: Tensor = apart + penalty * steepness
    return loss


def _step(optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
    optimiser.zero_grad()
    torch.autograd.backward(loss)
    optimiser.step()
