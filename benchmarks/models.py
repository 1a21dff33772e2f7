"""Recommenders beside published numbers: ``python -m benchmarks.models [films] [groceries] [checkins]``.

*films*: ML-100K in the split of CFGAN's authors, every rating a positive; P and NDCG at 5 and 20. *groceries*: the
Complete Journey as in ``benchmarks.groceries``. *checkins*: Gowalla, LightGCN's split, Recall@20 and NDCG@20 (an hour;
``make bench-slow``). The two outside sets may not be passed on: they are read from ``--data``, and left out where they
are not there. Settings were chosen on a part of the training data, never on the test part.
"""

import argparse
import multiprocessing
import resource
import time
from pathlib import Path

import numpy as np
import pandas as pd

import divrec as dr
from benchmarks.groceries import prepare
from divrec.columns import EVENT, ITEM, TIME, USER, WEIGHT
from divrec.data.dataset import Dataset
from divrec.data.ranking import hits, ndcg, top_n
from divrec.models import make_model
from divrec.models.blend import Blend

FILMS = {
    "popularity": {},
    "itemknn": {},
    "userknn": {},
    "ials": {},
    "ease": {"regularisation": 300.0},
    "multvae": {},
    "recvae": {"refit": True},
    "aae": {"refit": True},
    "blend": {
        "members": {"ease": {"regularisation": 300.0}, "recvae": {}, "ials": {}},
        "refit": True,
    },
}
# the authors' 750 to 1,000 passes of the generator, four to a round
CFGAN = {"by": "items", "stop_by": "nothing", "epochs": 225}
GROCERIES = {
    "popularity": {},
    "frequency": {},
    "itemknn": {},
    "userknn": {},
    "content": {},
    "ials": {"regularisation": 100.0},
    "ease": {"regularisation": 1000.0},
    "aae": {"patience": 5},
    "recvae": {"patience": 5},
    "blend": {"members": {"ease": {"regularisation": 1000.0}, "recvae": {"patience": 5}}, "refit": True},
}
CHECKINS = {
    "popularity": {},
    "itemknn": {"neighbours": 50, "shrinkage": 0.0, "normalised": True},
    "userknn": {"neighbours": 200, "shrinkage": 0.0},
    "ials": {"factors": 128, "regularisation": 20.0},
    "gfcf": {},
    "ease": {"regularisation": 100.0},
}
CHECKINS_SLOW = {
    "blend": {
        "members": {
            "ease": {"regularisation": 100.0},
            "gfcf": {},
            "userknn": {"neighbours": 200, "shrinkage": 0.0},
        },
    },
    "multvae": {"batch": 500, "epochs": 60, "patience": 5},
}
PUBLISHED = {
    "films": "published: CFGAN .444 .476 .294 .433; wanted: EASE .446 .481 .293 .437 (± .005), Best NDCG@20 ≥ .445",
    "groceries": "wanted: Best ≥ .093 new items, frequency ≥ .47 any item",
    "checkins": "published: Mult-VAE .164 .133, item-CF .157 .121, EASE .177 .147; wanted: Best ≥ .182 .155",
}


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("what", nargs="*", help="films, groceries, checkins; without one: films and groceries")
    options.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the outside sets")
    options.add_argument("--only", nargs="*", help="families to run; without it all")
    options.add_argument("--slow", action="store_true", help="check-ins: the networks too")
    options.add_argument("--processes", type=int, default=1, help="check-ins: among which the test shoppers are shared")
    arguments = options.parse_args()
    for what in arguments.what or ["films", "groceries"]:
        print(f"\n{what}: {PUBLISHED[what]}", flush=True)
        {"films": films, "groceries": groceries, "checkins": checkins}[what](arguments)


def films(arguments):
    folder = arguments.data / "ml100k_cfgan"
    if not folder.exists():
        print(f"left out: there is no {folder}")
        return
    columns = [USER, ITEM, "rating"]
    train, test = (
        pd.read_csv(folder / f"ML100K.{part}", sep=r"\s+", header=None, names=columns, dtype="str")
        for part in ("train", "test")
    )
    train, test = parts_of(train, test)
    for family, settings in wanted(FILMS, arguments.only):
        model, seconds = trained(family, settings, train)
        told(family, model.score(train.matrix()), train, test, (5, 20), seconds)
    if not arguments.only or "cfgan" in arguments.only:
        model, seconds = trained("cfgan", CFGAN, train)
        told("cfgan", model.generated(), train, test, (5, 20), seconds)


