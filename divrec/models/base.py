"""``Recommender``: the one protocol of all models, with the one ``candidates()`` and ``recommend()``."""

import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, Self, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from divrec.columns import ITEM, USER
from divrec.data.candidates import NO_ITEM, Candidates
from divrec.data.dataset import Dataset, histories
from divrec.data.files import atomic_folder
from divrec.data.ranking import top_n
from divrec.data.settings import Settings
from divrec.data.vectors import unit_rows
from divrec.errors import InputError, NotFittedError, UnknownIdError
from divrec.models import artefacts
from divrec.models.inputs import Floats, entries, popularity, weighted
from divrec.models.item_space import cooccurrence_vectors
from divrec.models.packing import Packing, pack, unpack
from divrec.models.progress import Listener
from divrec.models.registry import family as find_family
from divrec.models.users import Users, batches, history_of, ids_of

S = TypeVar("S", bound=Settings)
T = TypeVar("T")
Arrays = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Given:
    """What ``fit`` hands to a family: the log, its histories (U, I), and how to watch, report and save the training."""

    dataset: Dataset
    histories: sparse.csr_matrix
    valid: Dataset | None
    progress: Listener | None
    checkpoint: Path | None
    user_weights: npt.NDArray[np.float32] | None = None  # (U,) what each user counts; None: all alike


