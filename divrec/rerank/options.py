"""What a re-ranking may be told besides pool, vectors, method, diversity and length; the home of these defaults."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

import pandas as pd

from divrec.errors import InputError

Scaling = Literal["minmax", "zscore", "rank", "none"]
SCALINGS: Final = get_args(Scaling)


@dataclass(frozen=True, eq=False)
class Options:
    """Inputs that only some methods or rules need, and settings that rarely change.

    ``catalogue``: one row per ``item_id`` with ``category`` (for ``xquad``, ``calibrated``) and the columns of rules.
    ``history``: events ``user_id, item_id`` (for ``xquad``, ``calibrated``: the shopper's mix of categories).
    ``groups``: group of each user, for rules scoped to a group; ``category`` and ``query``: the page the list is for.
    """

    scaling: Scaling = "minmax"  # how raw scores become relevance inside the pool
    catalogue: pd.DataFrame | None = None
    history: pd.DataFrame | None = None
    groups: Mapping[str, str] | None = None
    category: str | None = None
    query: str | None = None
    window: int = 5  # ssd: how many places back a list is looked at, about what a screen shows at once
    seed: int = 7  # random
    threads: int = 1

    def __post_init__(self) -> None:
        """Refuse values outside their range."""
        if self.scaling not in SCALINGS:
            raise InputError(f"scaling must be one of {', '.join(SCALINGS)}; found {self.scaling!r}")
        if self.window < 1 or self.threads < 1:
            raise InputError(f"window and threads must be at least 1; found {self.window} and {self.threads}")


def check_knob(diversity: float, n: int) -> None:
    """Refuse a diversity outside [0, 1] (NaN too) and a list shorter than one."""
    if not 0 <= diversity <= 1:
        raise InputError(f"diversity must lie in [0, 1]: 0 is the base ranking, 1 ignores relevance; found {diversity}")
    if n < 1:
        raise InputError(f"a list needs at least one place; found n={n}")
