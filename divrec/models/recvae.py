"""RecVAE: Mult-VAE with a stronger encoder, a composite prior and a KL weight per shopper (Shenbin et al. 2020).

    h₁ = LN(swish(W₁ · dropout(x / ‖x‖) + b₁)),  hₖ = LN(swish(Wₖ hₖ₋₁ + Σ hⱼ for j < k))   encoder, k = 2 … 5
    q(z|x) = N(μ(h₅), diag σ²(h₅)),  z = μ + σ ε
    p(z|x) = 3/20 N(0, I) + 3/4 q_old(z|x) + 1/10 N(0, e¹⁰ I)              composite prior
    encoder: −Σᵢ xᵢ log πᵢ + β(x) · (log q(z|x) − log p(z|x)),  β(x) = γ · |x|          π = softmax(W z + b)
    decoder: −Σᵢ xᵢ log πᵢ, without dropout

Encoder and decoder take their steps in turn; q_old is the encoder as it stood when the epoch began.
"""

import math
from collections.abc import Mapping
from copy import deepcopy
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from scipy import sparse
from torch import Tensor, nn
from torch.nn import functional

from divrec.models.bags import Embed, log_share
from divrec.models.inputs import popularity
from divrec.models.settings import RecVAESettings
from divrec.models.trained import Autoencoder, Lesson, Trained
from divrec.models.validation import Validation

_LINKED: Final = 4  # layers after the first
_SHARES: Final = (3 / 20, 3 / 4, 1 / 10)  # of N(0, I), of the old posterior, of the wide normal
_WIDE: Final = 10.0  # log variance of the wide normal

Normal = tuple[Tensor, Tensor]  # μ and log σ² (B, d)


class Encoder(nn.Module):
    """q(z|x): five layers, each fed by all before it."""

    def __init__(self, items: int, settings: RecVAESettings) -> None:
        super().__init__()
        hidden = settings.hidden_dim
        self.embed = Embed(items, hidden, settings.dropout)
        self.linked = nn.ModuleList(nn.Linear(hidden, hidden) for _ in range(_LINKED))
        self.norms = nn.ModuleList(nn.LayerNorm(hidden, eps=0.1) for _ in range(_LINKED + 1))
        self.mean = nn.Linear(hidden, settings.latent_dim)
        self.log_variance = nn.Linear(hidden, settings.latent_dim)

    def forward(self, histories: sparse.csr_matrix) -> Normal:
        """Give μ and log σ² (B, d) of histories (B, I)."""
        h = self.norms[0](functional.silu(self.embed(histories)))
        before = h
        for layer, norm in zip(self.linked, list(self.norms)[1:], strict=True):
            h = norm(functional.silu(layer(h) + before))
            before = before + h
        return self.mean(h), self.log_variance(h)


class Network(Autoencoder):
    """Encoder and decoder of RecVAE."""

    def __init__(self, items: int, settings: RecVAESettings) -> None:
        super().__init__()
        self.encoder = Encoder(items, settings)
        self.decode = nn.Linear(settings.latent_dim, items)
        nn.init.xavier_uniform_(self.decode.weight)

    def latent(self, histories: sparse.csr_matrix) -> Tensor:
        """Give μ (B, d) of each history (B, I)."""
        found: Tensor = self.encoder(histories)[0]
        return found


def drawn(normal: Normal) -> Tensor:
    """Draw z (B, d) from N(μ, σ²)."""
    mean, log_variance = normal
    return mean + torch.randn_like(mean) * torch.exp(log_variance / 2)


def log_density(z: Tensor, normal: Normal) -> Tensor:
    """Log density of each coordinate (B, d) of z under N(μ, σ²)."""
    mean, log_variance = normal
    return -0.5 * (math.log(2 * math.pi) + log_variance + (z - mean).square() * torch.exp(-log_variance))


def composite(z: Tensor, old: Normal) -> Tensor:
    """Log density of each coordinate (B, d) of z under the composite prior."""
    standard = torch.zeros(()), torch.zeros(())
    wide = torch.zeros(()), torch.full((), _WIDE)
    parts = [log_density(z, part) + math.log(share) for part, share in zip((standard, old, wide), _SHARES, strict=True)]
    return torch.logsumexp(torch.stack(parts), dim=0)


class RecVAE(Trained[RecVAESettings]):
    """Scores items by the decoder's logits at the mean of the user's latent vector."""

    family = "recvae"
    settings_type = RecVAESettings

    def _lesson(self, histories: sparse.csr_matrix, validation: Validation) -> "_Lesson":
        return _Lesson(histories, validation, self.settings)

    def _network(self, items: int) -> Network:
        return Network(items, self.settings)


class _Lesson(Lesson):
    """What RecVAE gives the training loop."""

    def __init__(self, histories: sparse.csr_matrix, validation: Validation, settings: RecVAESettings) -> None:
        super().__init__(histories, validation, settings)
        self.settings = settings
        coder = Network(histories.shape[1], settings)
        coder.decode.bias.data = log_share(popularity(self.histories), self.rows)
        self._coder, self._encoder, self._old = coder, coder.encoder, deepcopy(coder.encoder)
        self.network = nn.ModuleDict({"coder": coder, "old": self._old})  # all that a resume needs
        self.optimisers: Mapping[str, torch.optim.Optimizer] = {
            name: torch.optim.AdamW(
                part.parameters(), settings.learning_rate, weight_decay=settings.weight_decay, fused=True
            )
            for name, part in (("encoder", coder.encoder), ("decoder", coder.decode))
        }

    @property
    def coder(self) -> Network:
        """Encoder and decoder, without the encoder of the epoch before."""
        return self._coder

    def step(self, rows: npt.NDArray[np.int64], epoch: float) -> dict[str, float]:
        """Let the encoder and then the decoder learn from these users; give both losses and their parts."""
        if epoch == int(epoch):
            self._old.load_state_dict(self._encoder.state_dict())
        x = self.histories[rows]
        beta = self.settings.gamma * torch.from_numpy(np.diff(x.indptr).astype(np.float32))[:, None]
        with torch.no_grad():
            old = self._old.eval()(x)
        for _ in range(self.settings.encoder_steps):
            fit, kl, weighted_kl = self._encode(x, old, beta)
        decoded = self._decode(x)
        terms = {"loss": weighted_kl - fit, "log_likelihood": fit, "kl": kl, "decoder_loss": -decoded}
        return {name: float(value) for name, value in terms.items()}

    def _encode(self, x: sparse.csr_matrix, old: Normal, beta: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        posterior = self._encoder.train()(x)
        z = drawn(posterior)
        fit = self.likelihood(z, x)
        kl = log_density(z, posterior) - composite(z, old)  # (B, d)
        weighted_kl = (kl * beta).sum(dim=1).mean()
        self.optimisers["encoder"].zero_grad()
        # the decoder's own gradient, a third of the work, isn't wanted here
        torch.autograd.backward(weighted_kl - fit, inputs=list(self._encoder.parameters()))
        self.optimisers["encoder"].step()
        return fit.detach(), kl.detach().sum(dim=1).mean(), weighted_kl.detach()

    def _decode(self, x: sparse.csr_matrix) -> Tensor:
        with torch.no_grad():
            z = drawn(self._encoder.eval()(x))
        fit = self.likelihood(z, x)
        self.optimisers["decoder"].zero_grad()
        torch.autograd.backward(-fit)
        self.optimisers["decoder"].step()
        return fit.detach()
