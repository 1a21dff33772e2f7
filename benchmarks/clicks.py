"""Clicks of old lists against new, where the truth is known: ``python -m benchmarks.clicks [--bandit FOLDER]``.

Simulated pages (those of ``tests/evaluate/test_clicks.py``): how often the 95 % interval holds the true difference, and
what simply counting clicks would say. With the Open Bandit sample (``obp/dataset/obd`` of the package ``obp`` 0.4.1,
unpacked), whose fashion products were shown at random: how often its places are looked at, and whether a list of the
three products that its bandit showed most is refused for want of overlap. Everybody there is somebody new.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from divrec.columns import EVENT, ITEM, POSITION, PROPENSITY, RANK, TIME, USER, WEIGHT
from divrec.errors import NotEstimableError
from divrec.evaluate.clicks import compare_clicks
from divrec.evaluate.examination import Pages
from divrec.evaluate.impressions import CLICKED, shown_places
from tests.evaluate.test_clicks import THETA, ordered_pages, random_pages

SEEDS = 10


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--bandit", type=Path, help="obp/dataset/obd")
    chosen = options.parse_args()
    simulated("order changes, no propensities", ordered_pages, {"users": 250, "visits": 10})
    simulated("drawn with known propensities", random_pages, {"users": 200, "visits": 60})
    if chosen.bandit:
        for campaign in ("men", "women", "all"):
            bandit(chosen.bandit, campaign)


def simulated(name, pages, size):
    rows = []
    for seed in range(SEEDS):
        log, recs, truth = pages(1000 + seed, **size)
        found = compare_clicks(log, recs)
        row, shown = found.table.set_index("measure").loc["ctr"], shown_places(log)
        old, new = truth["ctr"]
        counted = shown.merge(recs, on=[USER, ITEM])[CLICKED].mean()
        rows.append((row["low"] <= new - old <= row["high"], row["new"] / new - 1, counted / new - 1,
                     np.abs(found.examination - THETA).max()))  # fmt: skip
    covered, ours, counted, looked = np.array(rows, dtype=float).T
    print(
        f"{name}: difference in the interval {covered.sum():.0f} of {SEEDS}; new lists' clicks off by "
        f"{ours.mean():+.1%} on average (simply counted {counted.mean():+.1%}); "
        f"examination off by {looked.mean():.3f} at most"
    )


def bandit(folder, campaign):
    log = logged(folder / "random" / campaign / f"{campaign}.csv")
    pages = Pages.of(shown_places(log))
    often = logged(folder / "bts" / campaign / f"{campaign}.csv")[ITEM].value_counts().index[:3]
    recs = pd.DataFrame({USER: np.repeat(log[USER].unique(), 3), ITEM: np.tile(often, log[USER].nunique())})
    recs[RANK] = np.tile([1, 2, 3], log[USER].nunique())
    try:
        said = compare_clicks(log, recs).table.to_string(index=False)
    except NotEstimableError as refused:
        said = f"refused: {refused}"
    looked = ", ".join(f"{value:.2f}" for value in pages.examination())
    clicks = int(log[WEIGHT].sum())
    print(f"Open Bandit, {campaign}: {len(log):,} places, {clicks} clicks, examination {looked}; {said}")


def logged(path):
    table = pd.read_csv(path, usecols=["timestamp", "item_id", "position", "click", "propensity_score"])
    return pd.DataFrame({
        USER: [f"u{at}" for at in range(len(table))], ITEM: table["item_id"].astype("str"), POSITION: table["position"],
        EVENT: np.where(table["click"] == 1, "click", "impression"), WEIGHT: table["click"].astype(float),
        PROPENSITY: table["propensity_score"], TIME: pd.NaT,
    })  # fmt: skip


if __name__ == "__main__":
    main()
