"""Histories that no run has stored are scored by the model itself, in a process that stays warm."""

import numpy as np
import pandas as pd
import pytest

from divrec.errors import InputError
from divrec.models.registry import load_model
from divrec.workspace import Workspace


@pytest.fixture
def shop(shop_folder):
    workspace = Workspace(shop_folder)
    yield workspace, next(run.id for run in workspace.runs() if run.family == "ease")
    workspace._scoring.close()


def test_a_stored_history_gets_its_stored_pool(shop):
    workspace, run = shop
    stored = workspace.candidates(run)
    history = workspace.history(workspace.datasets()[0].id, stored.users[0])
    again = workspace.candidates_of(run, history)
    own = stored.for_user(stored.users[0])
    np.testing.assert_array_equal(again.items, own.items)
    np.testing.assert_array_equal(again.scores, own.scores)


def test_it_is_started_again_when_it_has_gone_and_says_what_is_wrong(shop):
    workspace, run = shop
    history = pd.DataFrame({"item_id": ["p00", "unheard of"]})
    before = workspace.candidates_of(run, history)
    workspace._scoring._child.kill()
    np.testing.assert_array_equal(workspace.candidates_of(run, history).items, before.items)
    with pytest.raises(InputError, match="no item 'zebra'"):
        workspace.why(run, history, "zebra")


def test_reasons_are_the_models_own(shop):
    workspace, run = shop
    history = pd.DataFrame({"item_id": ["p00", "p01", "p03"]})
    place, events = workspace.why(run, history, "p06")
    model = load_model(workspace.model_folder(run))
    ranked = model.recommend(["me"], 30, history=history.assign(user_id="me"))["item_id"].tolist()
    assert place == ranked.index("p06") + 1
    assert set(events["item_id"]) == {"p00", "p01", "p03"}
    assert events["item_id"].iloc[0] in ("p00", "p03")  # of its own kind


def test_an_empty_history_gets_what_is_popular(shop):
    workspace, run = shop
    pool = workspace.candidates_of(run, pd.DataFrame({"item_id": []}))
    assert pool.lengths[0] == 30
