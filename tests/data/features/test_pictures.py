import numpy as np
import pandas as pd
import pytest
from PIL import Image

from divrec.data.features.pictures import colour_histograms, read_pixels

RED = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 9"><rect width="16" height="9" fill="#f00"/></svg>'


def test_drawings_and_photos_become_the_same_squares(tmp_path):
    (tmp_path / "red.svg").write_text(RED)
    Image.new("RGB", (50, 80), "red").save(tmp_path / "red.png")
    names, pixels = read_pixels(pd.Series(["red.svg", "red.png", "red.svg", None]), tmp_path)
    assert names == ["red.svg", "red.png"]
    assert pixels.shape == (2, 32, 32, 3)
    assert (pixels == [255, 0, 0]).all()


@pytest.mark.parametrize("content", ["", "no picture", "<svg", RED.replace("<rect", '<image href="/etc/x.png"/><rect')])
def test_what_is_no_picture_or_would_load_another_file_is_left_out(tmp_path, content):
    (tmp_path / "bad.svg").write_text(content)
    (tmp_path / "bad.png").write_text(content)
    names, pixels = read_pixels(
        pd.Series(["bad.svg", "bad.png", "../red.svg", "missing.png", "https://a/b.png"]), tmp_path
    )
    assert names == []
    assert len(pixels) == 0


def test_a_histogram_is_a_unit_row_and_one_colour_is_one_bar():
    pixels = np.random.default_rng(1).integers(0, 256, (5, 32, 32, 3)).astype(np.uint8)
    pixels[0] = (255, 0, 0)
    rows = colour_histograms(pixels)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.flatnonzero(rows[0]).tolist() == [3 * 16]
