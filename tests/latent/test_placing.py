"""Further points on a map that is drawn already."""

import numpy as np
import pandas as pd
import pytest

from divrec.errors import InputError
from divrec.latent.placing import place


def vectors(rows) -> pd.DataFrame:
    return pd.DataFrame(np.asarray(rows, dtype=np.float32))


@pytest.fixture
def known() -> pd.DataFrame:
    return vectors(np.random.default_rng(7).normal(size=(40, 6)))


@pytest.fixture
def layout() -> np.ndarray:
    return np.random.default_rng(8).normal(size=(40, 3)).astype(np.float32)


def test_a_point_that_equals_one_of_the_map_lands_on_it(known, layout):
    np.testing.assert_allclose(place(3 * known.iloc[[4, 11]], known, layout), layout[[4, 11]], atol=1e-3)


def test_a_point_lies_among_those_most_like_it(known, layout):
    further = vectors(np.random.default_rng(9).normal(size=(2500, 6)))
    places = place(further, known, layout)
    assert places.shape == (2500, 3)
    unit = [table.to_numpy() / np.linalg.norm(table, axis=1, keepdims=True) for table in (further, known)]
    for row in (0, 999, 1000, 2499):
        nearest = np.argsort(-(unit[0][row] @ unit[1].T))[:5]
        assert (places[row] >= layout[nearest].min(axis=0) - 1e-5).all()
        assert (places[row] <= layout[nearest].max(axis=0) + 1e-5).all()


def test_a_map_of_few_points_places_too(layout):
    np.testing.assert_allclose(place(vectors([[1, 0]]), vectors([[1, 0], [0, 1]]), layout[:2]), layout[:1], atol=1e-3)


def test_what_does_not_fit_is_refused(known, layout):
    with pytest.raises(InputError, match="6"):
        place(vectors([[1, 2]]), known, layout)
    with pytest.raises(InputError, match="one place for each"):
        place(known, known, layout[:3])
