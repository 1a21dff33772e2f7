"""Projection: finite for anything, the same for the same seed, and true to the groups it draws."""

import numpy as np
import pandas as pd
import pytest

from divrec.errors import InputError
from divrec.latent.project import project


def table(rows, name="item_id"):
    return pd.DataFrame(np.asarray(rows, dtype=float), index=pd.Index([f"i{k}" for k in range(len(rows))], name=name))


def blocks(n, groups=6, seed=0):
    rng = np.random.default_rng(seed)
    member = np.arange(n) % groups
    return table(rng.normal(size=(groups, 16))[member] + 0.25 * rng.normal(size=(n, 16))), member


def test_pca_keeps_ids_and_the_plane_that_vectors_lie_in():
    angle = np.linspace(0, 1, 20)
    drawn = project(table(np.column_stack([np.cos(angle), np.sin(angle)])), method="pca")
    assert drawn.columns.tolist() == ["item_id", "x", "y"]
    assert drawn["item_id"].tolist() == [f"i{k}" for k in range(20)]
    steps = np.linalg.norm(np.diff(drawn[["x", "y"]].to_numpy(), axis=0), axis=1)
    assert steps == pytest.approx(np.full(19, 2 * np.sin(angle[1] / 2)), rel=1e-4)  # chords of the unit circle


def test_only_directions_count():
    vectors, _ = blocks(60)
    scaled = vectors.mul(np.linspace(1, 50, 60), axis=0)
    pd.testing.assert_frame_equal(project(vectors, "pca"), project(scaled, "pca"), atol=1e-5)


DEGENERATE = {
    "none": np.zeros((0, 3)),
    "one": np.ones((1, 3)),
    "three": np.ones((3, 3)),
    "constant": np.ones((50, 4)),
    "zero": np.zeros((50, 4)),
    "one dimension": np.linspace(-1, 1, 50)[:, None],
    "duplicates": np.repeat(np.eye(4), 30, axis=0),
    "zeros among others": np.vstack([np.zeros((30, 5)), np.random.default_rng(0).normal(size=(40, 5))]),
    "nine": np.random.default_rng(1).normal(size=(9, 2)),
    "eye": np.eye(40),
}


@pytest.mark.parametrize("method", ["pca", "umap"])
@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("rows", DEGENERATE.values(), ids=DEGENERATE.keys())
def test_layout_is_finite_for_degenerate_vectors(rows, method, dimensions):
    drawn = project(table(rows), method, dimensions=dimensions)
    assert drawn.shape == (len(rows), 1 + dimensions)
    assert np.isfinite(drawn.iloc[:, 1:].to_numpy(dtype=float)).all()


def test_shoppers_are_drawn_under_their_own_name():
    assert project(table(np.eye(3), name="user_id"), "pca").columns.tolist() == ["user_id", "x", "y"]


def test_umap_repeats_itself_and_keeps_groups_together():
    vectors, member = blocks(240)
    drawn = project(vectors, seed=3)
    pd.testing.assert_frame_equal(drawn, project(vectors, seed=3))
    assert agreement(drawn, member) > 0.98


def test_points_beyond_the_landmarks_lie_with_their_group():
    vectors, member = blocks(600)
    drawn = project(vectors, landmarks=150)
    assert agreement(drawn, member) > 0.98


def agreement(drawn, member):
    """Share of points whose nearest drawn neighbour is of their own group."""
    places = drawn[["x", "y"]].to_numpy()
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    return (member[apart.argmin(axis=1)] == member).mean()


@pytest.mark.parametrize("settings", [{"method": "tsne"}, {"dimensions": 4}, {"landmarks": 2}])
def test_wrong_settings_are_refused(settings):
    with pytest.raises(InputError, match="found"):
        project(table(np.eye(5)), **settings)


def test_vectors_that_are_not_finite_are_refused():
    with pytest.raises(InputError, match="NaN"):
        project(table([[1, np.nan], [0, 1]]))
