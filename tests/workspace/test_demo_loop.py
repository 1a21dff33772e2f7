"""The whole way once, on the bundled shop: open it, get the baselines, train, draw the map."""

import numpy as np
import pytest

from divrec.workspace import Workspace
from divrec.workspace.ingest import BASELINES
from tests.workspace.support import ended, stop_worker, wait


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """The demo shop, opened with a break: cancelled while a baseline is trained, then resumed."""
    workspace = Workspace(tmp_path_factory.mktemp("demo"))
    job = workspace.submit_ingest("demo", name="My shop")
    assert workspace.submit_ingest("demo", name="My shop") == job  # a double click

    def found():
        return next(other for other in workspace.jobs() if other.id == job)

    wait(lambda: found().stage.startswith("train_"), 120)
    workspace.cancel(job)
    wait(lambda: not found().live)
    assert found().state == "cancelled"
    assert {run.state for run in workspace.runs()} <= {"cancelled", "done"}
    workspace.resume(job)
    wait(lambda: not found().live, 180)
    assert found().state == "done", found().error
    yield workspace, found().target
    stop_worker(workspace)


def test_opening_the_demo_shop_ends_with_its_baselines_ready(opened):
    workspace, shop = opened
    (record,) = workspace.datasets()
    assert (record.id, record.name, record.source) == (shop, "My shop", "demo")
    runs = workspace.runs(shop)
    assert sorted(run.family for run in runs) == sorted(BASELINES)
    assert {run.state for run in runs} == {"done"}
    ndcg = {run.family: workspace.metrics(run.id).set_index("metric").at["ndcg", "value"] for run in runs}
    assert ndcg["ease"] > ndcg["popularity"] > 0
    profile = workspace.profile(shop)
    assert all(len(profile[name]) for name in ("activity", "popularity", "categories", "prices", "shopper_groups"))


def test_opening_it_again_finds_what_is_there(opened):
    workspace, shop = opened
    again = workspace.submit_ingest("demo", name="Another label")
    done = wait(lambda: next((job for job in workspace.jobs() if job.id == again and not job.live), None), 120)
    assert (done.state, done.target) == ("done", shop)
    assert len(workspace.datasets()) == 1
    assert len(workspace.runs()) == len(BASELINES)


def test_a_model_is_trained_measured_and_its_map_drawn(opened):
    workspace, shop = opened
    settings = {"hidden_dim": 64, "latent_dim": 16, "epochs": 4}
    run = workspace.submit_training(shop, "multvae", settings, preset="quick")
    assert ended(workspace, run, seconds=180).state == "done"
    record = workspace.runs(shop)[0]
    assert (record.id, record.epoch, record.epochs, record.preset) == (run, 4, 4, "quick")
    assert workspace.curves(run)["epoch"].unique().tolist() == [1, 2, 3, 4]
    assert workspace.projection(run, "pca") is not None
    assert ended(workspace, run, "project", seconds=240).state == "done"
    drawn = workspace.projection(run, "umap")
    assert drawn["item_id"].tolist() == workspace.dataset(shop).item_ids.tolist()
    assert np.isfinite(drawn[["x", "y"]]).all(axis=None)
    workspace.candidates(run)  # adding the map left the old checksums in force
