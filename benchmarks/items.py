"""How real generated items are, beside CTGAN and TVAE: ``python -m benchmarks.items [demo] [groceries] [--only vae]``.

*demo* is the demo shop's catalogue, *groceries* the 5,000 most bought of Complete Journey's; every generator learns
from all of it and makes as many rows of category, subcategory, brand, price and margin. CTGAN and TVAE run with their
own settings (300 epochs) in the environment that ``make .venv-ctgan/.installed`` makes, each in its own process, and so
do the measures of sdmetrics; all with one thread. Told are CPU seconds of learning and drawing. Wanted: quality of
sdmetrics ≥ .82 and detector AUC ≤ .90 in a tenth of CTGAN's time. The other end: one half of the real items against the
other.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COLUMNS = ("category", "subcategory", "brand", "price", "margin")
NUMBERS = ("price", "margin")
TOLD = ("detector_auc", "coverage_precision", "coverage_recall", "exact_copies", "closer_to_seen")
OURS = ("vae", "gan")
PEERS = {"CTGAN": "ctgan", "TVAE": "tvae"}
PYTHON = Path(__file__).parents[1] / ".venv-ctgan" / "bin" / "python"


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("what", nargs="*", default=["demo", "groceries"])
    names = (*OURS, *PEERS)
    options.add_argument("--only", nargs="+", choices=names, default=names, help="some of the generators")
    options.add_argument("--child", nargs=3, metavar=("WAY", "REAL", "MADE"), help=argparse.SUPPRESS)
    arguments = options.parse_args()
    if arguments.child:
        child(*arguments.child)
        return
    for what in arguments.what:
        table(what, arguments.only)


def table(what, only):
    import divrec as dr
    from divrec.synthesis import itemgan, itemvae  # noqa: F401  # no generator's time is that of importing torch

    data = dr.load_demo() if what == "demo" else dr.load_groceries(most_bought=5000)
    real = data.items[[name for name in COLUMNS if name in data.items]]
    print(f"\n{what}: {len(real):,} items", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        real.to_csv(folder / "real.csv", index=False)
        some = real.sample(frac=0.5, random_state=7)
        told("real, half against half", real.drop(some.index), some, 0, folder)
        for model in [name for name in OURS if name in only]:
            started = time.process_time()
            made = dr.generate_items(data, n=len(real), model=model)
            told(f"divrec {model}", real, made[list(real)], time.process_time() - started, folder)
            held_out(data, model)
        for name in [name for name in PEERS if name in only]:
            print_peer(name, PEERS[name], real, folder)


def held_out(data, model):
    """Tell whether generated items lie nearer to the items learned from than to as many that were held out."""
    from dataclasses import replace

    import divrec as dr

    hidden = data.items.sample(frac=0.2, random_state=7)
    known = data.items.drop(hidden.index).reset_index(drop=True)
    log = data.interactions[data.interactions["item_id"].isin(known["item_id"])]
    made = dr.generate_items(replace(data, items=known, interactions=log), n=1000, model=model)
    value = dr.item_fidelity(known, made, hidden).set_index("metric")["value"]["closer_to_seen"]
    print(f"  with a fifth held out: closer_to_seen {value:.3f}", flush=True)


def print_peer(name, way, real, folder):
    import pandas as pd

    answer = asked(way, folder / "real.csv", folder / "made.csv")
    told(name, real, pd.read_csv(folder / "made.csv", dtype={column: str for column in real if column not in NUMBERS}),
         answer["seconds"], folder)  # fmt: skip


def told(name, real, made, seconds, folder):
    import divrec as dr

    values = dr.item_fidelity(real, made).set_index("metric")["value"]
    real.to_csv(folder / "one.csv", index=False)
    made.to_csv(folder / "other.csv", index=False)
    answer = asked("sdmetrics", folder / "one.csv", folder / "other.csv")
    said = "  ".join(f"{metric} {values[metric]:.3f}" for metric in TOLD if metric in values)
    print(f"{name:<24} sdmetrics quality {answer['quality']:.3f} (shapes {answer['shapes']:.3f}, pairs "
          f"{answer['pairs']:.3f})  ours {values['quality']:.3f}  {said}  {seconds:.1f} CPU-s", flush=True)  # fmt: skip


def asked(way, real, made):
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    command = [str(PYTHON), __file__, "--child", way, str(real), str(made)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        sys.exit(f"{way} failed:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def child(way, real_path, made_path):
    """Run a peer or the measures, in the environment that has them; the answer is the last line."""
    import pandas as pd

    real = pd.read_csv(real_path)
    words = [name for name in real if name not in NUMBERS]
    real[words] = real[words].astype("object").fillna("")
    if way == "sdmetrics":
        made = pd.read_csv(made_path)
        made[words] = made[words].astype("object").fillna("")
        print(json.dumps(measured(real, made)))
        return
    import torch
    from ctgan import CTGAN, TVAE

    torch.set_num_threads(1)
    torch.manual_seed(7)
    started = time.process_time()
    model = {"ctgan": CTGAN, "tvae": TVAE}[way](enable_gpu=False)
    model.set_random_state(7)
    model.fit(real, words)
    model.sample(len(real)).to_csv(made_path, index=False)
    print(json.dumps({"seconds": time.process_time() - started}))


def measured(real, made):
    from sdmetrics.reports.single_table import QualityReport

    kinds = {name: {"sdtype": "numerical" if name in NUMBERS else "categorical"} for name in real}
    report = QualityReport()
    report.generate(real, made[list(real)], {"columns": kinds}, verbose=False)
    shapes, pairs = report.get_properties()["Score"]
    return {"quality": float(report.get_score()), "shapes": float(shapes), "pairs": float(pairs)}


if __name__ == "__main__":
    main()
