"""Items that nobody has bought yet, ranked for shoppers: ``python -m benchmarks.coldstart [demo] [groceries]``.

A fifth of the items is hidden entirely; shoppers who have some of them get those ranked by what is left of their
history. ``λ`` of the ridge regression and the blocks of the content were chosen with seed 7; ``--seed`` hides others.
"""

import argparse
import time

import divrec as dr
from divrec.synthesis.hidden import judge
from divrec.synthesis.settings import ColdStartSettings

SHOPS = {"demo": dr.load_demo, "groceries": lambda: dr.load_groceries(most_bought=5000)}


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("shop", nargs="*", help=f"{', '.join(SHOPS)}; without one: both")
    options.add_argument("--seed", type=int, default=11)
    arguments = options.parse_args()
    for name in arguments.shop or SHOPS:
        data = SHOPS[name]()
        started = time.process_time()
        table = judge(data, ColdStartSettings(seed=arguments.seed))
        seconds = time.process_time() - started
        print(f"\n{name}: {len(data.items):,} items, seed {arguments.seed}, {seconds:.0f} CPU-s")
        for method, rows in table.groupby("method", sort=False):
            told = [f"{row.metric:<6} {row.value:.4f} [{row.low:.4f}, {row.high:.4f}]" for row in rows.itertuples()]
            print(f"{method:<22} {'  '.join(told)}  n={rows['n'].iloc[0]:,}", flush=True)


if __name__ == "__main__":
    main()
