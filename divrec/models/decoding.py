"""What a stored model says of any place in its latent space, by numpy alone: the screens walk there without torch.

    scores = W f(z) + b      z: a place (d); f: the decoder's hidden layer, tanh(W₁ z + b₁), where the model has one

Autoencoders end in such a layer, and factor models are one (b = 0). Other families score a history directly and have no
places between two shoppers.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.data.files import check_manifest
from divrec.errors import ArtefactError
from divrec.models.artefacts import WEIGHTS, read_ids, read_weights

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Decoder:
    """The last layers of a model: ``weight`` (I, D) and ``bias`` (I) over ``item_ids``; ``hidden`` (D, d) and (D)."""

    item_ids: pd.Index
    weight: Floats
    bias: Floats
    hidden: tuple[Floats, Floats] | None = None

    @property
    def dimensions(self) -> int:
        """How many numbers make a place."""
        return int((self.weight if self.hidden is None else self.hidden[0]).shape[1])

    def scores(self, places: Floats) -> Floats:
        """Score every item (B, I) at each place (B, d)."""
        seen = places
        if self.hidden is not None:
            seen = np.tanh(places @ self.hidden[0].T + self.hidden[1])
        return np.asarray(seen @ self.weight.T + self.bias, dtype=np.float32)


def decoder_of(folder: Path) -> Decoder | None:
    """Read the decoder of a model that ``save`` wrote to ``folder``; None for a family without places to decode."""
    if not (folder / WEIGHTS).is_file():  # a model made of models
        return None
    check_manifest(folder, [WEIGHTS, "items.parquet", "users.parquet"])
    arrays, _ = read_weights(folder / WEIGHTS)
    item_ids, _ = read_ids(folder)
    if "decode.weight" in arrays and "decode.bias" in arrays:
        hidden = (arrays["before.0.weight"], arrays["before.0.bias"]) if "before.0.weight" in arrays else None
        found = Decoder(item_ids, arrays["decode.weight"], arrays["decode.bias"], hidden)
    elif set(arrays) == {"items"}:
        found = Decoder(item_ids, arrays["items"], np.zeros(len(item_ids), dtype=np.float32))
    else:
        return None
    if len(found.weight) != len(item_ids):
        raise ArtefactError(f"{folder} decodes {len(found.weight)} items and names {len(item_ids)}; train it again")
    return found
