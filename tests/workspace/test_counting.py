"""A recipe is counted in a child process as it would be here, and what goes wrong there is said here."""

import pandas as pd
import pytest

from divrec.data.cleaning import Recipe
from divrec.data.trial import tried
from divrec.errors import ArtefactError, InputError
from tests.workspace.support import make_shop, store

RECIPE = [{"step": "non_products", "pattern": "^Item 1$"}, {"step": "core", "users": 9, "items": 9}]


def test_the_child_counts_as_this_process_does(workspace):
    shop = store(workspace, make_shop())
    here = tried(workspace.dataset(shop), Recipe.from_json(RECIPE)).tables()
    there = workspace.trial(shop, RECIPE).tables()
    assert here["counts"]["items"].is_monotonic_decreasing
    assert list(here) == list(there)
    for name, table in here.items():
        pd.testing.assert_frame_equal(there[name], table)


def test_what_goes_wrong_in_the_child_is_said_here(workspace):
    shop = store(workspace, make_shop())
    with pytest.raises(InputError, match="a cleaning step is one of"):
        workspace.trial(shop, [{"step": "magic"}])
    path = workspace.folder / "datasets" / shop / "items.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(InputError, match="differs from its checksum"):
        workspace.trial(shop, RECIPE)


def test_a_child_that_breaks_down_says_why(workspace, monkeypatch):
    shop = store(workspace, make_shop())
    monkeypatch.setenv("PYTHONHASHSEED", "no number")  # the interpreter itself refuses to start
    with pytest.raises(ArtefactError, match=r"counting broke down.*PYTHONHASHSEED"):
        workspace.trial(shop, RECIPE)
