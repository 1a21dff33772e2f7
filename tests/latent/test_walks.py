"""Walks through a latent space: straight, true at both ends, along axes that are principal."""

import numpy as np
import pandas as pd
import pytest

from divrec.errors import UnknownIdError
from divrec.latent.walks import along, axes, between


@pytest.fixture
def vectors() -> pd.DataFrame:
    rows = np.random.default_rng(7).normal(size=(200, 5)) * [5, 3, 1, 0.5, 0]
    return pd.DataFrame(rows.astype(np.float32), index=pd.Index([f"u{at}" for at in range(200)], name="user_id"))


def test_a_way_begins_at_one_shopper_and_ends_at_the_other(vectors):
    places = between(vectors, "u3", "u7", np.linspace(0, 1, 5))
    np.testing.assert_allclose(places[[0, -1]], vectors.loc[["u3", "u7"]], rtol=1e-5)
    np.testing.assert_allclose(places[2], vectors.loc[["u3", "u7"]].mean(), rtol=1e-4)


def test_axes_are_the_principal_ones(vectors):
    found = axes(vectors)
    covariance = np.cov(vectors.to_numpy().T, bias=True)
    energy = np.linalg.eigvalsh(covariance)[::-1]
    np.testing.assert_allclose(found.spread**2, energy[:4], rtol=1e-4)  # the fifth has no spread
    np.testing.assert_allclose(found.directions @ found.directions.T, np.eye(4), atol=1e-5)
    assert np.isclose(found.share.sum(), 1)


def test_a_step_along_an_axis_is_one_standard_deviation(vectors):
    found = axes(vectors)
    places = along(vectors, "u3", found, 1, np.array([-1.0, 0.0, 1.0]))
    np.testing.assert_allclose(places[1], vectors.loc["u3"], rtol=1e-5)
    assert np.isclose(np.linalg.norm(places[2] - places[1]), found.spread[1], rtol=1e-4)


def test_equal_vectors_have_no_axis():
    assert len(axes(pd.DataFrame(np.ones((4, 3)), index=list("abcd"))).spread) == 0


def test_an_unknown_shopper_is_named(vectors):
    with pytest.raises(UnknownIdError, match="nobody"):
        between(vectors, "u1", "nobody", np.array([0.0]))
