"""Every picture is small, well-formed and inert, and shows kind, style and colour."""

import csv
import itertools
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from divrec.errors import InputError
from divrec.simulate.drawing import COLOURS, DRAWINGS, STYLES, draw, picture_name, write_pictures

KINDS = Path(__file__).resolve().parents[2] / "sample_data" / "kinds.csv"
SAFE_TAGS = {"svg", "path", "g", "clipPath", "pattern"}


def test_every_kind_of_the_shop_has_a_drawing():
    with KINDS.open(encoding="utf-8") as file:
        assert {row["kind"] for row in csv.DictReader(file)} == set(DRAWINGS)


@pytest.mark.parametrize("kind", sorted(DRAWINGS))
def test_pictures_are_small_well_formed_and_inert(kind):
    for style, colour in itertools.product(STYLES, COLOURS):
        svg = draw(kind, style, colour)
        assert len(svg) < 4000
        for element in ET.fromstring(svg).iter():
            assert element.tag.split("}")[1] in SAFE_TAGS
            assert not [name for name in element.attrib if "href" in name or name.startswith("on")]
            assert not (element.text or "").strip()


def test_no_two_pictures_are_the_same():
    pictures = [draw(*what) for what in itertools.product(DRAWINGS, STYLES, COLOURS)]
    assert len(set(pictures)) == len(pictures)


def test_unknown_words_are_named():
    with pytest.raises(InputError, match="no picture of style 'baroque'; known: minimal"):
        draw("mug", "baroque", "sage")


def test_pictures_are_written_once_under_the_name_the_catalogue_uses(tmp_path):
    mug = ("mug", "minimal", "sage")
    assert write_pictures(tmp_path, [mug, mug]) == 1
    assert (tmp_path / picture_name(*mug)).read_text() == draw(*mug)
