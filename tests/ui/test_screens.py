"""Every screen in every state: nothing yet, opening, ready; each says what to do next."""

import io
from pathlib import Path

import pytest
import streamlit as st
import xlsxwriter

from divrec.ui import cleaning
from divrec.ui.shell import PAGES
from divrec.workspace import Workspace
from tests.shops import small_shop, wait_for

OTHERS = [page for page in PAGES if page not in ("overview", "data")]


def labels(test) -> list[str]:
    return [button.label for button in test.button]


def test_a_first_visit_offers_three_ways_in(app, tmp_path):
    test = app(tmp_path)
    assert test.title[0].value == "Overview"
    assert labels(test) == ["Open the demo shop", "Open real groceries", "Upload your files"]


@pytest.mark.parametrize("screen", OTHERS)
def test_without_a_shop_a_screen_leads_to_one(app, tmp_path, screen):
    test = app(tmp_path, screen)
    assert "Choose a shop" in labels(test)


def test_without_a_shop_the_data_screen_takes_uploads(app, tmp_path):
    test = app(tmp_path, "data")
    assert test.file_uploader[0].label == "Events"


def test_one_click_opens_the_demo_shop_and_one_cancels_it(app, tmp_path):
    test = app(tmp_path)
    test.button(key="open_demo").click().run()
    workspace = Workspace(tmp_path)
    (job,) = workspace.jobs()
    assert (job.kind, job.live) == ("ingest", True)
    assert "Opening the shop" in [heading.value for heading in test.header]
    test.button(key=f"cancel_opening_{job.id}").click().run()
    assert not test.exception
    assert not workspace.jobs()[0].live or workspace.jobs()[0].state == "running"  # stops at the next check


def test_the_overview_shows_the_score_with_its_parts(app, shop_folder):
    test = app(shop_folder)
    assert test.metric[0].label == "Sameness"
    assert test.metric[0].value.endswith("/ 100")
    assert not test.get("plotly_chart")  # five megabytes that a first page does without
    assert len(test.get("bidi_component")) == 3  # the parts, categories, groups
    assert "Move the slider" in labels(test)
    assert "Corner \\*shop\\*" in test.markdown[0].value  # what a person typed is no Markdown


@pytest.mark.parametrize("view", ["report", "clean", "pictures", "groups", "catalogue", "add"])
def test_the_data_screen_has_its_views(app, shop_folder, view):
    test = app(shop_folder, "data", view=view)
    assert test.session_state["view"] == view
    assert not test.error


def test_kept_and_dropped_are_what_was_read(app, shop_folder):
    test = app(shop_folder, "data")
    assert any("**420** rows read = **420** kept + **0** dropped" in words.value for words in test.markdown)


def test_models_are_compared_with_the_baselines_on_top(app, shop_folder):
    test = app(shop_folder, "models", models_view="compare")
    assert test.dataframe[0].value["Model"].tolist() == ["Popularity", "EASE"]


def test_two_models_are_compared_on_the_same_shoppers(app, shop_folder):
    test = app(shop_folder, "models", models_view="compare")
    pair = next(frame.value for frame in test.dataframe if "95 % interval" in frame.value)
    assert list(pair.columns[1:3]) == ["EASE", "Popularity"]
    assert any("**EASE** predicts better than **Popularity**" in words.value for words in test.markdown)


def test_a_note_on_a_run_stays(app, shop_folder):
    test = app(shop_folder, "models", models_view="compare")
    test.text_area[0].set_value(" kept for *April* ")
    next(button for button in test.button if button.label == "Save note").click().run()
    assert not test.exception
    workspace = Workspace(shop_folder)
    ease = next(run for run in workspace.runs() if run.family == "ease")
    assert ease.note == "kept for *April*"
    assert test.dataframe[0].value["Note"].tolist() == ["", "kept for *April*"]
    workspace.write_note(ease.id, "")


def test_a_model_is_trained_from_the_models_screen(app, shop_folder):
    test = app(shop_folder, "models")
    assert "Start training" in labels(test)


def test_the_map_is_there_at_once(app, shop_folder):
    test = app(shop_folder, "latent")
    assert len(test.get("bidi_component")) == 2
    assert any("PCA" in caption.value for caption in test.caption)
    assert "Draw the UMAP map" in labels(test)


