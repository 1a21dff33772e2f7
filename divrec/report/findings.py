"""What a report speaks of: plain values and tables that were measured elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from divrec.data.report import Report


@dataclass(frozen=True, eq=False)
class Varied:
    """What a scenario did.

    ``diversity`` is the slider's value, ready to read; ``choices`` are label and value of what was chosen, diversity
    among them, and ``rules`` the rules in words. ``lists`` has
    ``rank, before, after, was``: titles before and after, and the base rank of the one after (0: from outside the
    pool); None where no single list was looked at. ``measures`` has ``metric, before, after`` of that list;
    ``path`` has ``relevance_kept, ild`` per distinct list in order, of which row ``chosen`` is the scenario's.
    ``everybody`` has ``metric, before, before_low, before_high, after, after_low, after_high`` over ``shoppers``
    shoppers. ``scenario`` are the plain JSON values that bring it back.
    """

    diversity: str = ""
    choices: Sequence[tuple[str, str]] = ()
    rules: Sequence[str] = ()
    lists: pd.DataFrame | None = None
    measures: pd.DataFrame | None = None
    path: pd.DataFrame | None = None
    chosen: int = 0
    everybody: pd.DataFrame | None = None
    shoppers: int = 0
    scenario: Mapping[str, Any] | None = None


@dataclass(frozen=True, eq=False)
class Findings:
    """All that a report is made of.

    ``sizes`` counts users, items and events; ``account`` tells what was read, fixed and dropped. ``measures`` has
    ``run, metric, value, low, high, n`` of the run and the baselines, under readable names; ``sameness`` is what the
    workspace tells of the run's lists: ``overall`` and ``parts`` from 0 to 100.
    """

    shop: str
    made: str
    sizes: Mapping[str, int]
    account: Report
    model: str
    settings: Mapping[str, Any]
    measures: pd.DataFrame
    sameness: Mapping[str, Any]
    varied: Varied | None = None
