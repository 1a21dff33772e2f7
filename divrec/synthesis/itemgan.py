"""A conditional WGAN-GP over item rows (Gulrajani et al. 2017), in the manner of CTGAN (Xu et al. 2019).

critic:     E f(G(ε, c), c) − E f(x, c) + λ E (‖∇f(x̂, c)‖ − 1)²,   x̂ between a real and a generated row
generator:  −E f(G(ε, c), c),   ε ~ N(0, I),   c the top-level category

The critic sees labels and modes as one-hot rows; the generator's are drawn by the straight-through Gumbel softmax (Jang
et al. 2017), so that its softmaxes learn from the critic.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from divrec.models.adversary import CollapseWatch, distinct_share, gradient_norm, gradient_penalty
from divrec.models.progress import Listener
from divrec.models.training import repeatable, train
from divrec.synthesis.itemchain import Chain, Draw
from divrec.synthesis.itemsettings import ItemGANSettings
from divrec.synthesis.itemtable import ItemTable, Rows
from divrec.synthesis.itemtensors import Sampler, Tensors, Truth, as_rows
from divrec.synthesis.wgan import sliced

_LOOKED_AT: Final = 500  # rows that are compared with real ones after each epoch


class ItemGAN:
    """Item rows by category; the generator that was nearest to the real ones in sliced Wasserstein distance is kept."""

    def __init__(self, table: ItemTable, settings: ItemGANSettings, progress: Listener | None = None) -> None:
        """Train on the rows of ``table``. Raises CollapseError."""
        self._table, self._settings = table, settings
        with repeatable(settings.seed, settings.threads):
            lesson = _Lesson(table, settings)
            train(lesson, settings, progress)
        self._chain = lesson.generator.eval()

    def sample(self, categories: npt.NDArray[np.int64], temperature: float, seed: int) -> Rows:
        """Draw a row for each category number (n,)."""
        random = torch.Generator().manual_seed(seed)
        noise = torch.randn(len(categories), self._settings.latent_dim, generator=random)
        draw = Draw(temperature, random)
        with torch.inference_mode():
            self._chain(noise, torch.from_numpy(categories), draw)
        return as_rows(self._table, categories, draw)


class _Lesson:
    """What the GAN gives the training loop: a batch is one step of the critic, every few one of the generator."""

    watched = "closeness"

    def __init__(self, table: ItemTable, settings: ItemGANSettings) -> None:
        self.settings, self.rows = settings, max(len(table.rows.codes), settings.epoch_rows)
        self.real = Tensors.of(table.rows)
        self.generator = Chain(table, settings)
        self.widths = [*self.generator.widths, *self.generator.modes]
        width = sum(self.widths) + len(self.generator.modes) + self.generator.vectors
        self.critic = nn.Sequential(
            nn.Linear(width, settings.critic_dim), nn.LeakyReLU(0.2),
            nn.Linear(settings.critic_dim, settings.critic_dim), nn.LeakyReLU(0.2), nn.Linear(settings.critic_dim, 1),
        )  # fmt: skip
        self.network = nn.ModuleDict({"generator": self.generator, "critic": self.critic})
        self.optimisers: Mapping[str, torch.optim.Optimizer] = {
            name: torch.optim.Adam(part.parameters(), settings.learning_rate, betas=(0.0, 0.9))
            for name, part in (("generator", self.generator), ("critic", self.critic))
        }
        self._sampler = Sampler(table.rows.codes[:, 0])
        self.watch, self._steps, self._steepness = CollapseWatch(), 0, 0.0

    def step(self, rows: npt.NDArray[np.int64], epoch: float) -> dict[str, float]:  # noqa: ARG002  # the loop's call
        """Let the critic learn from as many rows, and the generator when it is its turn; give the critic's loss."""
        chosen = self.real.at(self._sampler.draw(len(rows)))
        real, category = self._flat(chosen.labels, chosen.numbers), chosen.labels[0]
        with torch.no_grad():
            fake = self._made(category)
        distance = self.critic(fake).mean() - self.critic(real).mean()
        loss = distance + self.settings.penalty * gradient_penalty(self.critic, real, fake)
        self._update("critic", loss)
        self._steps += 1
        if self._steps % self.settings.critic_steps == 0:
            self._update("generator", self._fooling(chosen))
            self._steepness = gradient_norm(self.generator)
        return {"loss": loss.item(), "wasserstein": -distance.item()}

    def _fooling(self, real: Tensors) -> Tensor:
        category, truth = real.labels[0], Truth(real)
        loss: Tensor = -self.critic(self._made(category)).mean()
        if self.settings.fit:
            self.generator(torch.randn(len(category), self.settings.latent_dim), category, truth)
            loss = loss + self.settings.fit * truth.loss
        return loss

    def _made(self, category: Tensor) -> Tensor:
        """Make a row (B, D) for each category, as the critic sees it."""
        seen = _Soft(self.settings.softness)
        self.generator(torch.randn(len(category), self.settings.latent_dim), category, seen)
        return self._flat([category, *seen.labels], seen.numbers)

    def _flat(self, labels: list[Tensor], numbers: list[Tensor]) -> Tensor:
        hot = [label if label.is_floating_point() else functional.one_hot(label, width).float()
               for label, width in zip(labels, self.widths, strict=True)]  # fmt: skip
        return torch.cat([*hot, *numbers], dim=1)

    def _update(self, name: str, loss: Tensor) -> None:
        self.optimisers[name].zero_grad()
        torch.autograd.backward(loss, inputs=list(self.network[name].parameters()))
        self.optimisers[name].step()

    def validate(self) -> dict[str, float]:
        """Give minus the sliced Wasserstein distance to real rows of the same categories, and watch for collapse."""
        chosen = self.real.at(torch.randperm(len(self.real.labels[0]))[:_LOOKED_AT])
        with torch.no_grad():
            fake = self._made(chosen.labels[0])
        self.watch.look(distinct_share(fake), self._steepness)
        return {"closeness": -sliced(self._flat(chosen.labels, chosen.numbers), fake)}


class _Soft:
    """Draws rows through which gradients flow."""

    def __init__(self, softness: float) -> None:
        self._softness = softness
        self.labels: list[Tensor] = []
        self.numbers: list[Tensor] = []

    def label(self, column: int, logits: Tensor) -> Tensor:  # noqa: ARG002  # a Decider's
        """Draw one-hot rows (B, K) whose gradient is the softmax's."""
        self.labels.append(functional.gumbel_softmax(logits, self._softness, hard=True))
        return self.labels[-1]

    def number(self, column: int, mean: Tensor, spread: Tensor) -> Tensor:  # noqa: ARG002  # a Decider's
        """Draw a place (B, 1), or vectors (B, V)."""
        self.numbers.append(mean + spread * torch.randn_like(mean))
        return self.numbers[-1]
