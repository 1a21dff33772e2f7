"""Ask other people's libraries for their answers to the small shop: prints JSON, for tests/metrics/oracles.json.

Run in the environment of requirements-oracles.txt: .venv-oracles/bin/python tests/metrics/oracle_run.py
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import pyndeval
from jurity.recommenders.diversity import InterListDiversity, IntraListDiversity
from rectools import metrics
from rectools.metrics.distances import PairwiseDistanceCalculator
from rexmex.metrics.ranking import intra_list_similarity, novelty, personalization
from sklearn.metrics import roc_auc_score
from vendi_score import vendi

sys.path.insert(0, str(Path(__file__).parent))
import oracle_case as case

PACKAGES = ("RecTools", "rexmex", "vendi-score", "jurity", "pyndeval", "scikit-learn", "numpy", "pandas")
VECTORS = np.array([case.VECTORS[item] for item in case.ITEMS])
AT = {item: at for at, item in enumerate(case.ITEMS)}


def cosines(items):
    rows = VECTORS[[AT[item] for item in items]]
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit = rows / np.where(lengths > 0, lengths, 1)
    return unit @ unit.T


class HalfCosineDistance(PairwiseDistanceCalculator):
    def _get_distances_for_item_pairs(self, items_0, items_1):
        return np.array([(1 - cosines([a, b])[0, 1]) / 2 for a, b in zip(items_0, items_1, strict=True)])


def table(lists):
    rows = [(u, i, rank) for u, items in lists.items() for rank, i in enumerate(items, 1)]
    return pd.DataFrame(rows, columns=["user_id", "item_id", "rank"])


def rectools():
    recs, full = table(case.LISTS), table(case.RANKINGS)
    history = pd.DataFrame(case.HISTORY, columns=["user_id", "item_id"])
    test = pd.DataFrame(case.TEST, columns=["user_id", "item_id"])
    served = test[test["user_id"] != case.UNSERVED]
    n, negatives = case.LENGTH, len(case.ITEMS) - case.RELEVANT
    return {
        "ild": metrics.IntraListDiversity(n, HalfCosineDistance()).calc_per_user(recs),
        "novelty": metrics.MeanInvUserFreq(n).calc_per_user(recs, history),
        "average_popularity": metrics.AvgRecPopularity(n).calc_per_user(recs, history),
        "serendipity": metrics.Serendipity(n).calc_per_user(recs, served, history, case.ITEMS),
        "catalogue_coverage": metrics.CatalogCoverage(n, normalize=True).calc(recs, case.ITEMS),
        "precision": metrics.Precision(n).calc_per_user(recs, test),
        "recall": metrics.Recall(n).calc_per_user(recs, test),
        "hit_rate": metrics.HitRate(n).calc_per_user(recs, test),
        "ndcg": metrics.NDCG(n, divide_by_achievable=True).calc_per_user(recs, test),
        "average_precision": metrics.MAP(n).calc_per_user(recs, test),
        "reciprocal_rank": metrics.MRR(n).calc_per_user(recs, test),
        "auc": metrics.PartialAUC(negatives).calc_per_user(full, served),
    }


def scikit_learn():
    chosen = set(case.TEST)
    return {
        "auc": {
            user: roc_auc_score([(user, item) in chosen for item in items], -np.arange(len(items)))
            for user, items in case.RANKINGS.items()
        }
    }


def rexmex():
    lists = [[AT[item] for item in items] for items in case.LISTS.values()]
    known = {AT[item]: len({u for u, i in case.HISTORY if i == item}) or 1 for item in case.ITEMS}
    users = len({user for user, _ in case.HISTORY})
    return {
        "personalisation": personalization(lists),
        "ild": (1 - intra_list_similarity(lists, VECTORS)) / 2,
        "novelty": novelty(lists, known, users, case.LENGTH),
    }


def jurity():
    recs = table(case.LISTS).assign(score=lambda t: 1.0 / t["rank"])
    names = {"user_id_column": "user_id", "item_id_column": "item_id", "user_sample_size": None}
    features = pd.DataFrame(VECTORS).assign(item_id=case.ITEMS)
    between = InterListDiversity("score", k=case.LENGTH, **names)
    inside = IntraListDiversity(features, click_column="score", k=case.LENGTH, **names)
    return {"personalisation": between.get_score(None, recs), "ild": inside.get_score(None, recs) / 2}


def vendi_score():
    def likeness(items):
        alike = (1 + cosines(items)) / 2
        np.fill_diagonal(alike, 1)
        return alike

    return {"vendi": {user: vendi.score_K(likeness(items)) for user, items in case.LISTS.items()}}


def recbole_formula():
    """RecBole's GiniIndex and ItemCoverage, copied as formulas: the package itself brings a whole training stack."""
    counts = pd.Series([i for items in case.LISTS.values() for i in items]).value_counts()
    rising, shown, items = np.sort(counts.to_numpy()), len(counts), len(case.ITEMS)
    at = np.arange(items - shown + 1, items + 1)
    return {
        "gini": np.sum((2 * at - items - 1) * rising) / (len(case.LISTS) * case.LENGTH) / items,
        "catalogue_coverage": shown / items,
    }


def ndeval():
    judged = [(user, case.CATEGORY[item], item, 1) for user, item in case.TEST if user != case.UNSERVED]
    run = [(u, item, -float(rank)) for u, items in case.LISTS.items() for rank, item in enumerate(items)]
    names = {"alpha_ndcg": "alpha-nDCG@10", "err_ia": "ERR-IA@10", "subtopic_recall": "strec@10"}
    found = pyndeval.ndeval(judged, run, measures=list(names.values()), alpha=0.5)
    return {ours: {user: values[theirs] for user, values in found.items()} for ours, theirs in names.items()}


def plain(value):
    if isinstance(value, pd.Series):
        value = value.to_dict()
    return {key: float(v) for key, v in value.items()} if isinstance(value, dict) else float(value)


def main():
    oracles = (rectools, rexmex, jurity, vendi_score, recbole_formula, ndeval, scikit_learn)
    answers = {oracle.__name__: {name: plain(v) for name, v in oracle().items()} for oracle in oracles}
    versions = {package: version(package) for package in PACKAGES}
    json.dump({"versions": versions, "answers": answers}, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