class Recommender(ABC, Generic[S]):
    """A model that scores every item for any history, trained on a shop's log.

    A family writes the hooks at the end of this class; everything else is written once, here. Settings are given by
    name: ``MultVAE(latent_dim=64, seed=7)``. After ``fit`` the model knows its items and the histories it was trained
    on, by user id; a history that it has never seen is scored without retraining.
    """

    family: ClassVar[str]
    settings_type: ClassVar[type[Settings]]
    reads_order: ClassVar[bool] = False  # whether histories tell when (``sequences.ordered``), not how much
    scores_newcomers: ClassVar[bool] = False  # whether an empty history gets scores of the model's own
    predicts_ratings: ClassVar[bool] = False  # whether a score is the rating that it expects
    weighs_users: ClassVar[bool] = False  # whether ``user_weights`` can tell it that some users count less

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401  # each family's own settings
        self.settings: S = self.settings_type.of(settings)  # type: ignore[assignment]
        self._item_ids: pd.Index | None = None
        self._user_ids: pd.Index | None = None
        self._histories: sparse.csr_matrix | None = None
        self._vectors: Floats | None = None
        self._source: Recommender[Any] | None = None  # whose weights the next training starts from
        self._packing: Packing = "plain"  # how its weights are stored

    def fit(
        self,
        dataset: Dataset,
        valid: Dataset | None = None,
        progress: Listener | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
        user_weights: npt.ArrayLike | None = None,
    ) -> Self:
        """Train on ``dataset``, watching ``valid`` (the test part of a split) for when to stop, and give the model.

        A family without epochs ignores ``valid``, ``progress`` and ``checkpoint``. With a ``checkpoint`` folder the
        training saves its state there, and continues from what it finds there. ``user_weights`` (U,), not negative, in
        the order of ``dataset.user_ids``, tell EASE what each user counts; all others count everybody alike. Raises
        InputError where the log has nothing to learn from or the weights cannot be heeded, Cancelled where ``progress``
        raises it.
        """
        weights = self._weighing(user_weights, len(dataset.user_ids))
        self._check(dataset)
        known = self._gather(dataset.interactions, dataset.user_ids, dataset.item_ids)
        if not (known.data > 0).any():
            raise InputError(
                f"there is nothing to learn from: {known.shape[0]} users and {known.shape[1]} items "
                "without one event of positive weight; check the weights and the split"
            )
        self._vectors, self._packing = None, "plain"
        self._learn(Given(dataset, known, valid, progress, Path(checkpoint) if checkpoint else None, weights))
        self._item_ids, self._user_ids, self._histories = dataset.item_ids, dataset.user_ids, known
        return self

    def starting_from(self, source: "Recommender[Any]") -> Self:
        """Begin the next ``fit`` with what a trained model of this family knows of the items that both have.

        Raises InputError for a family that learns everything anew each time, and for a model of another family.
        """
        if not find_family(self.family).transfers:
            raise InputError(f"{self.family} learns everything anew each time; start multvae, recvae or aae from a run")
        if source.family != self.family:
            raise InputError(f"a {self.family} starts from a {self.family}, found a {source.family}; choose such a run")
        self._source = source
        return self

    @property
    def item_ids(self) -> pd.Index:
        """The items that can be recommended, in the order of the scores' columns."""
        return self._fitted(self._item_ids)

    @property
    def user_ids(self) -> pd.Index:
        """The users it was trained on, in the order of ``histories``' rows."""
        return self._fitted(self._user_ids)

    @property
    def histories(self) -> sparse.csr_matrix:
        """The histories (U, I) it was trained on."""
        return self._fitted(self._histories)

    def score(self, histories: sparse.csr_matrix) -> Floats:
        """Score every item (U, I) for each history (U, I) of summed weights; higher is better, only within a row.

        Everything is scored at once: for many users, ``candidates`` works in batches. Raises InputError where the
        histories' columns are not the model's items.
        """
        rows = self._checked(histories)
        scores = np.asarray(self._score(rows), dtype=np.float32)
        if not self.scores_newcomers:
            newcomers = np.diff(weighted(rows, "binary").indptr) == 0
            if newcomers.any():
                scores[newcomers] = popularity(self.histories)
        return scores

    def encode(self, histories: sparse.csr_matrix) -> Floats:
        """Place each history (U, I) in the space of latent vectors (U, d).

        Here, for models without a space of their own: the mean of the history's unit item vectors.
        """
        liked = weighted(self._checked(histories), "binary")
        counts = np.maximum(np.diff(liked.indptr), 1)[:, None]
        return np.asarray(liked @ unit_rows(self._item_space()) / counts, dtype=np.float32)

    def item_vectors(self) -> pd.DataFrame:
        """Give one vector per item as a table indexed by ``item_id``: what the model holds to be alike lies close."""
        item_ids, space = self.item_ids, self._item_space()
        return pd.DataFrame(space, index=item_ids, columns=[f"v{axis}" for axis in range(space.shape[1])])

    def candidates(
        self, users: Users, n: int = 500, repeat: bool = False, history: pd.DataFrame | None = None
    ) -> Candidates:
        """Score the best ``n`` items for each user, best first; equal scores by the item's place in the catalogue.

        ``users`` are ids, a table with ``user_id``, or a Dataset, whose own history is then used. ``history`` is a
        table of ``user_id, item_id`` (and ``weight``) that takes the place of what the training knew; a user without
        rows in it is a newcomer. Items of the history are left out unless ``repeat``, and a pool can then be shorter
        than ``n``.
        Raises UnknownIdError for a user that neither the training nor ``history`` tells about.
        """
        if n < 1:
            raise InputError(f"a list needs at least 1 place, found n={n}")
        ids, known = self._whose(users, history)
        width = min(n, len(self.item_ids))
        items = np.full((len(ids), width), NO_ITEM, dtype=np.int32)
        scores = np.zeros((len(ids), width), dtype=np.float32)
        for rows in batches(len(ids), len(self.item_ids)):
            items[rows], scores[rows] = self._pool(known[rows], width, repeat)
        return Candidates(ids, self.item_ids, items, scores)

    def gathered(self, users: Users, history: pd.DataFrame | None = None) -> sparse.csr_matrix:
        """Give what ``score`` takes for these users, (U, I) as ``candidates`` goes by it; see there."""
        return self._whose(users, history)[1]

    def recommend(
        self, users: Users, n: int = 20, repeat: bool = False, history: pd.DataFrame | None = None
    ) -> pd.DataFrame:
        """Give the ``n`` best items per user as a table ``user_id, item_id, score, rank``; see ``candidates``."""
        return self.candidates(users, n, repeat, history).to_frame()

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write the model to ``folder`` as safetensors, Parquet and JSON, sealed with checksums."""
        self._fitted(self._item_ids)
        with atomic_folder(folder) as path:
            artefacts.write_description(path, self.family, self.settings.to_json())
            artefacts.write_ids(path, self.item_ids, self.user_ids)
            artefacts.write_histories(path, self.histories)
            self._write(path)

    @classmethod
    def read(cls, folder: Path, settings: Mapping[str, Any]) -> Self:
        """Read the parts that ``save`` wrote; ``load_model`` is the way in, since it checks the seals first."""
        model = cls(**settings)
        model._item_ids, model._user_ids = artefacts.read_ids(folder)
        model._histories = artefacts.read_histories(folder, (len(model._user_ids), len(model._item_ids)))
        model._read(folder)
        return model

    def packed(self, packing: Packing) -> Self:
        """Give a copy whose weights are what ``packing`` stores: saved, it is smaller; loaded, it scores the same."""
        twin = type(self)(**self.settings.to_json())
        twin.knowing(self.item_ids, self.user_ids, self.histories)
        twin._packing = packing
        twin._restore(unpack(pack(self._weights(), packing)))
        return twin

    def knowing(self, item_ids: pd.Index, user_ids: pd.Index, histories: sparse.csr_matrix) -> None:
        """Take over the items, users and histories of a model that this one is a part of."""
        self._item_ids, self._user_ids, self._histories, self._vectors = item_ids, user_ids, histories, None

    def _pool(self, histories: sparse.csr_matrix, n: int, repeat: bool) -> tuple[npt.NDArray[np.int32], Floats]:
        scores = self.score(histories)
        if not repeat:
            scores[entries(histories)] = -np.inf
        items = top_n(scores, n)
        best = np.take_along_axis(scores, np.maximum(items, 0), axis=1)
        return items, np.where(items == NO_ITEM, np.float32(0), best)

    def _whose(self, users: Users, history: pd.DataFrame | None) -> tuple[pd.Index, sparse.csr_matrix]:
        """Give distinct ids in their first order, and their histories."""
        ids, known = ids_of(users), history_of(users, history)
        if known is not None:
            return ids, self._gather(known, ids, self.item_ids)
        at = self.user_ids.get_indexer(ids)
        if (at < 0).any():
            raise UnknownIdError(
                f"{ids[at < 0][0]!r} is not among the {len(self.user_ids)} users of the training "
                f"(first: {', '.join(map(str, self.user_ids[:3]))}); "
                f"for new users give history=, a table {USER}, {ITEM}"
            )
        return ids, self.histories[at]

    def _weighing(self, given: npt.ArrayLike | None, users: int) -> Floats | None:
        if given is None:
            return None
        if not self.weighs_users:
            raise InputError(f"{self.family} counts every user alike; leave user_weights out, or train ease")
        weights = np.asarray(given, dtype=np.float32)
        if weights.shape != (users,) or not (np.isfinite(weights) & (weights >= 0)).all():
            raise InputError(f"user_weights must be {users} numbers from 0 on, one per user; found {weights.shape}")
        return weights

    def _checked(self, histories: sparse.csr_matrix) -> sparse.csr_matrix:
        if histories.ndim != 2 or histories.shape[1] != len(self.item_ids):
            raise InputError(
                f"histories must have one column for each of the model's {len(self.item_ids)} items, "
                f"found the shape {histories.shape}"
            )
        rows = sparse.csr_matrix(histories)
        if not rows.has_canonical_format:  # sum what stands twice, in a copy: the caller's stays as it is
            rows = rows.copy()
            rows.sum_duplicates()
        return rows

    def _item_space(self) -> Floats:
        if self._vectors is None:
            self._vectors = self._vectorise()
        return self._vectors

    def _fitted(self, part: T | None) -> T:
        if part is None:
            raise NotFittedError(f"this {type(self).__name__} is not trained yet; call fit(dataset) first")
        return part

    # What a family writes -----------------------------------------------------------------------------------------

    @abstractmethod
    def _learn(self, given: Given) -> None:
        """Train on what is given, using the parts that the family needs."""

    @abstractmethod
    def _score(self, histories: sparse.csr_matrix) -> Floats:
        """Score every item for each history, as a new array (U, I)."""

    @abstractmethod
    def _weights(self) -> Arrays:
        """Give what was learned as named arrays."""

    @abstractmethod
    def _restore(self, weights: Arrays) -> None:
        """Take back what ``_weights`` gave. The shapes are those of ``_shapes``."""

    @abstractmethod
    def _shapes(self, items: int) -> dict[str, tuple[int, ...]]:
        """Tell the shape of each array of ``_weights`` under these settings, for a catalogue of ``items``."""

    def learn_all(self, given: Given) -> None:
        """Learn once more from everything after a part of it decided on stopping; the same as learning anew without."""
        self._learn(given)

    def _check(self, dataset: Dataset) -> None:
        """Refuse a log that the family cannot learn from, with the reason; here: none."""

    def _gather(self, interactions: pd.DataFrame, users: Iterable[str], item_ids: pd.Index) -> sparse.csr_matrix:
        """Make histories (U, I) from events; a model of sequences stores order in the values instead of weights."""
        return histories(interactions, users, item_ids)

    def _vectorise(self) -> Floats:
        """Make the item vectors (I, d)."""
        return cooccurrence_vectors(self.histories)

    def _write(self, folder: Path) -> None:
        """Write what was learned; a model made of models writes them into folders of their own."""
        artefacts.write_weights(folder / artefacts.WEIGHTS, self._weights(), self._packing)

    def _read(self, folder: Path) -> None:
        """Read what ``_write`` wrote."""
        shapes = self._shapes(len(self.item_ids))
        weights, self._packing = artefacts.read_weights(folder / artefacts.WEIGHTS, shapes)
        self._restore(weights)
