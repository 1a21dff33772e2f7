"""Only pictures reach the page: never another file, never a web address."""

import base64
import io

import pytest
from PIL import Image

from divrec.ui.pictures import SIDE, SMALL, picture, web_host

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><rect width="4" height="4" fill="#0a0"/></svg>'


@pytest.fixture
def folder(tmp_path):
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (pictures / "mug.svg").write_text(SVG)
    (pictures / "notes.txt").write_text("not a picture")
    (tmp_path / "secret.svg").write_text(SVG)
    return pictures


def photo(side: int, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.effect_noise((side, side), 80).convert("RGB").save(out, kind)
    return out.getvalue()


def test_a_drawing_is_a_data_url_that_decodes_to_the_file(folder):
    from urllib.parse import unquote

    head, content = picture("mug.svg", folder).split(",", 1)
    assert head == "data:image/svg+xml"
    assert unquote(content) == SVG
    assert "#" not in content


@pytest.mark.parametrize(
    "value",
    [
        "../secret.svg", "/etc/passwd", "notes.txt", "missing.svg", "http://host/a.png", "https://host/a.png",
        "file:///etc/passwd", "data:text/html,<b>", "data:image/svg+xml," + "x" * 3 * SMALL, "", None, float("nan"), 7,
    ],
)  # fmt: skip
def test_anything_else_is_no_picture(folder, value):
    assert picture(value, folder) is None


def test_a_link_out_of_the_folder_is_no_picture(folder):
    (folder / "link.svg").symlink_to(folder.parent / "secret.svg")
    assert picture("link.svg", folder) is None


def test_a_data_url_of_a_picture_passes(folder):
    small = "data:image/png;base64," + base64.b64encode(photo(4)).decode()
    assert picture(small, folder) == small


def test_a_large_photo_is_shrunk(folder):
    (folder / "large.png").write_bytes(photo(600))
    head, content = picture("large.png", folder).split(",", 1)
    assert head == "data:image/webp;base64"
    assert max(Image.open(io.BytesIO(base64.b64decode(content))).size) == SIDE


def test_what_only_claims_to_be_a_photo_is_no_picture(folder):
    (folder / "broken.jpg").write_bytes(b"\xff\xd8" + b"x" * 2 * SMALL)
    assert picture("broken.jpg", folder) is None


def test_a_huge_drawing_is_not_sent(folder):
    (folder / "huge.svg").write_text(SVG + " " * SMALL)
    assert picture("huge.svg", folder) is None


def test_a_web_address_is_shown_only_from_an_allowed_host(folder):
    address = "https://img.shop.example/a/b.jpg?w=200"
    assert picture(address, folder) is None
    assert picture(address, folder, ("img.shop.example",)) == address
    assert picture(address, folder, ("shop.example",)) is None


@pytest.mark.parametrize(
    "address",
    [
        "http://img.shop.example/a.jpg", "https://img.shop.example:8443/a.jpg", "https://me:pw@img.shop.example/a.jpg",
        "https://img.shop.example\\@evil.example/a.jpg", "https://img.shop.example/a b.jpg", "https:///a.jpg",
        "javascript:alert(1)", "https://[broken/a.jpg", "https://img.shop.example/" + "x" * 3000, None, 7,
    ],
)  # fmt: skip
def test_any_other_address_has_no_host_to_allow(address):
    assert web_host(address) is None
