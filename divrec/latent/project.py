"""Flat pictures of vector spaces: PCA at once, UMAP (McInnes et al. 2018) when there is time.

For looking only: no measure is ever computed on the coordinates.
"""

import warnings
from typing import Final, Literal

import numpy as np
import pandas as pd

from divrec.columns import ITEM
from divrec.data.vectors import Floats, check_vectors, unit_rows
from divrec.errors import InputError
from divrec.latent.neighbours import nearest_rows
from divrec.latent.placing import between

Method = Literal["umap", "pca"]
AXES: Final = ("x", "y", "z")
_FEWEST: Final = 8  # distinct points below which a neighbourhood graph says nothing, and PCA is drawn instead
_NEIGHBOURS: Final = 15  # UMAP's own default: local enough for categories, wide enough for one connected map


def project(
    vectors: pd.DataFrame, method: Method = "umap", seed: int = 7, landmarks: int = 3000, dimensions: int = 2
) -> pd.DataFrame:
    """Lay vectors out as a table ``item_id, x, y`` (``z`` too with three dimensions), in their order.

    ``vectors`` is a table of floats indexed by id; the first column is named after its index. Directions are compared
    (cosine). UMAP is fitted on at most ``landmarks`` points, drawn by ``seed``, and the rest are placed between the
    landmarks nearest to them. Too few distinct points for UMAP are drawn by PCA; equal points all lie at the origin.
    Raises InputError for an unknown method, a wrong number of dimensions, or vectors that are not finite.
    """
    if method not in ("umap", "pca"):
        raise InputError(f'a projection is made by "umap" or "pca", found {method!r}')
    if dimensions not in (2, 3):
        raise InputError(f"a projection has 2 or 3 dimensions, found {dimensions}")
    if landmarks < _FEWEST:
        raise InputError(f"UMAP needs at least {_FEWEST} landmarks, found {landmarks}")
    check_vectors(vectors)
    unit = unit_rows(vectors.to_numpy(dtype=np.float32))
    if method == "pca" or len(np.unique(unit, axis=0)) < _FEWEST:
        places = _pca(unit, dimensions, seed)
    else:
        places = _umap(unit, dimensions, seed, landmarks)
    ids = pd.DataFrame({ITEM if vectors.index.name is None else vectors.index.name: vectors.index})
    return ids.join(pd.DataFrame(places, columns=list(AXES[:dimensions])))


def _pca(unit: Floats, dimensions: int, seed: int) -> Floats:
    """Place points on their first principal components (n, dimensions); missing components are zero."""
    from sklearn.decomposition import PCA  # noqa: PLC0415  # heavy, and only the worker needs it

    places = np.zeros((len(unit), dimensions), dtype=np.float32)
    found = min(dimensions, len(unit), unit.shape[1])
    if found and np.ptp(unit, axis=0).max() > 0:
        places[:, :found] = PCA(found, random_state=seed).fit_transform(unit.astype(np.float64))
    return places


def _umap(unit: Floats, dimensions: int, seed: int, landmarks: int) -> Floats:
    """Fit UMAP on the landmarks and place the rest between them (n, dimensions)."""
    if len(unit) <= landmarks:
        return _fit_umap(unit, dimensions, seed)
    chosen = np.sort(np.random.default_rng(seed).choice(len(unit), landmarks, replace=False))
    layout = _fit_umap(unit[chosen], dimensions, seed)
    places = np.empty((len(unit), dimensions), dtype=np.float32)
    places[chosen] = layout
    rest = np.setdiff1d(np.arange(len(unit)), chosen)
    places[rest] = between(unit[rest], unit[chosen], layout)
    return places


def _fit_umap(unit: Floats, dimensions: int, seed: int) -> Floats:
    """Fit UMAP on exact neighbours: its own search would compile for half a minute in every new process."""
    import umap  # noqa: PLC0415  # heavy, and only the worker needs it

    rows, alike = nearest_rows(unit, _NEIGHBOURS - 1)
    own = np.arange(len(unit), dtype=np.int32)[:, None]
    distance = np.maximum(2 * (1 - alike), 0)  # 1 - cosine
    known = np.hstack([own, rows]), np.hstack([np.zeros_like(distance[:, :1]), distance])  # a row is its own first
    start = _pca(unit, dimensions, seed)  # the map opens like the PCA picture that it replaces
    start += np.random.default_rng(seed).normal(scale=1e-4, size=start.shape)  # UMAP divides by the range of each axis
    model = umap.UMAP(
        n_neighbors=known[0].shape[1], n_components=dimensions, precomputed_knn=known, init=start,
        random_state=seed, n_jobs=1,
    )
    with warnings.catch_warnings():  # it says that new points cannot be placed later, which nobody asks for
        warnings.simplefilter("ignore", UserWarning)
        return np.asarray(model.fit_transform(unit), dtype=np.float32)

