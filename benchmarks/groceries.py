"""How well models find what households buy next, on the Complete Journey: ``python -m benchmarks.groceries``.

Protocol: the 5,000 most bought items; trained on everything before 1 November 2017, judged on the purchases from then
on. *New items*: lists and truth leave out what the household had bought before; *any item*: neither does. Every item
competes, NDCG@10 per household, mean with its 95 % interval under resampling of households; differences are paired.
Settings were chosen on September and October, trained on what came before; never on the test months.
"""

import argparse
import time

import divrec as dr
from divrec.models import make_model

N = 10
SETTINGS = {"popularity": {}, "frequency": {}, "ease": {"regularisation": 1000.0}, "multvae": {}}


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--from", dest="cut", default="2017-11-01", help="first day of the test period")
    options.add_argument("--until", default=None, help="first day after it; what happened later is left out")
    options.add_argument("--preset", default="balanced", help="preset of Mult-VAE")
    arguments = options.parse_args()
    train, tests = prepare(arguments.cut, arguments.until)
    lists = {}
    for family, settings in SETTINGS.items():
        started = time.process_time()
        preset = arguments.preset if family == "multvae" else None
        model = make_model(family, settings, preset).fit(train)
        seconds = time.process_time() - started
        for name, test in tests.items():
            lists[family, name] = model.recommend(test, n=N, repeat=name == "any item")
        print(f"{family}: {seconds:.1f} CPU-s to train")
    print()
    for (family, name), recs in lists.items():
        row = dr.evaluate(recs, tests[name], metrics=["ndcg"]).iloc[0]
        print(f"{name:<10} {family:<11} NDCG@{N} {row.value:.4f}  [{row.low:.4f}, {row.high:.4f}]  n={row.n:,}")
    pair = lists["ease", "new items"], lists["multvae", "new items"]
    row = dr.compare(*pair, tests["new items"], metrics=["ndcg"]).iloc[0]
    print(f"\nMult-VAE - EASE, new items: {row.difference:+.4f}  [{row.low:+.4f}, {row.high:+.4f}]  "
          f"({row.difference / row.before:+.1%})")  # fmt: skip


def prepare(cut: str, until: str | None):
    """Give the training part and the test parts by name."""
    data = dr.load_groceries(most_bought=5000)
    if until:
        data = data.with_interactions(data.interactions[data.interactions["time"] < until])
    train, test = data.split("time", at=cut)
    return train, {"new items": test.new_to_users(), "any item": test}


if __name__ == "__main__":
    main()
