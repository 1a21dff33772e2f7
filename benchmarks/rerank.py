"""The re-ranking engine beside pyversity and divsel: ``python -m benchmarks.rerank [--small]``, one thread each.

Every figure is the median CPU time (``time.process_time``) of repeated calls in one process, sides taken in turn, so a
busy machine slows both alike. Vectors are scaled to length 1 beforehand for both sides; pyversity's mmr and msd are
told so (``normalize=False``), its dpp scales again, which it cannot be spared. Scores are uniform, a hard case for the
lazy loop, since few items are out of reach; the long pool is timed with normal scores too, more like a model's.
"""

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version

os.environ.setdefault("OMP_NUM_THREADS", "1")

import divsel
import numpy as np
import pandas as pd
import pyversity

from divrec.data.candidates import Candidates
from divrec.evaluate.tradeoff import population_path
from divrec.rerank.batch import run_exact, run_grid
from divrec.rerank.gains import GAINS
from divrec.rerank.state import Pools, Source

SLIDER = np.linspace(0, 1, 101)
PEERS = ("mmr", "msd", "dpp")


def shop(users: int, items: int, n: int, d: int, seed: int = 0):
    """Clustered unit vectors, and pools of ``n`` with falling scores."""
    rng = np.random.default_rng(seed)
    unit = rng.normal(size=(12, d))[rng.integers(0, 12, items)] + 0.7 * rng.normal(size=(items, d))
    unit = (unit / np.linalg.norm(unit, axis=1, keepdims=True)).astype(np.float32)
    chosen = np.argpartition(rng.random((users, items)), n - 1, axis=1)[:, :n].astype(np.int32)
    scores = -np.sort(-rng.random((users, n)), axis=1)
    relevance = (scores - scores[:, -1:]) / (scores[:, :1] - scores[:, -1:])
    given, mixes = np.zeros((users, 0), np.float32), np.ones((users, 1))
    pools = Pools(chosen, np.full(users, n), relevance.astype(np.float32), given, mixes)
    return unit, pools


def source_of(method: str, unit: np.ndarray) -> Source:
    return Source(unit, np.zeros(len(unit), np.int32), 5, GAINS[method].work)


def medians(*sides: Callable[[], object], rounds: int) -> list[float]:
    """Milliseconds of CPU per call of each side, taken in turn."""
    taken = [[] for _ in sides]
    for round_ in range(rounds + 1):
        for side, times in zip(sides, taken, strict=True):
            started = time.process_time()
            side()
            if round_:  # the first is a rehearsal
                times.append(1000 * (time.process_time() - started))
    return [float(np.median(times)) for times in taken]


def theirs(method: str, vectors: np.ndarray, scores: np.ndarray, diversity: float, n: int = 20):
    told = {} if method == "dpp" else {"normalize": False}
    return pyversity.diversify(vectors, scores, n, method, diversity=float(diversity), **told)


def whole_slider(rounds: int) -> None:
    print("\n## One query, n = 500, d = 64, list 20: the whole slider (101 values)\n")
    print("| method | divrec grid ms | divrec exact ms | distinct lists | pyversity × 101 ms | ratio (goal 30) |")
    print("|---|---|---|---|---|---|")
    unit, pools = shop(1, 500, 500, 64)
    vectors, scores = np.ascontiguousarray(unit[pools.items[0]]), pools.relevance[0]
    for method in PEERS:
        source = source_of(method, unit)
        grid, exact, peer = medians(
            lambda method=method, source=source: run_grid(GAINS[method], source, pools, SLIDER, 20),
            lambda method=method, source=source: run_exact(GAINS[method], source, pools, 20),
            lambda method=method: [theirs(method, vectors, scores, value) for value in SLIDER],
            rounds=rounds,
        )
        lists = len(run_exact(GAINS[method], source, pools, 20)[0])
        print(f"| {method} | {grid:.2f} | {exact:.2f} | {lists} | {peer:.1f} | {peer / grid:.0f} × |")


def one_value(rounds: int) -> None:
    print("\n## One query, n = 5,000, d = 256, list 20: one value\n")
    print("| scores | method | diversity | divrec ms | pyversity ms | ratio (goal 20) |\n|---|---|---|---|---|---|")
    unit, pools = shop(1, 5000, 5000, 256)
    vectors = np.ascontiguousarray(unit[pools.items[0]])
    normal = -np.sort(-np.random.default_rng(1).normal(size=5000))
    likely = ((normal - normal[-1]) / (normal[0] - normal[-1])).astype(np.float32)
    for kind, scores in (("uniform", pools.relevance[0]), ("normal", likely)):
        scored = pools._replace(relevance=scores[None])
        for method in PEERS:
            source = source_of(method, unit)
            for value in (0.1, 0.3, 0.5, 0.7, 0.9):
                mine, peer = medians(
                    partial(run_grid, GAINS[method], source, scored, [value], 20),
                    partial(theirs, method, vectors, scores, value),
                    rounds=rounds,
                )
                print(f"| {kind} | {method} | {value} | {mine:.2f} | {peer:.2f} | {peer / mine:.1f} × |")
    (gist,) = medians(lambda: divsel.gist_select(vectors, normal - normal.min(), k=20, lam=1.0), rounds=1)
    print(f"\ndivsel's GIST (max-min with a guarantee, another objective), one value: {gist:.0f} ms")


