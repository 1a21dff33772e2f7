"""A model's scores of held-out pairs, where the log says outright what was liked."""

from typing import Any, Final

import pandas as pd

from divrec.columns import EVENT
from divrec.data.dataset import Dataset
from divrec.data.kinds import IMPRESSION, RATING
from divrec.evaluate.table import COLUMNS, evaluate
from divrec.models.base import Recommender
from divrec.models.biasedmf import BiasedMF
from divrec.models.pairs import score_pairs

ERRORS: Final = ("rmse", "mae")


def evaluate_pairs(model: Recommender[Any], test: Dataset, seed: int = 7) -> pd.DataFrame:
    """Measure a model on the answered pairs of a test part: a table ``metric, value, low, high, n``.

    Ratings or impressions give ``pair_auc``, and ratings ``rmse`` and ``mae`` too, for a model that predicts them. The
    table is empty where the held-out events hold neither.
    """
    names = pair_metrics(model, test)
    if not names:
        return pd.DataFrame(columns=list(COLUMNS))
    return evaluate(scored_pairs(model, test), test, metrics=names, seed=seed)


def pair_metrics(model: Recommender[Any], test: Dataset) -> list[str]:
    """Name the measures of pairs that the held-out events suffice for."""
    kinds = set(test.interactions[EVENT])
    errors = list(ERRORS) if RATING in kinds and model.predicts_ratings else []
    return [*errors, "pair_auc"] if kinds & {RATING, IMPRESSION} else []


def scored_pairs(model: Recommender[Any], test: Dataset) -> pd.DataFrame:
    """Score the held-out pairs by what was known of their users before; predicted ratings stay on their scale."""
    if isinstance(model, BiasedMF):
        return model.predict(test.interactions, test.history)
    return score_pairs(model, test.interactions, test.history)
