"""A quick Mult-VAE on a large log in bounded memory: ``python -m benchmarks.large``.

100,000 items and a million events from ``benchmarks.skewed`` by 60,000 shoppers, the *quick* preset, one thread.
Wanted: under 6 GiB and 10 minutes. The peak is that of the whole process, reading the log included.
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

import divrec as dr
from benchmarks.skewed import SHAPES, write_log
from divrec.models import make_model


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--epochs", type=int, default=None, help="at most so many, instead of the preset's")
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.parquet"
        write_log(SHAPES["1M"], path)
        data = dr.read_dataset(path)
    counts = f"{len(data.user_ids):,} shoppers, {len(data.item_ids):,} items"
    print(f"{len(data.interactions):,} events, {counts}, peak {peak():.2f} GiB", flush=True)
    settings = {} if arguments.epochs is None else {"epochs": arguments.epochs}
    cpu, wall = time.process_time(), time.monotonic()

    def tell(progress):
        if progress.values:
            ndcg = progress.values["ndcg"]
            print(f"epoch {progress.epoch}: NDCG {ndcg:.4f}, {time.process_time() - cpu:.0f} CPU-s, peak {peak():.2f} GiB", flush=True)  # noqa: E501  # fmt: skip

    make_model("multvae", settings, "quick").fit(data, progress=tell)
    print(f"{time.process_time() - cpu:.0f} CPU-s, {time.monotonic() - wall:.0f} s wall, peak {peak():.2f} GiB")


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":
    main()
