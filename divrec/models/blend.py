"""Blend: the weighted sum of several models' scores, with weights learned on validation users.

Each member's scores are brought to mean 0 and standard deviation 1 over the items that the shopper does not have, so
that a weight says how much a member counts and not how loud it is. The weights are those of the best validation NDCG on
a fine grid, one member against the rest at a time until nothing improves.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from scipy import sparse

from divrec.data.vectors import unit_rows
from divrec.errors import InputError
from divrec.models.base import Arrays, Given, Recommender
from divrec.models.fusion import halves, held_out, learned_weights, standardised
from divrec.models.inputs import Floats
from divrec.models.packing import Packing
from divrec.models.progress import shifted
from divrec.models.registry import family as family_of
from divrec.models.registry import make_model
from divrec.models.settings import BlendSettings
from divrec.models.validation import Validation

FEWEST: Final = {False: 500, True: 2000}  # users to hold items out of, where the shop has so many, by ``refit``


class Blend(Recommender[BlendSettings]):
    """Scores items by the weighted sum of its members' standardised scores."""

    family = "blend"
    settings_type = BlendSettings

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401  # each family's own settings
        super().__init__(**settings)
        if not self.settings.members or self.family in self.settings.members:
            raise InputError("a blend needs at least one member of another family, such as {'ease': {}, 'recvae': {}}")
        self._members = {key: make_model(key, own) for key, own in self.settings.members.items()}
        if ordered := [key for key, member in self._members.items() if member.reads_order]:
            raise InputError(
                f"a blend hands its members how much of each item a history holds, and {ordered[0]} needs the order; "
                "leave it out"
            )

    def _learn(self, given: Given) -> None:
        """Train on a part, learn the weights on the rest; then let members learn from everything."""
        part, valid = given.dataset, given.valid
        if valid is None:
            part, valid = held_out(given, self.settings.seed, FEWEST[self.settings.refit])
        stopping, weighing = halves(valid)
        validation = Validation.from_dataset(weighing, given.dataset.item_ids)
        done, epochs = 0, sum(map(_epochs_of, self._members.values()))
        for key, member in self._members.items():
            folder = given.checkpoint / key if given.checkpoint else None
            member.fit(part, stopping, shifted(given.progress, done, epochs), folder)
            done += _epochs_of(member)
        self._shares = learned_weights(self._members, validation, self.settings.weights_n)
        for key, member in self._members.items():
            if part is not given.dataset and (self.settings.refit or not family_of(key).trained):
                folder = given.checkpoint / f"{key}-again" if given.checkpoint else None
                member.learn_all(replace(given, progress=shifted(given.progress, done, 2 * epochs), checkpoint=folder))
                done += _epochs_of(member)
            member.knowing(given.dataset.item_ids, given.dataset.user_ids, given.histories)

    def _score(self, histories: sparse.csr_matrix) -> Floats:
        total = np.zeros(histories.shape, dtype=np.float32)
        for share, (_, scores) in zip(self._shares, self.parts(histories), strict=True):
            total += share * scores
        return total

    def parts(self, histories: sparse.csr_matrix) -> Iterator[tuple[str, Floats]]:
        """Yield each member's family and its standardised scores (U, I), whose weighted sum is the blend's."""
        known = self._checked(histories)
        for key, member in self._members.items():
            yield key, standardised(member.score(known), known)

    def packed(self, packing: Packing) -> Self:
        """Give a copy whose members are packed; see ``Recommender.packed``."""
        twin = super().packed(packing)
        twin._members = {key: member.packed(packing) for key, member in self._members.items()}
        return twin

    @property
    def weights(self) -> dict[str, float]:
        """How much each member counts; the weights add up to 1."""
        self._fitted(self._item_ids)
        return {key: float(share) for key, share in zip(self._members, self._shares, strict=True)}

    def _vectorise(self) -> Floats:
        """Set the members' item vectors side by side, so that cosines are weighted means of theirs."""
        parts = [
            np.sqrt(share) * unit_rows(member.item_vectors().to_numpy())
            for share, member in zip(self._shares, self._members.values(), strict=True)
            if share > 0
        ]
        return np.asarray(np.hstack(parts), dtype=np.float32)

    def _weights(self) -> Arrays:
        return {"shares": self._shares}

    def _restore(self, weights: Arrays) -> None:
        self._shares = weights["shares"]

    def _shapes(self, items: int) -> dict[str, tuple[int, ...]]:  # noqa: ARG002  # every family's signature
        return {"shares": (len(self._members),)}

    def _write(self, folder: Path) -> None:
        super()._write(folder)
        for key, member in self._members.items():
            (folder / key).mkdir()
            member._write(folder / key)

    def _read(self, folder: Path) -> None:
        super()._read(folder)
        for key, member in self._members.items():
            member.knowing(self.item_ids, self.user_ids, self.histories)
            member._read(folder / key)


def _epochs_of(member: Recommender[Any]) -> int:
    return int(member.settings.to_json().get("epochs", 0))
