"""How far off the expected times are: ``python -m benchmarks.expected [family/preset …]`` on the demo shop.

For each family and preset: what the probe says of the fit, what the probe costs, and what the fit then takes, in CPU
seconds, so that it does not matter what else the machine does.
"""

import sys
import time

import divrec as dr
from divrec.models import FAMILIES, make_model
from divrec.models.expected import fit_seconds


def main():
    data, _ = dr.load_demo().split("time", share=0.15)
    wanted = sys.argv[1:] or [f"{key}/{preset}" for key, family in FAMILIES.items() for preset in family.presets]
    print("| model | expected CPU-s | took CPU-s | took / expected | probe CPU-s |")
    for each in wanted:
        family, preset = each.split("/")
        started = time.process_time()
        expected = fit_seconds(family, FAMILIES[family].preset(preset), data)
        probed = time.process_time()
        make_model(family, preset=preset).fit(data)
        took = time.process_time() - probed
        told = f"{expected:.2f} | {took:.2f} | {took / expected:.2f} | {probed - started:.2f}"
        print(f"| {family}, {preset} | {told} |", flush=True)


if __name__ == "__main__":
    main()
