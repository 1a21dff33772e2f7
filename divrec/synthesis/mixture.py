"""A Gaussian mixture with full covariances, fitted to where the real shoppers are.

A VAE's N(0, I) is where its training wished the shoppers to be, not where they are; the aggregated posterior is.
"""

import numpy as np
import numpy.typing as npt

from divrec.synthesis.settings import MixtureSettings

Floats = npt.NDArray[np.float64]


class Mixture:
    """p(z) = Σₖ πₖ N(μₖ, Σₖ) in the chief dimensions of the places; along the others, residuals of real rows."""

    def __init__(self, places: Floats, settings: MixtureSettings | None = None, seed: int = 7) -> None:
        """Fit to the rows of ``places`` (U, d)."""
        from sklearn.decomposition import PCA  # noqa: PLC0415  # not in the web process
        from sklearn.mixture import GaussianMixture  # noqa: PLC0415
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # noqa: PLC0415

        settings = settings or MixtureSettings()
        users, width = places.shape
        components = int(np.clip(users // settings.users_per_component, 1, settings.most_components))
        with threadpool_limits(1):
            self._axes = PCA(min(settings.dimensions, width, users), random_state=seed).fit(places)
            chief = self._axes.transform(places)
            ridge = settings.ridge * float(places.var()) + 1e-9
            self._mixture = GaussianMixture(components, covariance_type="full", reg_covar=ridge, random_state=seed)
            self._mixture.fit(chief)
        self._rest = places - self._axes.inverse_transform(chief)  # (U, d)

    def sample(self, n: int, seed: int) -> Floats:
        """Draw ``n`` places (n, d)."""
        rng = np.random.default_rng([seed, 1])
        self._mixture.random_state = seed
        chief = rng.permutation(self._mixture.sample(n)[0])
        return np.asarray(self._axes.inverse_transform(chief) + self._rest[rng.integers(len(self._rest), size=n)])
