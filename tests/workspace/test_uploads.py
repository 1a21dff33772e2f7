"""An upload with everything: several files of events, a catalogue, vectors and pictures, all through the child."""

import io
import zipfile

import pandas as pd
import pytest
from PIL import Image

from divrec.data.dataset import Dataset
from divrec.data.intake.files import File
from divrec.data.intake.limits import Limits
from divrec.data.itempictures import with_pictures
from divrec.errors import InputError
from divrec.workspace.inbox import Inbox
from divrec.workspace.ingest import SOURCES


def png(side=600, colour="teal"):
    out = io.BytesIO()
    Image.new("RGB", (side, side // 2), colour).save(out, "PNG")
    return out.getvalue()


def zipped(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def bare(*items, **columns):
    ids = pd.DataFrame({"item_id": list(items), **columns})
    log = pd.DataFrame({"user_id": ["u"], "item_id": [items[0]], "event": ["view"], "weight": [1.0], "time": [pd.NaT]})
    return Dataset(log, ids, pd.DataFrame({"user_id": ["u"]}))


def test_pictures_are_matched_checked_and_written_anew(tmp_path):
    path = zipped(tmp_path / "pictures.zip", {
        "shop/00123.png": png(), "../../b.jpg": png(90, "red"), "front.png": png(80, "blue"), "nobody.png": png(70),
        "c.png": b"\x89PNG\r\n\x1a\nbut no picture", "d.svg": b"<svg onload='alert(1)'/>", "huge.png": png(9000),
    })  # fmt: skip
    data = bare("00123", "b", "c", "d", "e", image=pd.Series([None, None, "old.png", None, "front.png"], dtype="str"))
    files = [File(path, "pictures.zip")]
    found = with_pictures(data, files, tmp_path / "out", Limits(pixels=5_000_000))
    images = found.items.set_index("item_id")["image"]
    for item in ("00123", "b", "e"):
        with Image.open(tmp_path / "out" / images[item]) as picture:
            assert picture.format == "WEBP"
            assert max(picture.size) <= 400
    assert images["c"] == "old.png"
    assert pd.isna(images["d"])
    aside = sorted(found.quarantine["file"].str.removeprefix("pictures.zip: "))
    assert aside == ["c.png", "d.svg", "huge.png", "nobody.png"]
    assert "more than 5,000,000 pixels" in str(found.report)
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".webp"}
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04")
    with pytest.raises(InputError, match="not a readable zip file of pictures"):
        with_pictures(data, [File(tmp_path / "bad.zip", "bad.zip")], tmp_path / "out")


def test_an_upload_with_everything_is_read(tmp_path):
    inbox = Inbox(tmp_path / "workspace")
    one = inbox.keep("1", "mon.csv", b"user,item,time\nu,a,2024-01-01\n")
    two = inbox.keep("2", "tue.csv", b"user,item,time\nv,b,2024-01-02\n,b,2024-01-02\n")
    vectors = inbox.keep("3", "v.csv", b"id,x,y\na,1,2\nb,3,4\n")
    zipped(tmp_path / "p.zip", {"a.png": png()})
    pictures = inbox.keep("4", "p.zip", (tmp_path / "p.zip").read_bytes())
    options = {"events": [one.to_json(), two.to_json()], "vectors": vectors.to_json(), "pictures": [pictures.to_json()]}
    read, _ = SOURCES["upload"]
    data = read(options, tmp_path / "scratch")
    assert data.interactions["user_id"].tolist() == ["u", "v"]
    assert data.quarantine[["file", "line"]].to_numpy().tolist() == [["tue.csv", 3]]
    assert data.vectors.loc["b"].tolist() == [3, 4]
    assert (tmp_path / "scratch" / "pictures" / data.items.set_index("item_id").loc["a", "image"]).is_file()


def test_the_inbox_knows_shapes_and_large_files(tmp_path, monkeypatch):
    monkeypatch.setenv("DIVREC_FILES", str(tmp_path / "large"))
    inbox = Inbox(tmp_path)
    assert inbox.mapping("events", ["a", "b"]) == {}
    inbox.remember("events", ["a", "b"], {"user": "a", "item": "b"})
    assert inbox.mapping("events", ["a", "b"]) == {"user": "a", "item": "b"}
    assert inbox.mapping("items", ["a", "b"]) == inbox.mapping("events", ["b", "a"]) == {}
    (tmp_path / "large").mkdir()
    (tmp_path / "large" / "log.csv").write_text("user,item\nu,i\n")
    (tmp_path / "large" / "passwd").symlink_to("/etc/passwd")
    assert inbox.large_files() == ["log.csv"]
    kept = inbox.large_file("log.csv").kept
    (tmp_path / "large" / "log.csv").write_text("user,item\nu,other\n")
    assert inbox.large_file("log.csv").kept != kept
    for name in ("../../etc/passwd", "passwd", "/etc/passwd"):
        with pytest.raises(OSError, match="there is no file"):
            inbox.large_file(name)
