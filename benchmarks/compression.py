"""What making a model smaller saves and costs: ``python -m benchmarks.compression demo groceries [--only FAMILY …]``.

Trained on the workspace's own training part (demo: before the latest 15 % of events; groceries: the 5,000 most bought
items, before November 2017), judged on what was new to shoppers in the test part: NDCG@10 with the paired difference
from the model as trained and its 95 % interval. Bytes of the weights on disk; median CPU time for scoring one shopper's
history on one thread.
"""

import argparse
import tempfile
import time
from pathlib import Path

import divrec as dr
from divrec.models import make_model
from divrec.models.ways import WAYS
from divrec.workspace.compressing import ORIGINAL, measured

TRAINED = {
    "demo": {
        "ease": ("balanced", {}), "itemknn": ("balanced", {}), "ials": ("balanced", {}), "gfcf": ("balanced", {}),
        "multvae": ("quick", {}), "recvae": ("quick", {}), "aae": ("quick", {}), "twotower": ("quick", {}),
        "sasrec": ("quick", {}), "blend": ("quick", {}),
    },
    "groceries": {"ease": ("balanced", {"regularisation": 1000.0}), "multvae": ("quick", {}), "recvae": ("quick", {})},
}  # fmt: skip
SPLITS = {"demo": {"share": 0.15}, "groceries": {"at": "2017-11-01"}}
LOADED = {"demo": dr.load_demo, "groceries": lambda: dr.load_groceries(most_bought=5000)}


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("shops", nargs="*", default=["demo"], help="demo, groceries")
    options.add_argument("--only", nargs="*", help="families")
    given = options.parse_args()
    print("| shop | model | version | weights MB | share | ms per shopper | NDCG@10 | difference | same 10 | CPU-s |")
    for shop in given.shops:
        known, test = LOADED[shop]().split("time", **SPLITS[shop])
        for family, (preset, settings) in TRAINED[shop].items():
            if not given.only or family in given.only:
                show(shop, family, make_model(family, settings, preset).fit(known), known, test)


def show(shop, family, model, known, test):
    models, seconds = {ORIGINAL: model}, {ORIGINAL: 0.0}
    with tempfile.TemporaryDirectory() as made:
        for way in WAYS[family]:
            started = time.process_time()
            models[way] = dr.compress(model, known, way)
            seconds[way] = time.process_time() - started
        for way, each in models.items():
            each.save(Path(made) / way)
        sizes, quality = measured(models, {way: Path(made) / way for way in models}, known, test)
    chief = quality[quality["metric"] == "ndcg"].set_index("way")
    whole = sizes["bytes"].iloc[0]
    for row in sizes.itertuples():
        told = f"{chief['before'].iloc[0]:.4f} | "
        if row.way != ORIGINAL:
            own = chief.loc[row.way]
            told = f"{own['after']:.4f} | {own['difference']:+.4f} [{own['low']:+.4f}, {own['high']:+.4f}]"
        cost = f"{row.milliseconds:.2f} | {told} | {row.agreement:.0%} | {seconds[row.way]:.1f}"
        print(
            f"| {shop} | {family} | {row.way} | {row.bytes / 1e6:.2f} | {row.bytes / whole:.0%} | {cost} |", flush=True
        )


if __name__ == "__main__":
    main()
