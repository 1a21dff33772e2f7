"""How real generated items look, and what they give away of the real ones."""

from collections.abc import Iterable
from itertools import combinations
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from divrec.errors import InputError
from divrec.synthesis.closeness import told_apart
from divrec.synthesis.itemnearness import Items, Nearness, equal_rows
from divrec.synthesis.itemtable import LABELS, NUMBERS

COLUMNS: Final = ("part", "metric", "of", "value")
_BINS: Final = 10  # that numbers are divided into beside words
_ROWS: Final = 3000  # of each side that detector and coverage look at
_MOST_CATEGORIES: Final = 255  # that boosted trees take as such
_NEIGHBOURS: Final = 5
_FEWEST: Final = 10  # of each side that a detector learns from


def item_fidelity(
    items: pd.DataFrame, more: pd.DataFrame, held_out: pd.DataFrame | None = None, seed: int = 7
) -> pd.DataFrame:
    """Compare a generated catalogue ``more`` with the real ``items``: a table ``part, metric, of, value``.

    ``part`` is fidelity or privacy; ``of`` names the column or the pair of columns. Fidelity is over the columns
    category, subcategory, brand, price, margin that both have: ``column`` and ``pair`` agreements, best at 1;
    ``quality``, the mean of the mean column and the mean pair, and ``quality_unseen``, that of the real items
    ``held_out``; ``detector_auc``, best at 0.5, against ``items``, and ``detector_unseen`` against ``held_out`` ones;
    coverage precision and recall (Kynkäänniemi et al. 2019). Privacy: exact copies; the median distance from a
    generated item to the nearest real one, beside that among real ones; the share of generated items that lie nearer to
    a learned-from item than to one of as many ``held_out``. What needs items held out is NaN without them, and a
    detector is where there are fewer than 10 on a side.

    The distance to the closest record overlooks an item that one rare value tells on, and a generator of noise passes
    it: it can find a leak and cannot prove that there is none.
    """
    columns = [name for name in (*LABELS, *NUMBERS) if name in items and name in more and items[name].notna().any()]
    if not columns or not len(more):
        raise InputError(f"items are compared by {', '.join((*LABELS, *NUMBERS))}; the two tables share none of them")
    quality, agreements = _agreements(items[columns], more[columns])
    among = np.nan if held_out is None else _agreements(items[columns], held_out[columns])[0]
    rows = [("quality", "", quality), ("quality_unseen", "", among), *agreements]
    unseen = np.nan if held_out is None else _detector(held_out[columns], more[columns], seed)
    rows += [("detector_auc", "", _detector(items[columns], more[columns], seed)), ("detector_unseen", "", unseen)]
    nearness = Nearness(items[columns])
    made = nearness.describe(more)
    precision, recall = _coverage(nearness, made, seed)
    rows += [("coverage_precision", "", precision), ("coverage_recall", "", recall)]
    told = [("fidelity", *row) for row in rows]
    told += [("privacy", *row) for row in _private(nearness, items, more, made, held_out, seed)]
    return pd.DataFrame(told, columns=list(COLUMNS))


def _agreements(real: pd.DataFrame, made: pd.DataFrame) -> tuple[float, list[tuple[str, str, float]]]:
    """Give the mean of the mean column and the mean pair, and each of them."""
    alone = [("column", name, column_agreement(real[name], made[name])) for name in map(str, real)]
    pairs = [
        ("pair", f"{one} × {other}", pair_agreement(real[[one, other]], made[[one, other]]))
        for one, other in combinations(map(str, real), 2)
    ]
    means = [float(np.nanmean([value for *_, value in part])) for part in (alone, pairs) if part]
    return float(np.mean(means)), [*alone, *pairs]


def column_agreement(real: pd.Series, made: pd.Series) -> float:
    """1 − Kolmogorov–Smirnov distance of numbers, 1 − total variation of words (missing is a word)."""
    if real.name in NUMBERS:
        one, other = real.dropna(), made.dropna()
        return 1 - float(stats.ks_2samp(one, other).statistic) if len(one) and len(other) else float("nan")
    return _shares_agree(real.astype("str").fillna(""), made.astype("str").fillna(""))


