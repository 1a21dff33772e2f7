"""A cleaned shop is made beside the one it comes from, judged on the same time, and keeps its recipe."""

import os
import time

import pytest

from divrec.columns import ITEM
from divrec.errors import InputError
from divrec.workspace.inbox import Inbox
from tests.workspace.support import ended, make_shop, store

RECIPE = [{"step": "non_products", "pattern": "^Item 1$"}, {"step": "core", "users": 2, "items": 2}]


def test_a_cleaned_shop_stands_beside_the_one_it_comes_from(workspace):
    shop = store(workspace, make_shop())
    (workspace.folder / "datasets" / shop / "pictures").mkdir()
    (workspace.folder / "datasets" / shop / "pictures" / "a.png").write_bytes(b"picture")
    with pytest.raises(InputError, match="a cleaning step is one of"):
        workspace.submit_cleaning(shop, [{"step": "magic"}])
    job = workspace.submit_cleaning(shop, RECIPE, "Clean")
    assert workspace.submit_cleaning(shop, RECIPE, "Clean") == job  # a double click
    target = next(found.target for found in workspace.jobs() if found.id == job)
    assert ended(workspace, target, "ingest").state == "done"
    cleaned, before = workspace.dataset(target), workspace.dataset(shop)
    assert (cleaned.name, len(before.items)) == ("Clean", 60)
    assert "i1" not in set(cleaned.items[ITEM])
    assert workspace.origin(target) == {"columns": {}, "recipe": RECIPE}
    assert (workspace.pictures(target) / "a.png").read_bytes() == b"picture"
    assert workspace.split(target)[0].interactions["time"].max() <= workspace.split(shop)[1].interactions["time"].min()
    assert {run.family for run in workspace.runs(target) if run.state == "done"} == {"popularity", "ease"}


def test_a_recipe_that_leaves_nothing_fails_with_its_reason(workspace):
    shop = store(workspace, make_shop())
    job = workspace.submit_cleaning(shop, [{"step": "core", "users": 900, "items": 1}])
    target = next(found.target for found in workspace.jobs() if found.id == job)
    failed = ended(workspace, target, "ingest")
    assert failed.state == "failed"
    assert "the recipe leaves none of" in failed.error
    assert [found.id for found in workspace.datasets()] == [shop]


def asked(file):
    return {"options": {"events": [file.to_json()], "columns": {}}}


def test_uploads_go_when_their_shop_is_stored_and_large_files_stay(tmp_path, monkeypatch):
    monkeypatch.setenv("DIVREC_FILES", str(tmp_path / "large"))
    (tmp_path / "large").mkdir()
    (tmp_path / "large" / "log.csv").write_text("user,item\nu,i\n")
    inbox = Inbox(tmp_path)
    mine, shared, large = inbox.keep("1", "a.csv", b"a"), inbox.keep("2", "b.csv", b"b"), inbox.large_file("log.csv")
    for file in (mine, large):
        file.kept.mkdir(parents=True)
    inbox.release({"events": [mine.to_json(), large.to_json()], "items": [shared.to_json()]}, [asked(shared)])
    assert [path.exists() for path in (mine.path, mine.kept, large.kept)] == [False] * 3
    assert shared.path.exists()  # another job still wants it
    assert large.path.exists()


def test_uploads_that_nobody_opens_go_after_the_time_that_is_set(tmp_path, monkeypatch):
    monkeypatch.setenv("DIVREC_UPLOAD_HOURS", "2")
    inbox = Inbox(tmp_path)
    old, wanted, new = (inbox.keep(key, f"{key}.csv", b"x") for key in "123")
    for file in (old, wanted):
        os.utime(file.path, (time.time() - 3 * 3600,) * 2)
    assert inbox.sweep([asked(wanted)]) == 1
    assert [file.path.exists() for file in (old, wanted, new)] == [False, True, True]


def test_an_upload_that_was_opened_leaves_no_file_behind(workspace):
    log = "user,item\n" + "".join(f"u{n % 20},i{n % 7}\n" for n in range(140))
    file = workspace.inbox.keep("1", "log.csv", log.encode())
    job = workspace.submit_ingest("upload", events=[file])
    target = next(found.target for found in workspace.jobs() if found.id == job)
    assert ended(workspace, target, "ingest").state == "done"
    assert list((workspace.folder / "inbox").iterdir()) == []


@pytest.mark.parametrize("said", ["two days", "-1", "0", "nan", "inf"])
def test_a_wrong_number_of_hours_is_refused_with_the_remedy(tmp_path, monkeypatch, said):
    monkeypatch.setenv("DIVREC_UPLOAD_HOURS", said)
    with pytest.raises(InputError, match=f"DIVREC_UPLOAD_HOURS is '{said}'; expected the hours"):
        Inbox(tmp_path)
