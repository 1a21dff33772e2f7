"""What autoencoders share: hold users' items out, train in the one loop, keep the coder, encode and score with it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from hashlib import blake2b
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt
import torch
from scipy import sparse
from torch import Tensor, nn

from divrec.data.dataset import Dataset
from divrec.models.bags import log_likelihood, sampled_log_likelihood
from divrec.models.base import Arrays, Given, Recommender
from divrec.models.federated import Federation, random_places
from divrec.models.inputs import Floats, weighted
from divrec.models.item_space import response_vectors
from divrec.models.progress import shifted
from divrec.models.settings import AutoencoderSettings, FederatedSettings
from divrec.models.training import repeatable, train
from divrec.models.transfer import borrow
from divrec.models.validation import Validation

_MOST_USERS: Final = 20_000  # whose latents are looked at to scale the item vectors

S = TypeVar("S", bound=AutoencoderSettings)


class Autoencoder(nn.Module, ABC):
    """A network from a history to a place in a latent space, and from there to a score of every item."""

    decode: nn.Linear  # the last layer (D → I): its rows are the items

    @abstractmethod
    def latent(self, histories: sparse.csr_matrix) -> Tensor:
        """Give the place (B, d) of each history (B, I), without noise."""

    def features(self, latent: Tensor) -> Tensor:
        """Give what the last layer sees (B, D) of a place (B, d); the place itself where there is nothing between."""
        return latent

    def scores(self, histories: sparse.csr_matrix) -> Tensor:
        """Score every item (B, I) for each history (B, I), without noise."""
        found: Tensor = self.decode(self.features(self.latent(histories)))
        return found


class Lesson(ABC):
    """What an autoencoder gives the training loop; a family adds its network, its optimisers and its step."""

    network: nn.Module
    optimisers: Mapping[str, torch.optim.Optimizer]

    def __init__(self, histories: sparse.csr_matrix, validation: Validation, settings: AutoencoderSettings) -> None:
        self.histories = histories[np.diff(histories.indptr) > 0]  # an empty history teaches nothing
        self.validation = validation
        self.rows = self.histories.shape[0]
        self.watched = "ndcg" if settings.stop_by == "nothing" else settings.stop_by
        self._weighting, self._n = settings.weighting, settings.validation_n
        self._negatives = settings.negatives if histories.shape[1] > settings.full_softmax else 0

    @property
    def coder(self) -> Autoencoder:
        """The part of the network that is kept: all of it, unless training needs more than use does."""
        assert isinstance(self.network, Autoencoder)  # noqa: S101  # else a family says which part
        return self.network

    def likelihood(self, features: Tensor, histories: sparse.csr_matrix) -> Tensor:
        """Mean over the batch of Σᵢ xᵢ log πᵢ, from features (B, D); estimated where the catalogue is large."""
        if self._negatives:
            return sampled_log_likelihood(self.coder.decode, features, histories, self._negatives)
        return log_likelihood(self.coder.decode(features), histories)

    @abstractmethod
    def step(self, rows: np.ndarray, epoch: float) -> dict[str, float]:
        """Take one step on these users and give the loss terms."""

    def validate(self) -> dict[str, float]:
        """Give the measures, and watch over the training where a family has to."""
        return self.measures()

    def measures(self) -> dict[str, float]:
        """Give NDCG on the validation users' hidden items, and what is watched besides."""
        self.network.eval()

        def score(histories: sparse.csr_matrix) -> Floats:
            return scored(self.coder, weighted(histories, self._weighting))

        values = {"ndcg": self.validation.ndcg(score, self._n)}
        if self.watched == "hidden_log_likelihood":
            values[self.watched] = self.validation.log_likelihood(score)
        return values


