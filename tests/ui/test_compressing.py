"""The Models screen's view of smaller versions: nothing to shrink, not yet asked for, made, kept."""

import pandas as pd
import pytest

from divrec.ui.compressing import size
from divrec.workspace import Workspace
from tests.shops import wait_for
from tests.workspace.support import ended, make_shop, stop_worker, store


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A shop with EASE, made smaller."""
    folder = tmp_path_factory.mktemp("small")
    workspace = Workspace(folder)
    run = workspace.submit_training(store(workspace, make_shop()), "ease")
    assert ended(workspace, run).state == "done"
    wait_for(workspace.submit_compression(run), workspace)
    yield folder
    stop_worker(workspace)


def test_with_nothing_to_shrink_it_says_what_to_do(app, tmp_path):
    workspace = Workspace(tmp_path)
    store(workspace, make_shop())
    test = app(tmp_path, "models", models_view="compress")
    assert any("Train another model first" in info.value for info in test.info)


def test_a_model_not_yet_shrunk_is_shrunk_by_one_click(app, shop_folder):
    test = app(shop_folder, "models", models_view="compress")
    assert test.selectbox(key="small").options == ["EASE"]
    assert any("100 largest weights" in words.value for words in test.markdown)
    test.button(key="shrink").click().run()
    assert not test.exception
    workspace = Workspace(shop_folder)
    job = next(job for job in workspace.jobs() if job.kind == "compress")
    wait_for(job.id, workspace)


def test_versions_are_told_with_size_time_and_paired_quality_and_one_is_kept(app, folder):
    test = app(folder, "models", models_view="compress")
    table = test.dataframe[0].value
    assert table["Version"].tolist() == ["As trained", "Rounded (int8)", "Pruned"]
    assert table["Of the original"].iloc[0] == "100%"
    assert table["95 % interval"].str.startswith("[").tolist() == [False, True, True]
    test.button(key="keep_int8").click().run()
    assert not test.exception
    workspace = Workspace(folder)
    run = next(run for run in workspace.runs() if run.compressed)
    assert ended(workspace, run.id).state == "done"
    test.run()
    assert "keep_int8" not in {button.key for button in test.button}
    assert any("Rounded (int8) is kept as **EASE 2 · rounded**" in words.value for words in test.markdown)
    test = app(folder, "models", models_view="compare")
    assert any("EASE 2 · rounded was made from EASE 1: Rounded (int8)." in words.value for words in test.caption)


@pytest.mark.parametrize(("number", "said"), [(999, "999 B"), (1000, "1.0 kB"), (2_345_678, "2.3 MB"), (1e9, "1.0 GB")])
def test_sizes_are_said_as_a_person_would(number, said):
    assert size(int(number)) == said
    assert isinstance(pd.Series([number]).map(size).iloc[0], str)
