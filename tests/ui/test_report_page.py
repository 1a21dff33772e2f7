"""The Report screen: the current view, a saved scenario or the model alone, shown and taken away."""

import pytest

from divrec.workspace import Workspace


@pytest.fixture
def scenario(shop_folder):
    workspace = Workspace(shop_folder)
    run = next(run for run in workspace.runs() if run.family == "ease")
    values = {
        "dataset": run.dataset_id, "run": run.id, "subject": {"surface": "product", "id": "p01"}, "method": "mmr",
        "alike": "category", "n": 5, "repeat": False, "rules": "", "diversity": 0.5,
    }  # fmt: skip
    made = workspace.save_scenario("<b>Spring</b>", values)
    yield made
    workspace.delete_scenario(made)


def page(test) -> str:
    (frame,) = test.get("iframe")
    return frame.proto.srcdoc


def test_a_report_of_the_view_a_scenario_and_the_model_alone(app, shop_folder, scenario):
    test = app(shop_folder, "report", user="u07", diversity="0.4", n="10")
    assert len(test.get("download_button")) == 3
    assert "u07" in page(test)
    assert "means over 60 shoppers" in page(test).lower()
    test.selectbox(key="of").set_value(scenario).run()
    assert not test.exception
    assert "Lamps No. 1" in page(test)
    assert "0.500" in page(test)
    test.selectbox(key="of").set_value("model").run()
    assert len(test.get("download_button")) == 2
    assert "The list before and after" not in page(test)
    test = app(shop_folder, "report", user="nobody", locale="zh-CN")
    assert "店铺中没有" in test.warning[0].value
    assert "Corner *shop*的推荐有多雷同" in page(test)
