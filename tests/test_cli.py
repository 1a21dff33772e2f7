"""The command line: the same jobs, tables in and out, errors in one line."""

import io
import json
import subprocess
import sys
import zipfile

import pandas as pd
import pytest

from divrec import cli
from divrec.cli import console
from divrec.workspace import Workspace
from tests.workspace.support import make_shop, stop_worker, store, wait


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A workspace with a shop read from files and its baselines, all made by the command line."""
    folder = tmp_path_factory.mktemp("cli")
    shop = make_shop()
    log = shop.interactions.rename(columns={"user_id": "visitor", "item_id": "sku"})[["visitor", "sku", "time"]]
    log.to_csv(folder / "events.csv", index=False)
    shop.items.rename(columns={"item_id": "sku"}).to_csv(folder / "items.csv", index=False)
    command = ["ingest", str(folder / "events.csv"), "--items", str(folder / "items.csv"), "--column", "user=visitor"]
    assert cli.main([*command, "--name", "Corner shop", "--workspace", str(folder / "workspace")]) == 0
    yield folder
    stop_worker(Workspace(folder / "workspace"))


def run(folder, *command):
    return cli.main([*command, "--workspace", str(folder / "workspace")])


def ease(folder):
    return next(run.id for run in Workspace(folder / "workspace").runs() if run.family == "ease")


def test_ingest_reads_files_and_trains_baselines(folder):
    workspace = Workspace(folder / "workspace")
    (shop,) = workspace.datasets()
    expected = make_shop()
    assert (shop.name, shop.users, shop.events) == ("Corner shop", len(expected.users), len(expected.interactions))
    assert {(run.family, run.state) for run in workspace.runs()} == {("popularity", "done"), ("ease", "done")}


def test_a_recipe_cleans_what_is_read_and_stays_with_the_shop(folder, tmp_path):
    recipe = [{"step": "non_products", "pattern": "Department 3"}, {"step": "core", "users": 2, "items": 2}]
    (tmp_path / "recipe.json").write_text(json.dumps(recipe))
    (tmp_path / "wrong.json").write_text('[{"step": "magic"}]')
    files = [str(folder / "events.csv"), "--items", str(folder / "items.csv"), "--column", "user=visitor"]
    place = ["--workspace", str(tmp_path / "workspace")]
    assert cli.main(["ingest", *files, "--recipe", str(tmp_path / "wrong.json"), *place]) == 1
    assert cli.main(["ingest", *files, "--recipe", str(tmp_path / "recipe.json"), *place]) == 0
    workspace = Workspace(tmp_path / "workspace")
    (shop,) = workspace.datasets()
    cleaned = workspace.dataset(shop.id)
    assert "Department 3" not in set(cleaned.items["category"])
    assert cleaned.report.kept == len(cleaned.interactions) < cleaned.report.read
    assert workspace.origin(shop.id)["recipe"] == recipe
    stop_worker(workspace)


def test_train_prints_its_measures_and_last_its_run(folder, capsys):
    assert run(folder, "train", "--family", "ease", "--set", "regularisation=10") == 0
    said = capsys.readouterr()
    assert "ndcg" in said.out
    made = Workspace(folder / "workspace").runs()[0]
    assert said.out.split()[-1] == made.id
    assert made.settings["regularisation"] == 10


def test_train_learns_in_parts(folder, capsys):
    few = ["--set", "epochs=1", "--set", "hidden_dim=8", "--set", "latent_dim=4"]
    assert run(folder, "train", "--family", "multvae", "--parts", "3", *few) == 0
    assert Workspace(folder / "workspace").runs()[0].settings["parts"] == 3
    assert run(folder, "train", "--family", "ease", "--parts", "3") == 1
    assert "parts" in capsys.readouterr().err


def test_rerank_at_zero_is_the_base_order_and_moves_beyond(folder, tmp_path):
    base = Workspace(folder / "workspace").candidates(ease(folder)).head(5).to_frame()
    for diversity in ("0", "0.9"):
        out = tmp_path / f"{diversity}.parquet"
        command = ["rerank", "--run", ease(folder), "--diversity", diversity, "-n", "5", "--out", str(out)]
        assert run(folder, *command) == 0
    still, moved = (pd.read_parquet(tmp_path / f"{diversity}.parquet") for diversity in ("0", "0.9"))
    assert still["item_id"].tolist() == base["item_id"].tolist()
    assert moved["item_id"].tolist() != base["item_id"].tolist()


def test_rerank_takes_anybodys_files_and_evaluate_anybodys_lists(folder, tmp_path, capsys):
    workspace = Workspace(folder / "workspace")
    workspace.candidates(ease(folder)).to_frame().to_parquet(tmp_path / "pool.parquet")
    workspace.item_vectors(ease(folder)).to_parquet(tmp_path / "vectors.parquet")
    files = ["--pool", str(tmp_path / "pool.parquet"), "--vectors", str(tmp_path / "vectors.parquet")]
    out = tmp_path / "recs.parquet"
    assert run(folder, "rerank", *files, "--user", "u3", "--user", "u7", "--out", str(out)) == 0
    assert pd.read_parquet(out)["user_id"].unique().tolist() == ["u3", "u7"]
    table = tmp_path / "table.parquet"
    assert run(folder, "evaluate", str(out), "--run", ease(folder), "--out", str(table)) == 0
    assert {"ndcg", "ild", "sameness"} <= set(pd.read_parquet(table)["metric"])
    assert "ndcg" in capsys.readouterr().out


def test_evaluate_cuts_lists_into_parts_and_sets_them_against_others(folder, tmp_path, capsys):
    workspace = Workspace(folder / "workspace")
    for run_ in workspace.runs():
        workspace.candidates(run_.id).head(5).to_frame().to_parquet(tmp_path / f"{run_.family}.parquet")
    lists, other = str(tmp_path / "ease.parquet"), str(tmp_path / "popularity.parquet")
    for by, name in (("band", "tail"), ("category", "Department 2"), ("group", None)):
        assert run(folder, "evaluate", lists, "--by", by) == 0
        said = capsys.readouterr().out
        assert said.split()[:3] == ["group", "metric", "value"]
        assert name is None or name in said
    out = tmp_path / "pair.parquet"
    assert run(folder, "evaluate", lists, "--against", other, "--by", "category", "--out", str(out)) == 0
    pair = pd.read_parquet(out)
    assert {"before", "after", "difference"} <= set(pair.columns)
    assert pair.loc[pair["metric"] == "ndcg", "difference"].mean() > 0
    assert run(folder, "evaluate", lists, "--against", other) == 0
    assert run(folder, "evaluate", lists, "--clicks") == 1
    assert "does not say what was shown" in capsys.readouterr().err


def test_evaluate_in_folds_trains_anew_and_tells_each_fold(folder, tmp_path, capsys):
    out = tmp_path / "folds.parquet"
    command = ["evaluate", "--folds", "3", "--family", "ease", "--set", "regularisation=10", "--out", str(out)]
    assert run(folder, *command) == 0
    assert "fold 3 of 3" in capsys.readouterr().err
    table = pd.read_parquet(out)
    assert table["fold"].unique().tolist() == ["1", "2", "3", "all"]
    assert run(folder, *command[:3], "--family", "popularity", "--fold-by", "time") == 0


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["train", "--family", "nope"], "no model family 'nope'"),
        (["train", "--family", "ease", "--dataset", "d0"], "no dataset 'd0'"),
        (["train", "--family", "ease", "--set", "nope=1"], "no 'nope'"),
        (["rerank", "--out", "recs.csv"], "ending in .parquet"),
        (["rerank", "--out", "recs.parquet"], "--run RUN"),
        (["evaluate", "absent.parquet"], "absent.parquet"),
        (["evaluate"], "a Parquet file of lists, or --folds"),
        (["evaluate", "--folds", "3"], "--family"),
        (["evaluate", "--folds", "1", "--family", "ease"], "2 to 120 folds"),
    ],
)
def test_errors_take_one_line(folder, capsys, command, said):
    assert run(folder, *command) == 1
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_a_job_that_fails_says_why(folder, capsys):
    assert run(folder, "ingest", str(folder / "absent.csv")) == 1
    assert "ingest failed" in capsys.readouterr().err


def test_an_empty_workspace_says_what_to_do(tmp_path, capsys):
    assert cli.main(["train", "--family", "ease", "--workspace", str(tmp_path)]) == 1
    assert "divrec ingest demo" in capsys.readouterr().err


def test_ctrl_c_cancels(tmp_path, monkeypatch):
    workspace = Workspace(tmp_path)
    store(workspace, make_shop())

    def press(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(console.time, "sleep", press)
    settings = ["--set", "epochs=10000", "--set", "patience=10000"]
    assert cli.main(["train", "--family", "multvae", *settings, "--workspace", str(tmp_path)]) == 130
    monkeypatch.undo()
    assert wait(lambda: not workspace.runs()[0].live)
    assert workspace.runs()[0].state == "cancelled"
    stop_worker(workspace)


def test_python_m_divrec_helps_lightly():
    code = "import runpy, sys; sys.argv = ['divrec', '--help']; runpy.run_module('divrec', run_name='__main__')"
    light = f"try:\n    {code}\nfinally:\n    assert not {{'torch', 'umap', 'sklearn', 'numba'}} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", light], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for command in ("ingest", "train", "rerank", "evaluate"):
        assert command in done.stdout


def test_report_writes_one_page_with_re_ranked_lists_and_their_tables(folder, tmp_path):
    lists, out, tables = tmp_path / "lists.parquet", tmp_path / "report.html", tmp_path / "tables.zip"
    assert run(folder, "rerank", "--run", ease(folder), "--diversity", "0.5", "-n", "5", "--out", str(lists)) == 0
    command = ["report", "--run", ease(folder), "--lists", str(lists), "--out", str(out), "--tables", str(tables)]
    assert run(folder, *command, "--language", "zh") == 0
    page = out.read_text(encoding="utf-8")
    assert "Corner shop的推荐有多雷同" in page
    assert "对全部顾客的作用" in page
    with zipfile.ZipFile(tables) as packed:
        everybody = pd.read_parquet(io.BytesIO(packed.read("everybody.parquet"))).set_index("metric")
    assert everybody.loc["ild", "before"] < everybody.loc["ild", "after"]
    assert (everybody["before_low"] <= everybody["before_high"]).sum() > 3


def test_train_keeps_a_smaller_version_where_it_is_asked_for(folder, capsys):
    command = ["train", "--family", "ease", "--set", "tune=false", "--set", "regularisation=20", "--compress", "pruned"]
    assert run(folder, *command) == 0
    said = capsys.readouterr().out
    assert "milliseconds" in said
    kept = next(run for run in Workspace(folder / "workspace").runs() if run.id == said.split()[-1])
    assert (kept.compressed.way, kept.settings["regularisation"]) == ("pruned", 20.0)
    assert run(folder, "train", "--family", "popularity", "--compress", "int8") == 1
    assert "next to nothing but histories" in capsys.readouterr().err


def test_report_takes_a_saved_scenario_by_its_name(folder, tmp_path, capsys):
    workspace, run_id, out = Workspace(folder / "workspace"), ease(folder), tmp_path / "report.html"
    dataset = next(each.dataset_id for each in workspace.runs() if each.id == run_id)
    values = {"dataset": dataset, "run": run_id, "subject": {"surface": "shopper", "id": "u"}, "method": "msd", "n": 5}
    values |= {"alike": "behaviour", "repeat": False, "diversity": 0.75}
    values["rules"] = '[{"kind": "exclude", "where": {"column": "category", "values": ["Department 1"]}}]'
    workspace.save_scenario("More variety", values)
    assert run(folder, "report", "--scenario", "More variety", "--out", str(out)) == 0
    page = out.read_text(encoding="utf-8")
    assert "Department 1" in page
    capsys.readouterr()
    assert run(folder, "report", "--scenario", "Less", "--out", str(out)) == 1
    assert "More variety" in capsys.readouterr().err
    assert run(folder, "report", "--scenario", "More variety", "--run", run_id, "--out", str(out)) == 1
    assert "--scenario" in capsys.readouterr().err