class Trained(Recommender[S]):
    """A recommender that is an autoencoder."""

    scores_newcomers = True
    places: npt.NDArray[np.int64] | None = None  # where each user of the next training is (``federated``)
    _coder: Autoencoder

    @abstractmethod
    def _lesson(self, histories: sparse.csr_matrix, validation: Validation) -> Lesson:
        """Make what the training loop trains, from weighted histories (U, I)."""

    @abstractmethod
    def _network(self, items: int) -> Autoencoder:
        """Make an untrained coder."""

    def _prepare(self, dataset: Dataset) -> None:
        """Look at what a lesson needs to know of the shop besides the histories."""

    def _learn(self, given: Given) -> None:
        settings, origin = self.settings, {"data": given.dataset.fingerprint}
        if settings.stop_by == "nothing":
            histories, validation = given.histories, Validation.nothing(given.histories.shape[1])
        elif given.valid is None:
            histories, validation = Validation.hold_out(given.histories, given.dataset, settings.seed)
        else:
            histories = given.histories
            validation = Validation.from_dataset(given.valid, given.dataset.item_ids, self._gather)
            origin["valid"] = given.valid.fingerprint
        self._best = self._train(histories, validation, settings, given, origin)
        if settings.refit and given.valid is None:
            again = given.checkpoint / "again" if given.checkpoint else None
            done, progress = self._best, given.progress
            self.learn_all(replace(given, progress=shifted(progress, done, 2 * done), checkpoint=again))

    def learn_all(self, given: Given) -> None:
        """Train on everything for as many epochs as were best when a part was held out."""
        settings = replace(self.settings, epochs=self._best, patience=self._best)
        nobody = Validation.nothing(given.histories.shape[1])
        self._train(given.histories, nobody, settings, given, {"data": given.dataset.fingerprint})

    def _train(
        self, histories: sparse.csr_matrix, validation: Validation, settings: S, given: Given, origin: dict[str, str]
    ) -> int:
        self._prepare(given.dataset)
        rows = weighted(histories, settings.weighting)
        places = self._places(rows.shape[0])
        with repeatable(settings.seed, settings.threads):
            lesson = self._lesson(rows, validation) if places is None else self._federation(rows, validation, places)
            if isinstance(self._source, Trained):
                borrow(lesson.coder, given.dataset.item_ids, self._source._coder, self._source.item_ids)
            if places is not None:  # a step is one place, and the batch is the place's own
                origin = {**origin, "batch": str(settings.batch), "places": blake2b(places.tobytes()).hexdigest()}
                settings = replace(settings, batch=1)
            best = train(lesson, settings, given.progress, given.checkpoint, origin)
        self._coder = lesson.coder.eval()
        return best

    def _places(self, users: int) -> npt.NDArray[np.int64] | None:
        """Tell where each user is; None where all learn together."""
        settings = self.settings
        if self.places is not None or not isinstance(settings, FederatedSettings) or settings.parts == 1:
            return self.places
        return random_places(users, settings.parts, settings.seed)

    def _federation(self, rows: sparse.csr_matrix, validation: Validation, places: npt.NDArray[np.int64]) -> Federation:
        assert isinstance(self.settings, FederatedSettings)  # noqa: S101  # ``places`` is None for all others
        keeper, nobody = self._lesson(rows[:0], validation), Validation.nothing(rows.shape[1])
        shards = [rows[places == place] for place in np.unique(places)]
        return Federation(shards, keeper, lambda shard: self._lesson(shard, nobody), self.settings)

    def encode(self, histories: sparse.csr_matrix) -> Floats:
        """Give the place (U, d) of each history (U, I) in the latent space."""
        liked = weighted(self._checked(histories), self.settings.weighting)
        with torch.inference_mode():
            return np.asarray(self._coder.latent(liked).numpy())

    def decode(self, places: Floats) -> Floats:
        """Score every item (U, I) for places (U, d) of the latent space: what ``score`` does after ``encode``."""
        with torch.inference_mode():
            latent = torch.from_numpy(np.ascontiguousarray(places, dtype=np.float32))
            return np.asarray(self._coder.decode(self._coder.features(latent)).numpy())

    def _score(self, histories: sparse.csr_matrix) -> Floats:
        return scored(self._coder, weighted(histories, self.settings.weighting))

    def _vectorise(self) -> Floats:
        """Take the last layer's weights, seen through how its inputs vary over the users of the training."""
        known = weighted(self.histories[:_MOST_USERS], self.settings.weighting)
        with torch.inference_mode():
            features = self._coder.features(self._coder.latent(known)).numpy()  # (U, D)
        return response_vectors(self._coder.decode.weight.detach().numpy(), features)

    def _weights(self) -> Arrays:
        return {name: value.numpy() for name, value in self._coder.state_dict().items()}

    def _restore(self, weights: Arrays) -> None:
        coder = self._network(weights["decode.weight"].shape[0])
        coder.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
        self._coder = coder.eval()

    def _shapes(self, items: int) -> dict[str, tuple[int, ...]]:
        with torch.device("meta"):
            coder = self._network(items)
        return {name: tuple(value.shape) for name, value in coder.state_dict().items()}


def scored(coder: Autoencoder, histories: sparse.csr_matrix) -> Floats:
    """Score every item (U, I) for each history (U, I)."""
    with torch.inference_mode():
        return np.asarray(coder.scores(histories).numpy())
