"""How real generated shoppers are: ``python -m benchmarks.synthesis [films] [groceries]``.

*films*: ML-100K (all ratings of the CFGAN split together, every one a positive); *groceries*: Complete Journey, the
5,000 most bought items before 1 November 2017. Generators learn from 80 % of the shoppers and make as many; the other
20 % judge. The two ends: items drawn independently by popularity, and real shoppers, one half against the other.
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

import divrec as dr
from benchmarks.models import parts_of
from divrec.columns import ITEM, USER
from divrec.models import make_model
from divrec.models.inputs import weighted
from divrec.synthesis.eventlog import EventLog
from divrec.synthesis.fidelity import popularity_curve
from divrec.synthesis.histories import gumbel_top

GOALS = {
    "item_popularity": "≥ .91", "cooccurrence": "≥ .77", "detector_auc": "≤ .87", "generated_against_real": "≥ .88",
    "membership_auc": "≤ .53", "exact_copies": "0", "coverage_precision": "", "coverage_recall": "",
}  # fmt: skip
# with 250 shoppers a batch the discriminator wins on the few films shoppers, and the watch stops the training
AAE = {"batch": 100, "patience": 5}
GENERATORS = {
    "AAE + GMM": ("aae", "gmm", AAE),
    "AAE + WGAN-GP": ("aae", "wgan", AAE),
    "Mult-VAE + GMM": ("multvae", "gmm", {}),
}


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("what", nargs="*", default=["films", "groceries"])
    options.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the outside sets")
    arguments = options.parse_args()
    for what in arguments.what:
        shop = {"films": films, "groceries": groceries}[what](arguments.data)
        if shop is not None:
            table(what, shop)


def films(folder):
    path = folder / "ml100k_cfgan"
    if not path.exists():
        print(f"films left out: there is no {path}")
        return None
    names = [USER, ITEM, "rating"]
    parts = [pd.read_csv(path / f"ML100K.{part}", sep=r"\s+", header=None, names=names, dtype="str") for part in ("train", "test")]  # noqa: E501  # fmt: skip
    return parts_of(pd.concat(parts, ignore_index=True), parts[1])[0]


def groceries(_):
    return dr.load_groceries(most_bought=5000).split("time", at="2017-11-01")[0]


def table(what, shop):
    data, held_out = shop.split("users", share=0.2, seed=7)
    n = len(data.users)
    print(f"\n{what}: {n:,} shoppers learned from, {len(held_out.users):,} judge; goals: {GOALS}", flush=True)
    half, other = shop.split("users", share=0.5, seed=7)
    theirs = pd.concat([other.history, other.interactions])
    told("real, half against half", dr.fidelity(half, theirs), 0)
    told("independent by popularity", dr.fidelity(data, independent(data, n), held_out), 0)
    models = {}
    for name, (family, prior, settings) in GENERATORS.items():
        started = time.process_time()
        if family not in models:
            models[family] = make_model(family, settings).fit(data)
        more = dr.generate_shoppers(models[family], data, n=n, prior=prior)
        told(name, dr.fidelity(data, more, held_out), time.process_time() - started)


def independent(data, n):
    """Draw each shopper's items by popularity alone, as many as a real shopper has."""
    rng, real = np.random.default_rng(7), weighted(data.matrix(), "binary")
    lengths = rng.choice(np.diff(real.indptr), size=n).astype(np.int64)
    logits = np.tile(np.log(popularity_curve(real) + 1e-12).astype(np.float32), (n, 1))
    rows = gumbel_top(logits, lengths, 1.0, rng)
    return EventLog(replace(data)).write(rows, pd.Index([f"p{number}" for number in range(n)]), data.item_ids, 7)


def told(name, measures, seconds):
    values = measures.set_index("metric")["value"]
    said = "  ".join(f"{metric} {values[metric]:.3f}" for metric in GOALS)
    print(f"{name:<26} {said}  {seconds:.0f} CPU-s", flush=True)


if __name__ == "__main__":
    main()
