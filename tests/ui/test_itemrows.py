"""The items of the Generate screen: asked for, made by the worker, shown in both languages, packed to take away."""

import io
import json
import zipfile

import pandas as pd
import pytest

from divrec.data.read import read_dataset
from divrec.ui import itemreport
from divrec.workspace import Workspace
from tests.shops import wait_for


@pytest.fixture(scope="module")
def items_made(shop_folder):
    workspace = Workspace(shop_folder)
    shop = workspace.datasets()[0].id
    made = workspace.submit_synthesis(shop, "items", {"n": 20})
    wait_for(next(job.id for job in workspace.jobs() if job.target == made), workspace)
    yield made
    workspace.delete_generation(made)


def test_before_anything_the_view_says_what_it_is_for(app, shop_folder):
    test = app(shop_folder, "generate", generate_view="items")
    assert test.session_state["generate_view"] == "items"
    assert "No items generated yet" in [heading.value for heading in test.header]


@pytest.mark.parametrize(
    ("language", "told", "columns"),
    [
        ("en-US", "20 items generated", ["Working title", "Category", "Brand", "Price", "Nearest real 1"]),
        ("zh-CN", "已生成 20 件商品", ["暂定名", "类别", "品牌", "价格", "最近的真实商品 1"]),
    ],
)
def test_the_items_are_shown_with_the_real_ones_nearby(app, shop_folder, items_made, language, told, columns):
    test = app(shop_folder, "generate", language, generate_view="items")
    assert told in [heading.value for heading in test.header]
    rows = test.dataframe[0].value
    assert list(rows.columns[:5]) == columns
    assert len(rows) == 20
    real = Workspace(shop_folder).dataset(Workspace(shop_folder).datasets()[0].id).items
    assert rows[columns[-1]].isin(real["title"]).all()
    assert len(test.get("plotly_chart")) == 3  # the map, agreement, prices
    assert not test.error


def test_the_form_asks_the_worker(app, shop_folder, items_made):
    test = app(shop_folder, "generate", generate_view="items")
    test.number_input(key="items_n").set_value(15)
    test.multiselect(key="items_mix").set_value(["Lamps"]).run()
    test.button(key="generate_items").click().run()
    workspace = Workspace(shop_folder)
    record = workspace.generations(what="items")[0]
    assert record.settings["mix"] == {"Lamps": 1.0}
    wait_for(next(job.id for job in workspace.jobs() if job.target == record.id), workspace)
    assert set(workspace.generated(record.id, "items")["category"]) == {"Lamps"}
    workspace.delete_generation(record.id)


def test_the_zip_reads_back_as_a_catalogue_that_is_marked(shop_folder, items_made, monkeypatch, tmp_path):
    monkeypatch.setenv("DIVREC_WORKSPACE", str(shop_folder))
    record = next(each for each in Workspace(shop_folder).generations(what="items") if each.id == items_made)
    with zipfile.ZipFile(io.BytesIO(itemreport.bundle(record, "<html></html>"))) as packed:
        assert set(packed.namelist()) == {"items.csv", "items.parquet", "report.json", "report.html"}
        report = json.loads(packed.read("report.json"))
        packed.extractall(tmp_path)
    assert report["generated"] is True
    assert report["settings"]["n"] == 20
    made = pd.read_parquet(tmp_path / "items.parquet")
    made[["item_id"]].assign(user_id="u1").to_csv(tmp_path / "events.csv", index=False)
    again = read_dataset(tmp_path / "events.csv", items=tmp_path / "items.csv").items
    assert again["item_id"].tolist() == made["item_id"].tolist()
    assert again["title"].tolist() == made["title"].tolist()
    assert again["generated"].astype(str).eq("True").all()