def test_a_search_lights_products_up(app, shop_folder):
    test = app(shop_folder, "latent", find="lamps")
    assert "10 found" in [heading.value for heading in test.header]


def test_a_product_in_the_url_shows_its_neighbours(app, shop_folder):
    test = app(shop_folder, "latent", item="p01")
    table = test.dataframe[-1].value
    assert (table["Category"] == "Lamps").head(3).all()


def test_an_unknown_product_or_shopper_in_the_url_is_no_crash(app, shop_folder):
    test = app(shop_folder, "latent", item="nope", shopper="nobody", colour="nothing", run="gone", data="gone")
    assert any("nope" in caption.value for caption in test.caption)


@pytest.mark.parametrize("screen", PAGES)
def test_chinese_is_the_first_guess_of_a_chinese_browser(app, shop_folder, screen):
    test = app(shop_folder, screen, locale="zh-CN")
    assert test.query_params["lang"] in ("zh", ["zh"])
    assert any("\u4e00" <= letter <= "\u9fff" for letter in test.title[0].value)


def test_the_language_of_the_url_wins(app, tmp_path):
    assert app(tmp_path, locale="zh-CN", lang="en").title[0].value == "Overview"


def test_changing_the_language_changes_the_whole_page_at_once(app, tmp_path):
    test = app(tmp_path)
    test.selectbox(key="lang").select("zh").run()
    assert test.title[0].value == "概览"
    assert labels(test)[0] == "打开演示店铺"
    assert test.query_params["lang"] in ("zh", ["zh"])


def test_an_upload_is_previewed_corrected_and_opened(app, tmp_path):
    paths = small_shop(tmp_path)
    test = app(tmp_path / "workspace", "data")
    log = Path(paths["events"]).read_text().replace("user_id", "who", 1)
    test.file_uploader[0].upload("log.csv", log.encode()).run()
    assert not test.exception
    shown = {box.label: box.value for box in test.selectbox}
    assert (shown["Product *"], shown["Kind of event"], shown["Time"]) == ("item_id", "event", "time")
    next(box for box in test.selectbox if box.label == "Shopper *").select("who").run()
    assert test.text_input(key="shop_name").value == "log"
    test.button(key="open_upload").click().run()
    assert not test.exception
    workspace = Workspace(tmp_path / "workspace")
    (job,) = (job for job in workspace.jobs() if job.kind == "ingest")
    wait_for(job.id, workspace)
    test.run()
    assert any("**420** rows read" in words.value for words in test.markdown)


def test_what_was_guessed_of_delimiter_and_times_is_shown(app, tmp_path):
    rows = "".join(f"u{n % 9};i{n % 7};{n + 1};{n % 28 + 1:02}.03.2025 10:00\n" for n in range(60))
    log = ("user;item;step;date\n" + rows).encode()
    for language, delimiter, times in (("zh", "分隔符 ;", "时间：日/月/年"), ("en", "by ;", "times: day/month/year")):
        test = app(tmp_path, "data", lang=language)
        test.file_uploader[0].upload("log.csv", log).run()
        assert delimiter in next(text.value for text in test.markdown if "CSV" in text.value)
        assert [times in caption.value for caption in test.caption].count(True) == 1
    next(box for box in test.selectbox if box.value == "date").select("step").run()
    assert any("times: small numbers, taken as seconds" in caption.value for caption in test.caption)


def test_an_unreadable_upload_says_why(app, tmp_path):
    test = app(tmp_path, "data")
    test.file_uploader[0].upload("log.csv", b"PK\x03\x04 not a text").run()
    assert r"log\.csv is a damaged zip file" in test.error[0].value  # escaped: what a person named is no Markdown
    assert not test.exception


def test_a_file_that_kills_its_reader_leaves_the_page_alive(app, tmp_path):
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as made:
        sheet = made.add_worksheet()
        sheet.write(0, 0, "user")
        sheet.write(1_048_575, 16_383, "item")  # two cells in opposite corners: 17 thousand million between them
    test = app(tmp_path, "data")
    test.file_uploader[0].upload("sparse.xlsx", book.getvalue()).run()
    assert r"sparse\.xlsx broke down" in test.error[0].value
    fresh = app(tmp_path, "data")
    fresh.file_uploader[0].upload("log.csv", b"user,item\nu,i\n").run()
    assert not fresh.error
    assert not fresh.button(key="open_upload").disabled


