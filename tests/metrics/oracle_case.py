"""The small shop that our measures and other people's are given; only the standard library, for either environment.

Thirty items with vectors (one zero, one doubled) and categories; twelve users with lists, histories and held-out items.
User u12 has held-out items and no list.
"""

import random

ITEMS = [f"i{number:02d}" for number in range(30)]
USERS = [f"u{number:02d}" for number in range(12)]
UNSERVED = "u12"
LENGTH = 10
RELEVANT = 3
_draw = random.Random(20260101)

VECTORS = {item: [_draw.gauss(0, 1) for _ in range(5)] for item in ITEMS}
VECTORS["i03"] = list(VECTORS["i04"])
VECTORS["i07"] = [0.0] * 5
CATEGORY = {item: f"c{_draw.randrange(4)}" for item in ITEMS}


def _preferred(favours):
    """A full ranking of the items that leans on the early ones, so that lists overlap and popularity differs."""
    return sorted(ITEMS, key=lambda item: _draw.random() + favours * ITEMS.index(item) / len(ITEMS))


RANKINGS = {user: _preferred(0.7) for user in USERS}
LISTS = {user: ranking[:LENGTH] for user, ranking in RANKINGS.items()}
HISTORY = [(user, item) for user in USERS for item in _preferred(1.5)[: _draw.randrange(2, 9)]]
HISTORY += [HISTORY[0], HISTORY[5], HISTORY[5]]  # the same thing bought again
TEST = [(user, item) for user in [*USERS, UNSERVED] for item in _preferred(0.5)[:RELEVANT]]
