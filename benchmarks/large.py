"""A quick Mult-VAE on a large log in bounded memory: ``python -m benchmarks.large``.

100,000 items and a million events from ``benchmarks.skewed`` by 60,000 shoppers, the *quick* preset, one thread.
Wanted: under 6 GiB and 10 minutes. The peak is that of the whole process, reading the log included. ``--steps`` tells
instead what a step of 250 shoppers costs with the full and with the sampled softmax (*balanced*: 600 / 200).
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

import divrec as dr
from benchmarks.skewed import SHAPES, write_log
from divrec.columns import USER
from divrec.models import make_model


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--epochs", type=int, default=None, help="at most so many, instead of the preset's")
    options.add_argument("--steps", action="store_true", help="compare the two kinds of softmax, step by step")
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.parquet"
        write_log(SHAPES["1M"], path)
        data = dr.read_dataset(path)
    counts = f"{len(data.user_ids):,} shoppers, {len(data.item_ids):,} items"
    print(f"{len(data.interactions):,} events, {counts}, peak {peak():.2f} GiB", flush=True)
    if arguments.steps:
        compare_steps(data)
    else:
        train(data, arguments.epochs)


def train(data, epochs):
    settings = {} if epochs is None else {"epochs": epochs}
    cpu, wall = time.process_time(), time.monotonic()

    def tell(progress):
        if progress.values:
            ndcg = progress.values["ndcg"]
            print(f"epoch {progress.epoch}: NDCG {ndcg:.4f}, {time.process_time() - cpu:.0f} CPU-s, peak {peak():.2f} GiB", flush=True)  # noqa: E501  # fmt: skip

    make_model("multvae", settings, "quick").fit(data, progress=tell)
    print(f"{time.process_time() - cpu:.0f} CPU-s, {time.monotonic() - wall:.0f} s wall, peak {peak():.2f} GiB")


def compare_steps(data):
    """Print CPU seconds of a step, meaned over the epochs after the first."""
    users, batch, epochs = 500, 250, 3
    few = data.with_interactions(data.interactions[data.interactions[USER].isin(data.user_ids[:users])])
    for name, full_softmax in (("sampled", 1), ("full", len(data.item_ids))):
        clock = []

        def tell(progress, clock=clock):
            if progress.values:
                clock.append(time.process_time())

        settings = {"epochs": epochs, "batch": batch, "stop_by": "nothing", "full_softmax": full_softmax}
        make_model("multvae", settings).fit(few, progress=tell)
        seconds = (clock[-1] - clock[0]) / ((epochs - 1) * users / batch)
        print(f"{name} softmax: {seconds:.2f} CPU-s a step, peak {peak():.2f} GiB so far", flush=True)


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":
    main()