def many_shoppers(users: int, rounds: int) -> None:
    print(f"\n## {users:,} shoppers × 200 candidates, d = 64, list 20: 101 values against pyversity at one\n")
    print(
        "| method | divrec 101 values ms | divrec 1 value ms | pyversity 1 value ms | 101 values / pyversity (goal 2) |"
    )
    print("|---|---|---|---|---|")
    unit, pools = shop(users, 3000, 200, 64)
    for method in PEERS:
        source = source_of(method, unit)
        grid, one, peer = medians(
            lambda method=method, source=source: run_grid(GAINS[method], source, pools, SLIDER, 20),
            lambda method=method, source=source: run_grid(GAINS[method], source, pools, [0.3], 20),
            lambda method=method: [
                theirs(method, unit[row], scores, 0.3) for row, scores in zip(pools.items, pools.relevance, strict=True)
            ],
            rounds=rounds,
        )
        print(f"| {method} | {grid:.0f} | {one:.0f} | {peer:.0f} | {grid / peer:.2f} × |")


def growth(rounds: int) -> None:
    print(
        "\n## Growth, mmr, d = 64, 101 values\n\n"
        "| candidates | list | shoppers | ms | ms per shopper |\n|---|---|---|---|---|"
    )
    sizes = [(n, 20, 1) for n in (125, 250, 500, 1000, 2000)]
    sizes += [(500, k, 1) for k in (5, 10, 40, 80)] + [(200, 20, users) for users in (10, 100, 1000)]
    for n, k, users in sizes:
        unit, pools = shop(users, max(n, 1000), n, 64)
        (taken,) = medians(partial(run_grid, GAINS["mmr"], source_of("mmr", unit), pools, SLIDER, k), rounds=rounds)
        print(f"| {n} | {k} | {users} | {taken:.2f} | {taken / users:.2f} |")


def everyone(users: int, method: str = "mmr") -> None:
    print(f"\n## {users:,} shoppers × 200 candidates × 21 values, lists and all measures, 2 threads\n")
    items, n = 3000, 200
    rng = np.random.default_rng(0)
    unit, _ = shop(1, items, n, 64)
    ids = pd.Index([f"i{k}" for k in range(items)], name="item_id")
    names = pd.Index([f"u{k}" for k in range(users)], name="user_id")
    chosen = np.empty((users, n), np.int32)
    weight = rng.gamma(1, 1, items)
    for row in range(0, users, 2000):
        part = chosen[row : row + 2000]
        part[:] = np.argpartition(rng.exponential(size=(len(part), items)) / weight, n - 1, axis=1)[:, :n]
    scores = -np.sort(-rng.beta(2, 5, (users, n)).astype(np.float32), axis=1)
    at = rng.integers(0, users, users * 20)
    bought = rng.choice(items, users * 20, p=weight / weight.sum())
    history = pd.DataFrame({"user_id": names.to_numpy()[at], "item_id": ids.to_numpy()[bought]})
    catalogue = pd.DataFrame({"item_id": ids, "category": rng.integers(0, 12, items).astype(str)})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    wall, cpu = time.perf_counter(), time.process_time()
    table = population_path(
        Candidates(names, ids, chosen, scores),
        pd.DataFrame(unit, index=ids),
        method,
        n=20,
        grid=21,
        threads=2,
        catalogue=catalogue,
        history=history,
    )
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"{method}: {wall:.1f} s wall, {cpu:.1f} s CPU (goal 90 s wall on 2 free cores), peak {peak:.2f} GiB of which "
        f"{before:.2f} before the call (goal 2); {table.shape[1]} columns"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="time the re-ranking engine beside its peers")
    parser.add_argument("--small", action="store_true", help="sizes for a quick look")
    small = parser.parse_args().small
    print(
        f"# Re-ranking\n\nPython {sys.version.split()[0]}, numpy {np.__version__}, pyversity {version('pyversity')}, "
        f"divsel {version('divsel')}; CPU time, medians, one thread unless said otherwise"
    )
    whole_slider(3 if small else 9)
    one_value(3 if small else 9)
    many_shoppers(200 if small else 2000, 1 if small else 3)
    growth(3 if small else 9)
    everyone(2000 if small else 100_000)


if __name__ == "__main__":
    main()
