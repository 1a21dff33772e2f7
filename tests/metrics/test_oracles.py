"""Our values against other people's libraries, to 1e-9; their answers are kept in oracles.json with their versions."""

import importlib.util
import json
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from divrec.metrics.measure import PerUser
from divrec.metrics.registry import METRICS

HERE = Path(__file__).parent
ORACLES = json.loads((HERE / "oracles.json").read_text())
PYTHON = HERE.parents[1] / ".venv-oracles" / "bin" / "python"
SCRIPT = HERE / "oracle_run.py"
PAIRS = [(oracle, name) for oracle, answers in ORACLES["answers"].items() for name in answers]


def load_case():
    spec = importlib.util.spec_from_file_location("oracle_case", HERE / "oracle_case.py")
    case = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(case)
    return case


CASE = load_case()


def ranked(lists):
    rows = [(u, i, rank) for u, items in lists.items() for rank, i in enumerate(items, 1)]
    return pd.DataFrame(rows, columns=["user_id", "item_id", "rank"])


def pairs(rows, served_only=False):
    table = pd.DataFrame(rows, columns=["user_id", "item_id"])
    return table[table["user_id"] != CASE.UNSERVED] if served_only else table


@pytest.fixture(scope="module")
def tables():
    return {
        "vectors": pd.DataFrame.from_dict(CASE.VECTORS, orient="index"),
        "items": pd.DataFrame({"item_id": CASE.ITEMS, "category": [CASE.CATEGORY[i] for i in CASE.ITEMS]}),
        "log": pairs(CASE.HISTORY),
    }


@pytest.mark.parametrize(("oracle", "name"), PAIRS)
def test_equal_to_1e_9(oracle, name, tables):
    entry, theirs = METRICS[name], ORACLES["answers"][oracle][name]
    needs = [need for need in entry.needs if need != "history"]
    served_only = isinstance(theirs, dict) and CASE.UNSERVED not in theirs
    given = {**tables, "test": pairs(CASE.TEST, served_only)}
    recs = ranked(CASE.RANKINGS if name == "auc" else CASE.LISTS)
    arguments = {need: given[need] for need in needs}
    if isinstance(theirs, dict):
        assert isinstance(entry.function, PerUser)
        ours = entry.function.per_user(recs, **arguments)
        np.testing.assert_allclose(ours.reindex(list(theirs)), list(theirs.values()), rtol=0, atol=1e-9)
        assert len(ours) == len(theirs)
    else:
        assert entry.function(recs, **arguments) == pytest.approx(theirs, abs=1e-9)


@pytest.mark.slow
@pytest.mark.skipif(not PYTHON.exists(), reason="no .venv-oracles: install requirements-oracles.txt there to ask again")
def test_oracles_still_answer_the_same():
    done = subprocess.run([PYTHON, SCRIPT], capture_output=True, text=True, check=True)
    fresh = json.loads(done.stdout)["answers"]
    assert fresh.keys() == ORACLES["answers"].keys()
    for oracle, answers in fresh.items():
        for name, value in answers.items():
            assert value == pytest.approx(ORACLES["answers"][oracle][name], abs=1e-9), (oracle, name)
