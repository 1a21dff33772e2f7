"""The tables behind a report, each as CSV, Parquet and Excel, with the scenario, in one zip."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from typing import Final

import pandas as pd

from divrec.data.exports import to_csv, to_excel, to_parquet
from divrec.report.findings import Findings

FORMATS: Final[Mapping[str, Callable[[pd.DataFrame], bytes]]] = {
    "csv": to_csv, "parquet": to_parquet, "xlsx": to_excel,
}  # fmt: skip


def tables(found: Findings) -> dict[str, pd.DataFrame]:
    """Give the tables behind a report by name, as they were measured."""
    parts = {"sameness": found.sameness["overall"], **found.sameness["parts"]}
    all_of_it: dict[str, pd.DataFrame | None] = {
        "steps": found.account.to_frame(),
        "measures": found.measures,
        "sameness": pd.DataFrame({"part": list(parts), "value": list(parts.values())}),
    }
    if found.varied is not None:
        all_of_it |= {name: getattr(found.varied, name) for name in ("lists", "path", "everybody")}
        all_of_it["list_measures"] = found.varied.measures
    return {name: table for name, table in all_of_it.items() if table is not None}


def scenario_json(found: Findings) -> str | None:
    """Write the scenario as JSON; None where the report is of a model alone."""
    if found.varied is None or found.varied.scenario is None:
        return None
    return json.dumps(dict(found.varied.scenario), ensure_ascii=False, indent=2)


def to_zip(found: Findings) -> bytes:
    """Pack all tables in every format, and ``scenario.json`` where there is one."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, table in tables(found).items():
            for ending, write in FORMATS.items():
                packed.writestr(f"{name}.{ending}", write(table))
        if scenario := scenario_json(found):
            packed.writestr("scenario.json", scenario)
    return out.getvalue()
