"""Histories as bags of items: what the networks read and predict, without ever making them dense."""

import math

import numpy as np
import torch
from scipy import sparse
from torch import Tensor, nn
from torch.nn import functional


def tensors(histories: sparse.csr_matrix) -> tuple[Tensor, Tensor, Tensor]:
    """Give item positions, values and row offsets (B + 1) of histories (B, I)."""
    items = torch.from_numpy(histories.indices.astype(np.int64))
    return items, torch.from_numpy(histories.data), torch.from_numpy(histories.indptr.astype(np.int64))


def unit(values: Tensor, offsets: Tensor) -> Tensor:
    """Scale each row to length 1."""
    rows = torch.repeat_interleave(offsets.diff())
    squares = torch.zeros(len(offsets) - 1).index_add_(0, rows, values.square())
    return values / squares.sqrt()[rows]


class Embed(nn.Module):
    """W · dropout(x / ‖x‖) + b as a sum of embeddings: a first layer (I, d) that costs what the histories hold."""

    def __init__(self, items: int, width: int, dropout: float) -> None:
        super().__init__()
        self.dropout = dropout
        self.table = nn.EmbeddingBag(items, width, mode="sum", include_last_offset=True)  # W
        self.bias = nn.Parameter(torch.zeros(width))  # b
        nn.init.xavier_uniform_(self.table.weight)

    def forward(self, histories: sparse.csr_matrix) -> Tensor:
        """Give (B, d) for histories (B, I)."""
        items, values, offsets = tensors(histories)
        values = functional.dropout(unit(values, offsets), self.dropout, self.training)
        found: Tensor = self.table(items, offsets, per_sample_weights=values) + self.bias
        return found


def log_likelihood(logits: Tensor, histories: sparse.csr_matrix) -> Tensor:
    """Mean over the batch of Σᵢ xᵢ log πᵢ, from logits (B, I)."""
    items, values, offsets = tensors(histories)
    rows = torch.repeat_interleave(offsets.diff())
    chosen = (logits[rows, items] * values).sum()
    total = torch.zeros(len(logits)).index_add_(0, rows, values)  # Σᵢ xᵢ per user
    return (chosen - (torch.logsumexp(logits, dim=1) * total).sum()) / len(logits)


def sampled_log_likelihood(
    decode: nn.Linear, features: Tensor, histories: sparse.csr_matrix, negatives: int
) -> Tensor:
    """``log_likelihood`` of ``decode(features)``, from (B, D), with the softmax's sum estimated from a sample of items.

    Summed over are all items P of the batch, exactly, and ``negatives`` drawn for the whole batch from the other I - P,
    each standing for (I - P) / negatives of them: right on average, as in Jean et al. 2015 with a uniform proposal.
    """
    items, values, offsets = tensors(histories)
    positive, place = torch.unique(items, return_inverse=True)  # (P,)
    total = decode.weight.shape[0]
    others = torch.ones(total, dtype=torch.bool)
    others[positive] = False
    others = others.nonzero().ravel()
    drawn = others[torch.randint(max(len(others), 1), (min(negatives, len(others)),))]
    chosen = torch.cat([positive, drawn])
    logits = functional.linear(features, decode.weight[chosen], decode.bias[chosen])  # (B, P + negatives)
    stands_for = torch.zeros(len(chosen))
    stands_for[len(positive) :] = math.log(max(len(others), 1) / max(len(drawn), 1))
    rows = torch.repeat_interleave(offsets.diff())
    sums = torch.zeros(len(logits)).index_add_(0, rows, values)  # Σᵢ xᵢ per user
    partition = torch.logsumexp(logits + stands_for, dim=1)
    return ((logits[rows, place] * values).sum() - (partition * sums).sum()) / len(logits)


def log_share(share: np.ndarray, rows: int) -> Tensor:
    """Start a decoder's bias at log popularity (I,), from items' shares among ``rows`` users."""
    return torch.log(torch.from_numpy(share) + 1 / (1 + rows))
