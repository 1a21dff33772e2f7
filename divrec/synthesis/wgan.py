"""WGAN-GP on latent places (Gulrajani et al. 2017, "Improved Training of Wasserstein GANs").

critic:     E f(G(ε)) − E f(z) + λ E (‖∇f(ẑ)‖ − 1)²,   ẑ between a real and a generated place
generator:  −E f(G(ε)),   ε ~ N(0, I)
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from divrec.models.adversary import CollapseWatch, distinct_share, gradient_norm, gradient_penalty
from divrec.models.progress import Listener
from divrec.models.training import repeatable, train
from divrec.synthesis.settings import WganSettings

Floats = npt.NDArray[np.float64]
_LOOKED_AT: Final = 500  # places that are compared with real ones after each epoch
_DIRECTIONS: Final = 128  # of the sliced Wasserstein distance


class Wgan:
    """A generator of places; the network that was nearest to the real ones in sliced Wasserstein distance is kept."""

    def __init__(
        self, places: Floats, settings: WganSettings | None = None, seed: int = 7, progress: Listener | None = None
    ) -> None:
        """Train on the rows of ``places`` (U, d), each column brought to variance 1. Raises CollapseError."""
        settings = settings or WganSettings(seed=seed)
        self._centre, self._scale = places.mean(axis=0), places.std(axis=0) + 1e-9
        self._settings = settings
        with repeatable(settings.seed, settings.threads):
            lesson = _Lesson(torch.tensor((places - self._centre) / self._scale, dtype=torch.float32), settings)
            train(lesson, settings, progress)
        self._generator = lesson.generator.eval()

    def sample(self, n: int, seed: int) -> Floats:
        """Draw ``n`` places (n, d)."""
        noise = torch.randn(n, self._settings.noise, generator=torch.Generator().manual_seed(seed))
        with torch.inference_mode():
            drawn = self._generator(noise).numpy().astype(np.float64)
        return np.asarray(drawn * self._scale + self._centre)


def _network(inputs: int, width: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(inputs, width), nn.LeakyReLU(0.2), nn.Linear(width, width), nn.LeakyReLU(0.2),
        nn.Linear(width, outputs),
    )  # fmt: skip


class _Lesson:
    """What the WGAN gives the training loop: a batch is one step of the critic, every few one of the generator."""

    watched = "closeness"

    def __init__(self, places: Tensor, settings: WganSettings) -> None:
        self.places, self.settings, self.rows = places, settings, len(places)
        self.generator = _network(settings.noise, settings.width, places.shape[1])
        self.critic = _network(places.shape[1], settings.width, 1)
        self.network = nn.ModuleDict({"generator": self.generator, "critic": self.critic})
        self.optimisers: Mapping[str, torch.optim.Optimizer] = {
            name: torch.optim.Adam(part.parameters(), settings.learning_rate, betas=(0.0, 0.9))
            for name, part in (("generator", self.generator), ("critic", self.critic))
        }
        self.watch, self._steps, self._steepness = CollapseWatch(), 0, 0.0

    def step(self, rows: npt.NDArray[np.int64], epoch: float) -> dict[str, float]:  # noqa: ARG002  # the loop's call
        """Let the critic learn from these places, and the generator when it is its turn; give the critic's loss."""
        real = self.places[rows]
        fake = self.generator(torch.randn(len(real), self.settings.noise)).detach()
        distance = self.critic(fake).mean() - self.critic(real).mean()
        loss = distance + self.settings.penalty * gradient_penalty(self.critic, real, fake)
        self._update("critic", loss)
        self._steps += 1
        if self._steps % self.settings.critic_steps == 0:
            fooling = -self.critic(self.generator(torch.randn(len(real), self.settings.noise))).mean()
            self._update("generator", fooling)
            self._steepness = gradient_norm(self.generator)
        return {"loss": loss.item(), "wasserstein": -distance.item()}

    def _update(self, name: str, loss: Tensor) -> None:
        self.optimisers[name].zero_grad()
        torch.autograd.backward(loss, inputs=list(self.network[name].parameters()))
        self.optimisers[name].step()

    def validate(self) -> dict[str, float]:
        """Give minus the sliced Wasserstein distance to the real places, and watch for collapse."""
        with torch.no_grad():
            fake = self.generator(torch.randn(min(_LOOKED_AT, self.rows), self.settings.noise))
        self.watch.look(distinct_share(fake), self._steepness)
        return {"closeness": -sliced(self.places[torch.randperm(self.rows)[: len(fake)]], fake)}


def sliced(real: Tensor, fake: Tensor) -> float:
    """Mean over random directions of the distance between the sorted projections of two equal-sized samples."""
    directions = torch.nn.functional.normalize(torch.randn(real.shape[1], _DIRECTIONS), dim=0)
    return float(((real @ directions).sort(dim=0).values - (fake @ directions).sort(dim=0).values).abs().mean())
