"""A conditional VAE over item rows (Sohn et al. 2015; Xu et al. 2019, TVAE), with an autoregressive decoder.

max E_q(z|x,c) log p(x | z, c) − β KL(q(z | x, c) ‖ N(0, I))          c: the top-level category

Rows are drawn from a Gaussian mixture fitted to where q puts the real rows, not from N(0, I).
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from divrec.models.progress import Listener
from divrec.models.training import repeatable, train
from divrec.synthesis.itemchain import Chain, Draw
from divrec.synthesis.itemsettings import ItemVAESettings
from divrec.synthesis.itemtable import ItemTable, Rows
from divrec.synthesis.itemtensors import Sampler, Tensors, Truth, as_rows
from divrec.synthesis.mixture import Mixture


class ItemVAE:
    """Item rows by category."""

    def __init__(self, table: ItemTable, settings: ItemVAESettings, progress: Listener | None = None) -> None:
        """Train on the rows of ``table``."""
        self._table = table
        with repeatable(settings.seed, settings.threads):
            lesson = _Lesson(table, settings)
            train(lesson, settings, progress)
            with torch.inference_mode():
                mean, spread = lesson.encode(lesson.real)
                codes = mean + spread * torch.randn_like(mean)
        self._chain = lesson.chain.eval()
        self._prior = Mixture(codes.numpy().astype(np.float64), seed=settings.seed)

    def sample(self, categories: npt.NDArray[np.int64], temperature: float, seed: int) -> Rows:
        """Draw a row for each category number (n,)."""
        z = torch.tensor(self._prior.sample(len(categories), seed), dtype=torch.float32)
        draw = Draw(temperature, torch.Generator().manual_seed(seed))
        with torch.inference_mode():
            self._chain(z, torch.from_numpy(categories), draw)
        return as_rows(self._table, categories, draw)


class _Lesson:
    """What the VAE gives the training loop."""

    watched = "nothing"

    def __init__(self, table: ItemTable, settings: ItemVAESettings) -> None:
        self.settings, self.rows = settings, max(len(table.rows.codes), settings.epoch_rows)
        self.real = Tensors.of(table.rows)
        self.chain = Chain(table, settings)
        self.encoder = _Encoder(self.chain, settings)
        self.network = nn.ModuleDict({"chain": self.chain, "encoder": self.encoder})
        self.optimisers: Mapping[str, torch.optim.Optimizer] = {
            "all": torch.optim.Adam(self.network.parameters(), settings.learning_rate)
        }
        self._sampler = Sampler(table.rows.codes[:, 0])

    def encode(self, real: Tensors) -> tuple[Tensor, Tensor]:
        """Give mean and spread (B, d) of the codes of rows."""
        mean, log_spread = self.encoder(real).chunk(2, dim=1)
        return mean, log_spread.clamp(-6, 3).exp()

    def step(self, rows: npt.NDArray[np.int64], epoch: float) -> dict[str, float]:  # noqa: ARG002  # the loop's call
        """Learn from as many rows, drawn so that rare categories come up more often."""
        real = self.real.at(self._sampler.draw(len(rows)))
        mean, spread = self.encode(real)
        truth = Truth(real)
        self.chain(mean + spread * torch.randn_like(mean), real.labels[0], truth)
        kl = 0.5 * (mean.square() + spread.square() - 1 - 2 * spread.log()).sum(dim=1).mean()
        loss = truth.loss + self.settings.beta * kl
        self.optimisers["all"].zero_grad()
        torch.autograd.backward(loss)
        self.optimisers["all"].step()
        return {"loss": loss.item(), "kl": kl.item()}

    def validate(self) -> dict[str, float]:
        """Nothing is held out: the last weights stay."""
        return {"nothing": float("nan")}


class _Encoder(nn.Module):
    """Rows to mean and log spread of their codes (B, 2d)."""

    def __init__(self, chain: Chain, settings: ItemVAESettings) -> None:
        super().__init__()
        hidden = settings.hidden_dim
        self.tables = nn.ModuleList(nn.Embedding(count, hidden) for count in (*chain.widths, *chain.modes))
        self.numbers = nn.Linear(len(chain.modes) + chain.vectors, hidden)
        self.rest = nn.Sequential(
            nn.LeakyReLU(0.2), nn.Linear(hidden, hidden), nn.LeakyReLU(0.2), nn.Linear(hidden, 2 * settings.latent_dim)
        )

    def forward(self, real: Tensors) -> Tensor:
        """Encode rows."""
        seen = self.numbers(torch.cat(real.numbers, dim=1))
        for label, table in zip(real.labels, self.tables, strict=True):
            seen = seen + table(label)
        found: Tensor = self.rest(seen)
        return found
