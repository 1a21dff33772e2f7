"""Mult-VAE: a variational autoencoder with a multinomial likelihood (Liang et al. 2018).

    h = tanh(W₁ · dropout(x / ‖x‖) + b₁)              encoder; x: one user's history (I)
    q(z|x) = N(μ(h), diag σ²(h)),  z = μ + σ ε         latent vector of the user
    π = softmax(W₂ z + b₂)                             decoder
    loss = −Σᵢ xᵢ log πᵢ + β · KL(q(z|x) ‖ N(0, I))    β grows from 0 to its cap (KL annealing)

Where ``decoder_dim`` is 0 the decoder is linear, so that items (rows of W₂) and users (μ) live in one space; the
paper's mirrored decoder is ``decoder_dim=600``. The histories stay sparse: W₁ x is a sum of embeddings.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from scipy import sparse
from torch import Tensor, nn
from torch.nn import functional

from divrec.models.base import Arrays, Given, Recommender
from divrec.models.inputs import Floats, popularity, weighted
from divrec.models.item_space import response_vectors
from divrec.models.settings import MultVAESettings
from divrec.models.training import repeatable, train
from divrec.models.validation import Validation

_MOST_USERS: Final = 20_000  # whose latents are looked at to scale the item vectors


class Network(nn.Module):
    """Encoder and decoder of Mult-VAE."""

    def __init__(self, items: int, settings: MultVAESettings) -> None:
        super().__init__()
        hidden, latent, mirror = settings.hidden_dim, settings.latent_dim, settings.decoder_dim
        self.dropout = settings.dropout
        self.embed = nn.EmbeddingBag(items, hidden, mode="sum", include_last_offset=True)  # W₁
        self.bias = nn.Parameter(torch.zeros(hidden))  # b₁
        self.mean = nn.Linear(hidden, latent)  # μ
        self.log_variance = nn.Linear(hidden, latent)  # log σ²
        self.before = nn.Sequential(nn.Linear(latent, mirror), nn.Tanh()) if mirror else nn.Identity()
        self.decode = nn.Linear(mirror or latent, items)  # W₂, b₂
        for weight in self.parameters():
            nn.init.xavier_uniform_(weight) if weight.ndim == 2 else nn.init.zeros_(weight)

    def encode(self, histories: sparse.csr_matrix) -> tuple[Tensor, Tensor]:
        """Give μ and log σ² (B, d) of histories (B, I)."""
        items, values, offsets = _tensors(histories)
        values = functional.dropout(_unit(values, offsets), self.dropout, self.training)
        h = torch.tanh(self.embed(items, offsets, per_sample_weights=values) + self.bias)  # (B, hidden)
        return self.mean(h), self.log_variance(h)

    def forward(self, histories: sparse.csr_matrix) -> tuple[Tensor, Tensor, Tensor]:
        """Give logits (B, I), μ and log σ² (B, d); z is drawn in training and is μ otherwise."""
        mean, log_variance = self.encode(histories)
        z = mean + torch.randn_like(mean) * torch.exp(log_variance / 2) if self.training else mean
        return self.decode(self.before(z)), mean, log_variance


def log_likelihood(logits: Tensor, histories: sparse.csr_matrix) -> Tensor:
    """Mean over the batch of Σᵢ xᵢ log πᵢ, from logits (B, I)."""
    items, values, offsets = _tensors(histories)
    rows = torch.repeat_interleave(offsets.diff())
    chosen = (logits[rows, items] * values).sum()
    total = torch.zeros(len(logits)).index_add_(0, rows, values)  # Σᵢ xᵢ per user
    return (chosen - (torch.logsumexp(logits, dim=1) * total).sum()) / len(logits)


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Mean over the batch of KL(N(μ, σ²) ‖ N(0, I)), from (B, d)."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(dim=1).mean()


class MultVAE(Recommender[MultVAESettings]):
    """Scores items by the decoder's logits at the mean of the user's latent vector."""

    family = "multvae"
    settings_type = MultVAESettings
    scores_newcomers = True

    def _learn(self, given: Given) -> None:
        settings = self.settings
        if given.valid is None:
            histories, validation = Validation.hold_out(given.histories, given.dataset, settings.seed)
            origin = {"data": given.dataset.fingerprint}
        else:
            histories = given.histories
            validation = Validation.from_dataset(given.valid, given.dataset.item_ids)
            origin = {"data": given.dataset.fingerprint, "valid": given.valid.fingerprint}
        with repeatable(settings.seed, settings.threads):
            learner = _Learner(weighted(histories, settings.weighting), validation, settings)
            train(learner, settings, given.progress, given.checkpoint, origin)
        self._network = learner.network.eval()

    def encode(self, histories: sparse.csr_matrix) -> Floats:
        """Give the mean latent vector (U, d) of each history (U, I)."""
        liked = weighted(self._checked(histories), self.settings.weighting)
        with torch.inference_mode():
            return np.asarray(self._network.encode(liked)[0].numpy())

    def _score(self, histories: sparse.csr_matrix) -> Floats:
        return _logits(self._network, weighted(histories, self.settings.weighting))

    def _vectorise(self) -> Floats:
        """Take the decoder's weights W₂, seen through how its inputs vary over the users of the training."""
        known = weighted(self.histories[:_MOST_USERS], self.settings.weighting)
        with torch.inference_mode():
            features = self._network.before(self._network.encode(known)[0]).numpy()  # (U, decoder_dim or d)
        return response_vectors(self._network.decode.weight.detach().numpy(), features)

    def _weights(self) -> Arrays:
        return {name: value.numpy() for name, value in self._network.state_dict().items()}

    def _restore(self, weights: Arrays) -> None:
        network = Network(weights["decode.bias"].shape[0], self.settings)
        network.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
        self._network = network.eval()

    def _shapes(self, items: int) -> dict[str, tuple[int, ...]]:
        with torch.device("meta"):
            network = Network(items, self.settings)
        return {name: tuple(value.shape) for name, value in network.state_dict().items()}


