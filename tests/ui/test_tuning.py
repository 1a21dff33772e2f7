"""The search for settings on the Models screen: nothing yet, done, cancelled; and where a training may start from."""

import pytest

from divrec.workspace import Workspace
from tests.shops import wait_for
from tests.workspace.support import ended, make_shop, store


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A shop with a finished search of EASE and a trained Mult-VAE."""
    folder = tmp_path_factory.mktemp("tuned")
    workspace = Workspace(folder)
    shop = store(workspace, make_shop())
    workspace.submit_tuning(shop, "ease", settings={"trials": 9, "startup": 3})
    workspace.submit_training(shop, "multvae", {"hidden_dim": 8, "latent_dim": 4, "epochs": 1})
    for job in workspace.jobs():
        wait_for(job.id, workspace)
    for job in workspace.jobs(live_only=True):
        workspace.cancel(job.id)  # the map is not looked at
    return folder


def test_without_a_search_it_says_what_to_do(app, shop_folder):
    test = app(shop_folder, "models", models_view="tune")
    assert any("No search yet" in caption.value for caption in test.caption)
    assert "popularity" not in test.selectbox(key="tuned").options
    assert test.slider(key="trials").value == 20


def test_a_finished_search_shows_its_trials_and_trains_the_best(app, folder):
    test = app(folder, "models", models_view="tune")
    assert [metric.label for metric in test.metric] == ["Best trial", "Trials done"]
    assert test.metric[1].value == "9 / 9"
    assert len(test.get("plotly_chart")) == 2  # the history, and what matters
    test.button(key="train_best").click().run()
    assert not test.exception
    workspace = Workspace(folder)
    run = next(run for run in workspace.runs() if run.family == "ease")
    assert ended(workspace, run.id).state == "done"


def test_a_training_may_start_from_an_earlier_one_of_its_family(app, folder):
    test = app(folder, "models", family="multvae")
    assert test.selectbox(key="start_from_multvae").options == ["Nothing: learn anew", "Mult-VAE · small"]
    test.selectbox(key="family").select("ease").run()
    assert "start_from_ease" not in {box.key for box in test.selectbox}


def test_a_baseline_that_a_person_trained_is_offered_when_it_is_ready(app, shop_folder, folder):
    assert any("Nothing is training" in heading.value for heading in app(shop_folder, "models").header)
    workspace = Workspace(folder)
    run = workspace.submit_training(workspace.datasets()[0].id, "ease", preset="balanced")
    assert ended(workspace, run).state == "done"
    assert any("EASE" in heading.value and "is ready" in heading.value for heading in app(folder, "models").header)
