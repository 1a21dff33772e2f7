"""What a search and a start from another run are worth on the demo shop: ``python -m benchmarks.tuning``.

The latest fifth of events is the test and is looked at once, at the end; searches only see what came before. *Tuning*:
a family at its preset against its best trial, both trained on everything before the test; NDCG@10 on new items, paired
difference with its 95 % interval under resampling of shoppers. *Transfer*: the shoppers divided in two shops; Mult-VAE
on the second, anew and started from the first one's, after the same few epochs.
"""

import argparse
import time

import numpy as np

import divrec as dr
from divrec.columns import USER
from divrec.models import make_model
from divrec.models.registry import FAMILIES
from divrec.models.settings import TuningSettings
from divrec.models.tuning import best

N = 10
SEARCHED = {"ease": ("balanced", 20), "ials": ("balanced", 20), "multvae": ("quick", 12)}
EPOCHS = (1, 2, 5, 10, 20)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("what", nargs="*", default=["tuning", "transfer"], help="tuning, transfer")
    train, test = dr.load_demo().split("time", share=0.2)
    for what in options.parse_args().what:
        {"tuning": tuning, "transfer": transfer}[what](train, test.new_to_users())


def tuning(train, test):
    print("family   trials  given up  validation  test: preset   best     difference            CPU-s", flush=True)
    for family, (preset, trials) in SEARCHED.items():
        start, started = FAMILIES[family].preset(preset), time.process_time()
        tried = dr.tune(family, train, start, TuningSettings(trials=trials))
        seconds = time.process_time() - started
        refit = {"refit": True} if FAMILIES[family].trained else {}
        settings = ({**start, **refit}, {**start, **best(tried).settings, **refit})
        lists = [make_model(family, each).fit(train).recommend(test, n=N) for each in settings]
        row = dr.compare(*lists, test, metrics=["ndcg"]).iloc[0]
        lost = sum(trial.state == "pruned" for trial in tried)
        found = best(tried)
        told = f"{tried[0].value:.4f} → {found.value:.4f}  {row.before:.4f}  {row.after:.4f}  {row.difference:+.4f}"
        told = f"{told} [{row.low:+.4f}, {row.high:+.4f}]  {seconds:.0f}  {dict(found.settings)}"
        print(f"{family:<8} {trials:<7} {lost:<9} {told}", flush=True)


def transfer(train, test):
    users = np.random.default_rng(7).permutation(train.user_ids)
    first, second = (part_of(train, users[at::2]) for at in (0, 1))
    judged = part_of(test, users[1::2])
    settings = FAMILIES["multvae"].preset("quick")
    source = make_model("multvae", settings).fit(first)
    print("epochs  anew    started from the first shop   difference")
    for epochs in EPOCHS:
        short = {**settings, "epochs": epochs, "stop_by": "nothing"}
        pair = make_model("multvae", short).fit(second), make_model("multvae", short).starting_from(source).fit(second)
        row = dr.compare(*(model.recommend(judged, n=N) for model in pair), judged, metrics=["ndcg"]).iloc[0]
        told = f"{row.before:.4f}  {row.after:.4f}  {row.difference:+.4f} [{row.low:+.4f}, {row.high:+.4f}]"
        print(f"{epochs:<7} {told}", flush=True)


def part_of(data, users):
    """The same shop with only these users; histories of a test part go with them."""
    known = None if data.history is None else data.history[data.history[USER].isin(users)]
    log = data.interactions[data.interactions[USER].isin(users)].reset_index(drop=True)
    described = data.users[data.users[USER].isin(users)].reset_index(drop=True)
    return data.with_interactions(log, users=described, history=known)


if __name__ == "__main__":
    main()
