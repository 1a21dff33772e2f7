"""Two towers, one for shoppers and one for items, with a loss of two tasks: relevance, and variety of the top list.

    u = W₂ tanh(W₁ · dropout(x / ‖x‖) + b₁) + b₂        shopper tower; x: one user's history (I)
    v = e + A f                                          item tower; e: the item's own vector, f: its catalogue features
    r = ⟨u, v⟩ + c,  π = softmax(r)
    loss = L_relevance + λ · L_diversity
    L_relevance = −Σ x log π / Σ x                       nats per event of the batch
    L_diversity = −ILD of the soft top list

The soft top list is the n best items outside the history, each with the share p that softmax(r) gives it among them.
Its ILD is the expected distance of two different items drawn from it. With unit vectors w and distance (1 − cosine)/2
that is (1 − ‖Σ p w‖²) / (2 (1 − Σ p²)), which costs one sum instead of all pairs. The w are the catalogue's (or, where
it says nothing, who bought what) and stay fixed: vectors that are learned could be driven apart with the lists as alike
as before.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import torch
from scipy import sparse
from torch import Tensor, nn

from divrec.data.dataset import Dataset
from divrec.data.likeness import blend, catalogue_blocks
from divrec.data.vectors import unit_rows
from divrec.models.bags import Embed, log_likelihood, log_share
from divrec.models.inputs import Floats, entries, popularity
from divrec.models.item_space import cooccurrence_vectors
from divrec.models.settings import TwoTowerSettings
from divrec.models.trained import Autoencoder, Lesson, Trained
from divrec.models.validation import Validation


class Network(Autoencoder):
    """The shopper tower, and the vectors that the item tower has come to."""

    def __init__(self, items: int, settings: TwoTowerSettings) -> None:
        super().__init__()
        self.embed = Embed(items, settings.hidden_dim, settings.dropout)  # W₁, b₁
        self.place = nn.Linear(settings.hidden_dim, settings.latent_dim)  # W₂, b₂
        self.decode = nn.Linear(settings.latent_dim, items)  # v, c
        self.decode.weight.requires_grad_(False)  # the item tower makes it

    def latent(self, histories: sparse.csr_matrix) -> Tensor:
        """Give u (B, d) of each history (B, I)."""
        found: Tensor = self.place(torch.tanh(self.embed(histories)))
        return found


class ItemTower(nn.Module):
    """From the items' features (I, F) to their vectors (I, d)."""

    features: Tensor

    def __init__(self, features: Floats, width: int) -> None:
        super().__init__()
        self.register_buffer("features", torch.tensor(features), persistent=False)
        self.own = nn.Parameter(torch.empty(len(features), width))  # e
        self.shared = nn.Parameter(torch.empty(features.shape[1], width))  # A
        for weight in (self.own, self.shared):
            nn.init.xavier_uniform_(weight)

    def forward(self) -> Tensor:
        """Give v (I, d)."""
        return self.own + self.features @ self.shared


def soft_ild(scores: Tensor, vectors: Tensor) -> Tensor:
    """ILD (B,) of lists of n items that are taken by softmax(scores), from scores (B, n) and unit vectors (B, n, k)."""
    share = torch.softmax(scores, dim=1)
    middle = (share[:, :, None] * vectors).sum(dim=1)
    different = (1 - share.square().sum(dim=1)).clamp(min=1e-6)  # chance that two draws are not the same item
    return (1 - middle.square().sum(dim=1)) / (2 * different)


def known_features(dataset: Dataset) -> Floats | None:
    """Give unit vectors (I, F) of what the catalogue says of its items, or None where it says nothing."""
    blocks = catalogue_blocks(dataset.items)
    if not blocks:
        return None
    return np.array(blend(blocks).reindex(dataset.item_ids).fillna(0).to_numpy(np.float32))


class TwoTower(Trained[TwoTowerSettings]):
    """Scores items by the dot product of the two towers."""

    family = "twotower"
    settings_type = TwoTowerSettings

    def _prepare(self, dataset: Dataset) -> None:
        self._features = known_features(dataset)

    def _lesson(self, histories: sparse.csr_matrix, validation: Validation) -> "_Lesson":
        return _Lesson(histories, validation, self.settings, self._features)

    def _network(self, items: int) -> Network:
        return Network(items, self.settings)


class _Lesson(Lesson):
    """What the two towers give the training loop."""

    def __init__(
        self,
        histories: sparse.csr_matrix,
        validation: Validation,
        settings: TwoTowerSettings,
        features: Floats | None,
    ) -> None:
        super().__init__(histories, validation, settings)
        self.settings = settings
        alike = unit_rows(cooccurrence_vectors(histories)) if features is None else features
        self._alike = torch.tensor(alike)  # (I, k)
        width = settings.latent_dim
        self._shoppers = Network(histories.shape[1], settings)
        self._shoppers.decode.bias.data = log_share(popularity(self.histories), self.rows)
        self._items = ItemTower(np.zeros((histories.shape[1], 1), np.float32) if features is None else features, width)
        self.network = nn.ModuleDict({"shopper_tower": self._shoppers, "item_tower": self._items})
        learned = [weight for weight in self.network.parameters() if weight.requires_grad]
        self.optimiser = torch.optim.AdamW(
            learned, settings.learning_rate, weight_decay=settings.weight_decay, fused=True
        )
        self.optimisers: Mapping[str, torch.optim.Optimizer] = {"adam": self.optimiser}

    @property
    def coder(self) -> Network:
        """The shopper tower with the item tower's vectors as they are now."""
        self._shoppers.decode.weight.data = self._items().detach()
        return self._shoppers

    def step(self, rows: npt.NDArray[np.int64], epoch: float) -> dict[str, float]:  # noqa: ARG002  # the loop's call
        """Take one step on these users; give the loss, its two terms unweighted."""
        self.network.train()
        x = self.histories[rows]
        scores = self._shoppers.latent(x) @ self._items().T + self._shoppers.decode.bias  # (B, I)
        relevance = -log_likelihood(scores, x) * len(rows) / float(x.sum())
        diversity = -self._list_ild(scores, x)
        loss = relevance + self.settings.diversity_weight * diversity
        self.optimiser.zero_grad()
        torch.autograd.backward(loss)
        self.optimiser.step()
        return {"loss": loss.item(), "relevance_loss": relevance.item(), "diversity_loss": diversity.item()}

    def _list_ild(self, scores: Tensor, x: sparse.csr_matrix) -> Tensor:
        """Mean ILD of the soft top lists; lists hold what is not in the history."""
        free = scores.detach().clone()
        free[entries(x)] = -torch.inf
        best = free.topk(min(self.settings.soft_n, scores.shape[1])).indices  # (B, n)
        reached = scores.gather(1, best).masked_fill(free.gather(1, best).isinf(), -torch.inf)
        known = reached.isfinite().sum(dim=1) > 1
        return soft_ild(reached[known], self._alike[best[known]]).mean() if known.any() else scores.new_zeros(())
