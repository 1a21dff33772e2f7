"""AAE: a denoising autoencoder whose latent space an adversary holds to a standard normal (Makhzani et al. 2015).

    z = W₃ tanh(W₁ · dropout(x / ‖x‖) + b₁) + b₃       encoder; it is also the generator: G(x) = z
    π = softmax(W₂ z + b₂)                              decoder
    encoder and decoder: −Σᵢ xᵢ log πᵢ − λ log D(z)
    discriminator: −log D(ε) − log(1 − D(z)),  ε ~ N(0, I)

Where a VAE holds each shopper's posterior to the prior, the adversary holds only all shoppers' places together.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from scipy import sparse
from torch import Tensor, nn

from divrec.models.adversary import (
    CollapseWatch,
    accuracy,
    discriminator_loss,
    distinct_share,
    generator_loss,
    gradient_norm,
)
from divrec.models.bags import Embed, log_share
from divrec.models.inputs import popularity
from divrec.models.settings import AAESettings
from divrec.models.trained import Autoencoder, Lesson, Trained
from divrec.models.validation import Validation

_LOOKED_AT: Final = 200  # shoppers whose outputs are compared for collapse


class Network(Autoencoder):
    """Encoder and decoder of the adversarial autoencoder."""

    def __init__(self, items: int, settings: AAESettings) -> None:
        super().__init__()
        self.embed = Embed(items, settings.hidden_dim, settings.dropout)  # W₁, b₁
        self.place = nn.Linear(settings.hidden_dim, settings.latent_dim)  # W₃, b₃
        self.decode = nn.Linear(settings.latent_dim, items)  # W₂, b₂
        nn.init.xavier_uniform_(self.decode.weight)

    def latent(self, histories: sparse.csr_matrix) -> Tensor:
        """Give z (B, d) of each history (B, I)."""
        found: Tensor = self.place(torch.tanh(self.embed(histories)))
        return found


class AAE(Trained[AAESettings]):
    """Scores items by the decoder's logits at the user's place."""

    family = "aae"
    settings_type = AAESettings

    def _lesson(self, histories: sparse.csr_matrix, validation: Validation) -> "_Lesson":
        return _Lesson(histories, validation, self.settings)

    def _network(self, items: int) -> Network:
        return Network(items, self.settings)


class _Lesson(Lesson):
    """What the adversarial autoencoder gives the training loop."""

    def __init__(self, histories: sparse.csr_matrix, validation: Validation, settings: AAESettings) -> None:
        super().__init__(histories, validation, settings)
        self.settings, self.watch = settings, CollapseWatch()
        width = settings.discriminator_dim
        self._coder = Network(histories.shape[1], settings)
        self._coder.decode.bias.data = log_share(popularity(self.histories), self.rows)
        self.discriminator = nn.Sequential(
            nn.Linear(settings.latent_dim, width), nn.LeakyReLU(0.2), nn.Linear(width, width), nn.LeakyReLU(0.2),
            nn.Linear(width, 1),
        )  # fmt: skip
        self.network = nn.ModuleDict({"coder": self._coder, "discriminator": self.discriminator})
        self.optimisers: Mapping[str, torch.optim.Optimizer] = {
            name: torch.optim.AdamW(
                part.parameters(), settings.learning_rate, weight_decay=settings.weight_decay, fused=True
            )
            for name, part in (("coder", self._coder), ("discriminator", self.discriminator))
        }
        self._steepness = 0.0  # of the step before

    @property
    def coder(self) -> Network:
        """Encoder and decoder, without the discriminator."""
        return self._coder

    def step(self, rows: npt.NDArray[np.int64], epoch: float) -> dict[str, float]:  # noqa: ARG002  # the loop's call
        """Let encoder and decoder, and then the discriminator, learn from these users; give all losses."""
        self.network.train()
        x = self.histories[rows]
        z = self._coder.latent(x)
        fit = self.likelihood(z, x)
        fooling = generator_loss(self.discriminator(z))
        loss = -fit + self.settings.adversary * fooling
        self.optimisers["coder"].zero_grad()
        torch.autograd.backward(loss, inputs=list(self._coder.parameters()))
        self._steepness = gradient_norm(self._coder)
        self.optimisers["coder"].step()
        telling, right = self._discriminate(z.detach())
        self.watch.hear(float(right))
        return {
            "loss": loss.item(), "log_likelihood": fit.item(), "generator_loss": fooling.item(),
            "discriminator_loss": float(telling), "discriminator_accuracy": float(right),
        }  # fmt: skip

    def _discriminate(self, z: Tensor) -> tuple[Tensor, Tensor]:
        real, fake = self.discriminator(torch.randn_like(z)), self.discriminator(z)
        loss = discriminator_loss(real, fake)
        self.optimisers["discriminator"].zero_grad()
        torch.autograd.backward(loss)
        self.optimisers["discriminator"].step()
        return loss.detach(), accuracy(real.detach(), fake.detach())

    def validate(self) -> dict[str, float]:
        """Give NDCG on the validation users' hidden items, and watch for collapse."""
        values = super().validate()
        with torch.inference_mode():
            values["distinct"] = distinct_share(self._coder.scores(self.histories[:_LOOKED_AT]))
        self.watch.look(values["distinct"], self._steepness)
        return values