class _Learner:
    """What Mult-VAE gives the training loop."""

    def __init__(self, histories: sparse.csr_matrix, validation: Validation, settings: MultVAESettings) -> None:
        self.histories = histories[np.diff(histories.indptr) > 0]  # an empty history teaches nothing
        self.validation, self.settings = validation, settings
        self.rows, self.watched = self.histories.shape[0], settings.stop_by
        self.network = Network(histories.shape[1], settings)
        # starting at log popularity saves the epochs that would only learn it
        share = torch.from_numpy(popularity(self.histories))
        self.network.decode.bias.data = torch.log(share + 1 / (1 + self.rows))
        self.optimiser = torch.optim.AdamW(
            self.network.parameters(), settings.learning_rate, weight_decay=settings.weight_decay, fused=True
        )
        self.optimisers: Mapping[str, torch.optim.Optimizer] = {"adam": self.optimiser}

    def step(self, rows: npt.NDArray[np.int64], epoch: float) -> dict[str, float]:
        """Take one step on these users; give log-likelihood, KL, β and the loss."""
        self.network.train()
        x = self.histories[rows]
        logits, mean, log_variance = self.network(x)
        fit, kl = log_likelihood(logits, x), divergence(mean, log_variance)
        beta = self.settings.beta * min(1.0, epoch / max(self.settings.anneal_epochs, 1e-9))
        loss = -fit + beta * kl
        self.optimiser.zero_grad()
        torch.autograd.backward(loss)
        self.optimiser.step()
        return {"loss": loss.item(), "log_likelihood": fit.item(), "kl": kl.item(), "beta": beta}

    def validate(self) -> dict[str, float]:
        """Give NDCG on the validation users' hidden items."""
        self.network.eval()

        def score(histories: sparse.csr_matrix) -> Floats:
            return _logits(self.network, weighted(histories, self.settings.weighting))

        values = {"ndcg": self.validation.ndcg(score, self.settings.validation_n)}
        if self.watched == "hidden_log_likelihood":
            values[self.watched] = self.validation.log_likelihood(score)
        return values


def _logits(network: Network, histories: sparse.csr_matrix) -> Floats:
    with torch.inference_mode():
        return np.asarray(network(histories)[0].numpy())


def _tensors(histories: sparse.csr_matrix) -> tuple[Tensor, Tensor, Tensor]:
    """Give item positions, values and row offsets (B + 1)."""
    items = torch.from_numpy(histories.indices.astype(np.int64))
    return items, torch.from_numpy(histories.data), torch.from_numpy(histories.indptr.astype(np.int64))


def _unit(values: Tensor, offsets: Tensor) -> Tensor:
    """Scale each row to length 1."""
    rows = torch.repeat_interleave(offsets.diff())
    squares = torch.zeros(len(offsets) - 1).index_add_(0, rows, values.square())
    return values / squares.sqrt()[rows]
