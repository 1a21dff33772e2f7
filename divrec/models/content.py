"""Content: what is like the shopper's own items by text, category, brand and price; other shoppers play no part.

Scores are the mean cosine of an item to the items of the history, by the blend of the catalogue's blocks. The only
family that can place an item nobody has bought.
"""

import numpy as np
from scipy import sparse

from divrec.data.likeness import blend, catalogue_blocks
from divrec.errors import InputError
from divrec.models.artefacts import ANY
from divrec.models.base import Given
from divrec.models.inputs import Floats, weighted
from divrec.models.item_vectors import ItemVectors
from divrec.models.settings import ContentSettings


class Content(ItemVectors[ContentSettings]):
    """Scores an item by its mean likeness to the items of the history."""

    family = "content"
    settings_type = ContentSettings

    def _learn(self, given: Given) -> None:
        blocks = catalogue_blocks(given.dataset.items)
        wanted = {name: getattr(self.settings, name) for name in blocks}
        if not any(wanted.values()):
            raise InputError(
                "content goes by title, category, brand or price, and the catalogue "
                f"has {', '.join(map(str, given.dataset.items.columns))}; map or add such a column, "
                "and give it a weight above 0"
            )
        vectors = blend(blocks, wanted).reindex(given.dataset.item_ids).fillna(0)
        self._items = vectors.to_numpy(np.float32)  # (I, d), unit rows

    def _score(self, histories: sparse.csr_matrix) -> Floats:
        liked = weighted(histories, self.settings.weighting)
        total = np.maximum(np.asarray(liked.sum(axis=1)), 1e-9)
        return np.asarray((liked @ self._items / total) @ self._items.T, dtype=np.float32)

    def _shapes(self, items: int) -> dict[str, tuple[int, ...]]:
        return {"items": (items, ANY)}  # as wide as the catalogue's labels
