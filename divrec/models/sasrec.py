"""SASRec: self-attention over what a shopper did, in order (Kang & McAuley 2018).

The loss is gSASRec's (Petrov & Macdonald 2023).

    h = Transformer(√d · E[s₁ … s_L] + P)              each place sees itself and what came before it
    score of item i after place l: r = ⟨h_l, E_i⟩      E: the items' vectors, the same going in and coming out
    loss = −(β log σ(r⁺) + Σ over k negatives of log(1 − σ(r⁻))) / (k + 1)
    β = α (t (1 − 1/α) + 1/α),  α = k / (|I| − 1)

A few negatives out of many items make a model too sure of what it knows; β takes that back, entirely at t = 1. The
paper draws negatives for each place; here a shopper's places share them, so that their scores are one matrix product.
An item stands where it was met last.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from scipy import sparse
from torch import Tensor, nn
from torch.nn import functional

from divrec.errors import InputError
from divrec.models.sequences import NOTHING, latest_items, ordered
from divrec.models.settings import SASRecSettings
from divrec.models.trained import Autoencoder, Lesson, Trained
from divrec.models.validation import Validation

_AT_ONCE: Final = 1024  # shoppers whose sequences are in memory together


class Network(Autoencoder):
    """Transformer over a shopper's sequence."""

    def __init__(self, items: int, settings: SASRecSettings) -> None:
        super().__init__()
        width, self.length = settings.latent_dim, settings.length
        self.decode = nn.Linear(width, items, bias=False)  # E
        self.places = nn.Embedding(settings.length, width)  # P
        self.dropout = nn.Dropout(settings.dropout)
        block = nn.TransformerEncoderLayer(
            width, settings.heads, settings.hidden_dim, settings.dropout, batch_first=True, norm_first=True
        )
        self.blocks = nn.TransformerEncoder(block, settings.blocks, nn.LayerNorm(width), enable_nested_tensor=False)
        nn.init.normal_(self.decode.weight, std=0.02)
        nn.init.normal_(self.places.weight, std=0.02)

    def forward(self, items: Tensor, counts: Tensor) -> Tensor:
        """Give h (B, L, d) of sequences (B, L) that hold ``counts`` (B,) items each; the last item's place is fixed."""
        width, steps = self.decode.in_features, items.shape[1]
        entering = functional.embedding(items.clamp(min=0), self.decode.weight) * width**0.5
        place = (self.length - counts)[:, None] + torch.arange(steps)
        entering = self.dropout(entering + self.places(place.clamp(max=self.length - 1)))
        mask = nn.Transformer.generate_square_subsequent_mask(steps)
        found: Tensor = self.blocks(entering, mask=mask, is_causal=True)
        return found

    def latent(self, histories: sparse.csr_matrix) -> Tensor:
        """Give h (B, d) at the last item of each history (B, I); zeros for an empty one."""
        starts = range(0, histories.shape[0], _AT_ONCE)
        found = [self._last(histories[at : at + _AT_ONCE]) for at in starts]
        return torch.cat(found) if found else torch.zeros(0, self.decode.in_features)

    def _last(self, histories: sparse.csr_matrix) -> Tensor:
        items, counts = map(torch.from_numpy, latest_items(histories, self.length))
        last = (counts - 1).clamp(min=0)
        found: Tensor = self(items, counts)[torch.arange(len(counts)), last] * (counts > 0)[:, None]
        return found


def calibration(negatives: int, items: int, t: float) -> float:
    """Give β, the power of the positive's probability in gSASRec's loss; 1 where t = 0 or no item is left out."""
    share = negatives / max(1, items - 1)  # α
    return share * (t * (1 - 1 / share) + 1 / share)


class SASRec(Trained[SASRecSettings]):
    """Scores items by what tends to follow the shopper's latest ones."""

    family = "sasrec"
    settings_type = SASRecSettings
    reads_order = True
    scores_newcomers = False

    def _gather(self, interactions: pd.DataFrame, users: Iterable[str], item_ids: pd.Index) -> sparse.csr_matrix:
        wanted = pd.Index(users)
        return ordered(super()._gather(interactions, wanted, item_ids), interactions, wanted, item_ids)

    def _lesson(self, histories: sparse.csr_matrix, validation: Validation) -> "_Lesson":
        return _Lesson(histories, validation, self.settings)

    def _network(self, items: int) -> Network:
        return Network(items, self.settings)


class _Lesson(Lesson):
    """What SASRec gives the training loop."""

    def __init__(self, histories: sparse.csr_matrix, validation: Validation, settings: SASRecSettings) -> None:
        super().__init__(histories[np.diff(histories.indptr) > 1], validation, settings)
        if not self.rows:
            raise InputError(
                f"SASRec learns what follows what, and none of the {histories.shape[0]} users has two items to learn "
                "from; choose popularity or content for such a log"
            )
        items = histories.shape[1]
        self.settings, self._negatives = settings, min(settings.negatives, items - 1)
        self._beta = calibration(self._negatives, items, settings.calibration)
        self.network: Network = Network(items, settings)
        self.optimiser = torch.optim.AdamW(
            self.network.parameters(), settings.learning_rate, weight_decay=settings.weight_decay, fused=True
        )
        self.optimisers: Mapping[str, torch.optim.Optimizer] = {"adam": self.optimiser}

    def step(self, rows: npt.NDArray[np.int64], epoch: float) -> dict[str, float]:  # noqa: ARG002  # the loop's call
        """Take one step on these users; give the loss and its two terms, per place."""
        self.network.train()
        items, counts = map(torch.from_numpy, latest_items(self.histories[rows], self.settings.length + 1))
        h, following = self.network(items[:, :-1], counts - 1), items[:, 1:]  # (B, L, d), (B, L)
        real = following != NOTHING
        others = torch.randint(self.network.decode.out_features, (len(items), self._negatives))  # (B, k)
        chosen = (h * functional.embedding(following.clamp(min=0), self.network.decode.weight)).sum(dim=-1)  # r⁺ (B, L)
        rest = h @ functional.embedding(others, self.network.decode.weight).transpose(1, 2)  # r⁻ (B, L, k)
        positive = self._beta * functional.softplus(-chosen[real]).mean() / (self._negatives + 1)
        negative = functional.softplus(rest[real]).sum(dim=-1).mean() / (self._negatives + 1)
        loss = positive + negative
        self.optimiser.zero_grad()
        torch.autograd.backward(loss)
        self.optimiser.step()
        return {"loss": loss.item(), "positive_loss": positive.item(), "negative_loss": negative.item()}
