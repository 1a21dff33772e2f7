"""Workspaces that clean up after themselves."""

import pytest

from divrec.workspace import Workspace
from tests.workspace.support import ended, make_shop, stop_worker, store


@pytest.fixture
def workspace(tmp_path):
    opened = Workspace(tmp_path / "workspace")
    yield opened
    stop_worker(opened)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A workspace with a small shop and a finished EASE run; only to be read."""
    opened = Workspace(tmp_path_factory.mktemp("trained"))
    store(opened, make_shop())
    run = opened.submit_training("d000000000001", "ease", {"regularisation": 10.0})
    job = ended(opened, run)
    assert job.state == "done", job.error
    yield opened, run
    stop_worker(opened)