def pair_agreement(real: pd.DataFrame, made: pd.DataFrame) -> float:
    """1 − |ρ − ρ'| / 2 of two number columns, else 1 − total variation of pairs; numbers by the real deciles."""
    if set(real.columns) <= set(NUMBERS):
        both = [float(side.corr().to_numpy()[0, 1]) for side in (real, made)]
        return 1 - abs(both[0] - both[1]) / 2
    cells = [
        _binned(side.iloc[:, 0], real.iloc[:, 0]) + "\0" + _binned(side.iloc[:, 1], real.iloc[:, 1])
        for side in (real, made)
    ]
    return _shares_agree(*cells)


def _binned(values: pd.Series, real: pd.Series) -> pd.Series:
    if values.name not in NUMBERS:
        return values.astype("str").fillna("")
    edges = np.unique(np.quantile(real.dropna(), np.linspace(0, 1, _BINS + 1)[1:-1]))
    place = np.where(values.isna(), -1, np.searchsorted(edges, values.to_numpy(np.float64), side="right"))
    return pd.Series(place, index=values.index).astype("str")


def _shares_agree(real: pd.Series, made: pd.Series) -> float:
    shares = [side.value_counts(normalize=True) for side in (real, made)]
    return 1 - 0.5 * float(shares[0].sub(shares[1], fill_value=0).abs().sum())


def _detector(real: pd.DataFrame, made: pd.DataFrame, seed: int) -> float:
    """AUC of boosted trees that tell equally many real and generated items apart."""
    rng, n = np.random.default_rng(seed), min(len(real), len(made), _ROWS)
    if n < _FEWEST:
        return float("nan")
    sides = [side.iloc[np.sort(rng.permutation(len(side))[:n])] for side in (real, made)]
    both, parts, categorical = pd.concat(sides, ignore_index=True), [], []
    for place, name in enumerate(both.columns):
        if name in NUMBERS:
            parts.append(both[name].to_numpy(np.float64, na_value=np.nan))
            continue
        codes, levels = pd.factorize(both[name].astype("str").fillna(""), sort=True)
        parts.append(codes.astype(np.float64))
        categorical += [place] if len(levels) <= _MOST_CATEGORIES else []
    flat = np.column_stack(parts)
    return told_apart(flat[:n], flat[n:], seed, categorical)


def _coverage(nearness: Nearness, made: Items, seed: int) -> tuple[float, float]:
    """Precision and recall: a row is reached that is as near to one of the other side as its fifth neighbour."""
    rng, n = np.random.default_rng(seed), min(len(nearness.real), len(made), _ROWS)
    real, drawn = (side.at(np.sort(rng.permutation(len(side))[:n])) for side in (nearness.real, made))
    return _reached(nearness, drawn, real), _reached(nearness, real, drawn)


def _reached(nearness: Nearness, points: Items, by: Items) -> float:
    radius = nearness.nearest(by, by, _NEIGHBOURS, themselves=True)[0][:, -1]
    parts = [
        (nearness.apart(points.at(slice(start, start + 500)), by) <= radius + 1e-6).any(axis=1)
        for start in range(0, len(points), 500)
    ]
    return float(np.concatenate(parts).mean())


def _private(
    nearness: Nearness, items: pd.DataFrame, more: pd.DataFrame, made: Items, held_out: pd.DataFrame | None, seed: int
) -> Iterable[tuple[str, str, float]]:
    yield "exact_copies", "", float(equal_rows(more, items).sum())
    yield "nearest_distance", "", float(np.median(nearness.nearest(made, nearness.real)[0]))
    among = nearness.nearest(nearness.real, nearness.real, themselves=True)[0]
    yield "nearest_distance_real", "", float(np.median(among))
    share = np.nan if held_out is None else _closer(nearness, made, nearness.describe(held_out), seed)
    yield "closer_to_seen", "", share


def _closer(nearness: Nearness, made: Items, unseen: Items, seed: int) -> float:
    """Share of generated items nearer to a seen than to an unseen one, of equally many; 0.5 is private."""
    rng, n = np.random.default_rng(seed), min(len(nearness.real), len(unseen))
    sides = [side.at(np.sort(rng.permutation(len(side))[:n])) for side in (nearness.real, unseen)]
    near, far = (nearness.nearest(made, side)[0][:, 0] for side in sides)
    return float((near < far).mean() + (near == far).mean() / 2)
