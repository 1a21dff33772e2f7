"""Cold start on the Generate screen: nothing learned yet, learned, described, reached; and a shopper made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from divrec.ui import coldshopper
from divrec.ui.coldreach import audience, by_group
from divrec.workspace import Workspace
from tests.shops import small_shop, wait_for

VIEW = {"generate_view": "coldstart"}


@pytest.fixture(scope="module")
def learned_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cold")
    workspace = Workspace(folder)
    wait_for(workspace.submit_ingest("upload", name="shop", **small_shop(folder)), workspace)
    made = workspace.submit_synthesis(workspace.datasets()[0].id, "coldstart", {"steps": 100})
    wait_for(next(job.id for job in workspace.jobs() if job.target == made), workspace)
    return folder


def test_before_anything_is_learned_it_says_what_for_and_one_click_begins(app, tmp_path):
    workspace = Workspace(tmp_path)
    wait_for(workspace.submit_ingest("upload", name="shop", **small_shop(tmp_path)), workspace)
    test = app(tmp_path, "generate", **VIEW)
    assert "Nothing learned of this shop yet" in [heading.value for heading in test.header]
    test.button(key="cold_learn").click().run()
    assert not test.exception
    (job,) = (job for job in workspace.jobs() if job.kind == "synthesise")
    workspace.cancel(job.id)


def test_a_described_product_is_placed_and_its_audience_counted(app, learned_folder):
    asked = {"new_title": "Lamps No. 99", "new_category": "Lamps", "cold_method": "ridge", "n": "5"}
    test = app(learned_folder, "generate", **VIEW, **asked)
    assert not test.error
    assert "Lamps No\\. 99" in [heading.value for heading in test.header]
    groups = next(frame.value for frame in test.dataframe if "At some value" in frame.value)
    assert groups["Counted"].sum() == 60
    found = next(frame.value for frame in test.dataframe if "First shown at" in frame.value and "Place" in frame.value)
    lamps = found["Shopper"].str[1:].astype(int) % 3 == 1  # these keep to lamps
    assert found["Place"][lamps].mean() < found["Place"][~lamps].mean()
    pool, start, ever = (int(metric.value) for metric in test.metric)
    assert start <= ever <= pool == len(found)
    assert len(test.get("download_button")) == 2
    assert test.query_params["new_title"] in ("Lamps No. 99", ["Lamps No. 99"])


def test_without_a_title_it_says_what_to_do_and_a_best_seller_is_a_beginning(app, learned_folder):
    test = app(learned_folder, "generate", **VIEW)
    assert "Describe a product that nobody has bought" in [heading.value for heading in test.header]
    test.button(key="cold_example").click().run()
    assert not test.exception
    assert test.text_input(key="new_title").value.split(" No.")[0] in ("Shoes", "Lamps", "Books")
    assert test.metric


def test_unknown_words_and_a_wrong_price_are_told(app, learned_folder):
    test = app(learned_folder, "generate", **VIEW, new_title="zzyzx", new_price="cheap", cold_method="text")
    assert any("knows no word" in warning.value for warning in test.warning)
    assert any("number above 0" in caption.value for caption in test.caption)


def test_several_products_come_from_a_file(app, learned_folder):
    test = app(learned_folder, "generate", **VIEW, cold_enter="file")
    log = b"name,category,price\nLamps No. 50,Lamps,9.5\n,Lamps,1\nBooks No. 51,Books,12\n"
    test.file_uploader[0].upload("new.csv", log).run()
    assert not test.exception
    assert test.selectbox(key="new_item").options == ["Lamps No. 50", "Books No. 51"]
    test.selectbox(key="new_item").select("1").run()
    assert "Books No\\. 51" in [heading.value for heading in test.header]
    test = app(learned_folder, "generate", **VIEW, cold_enter="file")
    test.file_uploader[0].upload("none.csv", b"price\n9\n8\n").run()
    assert "no column of titles" in test.error[0].value


@pytest.mark.parametrize("source", ["items", "group", "taste"])
def test_a_made_up_shopper_gets_a_list_and_leads_to_diversity(app, learned_folder, source):
    more = {"taste": "Lamps:80,Books:20", "history": "p01,p04"}
    test = app(learned_folder, "generate", **VIEW, cold_for="shopper", cold_from=source, **more)
    assert "What this shopper would be shown" in [heading.value for heading in test.header]
    assert not test.error
    test.button(key="cold_act").click().run()
    assert not test.exception
    assert test.query_params["for"] in ("act", ["act"])
    assert test.query_params["history"]
    if source == "items":
        assert test.query_params["history"] in ("p01,p04", ["p01,p04"])


def test_chinese_is_whole(app, learned_folder):
    test = app(learned_folder, "generate", locale="zh-CN", **VIEW, new_title="Lamps No. 99")
    assert "会展示给谁" in [heading.value for heading in test.header]


@given(st.dictionaries(st.text(min_size=1, max_size=6), st.integers(0, 100), max_size=6))
def test_a_taste_comes_back_from_a_link_and_is_shared_out_whole(weights):
    weights = {name.encode("utf-8", "ignore").decode() or "x": weight for name, weight in weights.items()}
    assert coldshopper.read(coldshopper.written(weights)) == weights
    shares = coldshopper.shared(weights, 12)
    assert sum(shares.values()) == (12 if any(weights.values()) else 0)
    total = sum(weights.values())
    assert all(abs(many - 12 * weights[name] / total) < 1 for name, many in shares.items())


def test_what_is_no_taste_is_passed_over():
    assert coldshopper.read("a:5,b:x,c:101,d,:7,a%2Cb:0") == {"a": 5, "": 7, "a,b": 0}


def test_groups_are_counted_and_the_audience_is_in_order():
    import pandas as pd

    first = pd.array([0.0, 0.5, None, None], dtype="Float64")
    table = pd.DataFrame({"user_id": list("abcd"), "group": ["x", "x", "x", "y"], "score": [1.0, 2, 3, 4],
                          "place": [3, 9, 400, 0], "first": first})  # fmt: skip
    counts = by_group(table).set_index("group")
    assert counts.loc["x"].drop("share").tolist() == [3, 3, 1, 2, 0.25]
    assert counts.loc["y", "share"] == 0
    assert audience(table.iloc[::-1])["user_id"].tolist() == ["a", "b", "c"]
