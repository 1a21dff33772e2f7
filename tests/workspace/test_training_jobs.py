"""Training in the background: cancel within a batch, resume after kill -9, survival, no double work."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import divrec
from divrec.errors import ArtefactError, InputError, UnknownIdError
from divrec.workspace import Workspace
from tests.workspace.support import ended, job_of, make_shop, store, wait, worker_pid

SMALL = {"hidden_dim": 16, "latent_dim": 8, "batch": 20}
ENDLESS = {**SMALL, "epochs": 10_000, "patience": 10_000, "checkpoint_seconds": 0.3}


@pytest.fixture
def shop(workspace):
    return store(workspace, make_shop())


def under_way(workspace, run):
    """Wait until a training runs and has completed more epochs, or has ended."""

    def look():
        found = next(r for r in workspace.runs() if r.id == run)
        return found if not found.live or (found.state == "running" and found.epoch > 2) else None

    return wait(look)


def test_a_training_reports_cancels_within_a_batch_and_resumes_to_the_end(workspace, shop):
    run = workspace.submit_training(shop, "multvae", ENDLESS)
    assert workspace.submit_training(shop, "multvae", ENDLESS) == run  # a double click
    going = under_way(workspace, run)
    assert going.state == "running", going.error
    job = job_of(workspace, run)
    assert (job.stage, job.total) == ("fit", 10_006)
    surroundings = Path(f"/proc/{worker_pid(workspace)}/environ").read_bytes().split(b"\0")
    assert any(entry.startswith(b"OMP_NUM_THREADS=") for entry in surroundings)
    package = str(Path(divrec.__file__).parents[1])
    another = [sys.executable, "-m", "divrec.workspace.worker", str(workspace.folder)]
    assert subprocess.run(another, timeout=30, cwd=package, check=False).returncode == 0  # at once: the lock is taken
    assert workspace.runs(shop)[0].state == "running"
    workspace.cancel(run)
    assert ended(workspace, run, seconds=5).state == "cancelled"
    stopped = workspace.runs(shop)[0]
    curves = workspace.curves(run)
    assert curves["epoch"].max() == stopped.epoch < 10_000
    assert {"loss", "ndcg"} <= set(curves["name"])
    with pytest.raises(ArtefactError, match="cancelled"):
        workspace.metrics(run)
    workspace.resume(run)
    assert wait(lambda: workspace.runs(shop)[0].epoch > stopped.epoch)
    workspace.cancel(job.id)  # by the job's id this time
    assert ended(workspace, run, seconds=5).state == "cancelled"


def test_kill_nine_shows_as_interrupted_and_resumes_to_the_same_model(workspace, shop):
    settings = {**SMALL, "epochs": 150, "patience": 150, "checkpoint_seconds": 0.3}
    run = workspace.submit_training(shop, "multvae", settings)
    behind = workspace.submit_training(shop, "multvae", {**settings, "checkpoint_seconds": 60.0})
    under_way(workspace, run)
    os.kill(worker_pid(workspace), signal.SIGKILL)
    job = ended(workspace, run, seconds=10)
    assert job.state == "interrupted"
    assert "resume" in job.error
    assert wait(lambda: job_of(workspace, behind).state == "running")  # what waited gets a new worker
    assert job_of(workspace, run) == job  # what was lost does not start by itself
    workspace.resume(run)
    assert ended(workspace, behind).state == "done"
    assert ended(workspace, run).state == "done"
    np.testing.assert_array_equal(workspace.item_vectors(run), workspace.item_vectors(behind))
    assert not list((workspace.folder / "checkpoints").iterdir())
    assert not [left for left in (workspace.folder / "runs").iterdir() if left.name.startswith(".")]


SERVER = """
import sys, time
from divrec.workspace import Workspace
print(Workspace(sys.argv[1]).submit_training("d000000000001", "multvae", eval(sys.argv[2])), flush=True)
time.sleep(600)
"""


def test_a_job_outlives_the_server_that_asked_for_it(workspace, shop):
    command = [sys.executable, "-c", SERVER, str(workspace.folder), repr({**SMALL, "epochs": 200, "patience": 200})]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    run = server.stdout.readline().strip()
    assert under_way(workspace, run).state == "running"
    os.killpg(server.pid, signal.SIGKILL)  # it and whatever belongs to its session
    server.communicate(timeout=10)
    assert ended(workspace, run).state == "done"  # seen by the next server: this process


def test_live_and_unknown_things_are_not_deleted_and_deleted_ones_are_gone(workspace, shop):
    run = workspace.submit_training(shop, "multvae", ENDLESS)
    with pytest.raises(InputError, match="cancel it first"):
        workspace.delete_run(run)
    with pytest.raises(InputError, match="cancel it first"):
        workspace.delete_dataset(shop)
    workspace.cancel(run)
    ended(workspace, run)
    workspace.delete_dataset(shop)
    assert workspace.datasets() == workspace.runs() == workspace.jobs() == []
    assert not any((workspace.folder / "datasets").iterdir())
    for ask in (workspace.dataset, workspace.cancel, workspace.resume, workspace.delete_run, workspace.metrics):
        with pytest.raises(UnknownIdError):
            ask(run)
    with pytest.raises(UnknownIdError):
        workspace.metrics("../../etc")
    with pytest.raises(UnknownIdError):
        workspace.submit_training(shop, "ease")


def test_failed_work_says_why(workspace, shop):
    tables = workspace.folder / "datasets" / shop / "interactions.parquet"
    damaged = bytearray(tables.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    tables.write_bytes(damaged)
    run = workspace.submit_training(shop, "ease")
    job = ended(workspace, run)
    assert job.state == "failed"
    assert "checksum" in job.error


def test_wrong_settings_are_refused_at_once(workspace, shop):
    for family, settings, preset in [("nope", None, None), ("ease", {"nope": 1}, None), ("ease", None, "nope")]:
        with pytest.raises(InputError):
            workspace.submit_training(shop, family, settings, preset)
    assert workspace.jobs() == []


def test_a_worker_that_cannot_start_fails_what_waits(workspace, shop, monkeypatch):
    monkeypatch.setattr("divrec.workspace.starter.sys.executable", "/bin/false")
    run = workspace.submit_training(shop, "ease")
    job = ended(workspace, run)
    assert job.state == "failed"
    assert "broke down" in job.error
    monkeypatch.undo()
    workspace.resume(run)
    assert ended(workspace, run).state == "done"
    assert Workspace(workspace.folder).runs()[0].state == "done"


def test_a_blend_counts_the_epochs_of_its_members_and_of_their_second_fit(workspace, shop):
    members = {"ease": {}, "multvae": {**SMALL, "epochs": 4, "patience": 4}}
    run = workspace.submit_training(shop, "blend", {"members": members, "refit": True})
    ended(workspace, run)
    job, record = job_of(workspace, run), workspace.runs(shop)[0]
    assert record.state == "done", record.error
    assert job.done == job.total == record.epochs + 6
    assert workspace.curves(run)["epoch"].max() > 4  # the second fit goes on where the first ended
    assert workspace.curves(run)["value"].notna().all()


def test_a_training_starts_from_a_run_of_another_shop(workspace, shop):
    other = store(workspace, make_shop(seed=1), "d000000000002")
    source = workspace.submit_training(shop, "multvae", {**SMALL, "epochs": 30, "patience": 30})
    assert ended(workspace, source).state == "done"
    short = {**SMALL, "epochs": 1}
    runs = [workspace.submit_training(other, "multvae", short, start_from=start) for start in (None, source)]
    assert [ended(workspace, run).state for run in runs] == ["done", "done"]
    anew, better = (workspace.curves(run).query("name == 'ndcg'")["value"].iloc[0] for run in runs)
    assert better > anew
    again = workspace.submit_training(other, "multvae", {"epochs": 1}, start_from=source)
    settings = next(run for run in workspace.runs(other) if run.id == again).settings
    assert (settings["hidden_dim"], settings["latent_dim"]) == (16, 8)  # those of its source
    with pytest.raises(InputError, match="cannot start from a multvae"):
        workspace.submit_training(other, "recvae", start_from=source)
