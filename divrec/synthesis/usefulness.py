"""What generated shoppers are good for: EASE trained on them, on real ones, or on both, judged by real shoppers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from divrec.columns import USER
from divrec.data.dataset import Dataset, histories
from divrec.data.ranking import hits, ndcg, top_n
from divrec.data.settings import Settings, bounded
from divrec.errors import InputError
from divrec.models.ease import item_weights
from divrec.models.inputs import entries, weighted
from divrec.models.settings import EASESettings

Floats = npt.NDArray[np.float64]
_Z: Final = 1.96  # of a 95 % interval
MARK: Final = "generated"  # column of the users of a fused shop


@dataclass(frozen=True, kw_only=True)
class FusionSettings(Settings):
    """How generated shoppers are tried beside the real ones."""

    shares: tuple[float, ...] = (0.1, 0.25, 0.5, 1.0, 2.0, 3.0)  # generated for each real shopper
    cap: float = bounded(1.0, 0.0, 10.0)  # the gate never lets in more; the curve shows more
    weight: float = bounded(0.5, 0.0, 10.0)  # what a generated shopper counts, a real one being 1
    seed: int = bounded(7, 0, 2**31 - 1)


class Judge:
    """Real shoppers, unseen in training, whose hidden items tell how good a ranker is (NDCG@50)."""

    def __init__(self, known: Dataset, test: Dataset, n: int = 50) -> None:
        """``test`` is the test part of a split: its history is scored, its new items are to be found."""
        self.real = weighted(known.matrix(), "binary")
        before = test.interactions.iloc[:0] if test.history is None else test.history
        given = weighted(histories(before, test.user_ids, known.item_ids), "binary")
        truth = weighted(histories(test.interactions, test.user_ids, known.item_ids), "binary")
        truth = weighted(truth - truth.multiply(given), "binary")
        able = np.flatnonzero(np.diff(truth.indptr))
        if not len(able):
            raise InputError("no held-out shopper has a new item to be found; hold out more shoppers")
        self.given, self.truth, self.n = given[able], truth[able], n
        self._regularisation = EASESettings().regularisation

    def mixtures(self, made: sparse.csr_matrix) -> dict[str, tuple[sparse.csr_matrix, ...]]:
        """Name what is trained on: real shoppers, as many generated ones as there are, both."""
        return {"real": (self.real,), "generated": (made,), "both": (self.real, made)}

    def ndcg(self, *parts: sparse.csr_matrix) -> float:
        """Mean NDCG over the shoppers after training on the rows of ``parts``."""
        return float(self.values(parts).mean())

    def values(self, parts: Sequence[sparse.csr_matrix], weights: Sequence[float] | None = None) -> Floats:
        """NDCG (U,) of each shopper; ``weights`` tell what a row of each part counts: G = Σ w · XᵀX."""
        weights = weights or [1.0] * len(parts)
        scaled = [part * np.float32(np.sqrt(weight)) for part, weight in zip(parts, weights, strict=True)]
        b = item_weights(sparse.vstack(scaled, format="csr"), self._regularisation)
        scores = np.asarray(self.given @ b)
        scores[entries(self.given)] = -np.inf
        return ndcg(hits(top_n(scores, self.n), self.truth), np.diff(self.truth.indptr))


@dataclass(frozen=True)
class Gate:
    """Whether generated shoppers are let in: only where judges who did not choose the share gain for certain (95 %).

    ``weight`` is what a generated shopper counted in the trial, and has to count wherever the verdict is acted on.
    """

    open: bool
    share: float
    weight: float
    gain: float
    low: float
    high: float
    judges: int


def augmentation(
    judge: Judge, made: sparse.csr_matrix, settings: FusionSettings | None = None
) -> tuple[pd.DataFrame, Gate]:
    """Try shares of generated shoppers: the curve ``share, value, gain, low, high``, and the gate's verdict.

    The first half of the judges choose the best share up to the cap, the other half decide on it. ``gain`` is paired,
    per shopper, with its 95 % interval.
    """
    settings = settings or FusionSettings()
    order = np.random.default_rng(settings.seed).permutation(made.shape[0])
    halves = np.random.default_rng([settings.seed, 1]).permutation(judge.given.shape[0]) % 2 == 0
    base = judge.values([judge.real])
    rows, chosen = [(0.0, float(base.mean()), 0.0, 0.0, 0.0)], None
    for share in settings.shares:
        count = round(share * judge.real.shape[0])
        if count > made.shape[0]:
            continue
        values = judge.values([judge.real, made[np.sort(order[:count])]], [1.0, settings.weight])
        rows.append((share, float(values.mean()), *_gain(values - base)))
        first = float((values - base)[halves].mean())
        if share <= settings.cap and (chosen is None or first > chosen[0]):
            chosen = first, share, _gain((values - base)[~halves])
    curve = pd.DataFrame(rows, columns=["share", "value", "gain", "low", "high"])
    if chosen is None:
        raise InputError(f"{made.shape[0]} generated shoppers are fewer than the smallest share tried; generate more")
    _, share, (gain, low, high) = chosen
    return curve, Gate(bool(low > 0), share, settings.weight, gain, low, high, int((~halves).sum()))


def fuse(data: Dataset, more: pd.DataFrame, share: float, seed: int = 7) -> Dataset:
    """Give the shop with generated shoppers added, at most ``share`` for each real one, marked in ``users``."""
    ids = pd.Index(more[USER].unique())
    if len(ids.intersection(data.user_ids)):
        raise InputError("a generated shopper has the id of a real one; generate with another seed")
    kept = ids[np.sort(np.random.default_rng(seed).permutation(len(ids))[: round(share * len(data.user_ids))])]
    log = pd.concat([data.interactions, more[more[USER].isin(kept)]], ignore_index=True)
    users = pd.concat([data.users.assign(**{MARK: False}), pd.DataFrame({USER: kept, MARK: True})], ignore_index=True)
    return data.with_interactions(log, users=users)


def weights_of(fused: Dataset, weight: float) -> npt.NDArray[np.float32]:
    """Give what each user (U,) of a fused shop counts in training: 1 if real, ``weight`` if generated."""
    return np.where(fused.users[MARK].to_numpy(bool), weight, 1.0).astype(np.float32)


def _gain(change: Floats) -> tuple[float, float, float]:
    mean = float(change.mean())
    reach = _Z * float(change.std(ddof=1)) / np.sqrt(len(change)) if len(change) > 1 else np.inf
    return mean, mean - float(reach), mean + float(reach)
