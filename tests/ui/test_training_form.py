"""The Train form: the best on top, every setting with its bounds, what differs is sent and linked, the time."""

import json

import pytest

from divrec.models.registry import FAMILIES
from divrec.ui.settingsform import kind_of, offered
from divrec.words import LANGUAGES, catalogue
from divrec.workspace import Workspace
from tests.shops import wait_for
from tests.workspace.support import make_shop, stop_worker, store


@pytest.fixture
def folder(tmp_path):
    workspace = Workspace(tmp_path)
    store(workspace, make_shop())
    yield tmp_path
    stop_worker(workspace)


def link(family, preset, **changed):
    return json.dumps([family, preset, changed], separators=(",", ":"))


def opened(test):
    """Unfold the settings, as a click on the expander does."""
    test.session_state["advanced"] = True
    return test.run()


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_setting_is_said_in_every_language(family, language):
    words = catalogue(language)
    for entry in (*offered(family)[0], *offered(family)[1]):
        assert {f"setting.{entry.name}", f"setting.{entry.name}.says"} <= set(words)
        if kind_of(entry) == "number":
            assert {"low", "high"} <= set(entry.metadata)


@pytest.mark.parametrize("family", sorted(key for key, family in FAMILIES.items() if not family.rated))
def test_every_setting_has_a_widget_that_shows_the_preset(app, folder, family):
    preset = list(FAMILIES[family].presets)[-1]
    test = opened(app(folder, "models", family=family, preset=preset))
    assert not test.exception, test.exception
    whole = FAMILIES[family].settings.of(FAMILIES[family].preset(preset)).to_json()
    shown = {entry.name: entry for group in offered(family) for entry in group}
    boxes = {w.key: w.value for kind in ("number_input", "selectbox", "toggle", "multiselect") for w in test.get(kind)}
    for name, entry in shown.items():
        value = boxes[f"set_{family}_{preset}_{name}_0"]
        assert value == (list(whole[name]) if kind_of(entry) == "members" else whole[name])
    assert not test.error
    assert "set" not in test.query_params


def test_what_differs_from_the_preset_is_sent_and_stays_in_the_link(app, folder):
    test = opened(app(folder, "models", family="multvae"))
    test.number_input(key="set_multvae_quick_latent_dim_0").set_value(5)
    opened(test).number_input(key="set_multvae_quick_epochs_0").set_value(1)
    opened(test)
    assert not test.exception
    assert test.query_params["set"] == link("multvae", "quick", latent_dim=5, epochs=1)
    assert any("Latent dimensions 5 (64), Epochs at most 1 (30)" in words.value for words in test.caption)
    test.button(key="start").click().run()
    run = Workspace(folder).runs()[0]
    own = FAMILIES["multvae"].settings.of({**FAMILIES["multvae"].preset("quick"), "latent_dim": 5, "epochs": 1})
    assert (run.family, run.preset, dict(run.settings)) == ("multvae", "quick", own.to_json())
    assert test.query_params["set"] == link("multvae", "quick", latent_dim=5, epochs=1)


def test_a_link_brings_settings_back_and_the_way_to_the_preset_is_open(app, folder):
    test = app(folder, "models", family="ease", set=link("ease", "balanced", regularisation=70))
    assert any("Regularisation λ 70 (500)" in words.value for words in test.caption)
    test.button(key="reset_settings").click().run()
    assert "set" not in test.query_params
    assert not any("Differs" in words.value for words in test.caption)


@pytest.mark.parametrize("held", ["{", '["ease","balanced",{"nope":1}]', '["ease","balanced",{"tune":7}]', "[1]"])
def test_a_link_that_cannot_be_used_says_so_or_is_left_out(app, folder, held):
    test = app(folder, "models", family="ease", set=held)
    assert not test.exception
    assert not test.button(key="start").disabled
    assert bool(test.warning) == (held != "[1]")  # that one is of no family at all


@pytest.mark.parametrize(
    ("family", "changed", "said"),
    [
        ("multvae", {"hidden_dim": 9000}, "**Hidden width** must be from 1 to 8,192; found 9,000."),
        ("multvae", {"dropout": 1.5}, "**Dropout** must be from 0 to 0.95; found 1.5."),
        ("sasrec", {"heads": 3}, "**Latent dimensions** must be a multiple of **Heads**; found 64 and 3."),
        ("blend", {"members": {}}, "Choose at least one member."),
    ],
)
def test_what_cannot_be_trained_is_refused_with_the_reason(app, folder, family, changed, said):
    test = app(folder, "models", family=family, set=link(family, "quick", **changed))
    assert [error.value for error in test.error] == [said]
    assert test.button(key="start").disabled


def test_the_best_is_one_click(app, folder):
    test = app(folder, "models")
    test.button(key="start_best").click().run()
    workspace = Workspace(folder)
    run = next(run for run in workspace.runs() if run.live)
    assert (run.family, run.preset, list(run.settings["members"])) == ("blend", "best", ["ease", "recvae", "ials"])
    workspace.cancel(run.id)


def test_the_expected_time_is_measured_by_the_worker_and_said(app, folder):
    test = app(folder, "models", family="itemknn")
    assert any("being measured" in words.value for words in test.caption)
    workspace = Workspace(folder)
    for job in workspace.jobs():
        assert job.kind == "probe"
        wait_for(job.id, workspace)
    test.run()
    assert not any("being measured" in words.value for words in test.caption)
    assert sum("Expected: about" in words.value for words in test.caption) == 2  # the best one's, and this one's
    assert all(job.kind == "probe" and not job.live for job in workspace.jobs())  # and not again
