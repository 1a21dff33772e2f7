"""Smaller models: what is stored shrinks, what is recommended stays close, and nothing depends on chance."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import divrec as dr
from divrec.columns import USER
from divrec.data.files import seal
from divrec.errors import ArtefactError, InputError
from divrec.models import FAMILIES, load_model, make_model
from divrec.models.artefacts import read_arrays, write_arrays
from divrec.models.distilling import cut, divergence, largest
from divrec.models.packing import pack, packing_of, unpack
from divrec.models.speed import milliseconds, weight_bytes
from divrec.models.ways import WAYS, CompressionSettings

NETWORK = {"hidden_dim": 64, "latent_dim": 32, "epochs": 40, "patience": 40, "batch": 40, "learning_rate": 5e-3}
LEARNED = {
    "sasrec": {**NETWORK, "epochs": 150, "patience": 150, "dropout": 0.1},
    "cfgan": {**NETWORK, "latent_dim": 8},
    "ials": {"factors": 8, "regularisation": 20.0},
    "itemknn": {"neighbours": 20},
    "gfcf": {"components": 12},
    "blend": {"members": {"ease": {}, "multvae": {**NETWORK, "epochs": 10}}},
}
GENTLE = CompressionSettings(neighbours=9, kept=0.3, width=0.5, batch=40, epochs=80, patience=80, learning_rate=5e-3)
PAIRS = [(family, way) for family, ways in WAYS.items() for way in ways]
FITTED = {}


def fitted(family, data):
    if family not in FITTED:
        FITTED[family] = make_model(family, LEARNED.get(family, NETWORK if FAMILIES[family].trained else {})).fit(data)
    return FITTED[family]


@pytest.mark.parametrize(("family", "way"), PAIRS)
def test_a_smaller_model_is_smaller_and_still_solves_blocks(family, way, blocks, tmp_path):
    model = fitted(family, blocks)
    small = dr.compress(model, blocks, way, GENTLE)
    for name, each in (("whole", model), ("small", small)):
        each.save(tmp_path / name)
    if family != "content":  # three numbers an item here: a scale for each row would not pay
        assert weight_bytes(tmp_path / "small") < 0.8 * weight_bytes(tmp_path / "whole")
    lists = small.recommend([f"u{user:03}" for user in range(120)], n=3)
    own = "b" + (lists[USER].str[1:].astype(int) % 3).astype("str")
    assert (lists["item_id"].str[:2] == own).mean() > 0.95


@pytest.mark.parametrize(("family", "way"), PAIRS)
def test_saved_and_loaded_it_scores_the_same_and_stays_as_small(family, way, blocks, tmp_path):
    small = dr.compress(fitted(family, blocks), blocks, way, GENTLE)
    small.save(tmp_path / "once")
    loaded = load_model(tmp_path / "once")
    np.testing.assert_array_equal(loaded.score(blocks.matrix()), small.score(blocks.matrix()))
    assert loaded.family == family
    loaded.save(tmp_path / "twice")
    for path in (tmp_path / "once").rglob("weights.safetensors"):
        assert path.read_bytes() == (tmp_path / "twice" / path.relative_to(tmp_path / "once")).read_bytes()


@pytest.mark.parametrize("way", ["pruned", "distilled"])
def test_same_seed_same_weights_and_another_seed_others(way, blocks):
    model = fitted("multvae", blocks)
    first, second = (dr.compress(model, blocks, way, GENTLE)._weights() for _ in range(2))
    for name, array in first.items():
        np.testing.assert_array_equal(array, second[name])
    other = dr.compress(model, blocks, way, CompressionSettings(**{**GENTLE.to_json(), "seed": 8}))._weights()
    assert not np.array_equal(other["decode.weight"], first["decode.weight"])


def test_compressing_leaves_the_original_as_it_was(blocks):
    model = fitted("recvae", blocks)
    before = model.score(blocks.matrix()).copy()
    for way in WAYS["recvae"]:
        dr.compress(model, blocks, way, GENTLE)
    np.testing.assert_array_equal(model.score(blocks.matrix()), before)


def test_rounding_changes_scores_by_little(random_shop):
    model = make_model("ease").fit(random_shop)
    scores, rounded = (each.score(random_shop.matrix()) for each in (model, dr.compress(model, random_shop, "int8")))
    assert 0 < np.abs(scores - rounded).max() < 0.02 * np.abs(scores).max()


def test_pruned_ease_keeps_the_largest_weights_of_each_item(random_shop):
    model = make_model("ease", {"regularisation": 10.0}).fit(random_shop)
    small = dr.compress(model, random_shop, "pruned", CompressionSettings(neighbours=5))
    whole, kept = model._b, small._b.toarray()
    assert (np.count_nonzero(kept, axis=0) == 5).all()
    np.testing.assert_array_equal(kept[kept != 0], whole[kept != 0])
    left_out = np.where(kept == 0, np.abs(whole), 0).max(axis=0)
    assert (left_out <= np.where(kept != 0, np.abs(kept), np.inf).min(axis=0)).all()


def test_pruning_keeps_the_share_that_is_asked_for(blocks):
    small = dr.compress(fitted("aae", blocks), blocks, "pruned", GENTLE)
    for name, weight in small._coder.named_parameters():
        share = float((weight != 0).float().mean())
        assert share == pytest.approx(0.3, abs=0.01) if weight.ndim == 2 else share > 0.9, name
    masks = largest(small._coder, 0.3)
    assert all(((weight != 0) <= (masks[name] > 0)).all() for name, weight in small._coder.named_parameters()
               if name in masks)  # fmt: skip


def test_distilling_makes_the_layers_narrower(blocks):
    small = dr.compress(fitted("sasrec", blocks), blocks, "distilled", GENTLE)
    assert (small.settings.hidden_dim, small.settings.latent_dim) == (32, 16)
    assert small._coder.decode.weight.shape == (30, 16)


def test_a_way_that_makes_no_sense_and_other_data_are_refused(blocks, random_shop):
    with pytest.raises(InputError, match="ease is made smaller by int8, pruned; found 'distilled'"):
        dr.compress(fitted("ease", blocks), blocks, "distilled")
    with pytest.raises(InputError, match="popularity is made smaller by nothing"):
        dr.compress(make_model("popularity").fit(blocks), blocks, "int8")
    with pytest.raises(InputError, match="knows 30 items and the data 60"):
        dr.compress(fitted("multvae", blocks), random_shop, "pruned")


@pytest.mark.parametrize("packing", ["plain", "int8", "sparse"])
def test_packing_what_was_unpacked_changes_nothing(packing):
    rng = np.random.default_rng(5)
    matrix = (rng.standard_normal((40, 33)) * 10.0 ** rng.integers(-9, 9, (40, 1))).astype(np.float32)
    matrix[:, ::3], matrix[7] = 0, 0
    matrix[rng.random(matrix.shape) < 0.6] = 0
    arrays = {"w": matrix, "b": np.ones(9, dtype=np.float32), "places": np.arange(20, dtype=np.int32).reshape(2, 10)}
    once = unpack(pack(arrays, packing))
    assert packing_of(pack(arrays, packing)) == packing
    assert sum(a.nbytes for a in pack(arrays, packing).values()) <= sum(a.nbytes for a in arrays.values())
    step = np.abs(matrix).max(axis=1, keepdims=True) / 127
    assert (np.abs(once["w"] - matrix) <= (0.51 * step if packing == "int8" else 0)).all()
    twice = unpack(pack(once, packing))
    for name in arrays:
        np.testing.assert_array_equal(twice[name], once[name])


def test_packed_parts_that_do_not_fit_are_refused(blocks, tmp_path):
    dr.compress(fitted("multvae", blocks), blocks, "pruned", GENTLE).save(tmp_path / "m")
    path = tmp_path / "m" / "weights.safetensors"
    arrays = read_arrays(path)
    arrays["decode.weight#kept"] = arrays["decode.weight#kept"][:-1]
    write_arrays(path, arrays)
    seal(Path(tmp_path / "m"))
    with pytest.raises(ArtefactError, match="packed weights whose parts do not fit"):
        load_model(tmp_path / "m")


def test_a_history_is_cut_before_the_item_that_is_asked_for():
    x = sparse.csr_matrix(np.array([[2, 0, 1, 3], [1, 2, 0, 0]], dtype=np.float32))
    for seed in range(8):
        before, there = (part.toarray() for part in cut(x, np.random.default_rng(seed)))
        assert (there.sum(axis=1) == 1).all()
        asked = (x.toarray() * there).max(axis=1)
        assert (before.max(axis=1) == asked - 1).all()  # all that came before, and nothing later
        assert (np.count_nonzero(before, axis=1) == asked - 1).all()


def test_networks_that_agree_have_nothing_to_imitate():
    import torch

    scores = torch.randn(4, 9)
    assert float(divergence(scores, scores + 3, 2.0)) == pytest.approx(0, abs=1e-6)
    assert float(divergence(scores, -scores, 2.0)) > 0


def test_a_matrix_that_keeps_everything_recommends_the_same_and_time_is_measured(random_shop):
    model = make_model("ease").fit(random_shop)
    assert milliseconds(model, random_shop.matrix()) > 0
    lists = model.pruned(59).recommend(["u1"], n=60)
    pd.testing.assert_frame_equal(lists[["item_id"]], model.recommend(["u1"], n=60)[["item_id"]])
