"""CFGAN: a generator of whole purchase vectors against a discriminator that sees the condition (Chae et al. 2018).

    x̂ = W₂ sigmoid(W₁ c + b₁) + b₂                          generator; c: a purchase vector
    D(c, v): a network with one hidden layer, its logit
    discriminator: −log D(c, x) − log(1 − D(c, x̂ ⊙ e))          e: what was bought, and a share of the rest (PM)
    generator: −log D(c, x̂ ⊙ e) + α Σⱼ x̂ⱼ² + λ ½‖W‖²            j: a share of what was not bought (ZR)

By users, vectors are histories, and a new one goes in as it is. By items (the authors' best) vectors are the buyers of
an item; a history is then placed by ridge regression on the generator's hidden layer, over items. The authors' rounds
of passes over all data are taken batch by batch here.
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
from divrec.models.inputs import Floats
from divrec.models.settings import CFGANSettings
from divrec.models.trained import Autoencoder, Lesson, Trained
from divrec.models.validation import Validation

_LOOKED_AT: Final = 200  # outputs compared for collapse


class Generator(Autoencoder):
    """Purchase vectors to purchase vectors (B, N); N is the number of items, or of users."""

    def __init__(self, width: int, settings: CFGANSettings) -> None:
        super().__init__()
        self.hidden = nn.Linear(width, settings.hidden_dim)  # W₁, b₁
        self.decode = nn.Linear(settings.hidden_dim, width)  # W₂, b₂
        for layer in (self.hidden, self.decode):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.uniform_(layer.bias, -0.01, 0.01)

    def latent(self, histories: sparse.csr_matrix) -> Tensor:
        """Give the hidden layer (B, d) of vectors (B, N)."""
        return torch.sigmoid(self.hidden(torch.from_numpy(histories.toarray())))

    def weight(self) -> Tensor:
        """½‖W‖² of all weights."""
        return 0.5 * torch.stack([part.square().sum() for part in self.parameters()]).sum()


class Placed(Autoencoder):
    """What is kept by items: each item's hidden layer; a history is placed by ridge regression on them."""

    def __init__(self, items: int, settings: CFGANSettings) -> None:
        super().__init__()
        self.decode = nn.Linear(settings.hidden_dim, items)  # rows: items' hidden layers; no bias is learned
        self.solve = nn.Parameter(torch.zeros(items, settings.hidden_dim), requires_grad=False)

    def latent(self, histories: sparse.csr_matrix) -> Tensor:
        """Give the weights (B, d) on the hidden layer that rebuild each history (B, I) best."""
        return torch.from_numpy(np.asarray(histories @ self.solve.numpy()))

    def place(self, hidden: Tensor, ridge: float) -> None:
        """Take over the items' hidden layers H (I, d): x is placed at x H (HᵀH + ridge I)⁻¹."""
        centred = hidden - hidden.mean(dim=0)
        gram = centred.T @ centred + ridge * torch.eye(hidden.shape[1])
        self.solve.data = torch.linalg.solve(gram, centred.T).T.contiguous()
        self.decode.weight.data, self.decode.bias.data = centred, torch.zeros(len(hidden))


class CFGAN(Trained[CFGANSettings]):
    """Scores items by the purchase vector that the generator makes of the history."""

    family = "cfgan"
    settings_type = CFGANSettings
    scores_newcomers = False

    def _lesson(self, histories: sparse.csr_matrix, validation: Validation) -> "_Lesson":
        self._last = _Lesson(histories, validation, self.settings)
        return self._last

    def _network(self, items: int) -> Autoencoder:
        return (Generator if self.settings.by == "users" else Placed)(items, self.settings)

    def generated(self) -> Floats:
        """Score every item for every user of the training (U, I) by the generator itself, as the authors do.

        Only right after ``fit``: by items, the part that knows the users is not kept.
        """
        with torch.inference_mode():
            made = self._last.generator.scores(self._last.histories).numpy()
        return np.asarray(made if self.settings.by == "users" else made.T)


