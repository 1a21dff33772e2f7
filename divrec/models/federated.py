"""Federated averaging (McMahan et al. 2017): many places learn one model, and no place's histories leave it.

    w ← Σₚ nₚ / n · wₚ,   wₚ: w after some epochs on the nₚ shoppers of place p

A place is a shop, a branch, a phone. In a round each begins with the shared weights, learns from its own shoppers
alone, and hands back weights and how many shoppers it has; the average is the next round's beginning.
The first beginning is
the average of what each place begins with by itself: the same random numbers, and a bias at its own popularity.

What leaves a place: weights, the number of its shoppers, and how well the shared model does on what it hides from
training. What that does not protect against: weights say something of what they were learned from, most of all after a
round on a few shoppers (an item that got likelier was bought there), and whoever averages sees each place's. It is not
differential privacy. It is simulated here in one process, place by place.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from scipy import sparse
from torch import Tensor, nn

from divrec.columns import USER
from divrec.data.dataset import Dataset
from divrec.errors import InputError
from divrec.models.progress import Listener
from divrec.models.settings import FederatedSettings

if TYPE_CHECKING:
    from divrec.models.trained import Autoencoder, Lesson, Trained

Ints = npt.NDArray[np.int64]
Open = Callable[[sparse.csr_matrix], "Lesson"]  # makes a place's lesson from its own histories
_NOWHERE: Final = ""


def federated(
    model: "Trained[Any]",
    dataset: Dataset,
    by: "str | pd.Series | int" = 10,
    valid: Dataset | None = None,
    progress: Listener | None = None,
) -> "Trained[Any]":
    """Fit ``model`` (MultVAE, AAE) in places whose shoppers never meet, and give it: an ordinary model from then on.

    ``by`` says where shoppers are: a column of the table of users (``"region"``), a series by user_id, such as
    ``shopper_groups(dataset).labels``, or a number of random places of equal size. Users without a place are one more.
    A round is one epoch of the model's settings, each place learning for ``local_epochs`` in it, in batches so small
    that a round has as many steps as an epoch on everybody. The same seed gives the same weights. Raises InputError for
    a column that the users do not have, or a family that cannot be averaged.
    """
    if not isinstance(model.settings, FederatedSettings):
        raise InputError(f"multvae and aae learn in places; found {model.family}")
    if isinstance(by, int):
        places = random_places(len(dataset.user_ids), by, model.settings.seed)
    else:
        places = named_places(dataset, by)
    model.places = places
    try:
        return model.fit(dataset, valid, progress)
    finally:
        model.places = None


def named_places(dataset: Dataset, by: "str | pd.Series") -> Ints:
    """Number the place (U,) of each user."""
    if isinstance(by, str):
        if by not in dataset.users:
            raise InputError(f"the users have no column {by!r}; they have {', '.join(map(str, dataset.users.columns))}")
        by = dataset.users.set_index(USER)[by]
    names = by.reindex(dataset.user_ids).astype("object").fillna(_NOWHERE).astype("str")
    return np.asarray(pd.factorize(names, sort=True)[0], dtype=np.int64)


def random_places(users: int, parts: int, seed: int) -> Ints:
    """Spread users over places of equal size."""
    return np.asarray(np.random.default_rng([seed, 5]).permutation(users) % parts, dtype=np.int64)


def averaged(weights: Sequence[Mapping[str, Tensor]], counts: npt.ArrayLike) -> dict[str, Tensor]:
    """Average weights of the same names, each counting as many as it was learned from."""
    share = np.asarray(counts, dtype=np.float64) / np.sum(counts)
    first = weights[0]
    return {
        name: sum((part * each[name] for part, each in zip(share, weights, strict=True)), torch.zeros_like(first[name]))
        for name in first
    }


class Round(nn.Module):
    """What is kept between steps: the shared weights, and the sum of what places have handed back in this round."""

    def __init__(self, shared: nn.Module, gathered: nn.Module) -> None:
        super().__init__()
        self.shared, self.gathered = shared, gathered


class Federation:
    """What federated averaging gives the training loop: a step is one place's learning, an epoch is a round.

    So the loop's early stopping, progress, cancelling and checkpoints hold here as for any training.
    """

    optimisers: Mapping[str, torch.optim.Optimizer] = {}  # a place's begin anew in each round

    def __init__(
        self, shards: list[sparse.csr_matrix], keeper: "Lesson", opened: Open, settings: FederatedSettings
    ) -> None:
        """``opened`` makes a place's lesson from its histories; ``keeper`` has none: it measures what is shared."""
        self.shards = [shard for shard in shards if np.diff(shard.indptr).any()]
        self.rows = len(self.shards)
        self._open, self._keeper, self._settings = opened, keeper, settings
        self._counts = np.array([int((np.diff(shard.indptr) > 0).sum()) for shard in self.shards])
        began = [self._begun(shard).network.state_dict() for shard in self.shards]
        keeper.network.load_state_dict(averaged(began, self._counts))
        self.network = Round(keeper.network, self._begun(self.shards[0]).network)
        self._empty()

    @property
    def watched(self) -> str:
        """The validation value that decides on stopping."""
        return self._keeper.watched

    @property
    def coder(self) -> "Autoencoder":
        """The shared encoder and decoder."""
        return self._keeper.coder

    def step(self, rows: Ints, epoch: float) -> dict[str, float]:
        """Let these places learn from the shared weights, and add what they hand back to the sum."""
        terms: dict[str, float] = {}
        for place in rows:
            weights, said = self._learned(int(place), int(epoch))
            part = float(self._counts[place] / self._counts.sum())
            with torch.no_grad():
                for name, total in self.network.gathered.state_dict().items():
                    total.add_(weights[name], alpha=part)
            terms = {name: terms.get(name, 0.0) + value / len(rows) for name, value in said.items()}
        return terms

    def validate(self) -> dict[str, float]:
        """End the round: what was gathered is shared. Then measure it.

        A place would measure on its own shoppers; the mean of all, counting shoppers, is what is measured here.
        """
        self.network.shared.load_state_dict(self.network.gathered.state_dict())
        self._empty()
        return self._keeper.measures()

    def _learned(self, place: int, turn: int) -> tuple[dict[str, Tensor], dict[str, float]]:
        """Learn at one place from its own shoppers alone: the weights afterwards, and the mean loss terms."""
        lesson, local = self._begun(self.shards[place]), self._settings.local_epochs
        lesson.network.load_state_dict(self.network.shared.state_dict())
        batch = max(1, self._settings.batch // self.rows)  # as many steps as if all learned together
        steps, sums = -(-lesson.rows // batch), dict[str, float]()
        for epoch in range(turn * local, (turn + 1) * local):
            order = np.random.default_rng([self._settings.seed, 1, epoch, place]).permutation(lesson.rows)
            for at in range(steps):
                rows = order[at * batch : (at + 1) * batch]
                for name, value in lesson.step(rows, epoch + at / steps).items():
                    sums[name] = sums.get(name, 0.0) + value * len(rows) / (lesson.rows * local)
        return lesson.network.state_dict(), sums

    def _begun(self, shard: sparse.csr_matrix) -> "Lesson":
        """Make a place's lesson from the same random numbers, leaving those of the training where they are."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self._settings.seed)
            return self._open(shard)

    def _empty(self) -> None:
        with torch.no_grad():
            for value in self.network.gathered.state_dict().values():
                value.zero_()
