"""An epoch of Mult-VAE and RecVAE beside RecBole's and Cornac's: ``python -m benchmarks.peers [films] [groceries]``.

The same histories, network (600 / 200, the paper's mirrored decoder), batch (250 shoppers) and one thread for all; each
way in its own process, the peers in the environments that ``make .venv-recbole/.installed .venv-cornac/.installed``
makes. Told are CPU seconds of an epoch, the median after the first. Wanted: at most half of the faster peer's.
*films* is ML-100K of ``--data``, *groceries* what ``benchmarks.groceries`` trains on. RecVAE takes one pass of the
encoder and one of the decoder in an epoch; Cornac has none. Ours is told with its own, linear decoder besides.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from scipy import sparse

HIDDEN, LATENT, BATCH = 600, 200, 250
EPOCHS = 6  # the first is not counted
LOGS = ("films", "groceries")


def divrec_seconds(family, matrix, _, mirror=HIDDEN):
    import pandas as pd

    from benchmarks.models import parts_of
    from divrec.columns import ITEM, USER
    from divrec.models import make_model

    settings = {"hidden_dim": HIDDEN, "latent_dim": LATENT, "batch": BATCH, "epochs": EPOCHS, "stop_by": "nothing"}
    settings |= {"decoder_dim": mirror} if family == "multvae" else {}
    clock = [time.process_time()]

    def tell(progress):
        if progress.values:
            clock.append(time.process_time())

    pairs = pd.DataFrame(np.stack(matrix.nonzero(), axis=1), columns=[USER, ITEM])
    train, _ = parts_of(pairs, pairs[:1])
    make_model(family, settings).fit(train, progress=tell)
    return np.diff(clock)[1:].tolist()


def linear_seconds(family, matrix, folder):
    return divrec_seconds(family, matrix, folder, mirror=0)


def recbole_seconds(family, matrix, folder):
    from recbole.config import Config
    from recbole.data import create_dataset, data_preparation
    from recbole.utils import get_model, get_trainer, init_seed

    pairs = np.stack(matrix.nonzero(), axis=1)
    (folder / "log").mkdir()
    for part, rows in {"train": pairs, "valid": pairs[:1], "test": pairs[:1]}.items():
        lines = ["user_id:token\titem_id:token", *(f"u{user}\ti{item}" for user, item in rows)]
        (folder / "log" / f"log.{part}.inter").write_text("\n".join(lines))
    name = {"multvae": "MultiVAE", "recvae": "RecVAE"}[family]
    config = Config(
        model=name,
        dataset="log",
        config_dict={
            "data_path": str(folder), "benchmark_filename": ["train", "valid", "test"], "checkpoint_dir": str(folder),
            "load_col": {"inter": ["user_id", "item_id"]}, "train_neg_sample_args": None, "use_gpu": False,
            "train_batch_size": BATCH, "epochs": EPOCHS, "state": "WARNING", "mlp_hidden_size": [HIDDEN],
            "latent_dimension": 2 * LATENT if family == "multvae" else LATENT,  # its Mult-VAE counts μ and σ together
            "hidden_dimension": HIDDEN, "n_enc_epochs": 1, "n_dec_epochs": 1,
        },
    )  # fmt: skip
    init_seed(7, reproducibility=True)
    train = data_preparation(config, create_dataset(config))[0]
    trainer = get_trainer(config["MODEL_TYPE"], name)(config, get_model(name)(config, train.dataset))
    clock = [time.process_time()]
    for epoch in range(EPOCHS):
        trainer._train_epoch(train, epoch)
        clock.append(time.process_time())
    return np.diff(clock)[1:].tolist()


def cornac_seconds(_, matrix, __):
    from cornac.data import Dataset
    from cornac.models import VAECF

    users, items = matrix.nonzero()
    train = Dataset.from_uir([(user, item, 1.0) for user, item in zip(users.tolist(), items.tolist(), strict=True)])
    model = VAECF(k=LATENT, autoencoder_structure=[HIDDEN], n_epochs=1, batch_size=BATCH, seed=7)
    clock = [time.process_time()]
    for _ in range(EPOCHS):  # a fitted model goes on from its weights
        model.fit(train)
        clock.append(time.process_time())
    return np.diff(clock)[1:].tolist()


WAYS = {"divrec": divrec_seconds, "recbole": recbole_seconds, "cornac": cornac_seconds, "linear": linear_seconds}
COMPARED = {"multvae": list(WAYS), "recvae": ["divrec", "recbole"]}


def report_self(way, family, path):
    import torch

    torch.set_num_threads(1)
    seconds = WAYS[way](family, sparse.load_npz(path).tocsr(), Path(path).parent)
    print(json.dumps(seconds))


def measure(way, family, matrix, python):
    """Run one way in its own process and give the CPU seconds of its epochs."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "matrix.npz"
        sparse.save_npz(path, matrix)
        command = [Path(python).absolute(), "-m", "benchmarks.peers", "--one", way, family, str(path)]
        given = {**os.environ, "PYTHONPATH": str(Path.cwd()), "OMP_NUM_THREADS": "1"}
        # RecBole writes logs to where it runs
        done = subprocess.run(command, cwd=folder, env=given, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{way} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def log_of(name, data):
    """Give the histories (U, I) of a log, with an entry for each pair that occurs."""
    if name == "groceries":
        from benchmarks.groceries import prepare

        return prepare("2017-11-01", None)[0].matrix()
    parts = [np.loadtxt(data / "ml100k_cfgan" / f"ML100K.{part}", usecols=(0, 1)) for part in ("train", "test")]
    user, item = (np.unique(column, return_inverse=True)[1] for column in np.concatenate(parts).T)
    return sparse.csr_matrix((np.ones(len(user), dtype=np.float32), (user, item)))


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("logs", nargs="*", help="films, groceries; without one: both")
    options.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the outside sets")
    options.add_argument("--recbole", default=".venv-recbole/bin/python", help="the Python that has RecBole")
    options.add_argument("--cornac", default=".venv-cornac/bin/python", help="the Python that has Cornac")
    arguments = options.parse_args()
    pythons = {"recbole": arguments.recbole, "cornac": arguments.cornac}
    print("| log | model | way | CPU-s an epoch | least – most | times divrec's |")
    print("|---|---|---|---:|---:|---:|")
    for name in arguments.logs or LOGS:
        matrix = log_of(name, arguments.data)
        for family, ways in COMPARED.items():
            found = {way: measure(way, family, matrix, pythons.get(way, sys.executable)) for way in ways}
            for way, seconds in found.items():
                middle = statistics.median(seconds)
                ratio = middle / statistics.median(found["divrec"])
                spread = f"{min(seconds):.2f} – {max(seconds):.2f}"
                shape = f"{matrix.shape[0]:,} × {matrix.shape[1]:,}"
                print(f"| {name}, {shape} | {family} | {way} | {middle:.2f} | {spread} | {ratio:.2f} |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        report_self(*sys.argv[2:])
    else:
        main()
