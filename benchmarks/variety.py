"""What it costs to train for varied lists: ``python -m benchmarks.variety [demo] [groceries]``.

The two towers (preset quick, 12 epochs) under rising λ, new items only. ILD of the first 10 by the catalogue's
vectors, which the loss knows, and by EASE's, which it does not; NDCG@10, and its paired difference to λ = 0 with a 95 %
interval.
"""

import sys
import time

import divrec as dr
from benchmarks.groceries import prepare
from divrec.data.likeness import blend, catalogue_blocks
from divrec.models import make_model

WEIGHTS = (0.0, 0.3, 1.0, 3.0, 10.0)
# stopping by NDCG would end a training for variety after its first epochs
FIXED = {"stop_by": "nothing", "epochs": 12}


def main():
    for what in sys.argv[1:] or ("demo", "groceries"):
        train, test = parts(what)
        vectors = {"catalogue": blend(catalogue_blocks(train.items))}
        vectors["EASE"] = make_model("ease").fit(train).item_vectors()
        print(f"\n{what}: {len(train.user_ids):,} users, {len(train.item_ids):,} items", flush=True)
        plain = None
        for weight in WEIGHTS:
            started = time.process_time()
            model = make_model("twotower", {**FIXED, "diversity_weight": weight}, preset="quick").fit(train)
            seconds = time.process_time() - started
            lists = model.recommend(test, n=10)
            plain = lists if plain is None else plain
            ild = "  ".join(f"ILD {name} {dr.ild(lists, table):.3f}" for name, table in vectors.items())
            row = dr.compare(plain, lists, test, metrics=["ndcg"]).iloc[0]
            change = f"{row.difference:+.4f} [{row.low:+.4f}, {row.high:+.4f}]"
            told = f"NDCG@10 {row.after:.4f}  {change}  n={row.n:,}  {seconds:.0f} CPU-s"
            print(f"λ {weight:>4g}  {ild}  {told}", flush=True)


def parts(what):
    if what == "groceries":
        train, tests = prepare("2017-11-01", None)
        return train, tests["new items"]
    train, test = dr.load_demo().split("time", share=0.2)
    return train, test.new_to_users()


if __name__ == "__main__":
    main()
