"""Measures by part on the Models screen: one run, two runs, nothing worked out yet; and what the log says of clicks."""

import pytest

from divrec.workspace import Workspace
from tests.evaluate.test_clicks import ordered_pages
from tests.shops import wait_for


def runs_of(folder, source="Corner *shop*"):
    workspace = Workspace(folder)
    shop = next(shop.id for shop in workspace.datasets() if shop.name == source)
    return {run.family: run.id for run in workspace.runs(shop) if run.state == "done"}


def test_one_run_shows_accuracy_beside_sameness_of_every_part(app, shop_folder):
    test = app(shop_folder, "models", models_view="parts")
    assert test.selectbox(key="part_against").value == "alone"
    assert test.selectbox(key="part_measure").value == "ndcg"
    for by, names in {"band": ["Well known", "In the middle", "Little known"], "category": ["Books", "Lamps"]}.items():
        found = app(shop_folder, "models", models_view="parts", part_by=by).dataframe[0].value
        assert set(names) <= set(found["Part"])
        assert {"Ranking quality (nDCG)", "Sameness", "Catalogue coverage", "Novelty"} <= set(found.columns)
        assert found["Sameness"].str.contains(r"\[").any()
    assert len(test.get("download_button")) == 2


def test_two_runs_are_worked_out_on_request_and_no_difference_is_an_answer(app, shop_folder):
    runs = runs_of(shop_folder)
    view = {"models_view": "parts", "part_run": runs["ease"], "part_against": runs["popularity"], "part_by": "category"}
    test = app(shop_folder, "models", **view)
    test.button(key="parts_work").click().run()
    assert not test.exception
    workspace = Workspace(shop_folder)
    wait_for(next(job.id for job in workspace.jobs() if job.kind == "break_down"), workspace)
    test = app(shop_folder, "models", **view)
    pair, every = (table.value for table in test.dataframe[:2])
    assert {"EASE", "Popularity", "Difference", "95 % interval", "Reading"} <= set(pair.columns)
    assert pair["Reading"].isin(["no difference shown", "shown: EASE is higher", "shown: Popularity is higher"]).all()
    assert len(every) == len(pair) == 3
    assert any("of twenty parts without any difference" in caption.value for caption in test.caption)


def test_a_log_without_impressions_says_why_clicks_cannot_be_told(app, shop_folder):
    test = app(shop_folder, "models", models_view="compare")
    assert any("doesn’t say what was shown" in caption.value for caption in test.caption)
    test = app(shop_folder, "models", locale="zh-CN", models_view="compare")
    assert any("日志没有说明展示过什么" in caption.value for caption in test.caption)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A shop whose log says what was shown where."""
    folder = tmp_path_factory.mktemp("pages")
    log, _, _ = ordered_pages(1, users=1100, visits=10, own_products=40, items=60)
    log.drop(columns="weight").to_csv(folder / "events.csv", index=False)
    workspace = Workspace(folder / "workspace")
    wait_for(workspace.submit_ingest("upload", name="Pages", events=str(folder / "events.csv")), workspace)
    return folder / "workspace"


def test_a_log_with_impressions_compares_clicks_of_old_and_new_lists(app, pages):
    told = {family: Workspace(pages).clicks(run) for family, run in runs_of(pages, "Pages").items()}
    assert set(told) == {"popularity", "ease"}
    test = app(pages, "models", models_view="compare", clicks_run=runs_of(pages, "Pages")["ease"])
    words = " ".join(caption.value for caption in test.caption)
    assert "shown places hold a product" in words
    assert "products of the new list that were shown stand for the rest" in words
    tables = [table.value for table in test.dataframe]
    clicks = next(table for table in tables if "As shown" in table)
    assert clicks["Measure"].tolist() == ["Clicks per place shown", "Purchases per click"]
    assert clicks["As shown"].iloc[0] == f"{told['ease']['table'][0]['old']:.2%}"


def test_rating_prediction_is_offered_to_shops_with_ratings_alone(app, shop_folder):
    assert "biasedmf" not in app(shop_folder, "models").selectbox(key="family").options
