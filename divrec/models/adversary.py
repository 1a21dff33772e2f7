"""What adversarial families share: the losses of generator and discriminator, and the watch for collapse.

discriminator: −log D(x) − log(1 − D(G(z)))          generator: −log D(G(z))         (Goodfellow et al. 2014)
"""

from collections.abc import Callable, Sequence
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from divrec.errors import CollapseError

_FEWEST_DISTINCT: Final = 0.1  # share of different outputs among those looked at
_SURE: Final = 0.999  # share of right answers from which a discriminator teaches nothing
_STEEPEST: Final = 1e4  # norm of the generator's gradient
_PATIENCE: Final = 5  # epochs in a row


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """−log D(real) − log(1 − D(fake)), meaned over the batch, from logits (B, 1)."""
    return functional.softplus(-real).mean() + functional.softplus(fake).mean()


def generator_loss(fake: Tensor) -> Tensor:
    """−log D(fake), meaned over the batch, from logits (B, 1)."""
    return functional.softplus(-fake).mean()


def gradient_penalty(critic: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor) -> Tensor:
    """(‖∇f(x̂)‖ − 1)², meaned over the batch, for x̂ between real and generated rows (B, d) (Gulrajani et al. 2017)."""
    share = torch.rand(len(real), 1)
    between = (share * real + (1 - share) * fake).requires_grad_(True)
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    penalty: Tensor = (slope.norm(dim=1) - 1).square().mean()
    return penalty


def accuracy(real: Tensor, fake: Tensor) -> Tensor:
    """Share of a batch that the discriminator tells rightly, from logits (B, 1); 0.5 is guessing."""
    return ((real > 0).float().mean() + (fake <= 0).float().mean()) / 2


def gradient_norm(network: nn.Module) -> float:
    """Length of the gradient over all of a network's weights."""
    squares = [weight.grad.square().sum() for weight in network.parameters() if weight.grad is not None]
    return float(torch.stack(squares).sum().sqrt()) if squares else 0.0


def distinct_share(outputs: Tensor) -> float:
    """Share of different rows among outputs (U, I), to a hundredth of their standard deviation."""
    rounded = torch.round(100 * outputs / outputs.std().clamp(min=1e-12))
    return len(torch.unique(rounded, dim=0)) / max(1, len(outputs))


class CollapseWatch:
    """Stops a training whose generator has collapsed, or whose discriminator has won, and says so."""

    def __init__(self) -> None:
        self.bad = 0
        self._rights: list[float] = []

    def hear(self, right: float) -> None:
        """Take in which share of a batch the discriminator told rightly: one batch alone may be told so by chance."""
        self._rights.append(right)

    def look(self, distinct: float, steepness: float) -> None:
        """Judge an epoch. Raises CollapseError where it is the last of too many bad ones, at once where all is lost."""
        right = sum(self._rights) / max(1, len(self._rights))
        self._rights.clear()
        wrong = _complaints(distinct, right, steepness)
        self.bad = self.bad + 1 if wrong else 0
        if self.bad >= _PATIENCE or steepness != steepness:  # noqa: PLR0124  # NaN
            raise CollapseError(
                f"the training was stopped because the GAN collapsed: {'; '.join(wrong)}. "
                "Try a lower learning rate or another seed, or choose EASE or the blend, which don't collapse"
            )


def _complaints(distinct: float, right: float, steepness: float) -> Sequence[str]:
    found = []
    if distinct < _FEWEST_DISTINCT:
        found.append(f"only {distinct:.0%} of the lists differ from each other")
    if right > _SURE:
        found.append(f"the discriminator is right {right:.1%} of the time, so that nothing is learned from it")
    if not steepness < _STEEPEST:
        found.append(f"the generator's gradient has length {steepness:g}")
    return found
