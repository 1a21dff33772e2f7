"""Items that nobody has bought yet: who would, told from their text, category, brand, price and picture.

An adversarial generator stands beside plain ridge regression and plain likeness of text. Which is best is measured on
items hidden entirely from all of them, and that one is used and named.
"""

import os
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.columns import ITEM, SCORE, USER
from divrec.data.dataset import Dataset
from divrec.data.files import atomic_folder, check_manifest, read_json, write_json
from divrec.data.vectors import unit_rows
from divrec.errors import ArtefactError, InputError, NotFittedError
from divrec.models.artefacts import ANY, read_arrays, write_arrays
from divrec.models.inputs import Floats, weighted
from divrec.synthesis.content import ContentSpace
from divrec.synthesis.hidden import METHODS, Tell, Trial, described, learned, try_out
from divrec.synthesis.settings import ColdStartSettings
from divrec.synthesis.storing import read_space, write_space

_ABOUT: Final = "coldstart.json"
_EYES: Final = "eyes.safetensors"
_BLIND: Final = "blind"
_FORMAT: Final = 2
_COMPARED: Final = 128  # directions of weights in which items are compared


class ColdStart:
    """Places items of no log among those of one.

    ``table`` holds ``method, metric, value, low, high, n`` on the hidden items; ``method`` names the one that is used,
    best by NDCG unless it was chosen. A new item's weights over the log's items score any history. ``blind`` is what
    the method knew while some items were ``hidden`` (I,): a space of contents and its map.
    """

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401  # those of ColdStartSettings
        self.settings = ColdStartSettings.of(settings)
        self.method = ""
        self.table = pd.DataFrame()
        self.hidden: npt.NDArray[np.bool_] = np.zeros(0, dtype=bool)
        self.blind: tuple[ContentSpace, Floats] | None = None
        self._space: ContentSpace | None = None
        self._map: Floats = np.zeros((0, 0), np.float32)
        self._eyes: Floats = np.zeros((0, 0), np.float32)
        self._ids: pd.Index = pd.Index([])

    def fit(
        self, dataset: Dataset, method: str | None = None, pictures: pd.DataFrame | None = None,
        tell: Tell | None = None,
    ) -> Self:  # fmt: skip
        """Measure all methods on hidden items, and learn the best one (or ``method``) from all items.

        ``pictures`` are picture vectors indexed by item_id; ``tell`` is called with the name of what is tried next, and
        may raise Cancelled. Raises InputError for an unknown method, or a log without enough items and shoppers to
        hide some.
        """
        _check(method or METHODS[0])
        trial = try_out(dataset, self.settings, pictures, tell)
        return self.learn(dataset, method or best(trial.table), trial, pictures)

    def learn(self, dataset: Dataset, method: str, trial: Trial, pictures: pd.DataFrame | None = None) -> Self:
        """Learn ``method`` from all items, after a trial on hidden ones."""
        _check(method)
        self.method, self.table, self.hidden, self.blind = method, trial.table, trial.hidden, trial.blind[method]
        self._space, self._map = learned(method, dataset.items, dataset.matrix(), self.settings, pictures)
        self._ids, self._eyes = dataset.item_ids, _eyes(method, self._map)
        return self

    @property
    def item_ids(self) -> pd.Index:
        """The log's items, in the order of the weights."""
        return self._ids

    def compared(self, items: pd.DataFrame, pictures: pd.DataFrame | None = None) -> Floats:
        """Give rows (n, d) of length 1 by whose cosine items are alike in the method's eyes.

        Text goes by words, and a text without a known word is a zero row. The others hold items to be alike whose
        weights are, so that what does not tell who buys an item does not count either.
        """
        return unit_rows(self._described(items, pictures) @ self._eyes)

    def weights(self, items: pd.DataFrame, pictures: pd.DataFrame | None = None) -> pd.DataFrame:
        """Tell how much having an item of the log speaks for each of ``items`` (a catalogue): a row for each new one.

        Indexed by the new items' ids, a column for each item of the log.
        """
        rows = self._described(items, pictures) @ self._map
        return pd.DataFrame(rows, index=pd.Index(items[ITEM], name=ITEM), columns=self._ids)

    def _described(self, items: pd.DataFrame, pictures: pd.DataFrame | None) -> Floats:
        if self._space is None:
            raise NotFittedError("this ColdStart is not trained yet; call fit(dataset) first")
        if ITEM not in items:
            raise InputError(f"new items need the column {ITEM}; found {', '.join(map(str, items.columns))}")
        return described(self.method, self._space, items, pictures)

    def audience(self, items: pd.DataFrame, dataset: Dataset, pictures: pd.DataFrame | None = None) -> pd.DataFrame:
        """Score every shopper of ``dataset`` for each new item: ``item_id, user_id, score``, the keenest first."""
        weights = self.weights(items, pictures)
        liked = weighted(dataset.matrix(), "binary")
        scores = liked @ weights.reindex(columns=dataset.item_ids, fill_value=0).to_numpy(np.float32).T  # (U, n)
        tables = [
            pd.DataFrame({ITEM: item, USER: dataset.user_ids, SCORE: column}).sort_values(
                SCORE, ascending=False, kind="stable"
            )
            for item, column in zip(weights.index, np.asarray(scores).T, strict=True)
        ]
        return pd.concat(tables, ignore_index=True)

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write what was learned as safetensors and JSON, sealed with checksums."""
        if self._space is None or self.blind is None:
            raise NotFittedError("this ColdStart is not trained yet; call fit(dataset) before save")
        about = {
            "format": _FORMAT, "method": self.method, "settings": self.settings.to_json(),
            "table": self.table.to_dict("records"), "items": self._ids.tolist(),
            "hidden": np.flatnonzero(self.hidden).tolist(),
        }  # fmt: skip
        with atomic_folder(folder) as path:
            write_json(path / _ABOUT, about)
            write_space(path, self._space, self._map)
            write_arrays(path / _EYES, {"eyes": self._eyes})
            (path / _BLIND).mkdir()
            write_space(path / _BLIND, *self.blind)

    @classmethod
    def load(cls, folder: str | os.PathLike[str]) -> Self:
        """Read what ``save`` wrote. Raises ArtefactError where a file is missing, damaged or of another version."""
        root = Path(folder)
        check_manifest(root)
        about = read_json(root / _ABOUT)
        if about.get("format") != _FORMAT or about.get("method") not in METHODS:
            raise ArtefactError(f"{root} holds no cold start that this version reads; learn it again")
        found = cls(**about["settings"])
        found.method, found.table = about["method"], pd.DataFrame(about["table"])
        found._ids = pd.Index(about["items"], name=ITEM)
        found._space, found._map = read_space(root, len(found._ids))
        found.hidden = np.isin(np.arange(len(found._ids)), about["hidden"])
        found.blind = read_space(root / _BLIND, int((~found.hidden).sum()))
        found._eyes = read_arrays(root / _EYES, {"eyes": (len(found._map), ANY)})["eyes"]
        return found


def best(table: pd.DataFrame) -> str:
    """Name the method that ``judge`` found best by NDCG."""
    mean = table[table["metric"] == "ndcg"].set_index("method")["value"]
    return str(mean[list(METHODS)].idxmax())


def _check(method: str) -> None:
    if method not in METHODS:
        raise InputError(f"a cold-start method is one of {', '.join(METHODS)}; found {method!r}")


def _eyes(method: str, mapped: Floats) -> Floats:
    """Give directions (D, d) of contents whose products are those of the weights, each row of these less its mean."""
    if method == "text":
        return np.eye(len(mapped), dtype=np.float32)
    centred = mapped.astype(np.float64) - mapped.mean(axis=1, keepdims=True, dtype=np.float64)
    energy, axes = np.linalg.eigh(centred @ centred.T)
    telling = np.argsort(-energy)[:_COMPARED]
    return np.asarray(axes[:, telling] * np.sqrt(np.maximum(energy[telling], 0)), dtype=np.float32)
