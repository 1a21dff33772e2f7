"""A small convolutional autoencoder trained on a shop's own pictures; its code is what a picture looks like.

min over E, D of the mean of (D(E(x)) - x)², Masci et al. 2011, "Stacked convolutional auto-encoders for hierarchical
feature extraction". No pretrained weights are used.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from divrec.models.training import repeatable


@dataclass(frozen=True)
class PictureSettings:
    """How the autoencoder is trained."""

    code: int = 32  # dimensions
    steps: int = 400  # batches in all
    batch: int = 64
    learning_rate: float = 2e-3
    learned_from: int = 5_000  # pictures; all are encoded
    seed: int = 7
    threads: int = 1  # two torch threads on a busy two-core machine were 20-40 times slower than one


class Autoencoder(nn.Module):
    """Three halvings of the square down to a code, and back."""

    def __init__(self, code: int) -> None:
        super().__init__()
        self.encode = nn.Sequential(
            nn.Conv2d(3, 16, 4, 2, 1), nn.ReLU(),  # (B, 16, 16, 16)
            nn.Conv2d(16, 32, 4, 2, 1), nn.ReLU(),  # (B, 32, 8, 8)
            nn.Conv2d(32, 64, 4, 2, 1), nn.ReLU(),  # (B, 64, 4, 4)
            nn.Flatten(), nn.Linear(64 * 16, code),  # (B, code)
        )  # fmt: skip
        self.decode = nn.Sequential(
            nn.Linear(code, 64 * 16), nn.ReLU(), nn.Unflatten(1, (64, 4, 4)),
            nn.ConvTranspose2d(64, 32, 4, 2, 1), nn.ReLU(),
            nn.ConvTranspose2d(32, 16, 4, 2, 1), nn.ReLU(),
            nn.ConvTranspose2d(16, 3, 4, 2, 1),  # (B, 3, 32, 32)
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        """Rebuild pictures (B, 3, 32, 32) from their codes."""
        rebuilt: Tensor = self.decode(self.encode(x))
        return rebuilt


def picture_codes(pixels: npt.NDArray[np.uint8], settings: PictureSettings | None = None) -> npt.NDArray[np.float32]:
    """Train on ``pixels`` (n, 32, 32, 3) and give each picture's code (n, code), every dimension standardised."""
    settings = settings or PictureSettings()
    x = torch.from_numpy(np.ascontiguousarray(pixels.transpose(0, 3, 1, 2)))  # (n, 3, 32, 32), bytes
    random = np.random.default_rng(settings.seed)
    learned = random.permutation(len(x))[: settings.learned_from]
    with repeatable(settings.seed, settings.threads):
        network = Autoencoder(settings.code)
        optimiser = torch.optim.Adam(network.parameters(), settings.learning_rate)
        for _ in range(settings.steps):
            batch = _scaled(x[torch.from_numpy(random.choice(learned, settings.batch))])
            loss = nn.functional.mse_loss(network(batch), batch)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
    with torch.inference_mode():
        codes = torch.cat([network.encode(_scaled(part)) for part in torch.split(x, 512)]).numpy()
    return np.asarray((codes - codes.mean(axis=0)) / (codes.std(axis=0) + 1e-6), dtype=np.float32)


def _scaled(pixels: Tensor) -> Tensor:
    return pixels.float() / 255 - 0.5
