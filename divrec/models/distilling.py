"""Distillation: a network learns from the log and from another network's answers (Hinton et al. 2015).

    p = softmax(teacher(x) / T),  q = softmax(student(x) / T)
    loss = (1 − λ) · −Σ xᵢ log πᵢ / Σ xᵢ + λ · T² · KL(p ‖ q)            π = softmax(student(x))

The student reads a history through its dropout, the teacher all of it. A student of sequences is asked for the item at
a random place of the history from those before it. Weights that are pruned stay 0: what is left is fine-tuned so.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import torch
from scipy import sparse
from torch import Tensor
from torch.nn import functional

from divrec.models.bags import log_likelihood
from divrec.models.settings import AutoencoderSettings
from divrec.models.trained import Autoencoder, Lesson
from divrec.models.validation import Validation
from divrec.models.ways import CompressionSettings

Masks = Mapping[str, Tensor]


class Distilling(Lesson):
    """What a student gives the training loop."""

    def __init__(
        self,
        histories: sparse.csr_matrix,
        validation: Validation,
        settings: tuple[AutoencoderSettings, CompressionSettings],
        networks: tuple[Autoencoder, Autoencoder],
        masks: Masks,
        ordered: bool,
    ) -> None:
        family, self.settings = settings
        self._ordered = ordered
        super().__init__(histories[np.diff(histories.indptr) > int(self._ordered)], validation, family)
        self._teacher, student = networks
        self.network, self._masks = student.requires_grad_(requires_grad=True), masks
        self.optimiser = torch.optim.AdamW(
            student.parameters(), self.settings.learning_rate, weight_decay=self.settings.weight_decay, fused=True
        )
        self.optimisers = {"adam": self.optimiser}
        self._cuts = np.random.default_rng([self.settings.seed, 3])
        self._prune()

    def step(self, rows: npt.NDArray[np.int64], epoch: float) -> dict[str, float]:  # noqa: ARG002  # the loop's call
        """Take one step on these users; give the loss and its two terms, per event and per user."""
        given, wanted = self._divided(self.histories[rows])
        with torch.no_grad():
            told = self._teacher.scores(given)
        coder = self.coder.train()
        scores = coder.decode(coder.features(coder.latent(given)))
        data = -log_likelihood(scores, wanted) * len(rows) / float(wanted.sum())
        imitation = divergence(told, scores, self.settings.temperature)
        loss = (1 - self.settings.teacher) * data + self.settings.teacher * imitation
        self.optimiser.zero_grad()
        torch.autograd.backward(loss)
        self.optimiser.step()
        self._prune()
        return {"loss": loss.item(), "data_loss": data.item(), "imitation": imitation.item()}

    def _divided(self, x: sparse.csr_matrix) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
        """Give what is shown and what is to be found: the same for bags, a beginning and the next item in order."""
        return cut(x, self._cuts) if self._ordered else (x, x)

    def _prune(self) -> None:
        with torch.no_grad():
            for name, weight in self.network.named_parameters():
                if name in self._masks:
                    weight.mul_(self._masks[name])


def divergence(teacher: Tensor, student: Tensor, temperature: float) -> Tensor:
    """T² · KL(softmax(teacher / T) ‖ softmax(student / T)), meaned over the batch, from scores (B, I)."""
    p, q = (torch.log_softmax(scores / temperature, dim=1) for scores in (teacher, student))
    return temperature**2 * functional.kl_div(q, p, reduction="batchmean", log_target=True)


def cut(x: sparse.csr_matrix, rng: np.random.Generator) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Divide histories (B, I) in order, of two items or more, at a random place: those before it, and the one there."""
    lengths = np.diff(x.indptr)
    at = np.repeat(rng.integers(2, lengths + 1), lengths)  # places are counted from 1
    place = x.data.copy()
    before, there = (_only(x, chosen) for chosen in (place < at, place == at))
    there.data = np.ones_like(there.data)
    return before, there


def _only(x: sparse.csr_matrix, chosen: npt.NDArray[np.bool_]) -> sparse.csr_matrix:
    offsets = np.concatenate([[0], np.cumsum(chosen)])[x.indptr]
    return sparse.csr_matrix((x.data[chosen], x.indices[chosen], offsets), shape=x.shape)


def largest(network: Autoencoder, kept: float) -> dict[str, Tensor]:
    """Mark the ``kept`` share of each matrix's weights that are the largest (Han et al. 2015)."""
    masks = {}
    for name, weight in network.named_parameters():
        if weight.ndim == 2:
            number = max(1, round(kept * weight.numel()))
            threshold = weight.detach().abs().ravel().kthvalue(weight.numel() - number + 1).values
            masks[name] = (weight.detach().abs() >= threshold).float()
    return masks
