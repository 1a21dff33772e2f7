"""A large log as shops have them: few items and few shoppers make most of it, and events come in visits.

Item i is chosen as often as 1 / i^0.9 says; a shopper's visits follow a Pareto law; a visit has a geometric number of
events half a minute apart. Written in slices of time, so that memory does not grow with the log.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

SLICE = 1_000_000  # events written at a time
YEAR = 365 * 86_400  # seconds
BEGINNING = np.datetime64("2024-01-01T00:00:00", "s")
KINDS = np.array(["view", "cart", "purchase"])
KIND_SHARES = (0.86, 0.09, 0.05)


@dataclass(frozen=True)
class Shape:
    """How large the log is, and how skewed."""

    events: int
    users: int
    items: int
    item_exponent: float = 0.9
    user_tail: float = 1.3  # of the Pareto law: the lower, the more the busiest shoppers do
    events_per_visit: float = 5.0
    seed: int = 7


SHAPES = {"1M": Shape(1_000_000, 60_000, 100_000), "10M": Shape(10_000_000, 500_000, 200_000),
          "100M": Shape(100_000_000, 4_000_000, 500_000)}  # fmt: skip


def write_log(shape, path):
    """Write the log as CSV or Parquet, as the ending of ``path`` says."""
    random = np.random.default_rng(shape.seed)
    of_item = _cumulative(1 / np.arange(1, shape.items + 1) ** shape.item_exponent)
    of_user = _cumulative(random.pareto(shape.user_tail, shape.users) + 1)
    names = random.permutation(shape.items)  # so that an id says nothing about popularity
    prices = np.round(np.exp(random.normal(3, 1, shape.items)), 2)
    writer = None
    for begin in range(0, shape.events, SLICE):
        size = min(SLICE, shape.events - begin)
        table = _slice(random, shape, size, begin / shape.events, (of_user, of_item, names, prices))
        if writer is None:
            kind = pyarrow.csv.CSVWriter if Path(path).suffix == ".csv" else pyarrow.parquet.ParquetWriter
            writer = kind(path, table.schema)
        writer.write_table(table)
    writer.close()


def _slice(random, shape, size, since, world):
    of_user, of_item, names, prices = world
    lengths = random.geometric(1 / shape.events_per_visit, size)
    visit = np.repeat(np.arange(size), lengths)[:size]
    place = np.arange(size) - np.concatenate([[0], np.cumsum(lengths)])[visit]
    visits = visit[-1] + 1
    user = np.searchsorted(of_user, random.random(visits))[visit]
    item = np.searchsorted(of_item, random.random(size))
    start = np.sort(random.random(visits)) * YEAR * size / shape.events + since * YEAR
    seconds = (start[visit] + 30 * place).astype(np.int64)
    order = np.argsort(seconds, kind="stable")
    session = int(since * shape.events) + visit
    return pa.table({
        "event_time": (BEGINNING + seconds)[order],
        "event_type": KINDS[random.choice(3, size, p=KIND_SHARES)],
        "product_id": (1_000_000 + names[item])[order],
        "price": prices[item][order],
        "user_id": (500_000_000 + user)[order],
        "user_session": session[order],
    })  # fmt: skip


def _cumulative(weights):
    return np.cumsum(weights) / weights.sum()
