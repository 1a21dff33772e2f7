"""Our agreements of columns and pairs against those of sdmetrics, to 1e-9."""

import json
import subprocess
from pathlib import Path

import pytest

from divrec.synthesis.itemfidelity import item_fidelity
from tests.synthesis.test_items import catalogue

HERE = Path(__file__).parent
PYTHON = HERE.parents[1] / ".venv-ctgan" / "bin" / "python"


@pytest.mark.slow
def test_agreements_are_those_of_sdmetrics(tmp_path):
    assert PYTHON.exists(), "make .venv-ctgan/.installed"
    paths = []
    tables = [catalogue(seed=seed).dropna().drop(columns=["item_id", "title"]) for seed in (1, 2)]
    for place, table in enumerate(tables):
        paths.append(tmp_path / f"{place}.csv")
        table.to_csv(paths[-1], index=False)
    done = subprocess.run([PYTHON, HERE / "sdmetrics_run.py", *paths], capture_output=True, text=True, check=True)
    answers = json.loads(done.stdout.splitlines()[-1])
    ours = item_fidelity(*tables).query("metric in ('column', 'pair')").set_index("of")["value"]
    assert len(answers) == 9
    for of, value in answers.items():
        assert ours[of] == pytest.approx(value, abs=1e-9), of