class _Lesson(Lesson):
    """What CFGAN gives the training loop."""

    def __init__(self, histories: sparse.csr_matrix, validation: Validation, settings: CFGANSettings) -> None:
        items = histories.shape[1]
        super().__init__(histories, validation, settings)
        self.settings, self.watch = settings, CollapseWatch()
        if settings.by == "items":
            self.histories = histories.T.tocsr()
            self.rows = items
        width = self.histories.shape[1]
        self.generator, self._placed = Generator(width, settings), Placed(items, settings)
        self.discriminator = nn.Sequential(
            nn.Linear(2 * width, settings.latent_dim), nn.Sigmoid(), nn.Linear(settings.latent_dim, 1)
        )
        self.network = nn.ModuleDict({"generator": self.generator, "discriminator": self.discriminator})
        if settings.by == "items":
            self.network["placed"] = self._placed
        self.optimisers: Mapping[str, torch.optim.Optimizer] = {
            name: torch.optim.Adam(part.parameters(), settings.learning_rate, fused=True)
            for name, part in (("generator", self.generator), ("discriminator", self.discriminator))
        }
        self._steepness = 0.0  # of the step before

    @property
    def coder(self) -> Autoencoder:
        """The generator, or by items what places histories with its hidden layer."""
        return self.generator if self.settings.by == "users" else self._placed

    def step(self, rows: npt.NDArray[np.int64], epoch: float) -> dict[str, float]:  # noqa: ARG002  # the loop's call
        """Let discriminator and generator learn from these vectors in turn; give both losses."""
        x = torch.from_numpy(self.histories[rows].toarray())
        for _ in range(self.settings.discriminator_steps):
            telling, right = self._discriminate(x)
        for _ in range(self.settings.generator_steps):
            for half in torch.tensor_split(x, 2) if len(x) > 1 else (x,):
                fooling, zeros = self._generate(half)
        self.watch.hear(float(right))
        return {
            "loss": float(fooling + self.settings.zero_weight * zeros), "generator_loss": float(fooling),
            "zero_reconstruction": float(zeros), "discriminator_loss": float(telling),
            "discriminator_accuracy": float(right),
        }  # fmt: skip

    def _made(self, x: Tensor) -> Tensor:
        made: Tensor = self.generator.decode(torch.sigmoid(self.generator.hidden(x)))
        return made

    def _drawn(self, x: Tensor) -> Tensor:
        """Mark a share of what each vector (B, N) has not."""
        return (torch.rand_like(x) < self.settings.zero_share) & (x == 0)

    def _discriminate(self, x: Tensor) -> tuple[Tensor, Tensor]:
        with torch.no_grad():
            shown = self._made(x) * ((x > 0) | self._drawn(x))
        real, fake = (self.discriminator(torch.cat([x, vectors], dim=1)) for vectors in (x, shown))
        loss = discriminator_loss(real, fake)
        self.optimisers["discriminator"].zero_grad()
        torch.autograd.backward(loss)
        self.optimisers["discriminator"].step()
        return loss.detach(), accuracy(real.detach(), fake.detach())

    def _generate(self, x: Tensor) -> tuple[Tensor, Tensor]:
        made = self._made(x)
        shown = made * ((x > 0) | self._drawn(x))
        fooling = generator_loss(self.discriminator(torch.cat([x, shown], dim=1)))
        zeros = (made.square() * self._drawn(x)).sum(dim=1).mean()
        loss = fooling + self.settings.zero_weight * zeros + self.settings.shrink * self.generator.weight()
        self.optimisers["generator"].zero_grad()
        torch.autograd.backward(loss, inputs=list(self.generator.parameters()))
        self._steepness = gradient_norm(self.generator)
        self.optimisers["generator"].step()
        return fooling.detach(), zeros.detach()

    def validate(self) -> dict[str, float]:
        """Give NDCG on the validation users' hidden items, and watch for collapse."""
        with torch.inference_mode():
            if self.settings.by == "items":
                self._placed.place(self.generator.latent(self.histories), self.settings.fold_in)
            outputs = self.generator.scores(self.histories[:_LOOKED_AT])
        values = super().validate()
        values["distinct"] = distinct_share(outputs)
        self.watch.look(values["distinct"], self._steepness)
        return values
