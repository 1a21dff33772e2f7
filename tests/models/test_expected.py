"""Expected times: put together from real steps and fits; what the parts add up to is known."""

import pytest

from divrec.data.dataset import Dataset
from divrec.errors import Cancelled
from divrec.models import FAMILIES, expected
from divrec.models.expected import BEST_AFTER, fit_seconds, usual_epochs
from tests.models.conftest import block_pairs, shop
from tests.models.test_contract import rated

SMALL = {"hidden_dim": 16, "latent_dim": 8, "batch": 40}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_can_be_told(family, random_shop):
    quick = next(iter(FAMILIES[family].presets))
    data = rated(random_shop) if FAMILIES[family].rated else random_shop
    assert 0 <= fit_seconds(family, FAMILIES[family].preset(quick), data) < 3600


def test_epochs_end_with_patience_or_with_the_settings():
    usual = BEST_AFTER["recvae"]
    assert usual_epochs("recvae", 1000, 5) == (usual, usual + 5)
    assert usual_epochs("recvae", usual + 2, 5) == (usual, usual + 2)
    assert usual_epochs("recvae", 3, 5) == (3, 3)
    assert usual_epochs("multvae", 70, 5) == (70, 70)  # it improves to the end


def test_more_epochs_take_longer_in_proportion(blocks):
    few, many = (fit_seconds("multvae", {**SMALL, "epochs": n, "patience": n}, blocks) for n in (100, 10_000))
    assert many > 10 * few


def test_a_blend_takes_as_long_as_its_members(blocks, monkeypatch):
    asked = []

    def told(key, own, data, check):
        asked.append(key)
        return {"ease": 2.0, "multvae": 30.0}[key]

    model = FAMILIES["blend"].model()(members={"ease": {}, "multvae": SMALL})
    monkeypatch.setattr(expected, "fit_seconds", told)
    monkeypatch.setattr(expected, "_weighing", lambda *_: 0.5)
    assert expected._of_blend(model, blocks, lambda: None) == 2 * 2.0 + 30.0 + 0.5  # a closed form learns twice
    assert asked == ["ease", "multvae"]
    model = FAMILIES["blend"].model()(members={"ease": {}, "multvae": SMALL}, refit=True)
    assert expected._of_blend(model, blocks, lambda: None) == 2 * 2.0 + 2 * 30.0 + 0.5


def test_a_large_shop_is_tried_in_part_and_scaled(monkeypatch):
    large = shop(block_pairs(users=300, blocks=3, per_block=30, bought=20))
    seen = []
    real = FAMILIES["ease"].model().fit

    def watched(model, data: Dataset, **how):
        seen.append((len(data.user_ids), len(data.item_ids)))
        return real(model, data, **how)

    monkeypatch.setattr(expected, "_USERS", 100)
    monkeypatch.setattr(expected, "_ITEMS", 45)
    monkeypatch.setattr(FAMILIES["ease"].model(), "fit", watched)
    assert fit_seconds("ease", {}, large) > 0
    assert seen == [(100, 45)]


def test_a_probe_stops_when_it_is_asked_to(blocks):
    def stop():
        raise Cancelled("cancelled")

    with pytest.raises(Cancelled):
        fit_seconds("multvae", SMALL, blocks, stop)
