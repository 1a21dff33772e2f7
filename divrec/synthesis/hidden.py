"""Ways to place an item of no log, and how well each does on items that are hidden from it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from divrec.columns import CATEGORY
from divrec.data.dataset import Dataset
from divrec.data.ranking import hits, ndcg, top_n
from divrec.errors import InputError
from divrec.models.inputs import Floats, popularity, weighted
from divrec.synthesis.content import ContentSettings, ContentSpace
from divrec.synthesis.placers import AdversarySettings, adversary_map, ridge_map
from divrec.synthesis.settings import ColdStartSettings

METHODS: Final = ("adversary", "ridge", "text")
BASELINES: Final = ("popularity in category", "random")
LISTED: Final = 20  # places of the lists of hidden items that are judged
Tell = Callable[[str], None]  # told the method that is tried next; raise errors.Cancelled to stop
_CELLS: Final = 20_000_000  # scores that are held at once

Scores = Callable[[sparse.csr_matrix], Floats]  # histories (U, I) to scores (U, n) of the hidden items


@dataclass(frozen=True, eq=False)
class Trial:
    """What became of the ways on hidden items: the judged ``table``, which items were ``hidden`` (I,), and the ways.

    ``blind`` holds what each way learned of the other items: their space of contents, and its map to weights over them.
    """

    table: pd.DataFrame
    hidden: npt.NDArray[np.bool_]
    blind: dict[str, tuple[ContentSpace, Floats]]


def judge(
    dataset: Dataset, settings: ColdStartSettings, pictures: pd.DataFrame | None = None, tell: Tell | None = None
) -> pd.DataFrame:
    """Hide a share of the items and rank them for every shopper who has some: ``method, metric, value, low, high, n``.

    Recall and NDCG of the first 20 among the hidden items only, by what is left of the shopper's history; intervals
    are the mean over shoppers ± 1.96 standard errors.
    """
    return try_out(dataset, settings, pictures, tell).table


def try_out(
    dataset: Dataset, settings: ColdStartSettings, pictures: pd.DataFrame | None = None, tell: Tell | None = None
) -> Trial:
    """Do what ``judge`` does, and keep what the ways learned."""
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
    rows: list[dict[str, object]] = []
    blind: dict[str, tuple[ContentSpace, Floats]] = {}
    for method in (*METHODS, *BASELINES):
        if tell is not None:
            tell(method)
        if method in METHODS:
            blind[method] = learned(method, old, known, settings, pictures)
            scores = _way(method, *blind[method], new, pictures)
        else:
            scores = _baseline(method, old, new, known, settings.seed)
        rows += _judged(method, _lists(scores, known[judged], len(new)), truth[judged])
    return Trial(pd.DataFrame(rows), hidden, blind)


def learned(
    method: str, items: pd.DataFrame, histories: sparse.csr_matrix, settings: ColdStartSettings,
    pictures: pd.DataFrame | None,
) -> tuple[ContentSpace, Floats]:  # fmt: skip
    """Learn the space of contents and a method's map (D, I) from there to weights."""
    space = ContentSpace.learn(items, ContentSettings(seed=settings.seed), pictures)
    known = described(method, space, items, pictures)
    if method == "text":
        return space, known.T.copy()
    if method == "ridge":
        return space, ridge_map(known, settings.regularisation)
    adversary = AdversarySettings(steps=settings.steps, seed=settings.seed)
    return space, adversary_map(known, weighted(histories, "binary"), adversary)


def described(method: str, space: ContentSpace, items: pd.DataFrame, pictures: pd.DataFrame | None) -> Floats:
    """Describe items (n, D) by what a method goes by, and a last 1 where it learns."""
    if method == "text":
        return space.texts(items)
    content = space.place(items, pictures)
    return np.hstack([content, np.ones((len(content), 1), np.float32)])


def _way(method: str, space: ContentSpace, mapped: Floats, new: pd.DataFrame, pictures: pd.DataFrame | None) -> Scores:
    """Give what scores the hidden items for histories of the others."""
    content = described(method, space, new, pictures)
    return lambda rows: np.asarray((rows @ mapped.T) @ content.T)  # never all weights of all hidden items at once


def _baseline(method: str, old: pd.DataFrame, new: pd.DataFrame, known: sparse.csr_matrix, seed: int) -> Scores:
    if method == "random":
        random = np.random.default_rng(seed)
        return lambda rows: random.random((rows.shape[0], len(new)), dtype=np.float32)
    share = pd.Series(popularity(known))
    if CATEGORY not in old:
        return lambda rows: np.full((rows.shape[0], len(new)), share.mean(), dtype=np.float32)
    of_category = share.groupby(old[CATEGORY].to_numpy()).mean()
    row = new[CATEGORY].map(of_category).fillna(0).to_numpy(np.float32)
    return lambda rows: np.tile(row, (rows.shape[0], 1))


def _lists(scores: Scores, histories: sparse.csr_matrix, items: int) -> npt.NDArray[np.int32]:
    step = max(1, _CELLS // max(1, items))
    return np.vstack([top_n(scores(histories[at : at + step]), LISTED) for at in range(0, histories.shape[0], step)])


def _judged(method: str, lists: npt.NDArray[np.int32], truth: sparse.csr_matrix) -> list[dict[str, object]]:
    found, counts = hits(lists, truth), np.diff(truth.indptr)
    values = {"recall": found.sum(axis=1) / counts, "ndcg": ndcg(found, counts)}
    rows: list[dict[str, object]] = []
    for metric, each in values.items():
        mean, reach = float(each.mean()), 1.96 * float(each.std(ddof=1)) / len(each) ** 0.5
        row = {"method": method, "metric": metric, "value": mean, "low": mean - reach, "high": mean + reach}
        rows.append({**row, "n": len(each)})
    return rows
