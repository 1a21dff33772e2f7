"""Mult-VAE under differential privacy: DP-SGD (Abadi et al. 2016) by Opacus, with ghost clipping (Li et al. 2022).

In each step every shopper takes part by a coin of their own; the gradient of each who does is scaled down to the norm
C; Gaussian noise of σ · C is added to the sum. So nobody's history moves the weights by more than the noise hides.
What ordinary training takes from the shop besides is not there: weights begin at random numbers and the decoder's bias
at what it is given, nobody is held out to stop by, and the number of shoppers enters nowhere. The first layer stays as
it began: noise grows with the weights that are trained, and a random map tells histories apart too.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from opacus.grad_sample import GradSampleModuleFastGradientClipping
from opacus.optimizers import DPOptimizerFastGradientClipping
from opacus.utils.fast_gradient_clipping_utils import DPTensorFastGradientClipping
from scipy import sparse
from torch import Tensor, nn
from torch.nn import functional

from divrec.models.budget import PrivateSettings
from divrec.models.inputs import Floats, weighted
from divrec.models.multvae import MultVAE
from divrec.models.noise import Noise
from divrec.models.training import repeatable


class Network(nn.Module):
    """Mult-VAE whose first layer reads dense rows, since norms of single shoppers' gradients are known for such."""

    def __init__(self, bias: Floats, settings: PrivateSettings) -> None:
        super().__init__()
        items = len(bias)
        self.embed = nn.Linear(items, settings.hidden_dim)  # stays at its random numbers
        self.mean = nn.Linear(settings.hidden_dim, settings.latent_dim)
        self.log_variance = nn.Linear(settings.hidden_dim, settings.latent_dim)
        self.decode = nn.Linear(settings.latent_dim, items)
        for weight in self.parameters():
            nn.init.xavier_uniform_(weight) if weight.ndim == 2 else nn.init.zeros_(weight)
        nn.init.normal_(self.embed.weight)
        self.embed.requires_grad_(False)
        self.decode.bias.data = torch.from_numpy(np.asarray(bias, dtype=np.float32))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give logits (B, I), μ and log σ² (B, d) of unit rows (B, I)."""
        h = torch.tanh(self.embed(x))  # (B, hidden)
        if self.training:
            h.requires_grad_()  # else Opacus' hooks have nothing to hang on
        mean, log_variance = self.mean(h), self.log_variance(h)
        return self.decode(mean + torch.randn_like(mean) * torch.exp(log_variance / 2)), mean, log_variance


def losses(network: nn.Module, x: Tensor, beta: float) -> Tensor:
    """Give each shopper's loss (B,) from binary rows (B, I): mean over their items of −log π, and β · KL.

    The mean over items, not their sum: a long history counts no more than a short one.
    """
    logits, mean, log_variance = network(functional.normalize(x))
    fit = (functional.log_softmax(logits, dim=1) * x).sum(dim=1) / x.sum(dim=1).clamp(min=1)
    kl = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(dim=1)
    found: Tensor = beta * kl - fit
    return found


class _Optimiser(DPOptimizerFastGradientClipping):  # type: ignore[misc]  # opacus has no types
    """Opacus' optimiser with noise that no seed can give again."""

    def __init__(self, inner: torch.optim.Optimizer, deviation: float, norm: float, noise: Noise) -> None:
        super().__init__(
            inner, noise_multiplier=deviation, max_grad_norm=norm, expected_batch_size=None, loss_reduction="sum"
        )
        self._noise = noise

    def add_noise(self) -> None:
        """Add N(0, (σ C)²) to each number of the summed gradients."""
        for weight in self.params:
            drawn = self._noise.normal(tuple(weight.shape), self.noise_multiplier * self.max_grad_norm)
            weight.grad = weight.summed_grad + torch.from_numpy(drawn).to(weight.dtype)


def train_privately(
    histories: sparse.csr_matrix,
    bias: Floats,
    deviation: float,
    settings: PrivateSettings,
    noise: Noise,
    heard: Callable[[int], None] | None = None,
) -> Network:
    """Train on binary ``histories`` (U, I) with noise of ``deviation`` (σ), and give the network.

    ``bias`` (I,) is where the decoder's begins: numbers that are public or were noised. ``heard`` is called with the
    number of steps done and may raise Cancelled.
    """
    rows = weighted(histories, "binary")
    with repeatable(settings.seed, 1):
        network = Network(bias, settings)
        module = GradSampleModuleFastGradientClipping(network, loss_reduction="sum", max_grad_norm=settings.norm)
        inner = torch.optim.Adam(
            (weight for weight in network.parameters() if weight.requires_grad), settings.learning_rate
        )
        optimiser = _Optimiser(inner, deviation, settings.norm, noise)
        module.train()
        for step in range(settings.steps):
            if heard:
                heard(step)
            chosen = noise.chosen(rows.shape[0], settings.share)
            take_step(module, optimiser, rows[chosen], settings.beta)
    module.remove_hooks()
    return network.eval()


def take_step(module: nn.Module, optimiser: _Optimiser, rows: sparse.csr_matrix, beta: float) -> None:
    """Take one noised step on these shoppers; on nobody it is noise alone, as it must be."""
    optimiser.zero_grad()
    if rows.shape[0]:
        each = losses(module, torch.from_numpy(rows.toarray()), beta)
        DPTensorFastGradientClipping(module, optimiser, each, "sum").backward()
    else:
        for weight in optimiser.params:
            weight.grad = torch.zeros_like(weight)
    optimiser.step()


def as_model(network: Network, item_ids: pd.Index, settings: PrivateSettings) -> MultVAE:
    """Give the network as an ordinary Mult-VAE that knows these items and no shopper."""
    model = MultVAE(hidden_dim=settings.hidden_dim, latent_dim=settings.latent_dim, dropout=0.0, stop_by="nothing")
    nobody = sparse.csr_matrix((0, len(item_ids)), dtype=np.float32)
    model.knowing(item_ids, pd.Index([], dtype="str", name="user_id"), nobody)
    weights: dict[str, npt.NDArray[np.float32]] = {
        name: value.detach().numpy() for name, value in network.state_dict().items()
    }
    weights["embed.table.weight"] = np.ascontiguousarray(weights.pop("embed.weight").T)
    model._restore(weights)
    return model
