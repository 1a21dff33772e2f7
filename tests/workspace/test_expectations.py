"""Expected times: measured by the worker, kept for this machine, and corrected by what a training really took."""

import json

import pytest

from divrec.errors import InputError, UnknownIdError
from divrec.models.registry import FAMILIES
from tests.workspace.support import ended, job_of, make_shop, store, wait


def probed(workspace, shop, family):
    job_id = workspace.submit_probe(shop, family)
    assert workspace.submit_probe(shop, family) == job_id  # a page that is looked at again asks for nothing more
    job = wait(lambda: next((job for job in workspace.jobs() if job.id == job_id and not job.live), None))
    assert job.state == "done", job.error
    return workspace.expected(shop, family)


def test_a_family_is_measured_once_for_all_its_presets(workspace):
    shop = store(workspace, make_shop())
    assert workspace.expected(shop, "multvae") is None
    found = probed(workspace, shop, "multvae")
    assert set(found) == set(FAMILIES["multvae"].presets)
    assert 0 < found["quick"] < found["best"]
    assert workspace.expected(shop, "ease") is None
    probed(workspace, shop, "ease")
    assert workspace.expected(shop, "multvae") == found  # both are kept

    held = json.loads((workspace.folder / "datasets" / shop / "expected.json").read_text())
    held["machine"] = "another one"
    (workspace.folder / "datasets" / shop / "expected.json").write_text(json.dumps(held))
    assert workspace.expected(shop, "multvae") is None
    workspace.delete_dataset(shop)


def test_a_training_that_was_done_is_the_better_witness(workspace):
    shop = store(workspace, make_shop())
    before = probed(workspace, shop, "ease")
    changed = workspace.submit_training(shop, "ease", {"regularisation": 7.0}, "balanced")
    assert ended(workspace, changed).state == "done"
    assert workspace.expected(shop, "ease") == before  # with other settings it is another training
    run = workspace.submit_training(shop, "ease", preset="balanced")
    assert ended(workspace, run).state == "done"
    job = job_of(workspace, run)
    after = workspace.expected(shop, "ease")
    assert after["balanced"] == (job.finished - job.started).total_seconds()
    assert after["best"] == before["best"]
    popular = workspace.submit_training(shop, "popularity")
    assert ended(workspace, popular).state == "done"
    job = job_of(workspace, popular)
    more = workspace.expected(shop, "ease")
    assert more["best"] == pytest.approx(before["best"] + (job.finished - job.started).total_seconds())


def test_what_is_not_there_is_not_measured(workspace):
    with pytest.raises(UnknownIdError):
        workspace.submit_probe("d000000000009", "ease")
    shop = store(workspace, make_shop())
    with pytest.raises(InputError, match="no model family 'nope'"):
        workspace.submit_probe(shop, "nope")
    assert workspace.probe_job(shop, "ease") is None
