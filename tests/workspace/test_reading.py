"""What a workspace hands out: whole, checked, and without heavy imports."""

import io
import json
import shutil
import subprocess
import sys
import zipfile

import numpy as np
import pandas as pd
import pytest

from divrec.errors import ArtefactError, InputError, UnknownIdError
from divrec.workspace import Workspace
from tests.workspace.support import GROUPS, ITEMS, USERS, make_shop, store

SHOP = "d000000000001"


def test_a_finished_run_has_everything(trained):
    workspace, run = trained
    record = workspace.runs(SHOP)[0]
    assert (record.id, record.family, record.state) == (run, "ease", "done")
    assert record.settings["regularisation"] == 10.0
    train, test = workspace.split(SHOP)
    pool = workspace.candidates(run)
    assert pool.users.tolist() == train.user_ids.tolist()
    assert isinstance(pool.items, np.memmap)
    known = set(zip(train.interactions["user_id"], train.interactions["item_id"], strict=True))
    assert not known & set(zip(*pool.to_frame()[["user_id", "item_id"]].to_numpy().T, strict=True))
    assert (workspace.candidates(run, repeat=True).lengths == ITEMS).all()
    assert workspace.item_vectors(run).index.tolist() == train.item_ids.tolist()
    assert workspace.user_vectors(run).index.tolist() == train.user_ids.tolist()
    assert workspace.projection(run, "pca")["item_id"].tolist() == train.item_ids.tolist()
    assert workspace.projection(run, "umap") is None
    assert set(test.user_ids) <= set(pool.users)


def test_weights_are_taken_away_without_anybodys_history(trained):
    workspace, run = trained
    with zipfile.ZipFile(io.BytesIO(workspace.weights(run))) as archive:
        assert archive.namelist() == ["items.parquet", "model.json", "weights.safetensors"]
        assert json.loads(archive.read("model.json"))["family"] == "ease"


def test_a_run_compared_with_itself_does_not_differ(trained):
    workspace, run = trained
    table = workspace.compare(run, run)
    assert table["metric"].tolist() == ["ndcg", "recall", "ild", "novelty", "catalogue_coverage"]
    np.testing.assert_allclose(table[["difference", "low", "high"]], 0, atol=1e-12)
    assert (table["n"] > 0).all()


def test_a_note_is_kept_without_the_blanks_around_it(trained):
    workspace, run = trained
    workspace.write_note(run, "  a try\n")
    assert workspace.runs()[0].note == "a try"
    with pytest.raises(UnknownIdError, match="no run 'r0'"):
        workspace.write_note("r0", "x")


def test_metrics_come_with_intervals_for_new_and_for_any_items(trained):
    workspace, run = trained
    new, anything = (workspace.metrics(run, repeat=repeat).set_index("metric") for repeat in (False, True))
    assert {"ndcg", "recall", "sameness", "ild", "novelty"} <= set(new.index)
    assert {"ndcg", "recall"} <= set(anything.index) < set(new.index)
    for table in (new, anything):
        assert (table["low"] <= table["value"] + 1e-9).all()
        assert (table["value"] <= table["high"] + 1e-9).all()
    assert new.at["ndcg", "value"] > 0.2  # the block structure is easy
    assert new.at["ild", "n"] == len(workspace.candidates(run))  # everybody's lists


def test_sameness_is_the_mean_of_its_parts_and_knows_categories_and_groups(trained):
    workspace, run = trained
    found = workspace.sameness(run)
    assert found["overall"] == pytest.approx(np.mean(list(found["parts"].values())))
    assert set(found["parts"]) == {"inside", "between", "over_time"}
    assert found["overall"] == pytest.approx(workspace.metrics(run).set_index("metric").at["sameness", "value"])
    assert set(found["category"]["name"]) == {f"Department {group}" for group in range(GROUPS)}
    assert set(found["group"]["name"]) <= set(workspace.shopper_groups(SHOP))
    assert len(found["group"])
    for name in ("category", "group"):
        assert found[name]["sameness"].between(0, 100).all()


