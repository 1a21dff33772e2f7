"""Whether groups and clusters find what is true: ``python -m benchmarks.groups [SEED ...]``.

Adjusted Rand index of the shopper groups against the groups that the simulation drew shoppers from, and of the item
clusters against departments and kinds, on the bundled shop and on shops of the same simulation with other seeds.
"""

import sys
import tempfile
from pathlib import Path

import pandas as pd
from sklearn.metrics import adjusted_rand_score

from divrec.data.dataset import Dataset
from divrec.data.groups import item_clusters, shopper_groups
from divrec.simulate.catalogue import CatalogueSettings
from divrec.simulate.demo import load_demo
from divrec.simulate.shop import ShopSettings
from divrec.simulate.year import YearSettings
from sample_data.facts import HERE
from sample_data.make_demo import make

BUNDLED = 7
BUSY = 20  # events


def shop(seed):
    """Give a shop and what is true of its shoppers: the bundled one, or one made anew."""
    demo = load_demo()
    if seed == BUNDLED:
        return demo, pd.read_parquet(HERE / "demo" / "truth.parquet")
    with tempfile.TemporaryDirectory() as folder:
        made = make(Path(folder), ShopSettings(seed=seed), CatalogueSettings(), YearSettings(seed=seed))
    weights = demo.interactions.groupby("event")["weight"].first()
    events = made["events"].assign(weight=lambda log: log["event"].map(weights))
    return Dataset(events, made["items"], made["users"]), made["truth"]


def main(seeds):
    print("| seed | groups found | all shoppers | at least 20 events | item clusters | by department | by kind |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for seed in seeds:
        data, truth = shop(seed)
        found = shopper_groups(data).labels
        true = truth.set_index("user_id")["group"].reindex(found.index)
        busy = data.interactions["user_id"].value_counts().reindex(found.index) >= BUSY
        clusters = item_clusters(data).labels
        items = data.items.set_index("item_id").reindex(clusters.index)
        figures = [adjusted_rand_score(true, found), adjusted_rand_score(true[busy], found[busy])]
        of_items = [adjusted_rand_score(items[name], clusters) for name in ("category", "subcategory")]
        told = [f"{value:.3f}" for value in (*figures, *of_items)]
        row = (seed, found.nunique(), *told[:2], clusters.nunique(), *told[2:])
        print("| " + " | ".join(map(str, row)) + " |", flush=True)


if __name__ == "__main__":
    main([int(seed) for seed in sys.argv[1:]] or [BUNDLED])
