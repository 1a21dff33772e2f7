"""A search in the background: survives kill -9, can be cancelled and resumed, and its best becomes a run."""

import os
import signal

import pytest

from divrec.errors import InputError, UnknownIdError
from tests.workspace.support import ended, job_of, make_shop, store, wait, worker_pid


@pytest.fixture
def shop(workspace):
    return store(workspace, make_shop())


def test_a_search_goes_on_after_a_kill_and_its_best_is_trained(workspace, shop):
    tuning = workspace.submit_tuning(shop, "multvae", "quick", {"trials": 3, "startup": 2})
    assert workspace.submit_tuning(shop, "multvae", "quick", {"trials": 3, "startup": 2}) == tuning  # a double click
    wait(lambda: len(workspace.trials(tuning)) >= 1)
    os.kill(worker_pid(workspace), signal.SIGKILL)
    assert wait(lambda: workspace.tunings(shop)[0].state == "interrupted")
    kept = workspace.trials(tuning)
    workspace.resume(tuning)
    assert ended(workspace, tuning, "tune").state == "done"
    trials = workspace.trials(tuning)
    assert trials["number"].tolist() == [0, 1, 2]
    assert trials.head(len(kept)).equals(kept)
    assert job_of(workspace, tuning, "tune").done == 3

    run = workspace.train_best(tuning)
    assert ended(workspace, run).state == "done"
    best = trials[trials["state"] == "done"].sort_values("value").iloc[-1]
    settings = workspace.runs(shop)[0].settings
    assert settings["learning_rate"] == best["learning_rate"]
    assert settings["refit"]
    assert settings["patience"] == 5  # the preset's


def test_a_search_is_cancelled_within_a_batch_and_can_be_deleted(workspace, shop):
    tuning = workspace.submit_tuning(shop, "multvae", "best", {"trials": 50})
    wait(lambda: workspace.tunings()[0].state == "running")
    with pytest.raises(InputError, match="cancel it first"):
        workspace.delete_tuning(tuning)
    workspace.cancel(tuning)
    assert ended(workspace, tuning, "tune", seconds=60).state == "cancelled"
    with pytest.raises(InputError, match="no trial is finished yet"):
        workspace.train_best(tuning)
    workspace.delete_tuning(tuning)
    assert workspace.tunings() == []
    with pytest.raises(UnknownIdError):
        workspace.trials(tuning)


def test_a_shop_goes_with_its_searches(workspace, shop):
    tuning = workspace.submit_tuning(shop, "ease", settings={"trials": 2})
    assert ended(workspace, tuning, "tune").state == "done"
    assert (workspace.folder / "tunings" / tuning).exists()
    workspace.delete_dataset(shop)
    assert workspace.tunings() == workspace.jobs() == []
    assert not (workspace.folder / "tunings" / tuning).exists()


def test_what_cannot_be_searched_is_refused_at_once(workspace, shop):
    wrong = [("nope", None, {}), ("popularity", None, {}), ("ease", "nope", {}), ("ease", None, {"trials": 0})]
    for family, preset, settings in wrong:
        with pytest.raises(InputError):
            workspace.submit_tuning(shop, family, preset, settings)
    assert workspace.jobs() == []