def test_profile_counts_agree_with_the_log(trained):
    workspace, _ = trained
    data = workspace.dataset(SHOP)
    tables = workspace.profile(SHOP)
    for name, column in [("activity", "events"), ("popularity", "events"), ("categories", "events")]:
        assert tables[name][column].sum() == len(data.interactions), name
    assert tables["prices"]["items"].sum() == tables["categories"]["items"].sum() == ITEMS
    assert tables["categories"]["share"].sum() == pytest.approx(1)
    assert tables["shopper_groups"]["users"].sum() == USERS
    assert tables["popularity"]["events"].is_monotonic_decreasing
    assert tables["summary"].loc[0, ["users", "items"]].tolist() == [USERS, ITEMS]


def test_history_is_what_the_models_were_told(trained):
    workspace, _ = trained
    train, _ = workspace.split(SHOP)
    expected = train.interactions.query("user_id == 'u7'").reset_index(drop=True)
    pd.testing.assert_frame_equal(workspace.history(SHOP, "u7"), expected)
    with pytest.raises(UnknownIdError, match="u_nobody"):
        workspace.history(SHOP, "u_nobody")


READERS = {
    "metrics-new.parquet": lambda w, run: w.metrics(run),
    "sameness.json": lambda w, run: w.sameness(run),
    "item_vectors.parquet": lambda w, run: w.item_vectors(run),
    "candidates-new/items.npy": lambda w, run: w.candidates(run),
    "projection-pca.parquet": lambda w, run: w.projection(run),
}


@pytest.mark.parametrize("name", READERS)
def test_a_flipped_bit_is_noticed(trained, tmp_path, name):
    workspace, run = trained
    copy = Workspace(shutil.copytree(workspace.folder, tmp_path / "copy"))
    path = copy.folder / "runs" / run / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ArtefactError, match="checksum"):
        READERS[name](copy, run)


def test_shops_of_the_same_content_are_known(workspace):
    store(workspace, make_shop())
    assert workspace._datasets.same_as("upload", make_shop().fingerprint) == SHOP
    assert workspace._datasets.same_as("upload", make_shop(seed=1).fingerprint) is None


def test_scenarios_are_kept_as_they_are(workspace):
    values = {"dataset": SHOP, "run": "r1", "diversity": 0.35, "rules": [{"pin": "i7"}], "note": "中文 <b>"}
    saved = workspace.save_scenario(" Spring ", values)
    (record,) = workspace.scenarios()
    assert (record.id, record.name, record.dataset_id, record.run_id) == (saved, "Spring", SHOP, "r1")
    assert record.values == values
    workspace.rename_scenario(saved, " Autumn ")
    assert workspace.scenarios()[0].name == "Autumn"
    with pytest.raises(InputError, match="only blanks"):
        workspace.rename_scenario(saved, " ")
    workspace.delete_scenario(saved)
    assert workspace.scenarios() == []
    with pytest.raises(UnknownIdError):
        workspace.delete_scenario(saved)
    with pytest.raises(InputError, match="name"):
        workspace.save_scenario("  ", values)
    with pytest.raises(InputError, match="JSON"):
        workspace.save_scenario("a", {"diversity": float("nan")})


def test_sources_are_checked_before_they_are_queued(workspace):
    with pytest.raises(InputError, match="found 'nope'"):
        workspace.submit_ingest("nope")
    with pytest.raises(InputError, match="events="):
        workspace.submit_ingest("upload")
    with pytest.raises(InputError, match="demo takes recipe; found events"):
        workspace.submit_ingest("demo", events="x.csv")


LIGHT = """
import sys
from divrec.workspace import Workspace
from tests.workspace.support import GROUPS, ITEMS, USERS, make_shop, store
ws, shop, run = Workspace(sys.argv[1]), sys.argv[2], sys.argv[3]
ws.datasets(), ws.dataset(shop), ws.split(shop), ws.profile(shop), ws.history(shop, "u7"), ws.jobs(), ws.runs()
ws.curves(run), ws.metrics(run), ws.sameness(run), ws.candidates(run), ws.item_vectors(run), ws.user_vectors(run)
ws.projection(run)
heavy = {"torch", "sklearn", "umap", "numba", "streamlit"} & set(sys.modules)
sys.exit(f"imported {heavy}" if heavy else 0)
"""


def test_reading_imports_nothing_heavy(trained):
    workspace, run = trained
    command = [sys.executable, "-c", LIGHT, workspace.folder, SHOP, run]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
