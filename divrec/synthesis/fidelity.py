"""``fidelity``: how real generated shoppers look, what they are good for, and what they give away."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse, stats

from divrec.columns import CATEGORY, EVENT, ITEM, PRICE, TIME, USER
from divrec.data.dataset import Dataset, histories
from divrec.models.inputs import weighted
from divrec.synthesis.closeness import closer_share, coverage, detector_auc, exact_copies, membership_auc
from divrec.synthesis.usefulness import Judge

_ITEMS: Final = 500  # most bought items whose co-occurrence is compared
COLUMNS: Final = ("part", "metric", "value")


def fidelity(data: Dataset, more: pd.DataFrame, held_out: Dataset | None = None, seed: int = 7) -> pd.DataFrame:
    """Compare generated events ``more`` with the real ones of ``data``: a table ``part, metric, value``.

    ``part`` is fidelity, usefulness or privacy. Agreements and correlations are best at 1; ``detector_auc``,
    ``membership_auc`` and ``closer_to_seen`` at 0.5; ``exact_copies`` at 0. ``held_out`` is the test part of
    ``split("users")``, shoppers whom the generator never saw; without it the measures that need such shoppers are NaN,
    and usefulness is judged on a fifth of ``data``'s shoppers, whom the generator has seen.

    Distances to the nearest record overlook a shopper whom one rare item tells on: passing is no proof of privacy.
    """
    real = weighted(data.matrix(), "binary")
    real = real[np.diff(real.indptr) > 0]
    made = weighted(histories(more, more[USER].unique(), data.item_ids), "binary")
    rows = [("fidelity", name, value) for name, value in _alike(data, more, real, made)]
    precision, recall = coverage(real, made, seed)
    rows += [("fidelity", "detector_auc", detector_auc(real, made, seed))]
    rows += [("fidelity", "coverage_precision", precision), ("fidelity", "coverage_recall", recall)]
    known, judges = (data, held_out) if held_out is not None else data.split("users", seed=seed)
    judge = Judge(known, judges)
    values = {name: judge.ndcg(*parts) for name, parts in judge.mixtures(made).items()}
    rows += [("usefulness", f"ndcg_trained_on_{name}", value) for name, value in values.items()]
    rows += [("usefulness", "generated_against_real", values["generated"] / values["real"])]
    unseen = None if held_out is None else _whole(held_out, data)
    rows += [
        ("privacy", "exact_copies", float(exact_copies(real, made))),
        ("privacy", "membership_auc", np.nan if unseen is None else membership_auc(real, unseen, made)),
        ("privacy", "closer_to_seen", np.nan if unseen is None else closer_share(real, unseen, made, seed)),
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def popularity_curve(rows: sparse.csr_matrix) -> npt.NDArray[np.float64]:
    """Each item's share (I,) of all that shoppers have."""
    counts = np.bincount(rows.indices, minlength=rows.shape[1]).astype(np.float64)
    return np.asarray(counts / max(counts.sum(), 1))


def _whole(held_out: Dataset, data: Dataset) -> sparse.csr_matrix:
    """Histories of shoppers held out, targets included."""
    log = pd.concat([part for part in (held_out.history, held_out.interactions) if part is not None])
    return weighted(histories(log, held_out.user_ids, data.item_ids), "binary")


def _alike(
    data: Dataset, more: pd.DataFrame, real: sparse.csr_matrix, made: sparse.csr_matrix
) -> Iterable[tuple[str, float]]:
    log = data.interactions
    yield "item_popularity", 1 - 0.5 * float(np.abs(popularity_curve(real) - popularity_curve(made)).sum())
    yield "history_length", 1 - float(stats.ks_2samp(np.diff(real.indptr), np.diff(made.indptr)).statistic)
    yield "cooccurrence", cooccurrence_correlation(real, made)
    yield "event_kind", _shares_agree(log[EVENT], more[EVENT])
    if CATEGORY in data.items:
        category = data.items.set_index(ITEM)[CATEGORY].astype("str")
        pairs = [each[EVENT] + "\0" + category.reindex(each[ITEM]).to_numpy() for each in (log, more)]
        yield "category_with_kind", _shares_agree(*pairs)
    if log[TIME].notna().any():
        for name in ("hour", "day_of_week", "month"):
            yield f"time_{name}", _shares_agree(*(getattr(each[TIME].dt, name) for each in (log, more)))
    if all(PRICE in each and each[PRICE].notna().any() for each in (log, more)):
        yield "price", 1 - float(stats.ks_2samp(log[PRICE].dropna(), more[PRICE].dropna()).statistic)


def cooccurrence_correlation(real: sparse.csr_matrix, made: sparse.csr_matrix) -> float:
    """Pearson correlation of how many shoppers have both of two items, over pairs of the most bought items."""
    chosen = np.argsort(-np.bincount(real.indices, minlength=real.shape[1]), kind="stable")[:_ITEMS]
    upper = np.triu_indices(len(chosen), 1)
    first, second = ((rows[:, chosen].T @ rows[:, chosen]).toarray()[upper] / rows.shape[0] for rows in (real, made))
    return float(np.corrcoef(first, second)[0, 1])


def _shares_agree(real: pd.Series, made: pd.Series) -> float:
    """1 − total variation between two columns' shares."""
    both = pd.concat([real.value_counts(normalize=True), made.value_counts(normalize=True)], axis=1).fillna(0)
    return 1 - 0.5 * float((both.iloc[:, 0] - both.iloc[:, 1]).abs().sum())
