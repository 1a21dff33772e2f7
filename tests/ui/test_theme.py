"""The theme can be read by everybody: contrast by WCAG AA, colours told apart with colour blindness too."""

import itertools
import tomllib
from pathlib import Path

import numpy as np
import pytest

CONFIG = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
# Machado, Oliveira & Fernandes 2009, full severity, on linear RGB
SIGHT = {
    "normal": np.eye(3),
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])


def linear(values: np.ndarray) -> np.ndarray:
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(one: np.ndarray, other: np.ndarray) -> float:
    low, high = sorted(float(TO_XYZ[1] @ linear(values)) for values in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(light: np.ndarray) -> np.ndarray:
    x, y, z = TO_XYZ @ light / np.array([0.9505, 1.0, 1.089])
    fx, fy, fz = (np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return np.array([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)])


@pytest.fixture(params=["light", "dark"])
def theme(request) -> dict:
    return CONFIG["theme"][request.param]


@pytest.mark.parametrize("surface", ["backgroundColor", "secondaryBackgroundColor"])
def test_text_and_captions_can_be_read(theme, surface):
    ground, ink = rgb(theme[surface]), rgb(theme["textColor"])
    assert contrast(ink, ground) >= 7
    assert contrast(0.6 * ink + 0.4 * ground, ground) >= 4.5  # captions are the text colour at 60 %
    assert contrast(rgb(theme["linkColor"]), ground) >= 4.5


def test_the_accent_carries_white_labels_and_is_seen(theme):
    accent = rgb(theme["primaryColor"])
    assert contrast(accent, np.ones(3)) >= 4.5
    assert contrast(accent, rgb(theme["backgroundColor"])) >= 3


def test_chart_colours_are_seen(theme):
    ground = rgb(theme["backgroundColor"])
    assert min(contrast(rgb(colour), ground) for colour in theme["chartCategoricalColors"]) >= 3


@pytest.mark.parametrize("sight", SIGHT)
def test_chart_colours_are_told_apart(theme, sight):
    kinds = theme["chartCategoricalColors"][:-1]  # the last one is the grey of what has no kind
    seen = [lab(np.clip(np.array(SIGHT[sight]) @ linear(rgb(colour)), 0, 1)) for colour in kinds]
    nearest = min(float(np.linalg.norm(one - other)) for one, other in itertools.combinations(seen, 2))
    assert nearest >= 20


def test_what_is_shipped_is_safe():
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert set(CONFIG["server"]["allowedHosts"]) == {"localhost", "127.0.0.1"}
    assert CONFIG["server"]["enableXsrfProtection"]
    assert not CONFIG["browser"]["gatherUsageStats"]
    assert CONFIG["client"]["showErrorDetails"] == "type"
    fonts = " ".join(str(value) for name, value in CONFIG["theme"].items() if "ont" in name)
    assert "http" not in fonts
    assert "fontFaces" not in CONFIG["theme"]
