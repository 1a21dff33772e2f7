"""Rating prediction beside published numbers, and cross-validation: ``python -m benchmarks.ratings [--data FOLDER]``.

ML-100K, both parts of CFGAN's split together, which are all of its ratings but 37: five folds over pairs, as published
for matrix factorisation, and over shoppers, each scored as a newcomer with a history. The ratings may not be passed on:
they are read from ``--data``. λ and the biases' were chosen once by a fifth of CFGAN's training part, which the folds
hold out again.
"""

import argparse
import time
from pathlib import Path

import pandas as pd

import divrec as dr
from divrec.columns import EVENT, ITEM, TIME, USER, WEIGHT
from divrec.data.dataset import Dataset

PUBLISHED = "Surprise's README, 5 folds: SVD .934 / .737, SVD++ .919 / .721, biases alone .944 / .748"
SHOWN = ("rmse", "mae", "pair_auc", "ndcg", "recall")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--by", choices=["pairs", "users"], help="only these folds; without it both")
    options.add_argument("--seed", type=int, default=7)
    chosen = options.parse_args()
    shop = films(chosen.data)
    print(f"published RMSE / MAE: {PUBLISHED}")
    models = {
        "biases alone": dr.BiasedMF(factors=1, regularisation=1e6),
        "BiasedMF": dr.BiasedMF(),
        "BiasedMF, 64 factors": dr.BiasedMF(factors=64),
    }
    for name, model in models.items() if chosen.by != "users" else ():
        show(name, "pairs", model, shop, chosen.seed)
    if chosen.by != "pairs":
        show("BiasedMF", "users", dr.BiasedMF(), shop, chosen.seed)
        show("EASE", "users", dr.EASE(regularisation=300.0), shop, chosen.seed)


def films(folder):
    parts = [
        pd.read_csv(folder / "ml100k_cfgan" / f"ML100K.{part}", sep=r"\s+", header=None, names=[USER, ITEM, WEIGHT])
        for part in ("train", "test")
    ]
    log = pd.concat(parts, ignore_index=True).astype({USER: "str", ITEM: "str"})
    log = log.assign(**{EVENT: "rating", TIME: pd.Series(pd.NaT, log.index, dtype="datetime64[ns]")})
    return Dataset(log, *(pd.DataFrame({name: log[name].unique()}) for name in (ITEM, USER)))


def show(name, by, model, shop, seed):
    start = time.process_time()
    table = dr.cross_validate(model, shop, folds=5, by=by, n=10, seed=seed)
    spent = time.process_time() - start
    everything = table[table["fold"] == "all"].set_index("metric")
    told = [
        f"{metric} {row['value']:.4f} [{row['low']:.4f}, {row['high']:.4f}]"
        for metric, row in everything.reindex([each for each in SHOWN if each in everything.index]).iterrows()
    ]
    print(f"{name}, 5 folds by {by}: {', '.join(told)}; {spent:.0f} CPU-s", flush=True)


if __name__ == "__main__":
    main()
