"""The trade-off path: every list over the whole slider for one shopper, with its measures as steps."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.columns import BASE_RANK, ITEM, RANK, SCORE
from divrec.data.candidates import NO_ITEM, Candidates
from divrec.errors import InputError
from divrec.rerank.arrange import Arranger
from divrec.rerank.batch import run_exact
from divrec.rerank.options import Options, check_knob
from divrec.rerank.prepare import prepare
from divrec.rerank.relevance import relevance_of
from divrec.rerank.ruled import RuledPool
from divrec.rerank.rules import Rules

Ints = npt.NDArray[np.int32]
Values = npt.NDArray[np.float64]
Measure = Callable[[Ints], npt.ArrayLike]  # lists (S, n) of positions in the pool's item_ids -> values (S,)

RELEVANCE = "relevance"  # share of the base list's relevance that a list keeps
LOW, HIGH = "low", "high"
STRAIGHT = 0.02  # a front that bends by less, in units of its own extent, has no knee


@dataclass(frozen=True, eq=False)
class TradeoffPath:
    """All distinct lists from diversity 0 to 1, in order.

    List s holds for diversity in (starts[s], starts[s + 1]]: at a breakpoint the lower list holds; the first holds from
    0, the last to 1. Where equal scores make the base order special, the first holds at 0 alone and starts[1] is 0 too.
    ``positions`` (S, n) count on ``item_ids`` and ``scores``: the shopper's pool in base order and, from ``pool_size``
    on, items that rules pinned from outside it (no score, base rank 0). ``metrics`` has one row per list: ``low``,
    ``high``, ``relevance`` (share of the base list's relevance kept, by scores rescaled to [0, 1] in the pool) and the
    measures asked for, the first of which stands for diversity in ``knee`` and ``budget``.
    """

    user: str
    method: str
    item_ids: pd.Index
    scores: npt.NDArray[np.float32]
    pool_size: int
    positions: Ints
    starts: Values
    metrics: pd.DataFrame

    @property
    def breakpoints(self) -> list[float]:
        """Where the list changes, rising."""
        return [float(start) for start in self.starts[1:]]

    @property
    def lists(self) -> list[list[str]]:
        """Give the item ids of every list, best first."""
        ids = self.item_ids.to_numpy()
        return [ids[row[row != NO_ITEM]].tolist() for row in self.positions]

    def row_at(self, diversity: float) -> int:
        """Give the row of ``metrics`` and ``lists`` that holds at a slider value."""
        check_knob(diversity, 1)
        return max(int(np.searchsorted(self.starts, diversity, side="left")) - 1, 0)

    def at(self, diversity: float) -> list[str]:
        """Give the list that holds at a slider value, best first."""
        row = self.positions[self.row_at(diversity)]
        return self.item_ids.to_numpy()[row[row != NO_ITEM]].tolist()  # type: ignore[no-any-return]

    def value_of(self, row: int) -> float:
        """Give a slider value at which list ``row`` holds: the middle of its stretch."""
        low, high = self.metrics.iloc[row][[LOW, HIGH]]
        return float((low + high) / 2)

    def budget(self, relevance: float = 0.95) -> float:
        """Give the slider value of the most diverse list that keeps at least this share of the base list's relevance.

        Most diverse by the first measure; without measures, furthest along the slider.
        """
        if not 0 <= relevance <= 1:
            raise InputError(f"relevance to keep must lie in [0, 1]; found {relevance}")
        kept = np.flatnonzero(self.metrics[RELEVANCE].to_numpy() >= relevance - 1e-9)
        diverse = self._diverse()
        if diverse is None:
            return self.value_of(int(kept[-1]))
        return self.value_of(int(kept[np.argmax(np.nan_to_num(diverse[kept], nan=-np.inf))]))

    def attain(self, measure: str, share: float = 0.5) -> float:
        """Give the first slider value whose list has ``share`` of the gain in a measure that the path can attain.

        The gain is counted from the base list to the path's greatest value.
        """
        values = self._measure(measure)
        goal = values[0] + share * (np.nanmax(values) - values[0])
        return self.value_of(int(np.flatnonzero(values >= goal - 1e-12)[0]))

    def knee(self) -> float | None:
        """Give the slider value where the front of relevance and first measure bends most; None where it is straight.

        The bend is the distance above the chord between the front's ends, both axes scaled to the front's extent.
        """
        diverse = self._diverse()
        if diverse is None:
            raise InputError("a knee needs a measure of diversity; pass measures to exact_path, or call tradeoff_path")
        top = int(np.nanargmax(diverse)) if not np.isnan(diverse).all() else 0
        kept = self.metrics[RELEVANCE].to_numpy()[: top + 1]
        if top < 2 or kept[0] - kept[-1] <= 0 or diverse[top] - diverse[0] <= 0:
            return None
        gained = (diverse[: top + 1] - diverse[0]) / (diverse[top] - diverse[0])
        bend = gained - (kept[0] - kept) / (kept[0] - kept[-1])
        return self.value_of(int(np.argmax(bend))) if bend.max() > STRAIGHT else None

    def to_frame(self) -> pd.DataFrame:
        """Lay all lists out: ``low, high, rank, item_id, score, base_rank``, one row per list and place."""
        row, place = np.nonzero(self.positions != NO_ITEM)
        at = self.positions[row, place]
        columns = {
            LOW: self.metrics[LOW].to_numpy()[row],
            HIGH: self.metrics[HIGH].to_numpy()[row],
            RANK: (place + 1).astype(np.int32),
            ITEM: self.item_ids.to_numpy()[at],
            SCORE: self.scores[at],
            BASE_RANK: self._base_ranks(at),
        }
        return pd.DataFrame(columns)

    def to_json(self) -> str:
        """Write the path for a browser, compactly.

        ``items`` that occur with their ``base`` ranks; per list where it ``starts``, the ``lists`` as places in
        ``items``, and ``metrics``. Measures are cut to what a screen can show, breakpoints are not.
        """
        used, places = np.unique(self.positions[self.positions != NO_ITEM], return_inverse=True)
        table = np.full(self.positions.shape, NO_ITEM)
        table[self.positions != NO_ITEM] = places
        measures = self.metrics.drop(columns=[LOW, HIGH])
        content = {
            "user": self.user,
            "method": self.method,
            "items": self.item_ids.to_numpy()[used].tolist(),
            "base": self._base_ranks(used).tolist(),
            "starts": self.starts.tolist(),
            "lists": [[at for at in row if at != NO_ITEM] for row in table.tolist()],
            "metrics": {name: [_cut(value) for value in measures[name]] for name in measures},
        }
        return json.dumps(content, separators=(",", ":"), ensure_ascii=False)

    def _base_ranks(self, at: Ints) -> Ints:
        return np.where(at < self.pool_size, at + 1, 0).astype(np.int32)

    def _measure(self, name: str) -> Values:
        if name not in self.metrics.columns:
            raise InputError(f"this path has no measure {name!r}; it has {', '.join(self.metrics.columns[2:])}")
        return self.metrics[name].to_numpy(np.float64)

    def _diverse(self) -> Values | None:
        names = self.metrics.columns[3:]
        return self._measure(names[0]) if len(names) else None


def exact_path(
    pool: Candidates,
    vectors: pd.DataFrame | None,
    method: str = "mmr",
    n: int = 20,
    rules: Rules | None = None,
    measures: Mapping[str, Measure] | None = None,
    **options: Any,  # noqa: ANN401  # the fields of Options, checked there
) -> TradeoffPath:
    """Find all lists of the one shopper in ``pool`` over the whole slider, exactly.

    Every list equals what ``rerank`` gives at any diversity between its breakpoints; at a breakpoint itself, to within
    a float's last digits, either neighbour may come. ``measures`` map a name to a function of lists (S, n) of positions
    in ``pool.item_ids`` (-1 pads); ``options`` are the fields of ``Options``.
    """
    check_knob(0, n)
    if len(pool) != 1:
        raise InputError(f"a path is of one shopper, found a pool of {len(pool)}; take pool.for_user(...) first")
    chosen = Options(**options)
    pool = pool.for_user(pool.users[0])
    prepared = prepare(pool, vectors, method, chosen)
    known, scores = pool.items[0], pool.scores[0]
    if rules:
        arranger = Arranger(pool, rules, chosen, n)
        lists, starts = RuledPool(prepared, arranger.arrange(0), 0, n).exact()
        known = np.append(known, arranger.extras)
        scores = np.append(scores, np.full(len(arranger.extras), np.nan, np.float32))
    else:
        lists, starts = run_exact(prepared.gain, prepared.source, prepared.pools(), n)
    items = np.append(known, np.int32(NO_ITEM))[lists]  # -1 finds the padding
    table = pd.DataFrame({LOW: starts, HIGH: [*starts[1:], 1.0], RELEVANCE: relevance_kept(pool, lists)})
    for name, measure in (measures or {}).items():
        table[name] = np.asarray(measure(items), dtype=np.float64)
    return TradeoffPath(pool.users[0], method, pool.item_ids[known], scores, len(pool.items[0]), lists, starts, table)


def relevance_kept(pool: Candidates, lists: Ints) -> Values:
    """Give the share (S,) of the first list's relevance that each list (S, n) keeps, by scores rescaled in the pool."""
    relevance = relevance_of(pool.scores, pool.items != NO_ITEM)[0].astype(np.float64)
    beyond = np.zeros(lists.max(initial=0) + 2)  # items pinned from outside the pool have none, neither has the padding
    sums = np.append(relevance, beyond)[lists].sum(axis=1)
    return np.asarray(sums / sums[0] if sums[0] > 0 else np.ones(len(sums)))


def _cut(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 5)
