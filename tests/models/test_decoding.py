"""A stored decoder says at a shopper's place what the model says of the shopper's history."""

import numpy as np
import pytest

import divrec as dr
from divrec.errors import ArtefactError
from divrec.models.decoding import decoder_of

SMALL = {"hidden_dim": 16, "latent_dim": 8, "epochs": 1}


@pytest.mark.parametrize(
    ("family", "settings"),
    [
        ("MultVAE", SMALL),
        ("MultVAE", {**SMALL, "decoder_dim": 12}),
        ("IALS", {"factors": 8, "iterations": 1}),
    ],
)
def test_scores_at_a_place_are_the_models_own(blocks, tmp_path, family, settings):
    model = getattr(dr, family)(**settings).fit(blocks)
    model.save(tmp_path / "model")
    decoder = decoder_of(tmp_path / "model")
    some = model.histories[:5]
    np.testing.assert_allclose(decoder.scores(model.encode(some)), model.score(some), atol=1e-5)
    assert decoder.item_ids.tolist() == model.item_ids.tolist()
    assert decoder.dimensions == model.encode(some).shape[1]


@pytest.mark.parametrize("family", ["EASE", "Popularity"])
def test_a_family_without_places_has_no_decoder(blocks, tmp_path, family):
    getattr(dr, family)().fit(blocks).save(tmp_path / "model")
    assert decoder_of(tmp_path / "model") is None


def test_a_flipped_bit_is_noticed(blocks, tmp_path):
    dr.IALS(factors=4, iterations=1).fit(blocks).save(tmp_path / "model")
    weights = tmp_path / "model" / "weights.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(ArtefactError):
        decoder_of(tmp_path / "model")
