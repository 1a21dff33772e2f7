"""Generated shoppers under (ε, δ) differential privacy: what may be shared, with the promise that goes with it.

One record is one shopper with all their events; the catalogue is public. Everything learned from the shop passes
through one of five noised mechanisms whose costs are added up: the training of the network, and four tables
(``releases``). What comes after, drawing and decoding, reads nothing real. So what ordinary generation does by looking
at real shoppers is not done: no filter against copies, no groups, no real prices, visits or times.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.special import log_softmax

from divrec.columns import USER
from divrec.data.dataset import Dataset
from divrec.errors import InputError
from divrec.models.budget import FEWEST, Plan, PrivateSettings, default_delta, plan
from divrec.models.inputs import weighted
from divrec.models.multvae import MultVAE
from divrec.models.noise import Noise
from divrec.synthesis import releases
from divrec.synthesis.histories import by_rank, gumbel_top
from divrec.synthesis.private_log import write_log
from divrec.synthesis.settings import ShopperSettings, refuse_with_privacy
from divrec.synthesis.shoppers import Generated

Heard = Callable[[str], None]
_DECODED: Final = 2_000_000  # scores held at once
_LOG_MIDDLE, _LOG_SPREAD = np.log(20.0), 1.0  # of history lengths, so that one is a coordinate like the others


@dataclass(frozen=True, eq=False)
class Private:
    """Generated shoppers with their guarantee; ``model`` is covered by it as well."""

    generated: Generated
    model: MultVAE
    plan: Plan
    settings: PrivateSettings

    def guarantee(self) -> dict[str, Any]:
        """Give the numbers of the promise as JSON values."""
        return {
            **asdict(self.plan),
            "protects": "one shopper with all events, added or removed",
            "mechanism": "DP-SGD with ghost clipping (Opacus), and Gaussian releases: " + ", ".join(releases.RELEASES),
            "accountant": "Rényi differential privacy (Opacus RDPAccountant)",
            "assumes": "the catalogue, the names of columns and kinds, and the order of magnitude of the number of "
            "shoppers are public; preparation of the log before is not covered; budgets of several sets add up",
            "training_settings": self.settings.to_json(),
        }


def generate_private_shoppers(
    data: Dataset, epsilon: float, delta: float | None = None, n: int = 1000, seed: int = 7, temperature: float = 1.0
) -> Private:
    """Learn from the users of ``data`` under (``epsilon``, ``delta``) and generate ``n`` shoppers.

    ``delta`` is by default the power of ten below 1 / U^1.1. Noise comes from the operating system: the same ``seed``
    does not give the same rows. Each call spends its budget anew: the promises of two sets made from one shop add up.
    Raises InputError for a δ of 1 / U or more, too few users, or a budget that no noise keeps to.
    """
    settings = ShopperSettings(n=n, seed=seed, temperature=temperature)
    return synthesise_privately(data, settings, epsilon, delta)


def synthesise_privately(
    data: Dataset,
    settings: ShopperSettings,
    epsilon: float,
    delta: float | None = None,
    heard: Heard | None = None,
    learning: PrivateSettings | None = None,
    noise: Noise | None = None,
) -> Private:
    """Do as ``generate_private_shoppers``; ``heard`` as in ``synthesise``; a seeded ``noise`` is for tests alone."""
    from divrec.models.private import as_model, train_privately  # noqa: PLC0415  # Opacus takes seconds to import

    heard, noise, learning = heard or (lambda _: None), noise or Noise(), learning or PrivateSettings()
    known = weighted(data.matrix(), "binary")
    delta = _allowed(settings, known.shape[0], delta)
    bought = plan(epsilon, delta, len(releases.RELEASES), learning)
    rng = np.random.default_rng([settings.seed, 4])
    heard("fit")
    share = releases.popularity(known, bought.release, noise)
    lengths = releases.lengths(known, bought.release, noise)
    calendar = releases.calendar(data, bought.release, noise)
    network = train_privately(known, np.log(share), bought.training, learning, noise, lambda _: heard(""))
    model = as_model(network, data.item_ids, learning)
    heard("prior")
    prior = releases.places(_joint(model, known), lengths.shoppers, bought.release, noise)
    heard("draw")
    drawn = prior.sample(settings.n, rng)
    long = lengths.sample(settings.n, min(learning.most_items, known.shape[1]), rng)
    histories = _decoded(model, drawn[:, :-1], by_rank(drawn[:, -1], long), settings.temperature, rng)
    heard("events")
    ids = pd.Index([f"g{settings.seed}-{number:06d}" for number in range(settings.n)], name=USER, dtype="str")
    events = write_log(histories, ids, data, calendar, settings.seed)
    users = pd.DataFrame({USER: ids, "group": pd.array([""] * len(ids), dtype="str")})
    kept = pd.DataFrame({"reason": ["kept", "copy", "outlier", "group"], "rows": [settings.n, 0, 0, 0]})  # no filter
    made = Generated(events, users, drawn[:, :-1].astype(np.float32), histories, kept)
    return Private(made, model, bought, learning)


def _allowed(settings: ShopperSettings, users: int, delta: float | None) -> float:
    """Give the δ to keep to. Raises InputError for what no promise can be made of."""
    refuse_with_privacy(settings)
    if users < FEWEST:
        raise InputError(f"differential privacy needs at least {FEWEST} shoppers to say anything, found {users}")
    chosen = delta or default_delta(users)
    if chosen >= 1 / users:
        raise InputError(f"δ must be below 1 / {users}, or one shopper's whole history may be shown; found {delta:g}")
    return chosen


def _joint(model: MultVAE, known: sparse.csr_matrix) -> npt.NDArray[np.float64]:
    """Places of shoppers with how long their histories are, by fixed numbers."""
    logs = (np.log(np.maximum(np.diff(known.indptr), 1)) - _LOG_MIDDLE) / _LOG_SPREAD
    return np.column_stack([model.encode(known).astype(np.float64), logs])


def _decoded(
    model: MultVAE,
    places: npt.NDArray[np.float64],
    lengths: npt.NDArray[np.int64],
    temperature: float,
    rng: np.random.Generator,
) -> sparse.csr_matrix:
    step, rows = max(1, _DECODED // len(model.item_ids)), []
    for start in range(0, len(places), step):
        logits = log_softmax(model.decode(places[start : start + step].astype(np.float32)), axis=1)
        rows.append(gumbel_top(logits, lengths[start : start + step], temperature, rng))
    return sparse.vstack(rows, format="csr")