def test_columns_once_chosen_are_offered_for_the_next_file_of_the_shape(app, tmp_path):
    header, workspace = ["who", "item_id"], Workspace(tmp_path)
    workspace.inbox.remember("events", header, {"user": "who", "item": "item_id"})
    test = app(tmp_path, "data")
    for name in ("one.csv", "two.csv"):
        test.file_uploader[0].upload(name, b"who,item_id\nu,i\nv,j\n")
    test.run()
    assert not test.exception
    told = [text.value.split(" · ")[0] for text in test.markdown if "UTF" in text.value]
    assert told == [r"**one\.csv**", r"**two\.csv**"]
    shopper = next(box for box in test.selectbox if box.label == "Shopper *")
    assert shopper.value == "who"
    test.checkbox[0].uncheck().run()
    assert next(box for box in test.selectbox if box.label == "Shopper *").value == ""
    assert test.button(key="open_upload").disabled


def test_files_too_large_for_the_browser_come_from_a_folder(app, tmp_path, monkeypatch):
    monkeypatch.setenv("DIVREC_FILES", str(tmp_path / "large"))
    (tmp_path / "large").mkdir()
    (tmp_path / "large" / "log.csv").write_text("user,item\nu,i\n")
    test = app(tmp_path / "workspace", "data")
    test.multiselect(key="large_events").select("log.csv").run()
    assert not test.exception
    assert test.text_input(key="shop_name").value == "log"


def test_rows_set_aside_can_be_seen_and_taken_away(app, tmp_path):
    (tmp_path / "log.csv").write_text("user,item\n" + "".join(f"u{n % 9},i{n % 7}\n" for n in range(63)) + ",=x\nu\n")
    workspace = Workspace(tmp_path / "workspace")
    wait_for(workspace.submit_ingest("upload", events=tmp_path / "log.csv"), workspace)
    aside = workspace.dataset(workspace.datasets()[0].id).quarantine
    assert sorted(aside["line"]) == [65, 66]
    test = app(tmp_path / "workspace", "data", view="report")
    assert any("2 rows of your files" in text.value for text in test.markdown)
    assert test.get("download_button")


def test_cleaning_shows_what_goes_and_makes_a_shop_of_what_stays(app, shop_folder):
    test = app(shop_folder, "data", view="clean")
    assert any("Switch a step on" in info.value for info in test.info)
    test.toggle(key="clean_non_products_0").set_value(True).run()
    assert not test.exception
    test.text_input(key="clean_non_products_pattern_0").set_value("lamps").run()
    sizes = {metric.label: metric.value for metric in test.metric}
    assert sizes["Products"] == "20"
    test.text_input(key="clean_non_products_pattern_0").set_value("(").run()
    assert "not a regular expression" in test.error[0].value
    test.toggle(key="clean_non_products_0").set_value(False).run()
    test.toggle(key="clean_core_0").set_value(True).run()
    test.number_input(key="clean_core_users_0").set_value(1000).run()
    assert test.button(key="apply_recipe").disabled  # nothing would be left


def test_a_large_shop_is_counted_by_a_child_and_shows_the_same(app, shop_folder, monkeypatch):
    recipe = '[{"step":"non_products","pattern":"lamps"}]'
    here = app(shop_folder, "data", view="clean", recipe=recipe)
    st.cache_resource.clear()
    monkeypatch.setattr(cleaning, "HERE", 10)
    monkeypatch.setattr(cleaning, "tried", None)  # whoever counts in this process fails
    there = app(shop_folder, "data", view="clean", recipe=recipe)
    sizes = [{metric.label: metric.value for metric in test.metric} for test in (here, there)]
    assert sizes[0] == sizes[1]
    assert sizes[1]["Products"] == "20"


def test_a_link_holds_a_recipe_and_a_broken_one_says_so(app, shop_folder):
    test = app(shop_folder, "data", view="clean", recipe='[{"step":"core","users":3,"items":2}]')
    assert test.number_input(key="clean_core_users_0").value == 3
    test = app(shop_folder, "data", view="clean", recipe='[{"step":"magic"}]')
    assert "cannot be used" in test.warning[0].value
