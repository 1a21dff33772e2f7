"""Histories as bags of items: what the networks read and predict, without ever making them dense."""

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


def log_share(share: np.ndarray, rows: int) -> Tensor:
    """Start a decoder's bias at log popularity (I,), from items' shares among ``rows`` users."""
    return torch.log(torch.from_numpy(share) + 1 / (1 + rows))