def groceries(arguments):
    train, tests = prepare("2017-11-01", None)
    lists = {}
    for family, settings in wanted(GROCERIES, arguments.only):
        model, seconds = trained(family, settings, train)
        for name, test in tests.items():
            lists[family, name] = model.recommend(test, n=10, repeat=name == "any item")
            row = dr.evaluate(lists[family, name], test, metrics=["ndcg"]).iloc[0]
            interval = f"[{row.low:.4f}, {row.high:.4f}]"
            print(f"{name:<10} {family:<11} NDCG@10 {row.value:.4f} {interval} n={row.n:,}  {seconds:.0f} CPU-s {shares(model)}", flush=True)  # noqa: E501  # fmt: skip
    if ("ease", "new items") in lists and ("blend", "new items") in lists:
        pair = lists["ease", "new items"], lists["blend", "new items"]
        row = dr.compare(*pair, tests["new items"], metrics=["ndcg"]).iloc[0]
        print(f"blend - EASE, new items: {row.difference:+.4f} [{row.low:+.4f}, {row.high:+.4f}]")


def checkins(arguments):
    folder = arguments.data / "gowalla"
    if not folder.exists():
        print(f"left out: there is no {folder}")
        return
    parts = [pd.read_parquet(folder / f"{part}.parquet").iloc[:, :2].astype("str") for part in ("train", "test")]
    train, test = parts_of(*(part.set_axis([USER, ITEM], axis=1) for part in parts))
    for family, settings in wanted({**CHECKINS, **(CHECKINS_SLOW if arguments.slow else {})}, arguments.only):
        model, seconds = trained(family, settings, train)
        told(family, model, train, test, (20,), seconds, arguments.processes)


def parts_of(train, test):
    """Make the two parts of a split from tables of pairs; items and users in the order of their numbers."""
    both = pd.concat([train, test])
    ids = {name: both[name].drop_duplicates().sort_values(key=lambda s: s.astype(int)).astype("str") for name in (USER, ITEM)}  # noqa: E501  # fmt: skip

    def log(pairs):
        events = pairs[[USER, ITEM]].astype("str").reset_index(drop=True)
        events = events.assign(**{EVENT: "rating", WEIGHT: 1.0, TIME: pd.NaT})
        return events.astype({TIME: "datetime64[ns]"})

    known = Dataset(log(train), pd.DataFrame({ITEM: ids[ITEM]}), pd.DataFrame({USER: ids[USER]}))
    return known, known.with_interactions(log(test), history=known.interactions)


def wanted(families, only):
    return [(family, settings) for family, settings in families.items() if not only or family in only]


def trained(family, settings, train):
    started = time.process_time()
    model = make_model(family, settings).fit(train)
    return model, time.process_time() - started


def told(family, scored, train, test, lengths, seconds, processes=1):
    """Print precision or recall and NDCG at each length, over the users who have a test item; of a blend's members too.

    A blend lets its members learn from everything in the end, so their lines are those they would have alone.
    """
    known, truth = train.matrix(), test.matrix()
    users = np.flatnonzero(np.diff(truth.indptr))
    found = {}

    def of_batch(at):
        batch = {}
        for name, scores in scores_of(family, scored, at, known[at]):
            scores[known[at].nonzero()] = -np.inf
            batch[name] = hits(top_n(scores, max(lengths)), truth[at])
        return batch

    for batch in shared_out(of_batch, np.array_split(users, max(1, len(users) // 500)), processes):
        for name, hit in batch.items():
            found.setdefault(name, []).append(hit)
    for name, hit in found.items():
        line = measured(np.concatenate(hit), np.diff(truth.indptr)[users], lengths)
        cost = f"{seconds:.0f} CPU-s, peak {peak():.1f} GiB {shares(scored)}" if name == family else ""
        print(f"{name:<11} {line}  n={len(users):,}  {cost}", flush=True)


def shared_out(job, batches, processes):
    """Yield ``job`` of each batch, in order; done by so many processes, which see what this one has in memory."""
    if processes == 1:
        yield from map(job, batches)
        return
    global _job  # noqa: PLW0603  # a forked process finds it here: a closure can't be sent to it
    _job = job
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        yield from pool.imap(_do, batches)


def _do(batch):
    return _job(batch)


def scores_of(family, scored, at, known):
    """Give the scores of a matrix, of a model, or of a blend's members and then the blend, each with its name."""
    if isinstance(scored, np.ndarray):
        return [(family, scored[at].copy())]
    if not isinstance(scored, Blend):
        return [(family, scored.score(known))]
    parts = dict(scored.parts(known))
    return [(family, sum(scored.weights[name] * part for name, part in parts.items())), *parts.items()]


def measured(hit, counts, lengths):
    values = []
    for n in lengths:
        first = hit[:, :n].sum(axis=1)
        share = first / n if len(lengths) > 1 else first / counts
        values += [f"{'P' if len(lengths) > 1 else 'Recall'}@{n} {share.mean():.4f}"]
        values += [f"NDCG@{n} {ndcg(hit[:, :n], counts).mean():.4f}"]
    return "  ".join(values)


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def shares(model):
    found = getattr(model, "weights", None)
    return "" if found is None else ", ".join(f"{name} {share:.2f}" for name, share in found.items())


if __name__ == "__main__":
    main()
