"""Items that nobody has bought yet: who would, told from their text, category, brand, price and picture.

An adversarial generator stands beside plain ridge regression and plain likeness of text. Which is best is measured on
items hidden entirely from all of them, and that one is used and named.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from divrec.columns import CATEGORY, ITEM, SCORE, USER
from divrec.data.dataset import Dataset
from divrec.data.files import atomic_folder, check_manifest, read_json, write_json
from divrec.data.ranking import hits, ndcg, top_n
from divrec.data.settings import Settings, bounded
from divrec.errors import ArtefactError, InputError, NotFittedError
from divrec.models.inputs import Floats, popularity, weighted
from divrec.synthesis.content import ContentSettings, ContentSpace
from divrec.synthesis.placers import AdversarySettings, adversary_map, ridge_map
from divrec.synthesis.storing import read_space, write_space

METHODS: Final = ("adversary", "ridge", "text")
BASELINES: Final = ("popularity in category", "random")
LISTED: Final = 20  # places of the lists of hidden items that are judged
_ABOUT: Final = "coldstart.json"
_FORMAT: Final = 1


@dataclass(frozen=True, kw_only=True)
class ColdStartSettings(Settings):
    """Settings of cold start."""

    hidden: float = bounded(0.2, 0.01, 0.9)  # share of the items that the methods are judged on
    regularisation: float = bounded(30.0, 1e-3, 1e6)  # λ of the ridge regression, in items
    steps: int = bounded(600, 1, 1_000_000)  # that the adversarial generator is trained for
    seed: int = bounded(7, 0, 2**31 - 1)


class ColdStart:
    """Places items of no log among those of one.

    ``table`` holds ``method, metric, value, low, high, n`` on the hidden items; ``method`` names the one that is used,
    best by NDCG unless it was chosen. A new item's weights over the log's items score any history.
    """

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401  # those of ColdStartSettings
        self.settings = ColdStartSettings.of(settings)
        self.method = ""
        self.table = pd.DataFrame()
        self._space: ContentSpace | None = None
        self._map: Floats = np.zeros((0, 0), np.float32)
        self._ids: pd.Index = pd.Index([])

    def fit(self, dataset: Dataset, method: str | None = None, pictures: pd.DataFrame | None = None) -> Self:
        """Measure all methods on hidden items, and learn the best one (or ``method``) from all items.

        ``pictures`` are picture vectors indexed by item_id. Raises InputError for an unknown method, or a log without
        enough items and shoppers to hide some.
        """
        if method is not None and method not in METHODS:
            raise InputError(f"a cold-start method is one of {', '.join(METHODS)}; found {method!r}")
        self.table = judge(dataset, self.settings, pictures)
        mean = self.table[self.table["metric"] == "ndcg"].set_index("method")["value"]
        self.method = method or str(mean[list(METHODS)].idxmax())
        self._space, self._map = _learned(self.method, dataset.items, dataset.matrix(), self.settings, pictures)
        self._ids = dataset.item_ids
        return self

    def weights(self, items: pd.DataFrame, pictures: pd.DataFrame | None = None) -> pd.DataFrame:
        """Tell how much having an item of the log speaks for each of ``items`` (a catalogue): a row for each new one.

        Indexed by the new items' ids, a column for each item of the log.
        """
        if self._space is None:
            raise NotFittedError("this ColdStart is not trained yet; call fit(dataset) first")
        if ITEM not in items:
            raise InputError(f"new items need the column {ITEM}; found {', '.join(map(str, items.columns))}")
        rows = _described(self.method, self._space, items, pictures) @ self._map
        return pd.DataFrame(rows, index=pd.Index(items[ITEM], name=ITEM), columns=self._ids)

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
        if self._space is None:
            raise NotFittedError("this ColdStart is not trained yet; call fit(dataset) before save")
        about = {
            "format": _FORMAT, "method": self.method, "settings": self.settings.to_json(),
            "table": self.table.to_dict("records"), "items": self._ids.tolist(),
        }  # fmt: skip
        with atomic_folder(folder) as path:
            write_json(path / _ABOUT, about)
            write_space(path, self._space, self._map)

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
        return found


def judge(dataset: Dataset, settings: ColdStartSettings, pictures: pd.DataFrame | None = None) -> pd.DataFrame:
    """Hide a share of the items and rank them for every shopper who has some: ``method, metric, value, low, high, n``.

    Recall and NDCG of the first 20 among the hidden items only, by what is left of the shopper's history; intervals
    are the mean over shoppers ± 1.96 standard errors.
    """
    liked = weighted(dataset.matrix(), "binary")
    random = np.random.default_rng(settings.seed)
    hidden = np.zeros(liked.shape[1], dtype=bool)
    hidden[random.permutation(len(hidden))[: round(settings.hidden * len(hidden))]] = True
    truth, known = liked[:, hidden].tocsr(), liked[:, ~hidden].tocsr()
    judged = np.flatnonzero((np.diff(truth.indptr) > 0) & (np.diff(known.indptr) > 0))
    if len(judged) < 2 or (~hidden).sum() < 2:
        raise InputError(
            f"cold start hides {hidden.sum()} of {len(hidden)} items and is judged by shoppers who have some of them "
            f"and others; found {len(judged)}, and at least 2 are needed"
        )
    old, new = dataset.items[~hidden], dataset.items[hidden]
    rows = []
    for method in (*METHODS, *BASELINES):
        scores = _scores(method, old, new, known, judged, settings, pictures)
        rows += _judged(method, top_n(scores, LISTED), truth[judged])
    return pd.DataFrame(rows)


def _scores(
    method: str, old: pd.DataFrame, new: pd.DataFrame, known: sparse.csr_matrix, judged: npt.NDArray[np.intp],
    settings: ColdStartSettings, pictures: pd.DataFrame | None,
) -> Floats:  # fmt: skip
    """Score the hidden items (U, n) for the judged shoppers."""
    if method == "random":
        return np.random.default_rng(settings.seed).random((len(judged), len(new)), dtype=np.float32)
    if method in METHODS:
        space, mapped = _learned(method, old, known, settings, pictures)
        return np.asarray(known[judged] @ (_described(method, space, new, pictures) @ mapped).T)
    share = pd.Series(popularity(known))
    if CATEGORY not in old:
        return np.full((len(judged), len(new)), share.mean(), dtype=np.float32)
    of_category = share.groupby(old[CATEGORY].to_numpy()).mean()
    row = new[CATEGORY].map(of_category).fillna(0).to_numpy(np.float32)
    return np.tile(row, (len(judged), 1))


def _learned(
    method: str, items: pd.DataFrame, histories: sparse.csr_matrix, settings: ColdStartSettings,
    pictures: pd.DataFrame | None,
) -> tuple[ContentSpace, Floats]:  # fmt: skip
    """Learn the space of contents and a method's map (D + 1, I) from there to weights."""
    space = ContentSpace.learn(items, ContentSettings(seed=settings.seed), pictures)
    known = _described(method, space, items, pictures)
    if method == "text":
        return space, known.T.copy()
    if method == "ridge":
        return space, ridge_map(known, settings.regularisation)
    adversary = AdversarySettings(steps=settings.steps, seed=settings.seed)
    return space, adversary_map(known, weighted(histories, "binary"), adversary)


def _described(method: str, space: ContentSpace, items: pd.DataFrame, pictures: pd.DataFrame | None) -> Floats:
    """Describe items by what a method goes by, and a last 1 where it learns."""
    if method == "text":
        return space.texts(items)
    content = space.place(items, pictures)
    return np.hstack([content, np.ones((len(content), 1), np.float32)])


def _judged(method: str, lists: npt.NDArray[np.int32], truth: sparse.csr_matrix) -> list[dict[str, object]]:
    found, counts = hits(lists, truth), np.diff(truth.indptr)
    values = {"recall": found.sum(axis=1) / counts, "ndcg": ndcg(found, counts)}
    rows: list[dict[str, object]] = []
    for metric, each in values.items():
        mean, reach = float(each.mean()), 1.96 * float(each.std(ddof=1)) / len(each) ** 0.5
        row = {"method": method, "metric": metric, "value": mean, "low": mean - reach, "high": mean + reach}
        rows.append({**row, "n": len(each)})
    return rows
