"""Mult-VAE: a variational autoencoder with a multinomial likelihood (Liang et al. 2018).

    h = tanh(W₁ · dropout(x / ‖x‖) + b₁)              encoder; x: one user's history (I)
    q(z|x) = N(μ(h), diag σ²(h)),  z = μ + σ ε         latent vector of the user
    π = softmax(W₂ z + b₂)                             decoder
    loss = −Σᵢ xᵢ log πᵢ + β · KL(q(z|x) ‖ N(0, I))    β grows from 0 to its cap (KL annealing)

Where ``decoder_dim`` is 0 the decoder is linear, so that items (rows of W₂) and users (μ) live in one space; the
paper's mirrored decoder is ``decoder_dim=600``. The histories stay sparse: W₁ x is a sum of embeddings.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import torch
from scipy import sparse
from torch import Tensor, nn

from divrec.models.bags import Embed, log_share
from divrec.models.inputs import popularity
from divrec.models.settings import MultVAESettings
from divrec.models.trained import Autoencoder, Lesson, Trained
from divrec.models.validation import Validation


class Network(Autoencoder):
    """Encoder and decoder of Mult-VAE."""

    def __init__(self, items: int, settings: MultVAESettings) -> None:
        super().__init__()
        hidden, latent, mirror = settings.hidden_dim, settings.latent_dim, settings.decoder_dim
        self.embed = Embed(items, hidden, settings.dropout)  # W₁, b₁
        self.mean = nn.Linear(hidden, latent)  # μ
        self.log_variance = nn.Linear(hidden, latent)  # log σ²
        self.before = nn.Sequential(nn.Linear(latent, mirror), nn.Tanh()) if mirror else nn.Identity()
        self.decode = nn.Linear(mirror or latent, items)  # W₂, b₂
        for weight in self.parameters():
            nn.init.xavier_uniform_(weight) if weight.ndim == 2 else nn.init.zeros_(weight)

    def posterior(self, histories: sparse.csr_matrix) -> tuple[Tensor, Tensor]:
        """Give μ and log σ² (B, d) of histories (B, I)."""
        h = torch.tanh(self.embed(histories))  # (B, hidden)
        return self.mean(h), self.log_variance(h)

    def latent(self, histories: sparse.csr_matrix) -> Tensor:
        """Give μ (B, d) of each history (B, I)."""
        return self.posterior(histories)[0]

    def features(self, latent: Tensor) -> Tensor:
        """Give what the decoder's last layer sees (B, decoder_dim or d)."""
        found: Tensor = self.before(latent)
        return found

    def drawn(self, histories: sparse.csr_matrix) -> tuple[Tensor, Tensor, Tensor]:
        """Give what the last layer sees (B, D), μ and log σ² (B, d); z is drawn in training and is μ otherwise."""
        mean, log_variance = self.posterior(histories)
        z = mean + torch.randn_like(mean) * torch.exp(log_variance / 2) if self.training else mean
        return self.features(z), mean, log_variance

    def forward(self, histories: sparse.csr_matrix) -> tuple[Tensor, Tensor, Tensor]:
        """Give logits (B, I), μ and log σ² (B, d)."""
        features, mean, log_variance = self.drawn(histories)
        return self.decode(features), mean, log_variance


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Mean over the batch of KL(N(μ, σ²) ‖ N(0, I)), from (B, d)."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(dim=1).mean()


class MultVAE(Trained[MultVAESettings]):
    """Scores items by the decoder's logits at the mean of the user's latent vector."""

    family = "multvae"
    settings_type = MultVAESettings

    def _lesson(self, histories: sparse.csr_matrix, validation: Validation) -> "_Lesson":
        return _Lesson(histories, validation, self.settings)

    def _network(self, items: int) -> Network:
        return Network(items, self.settings)


class _Lesson(Lesson):
    """What Mult-VAE gives the training loop."""

    def __init__(self, histories: sparse.csr_matrix, validation: Validation, settings: MultVAESettings) -> None:
        super().__init__(histories, validation, settings)
        self.settings = settings
        self.network: Network = Network(histories.shape[1], settings)
        # starting at log popularity saves the epochs that would only learn it
        self.network.decode.bias.data = log_share(popularity(self.histories), self.rows)
        self.optimiser = torch.optim.AdamW(
            self.network.parameters(), settings.learning_rate, weight_decay=settings.weight_decay, fused=True
        )
        self.optimisers: Mapping[str, torch.optim.Optimizer] = {"adam": self.optimiser}

    def step(self, rows: npt.NDArray[np.int64], epoch: float) -> dict[str, float]:
        """Take one step on these users; give log-likelihood, KL, β and the loss."""
        self.network.train()
        x = self.histories[rows]
        features, mean, log_variance = self.network.drawn(x)
        fit, kl = self.likelihood(features, x), divergence(mean, log_variance)
        beta = self.settings.beta * min(1.0, epoch / max(self.settings.anneal_epochs, 1e-9))
        loss = -fit + beta * kl
        self.optimiser.zero_grad()
        torch.autograd.backward(loss)
        self.optimiser.step()
        return {"loss": loss.item(), "log_likelihood": fit.item(), "kl": kl.item(), "beta": beta}
