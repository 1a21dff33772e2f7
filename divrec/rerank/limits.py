"""Which items the loop may choose next, given the rules and what is chosen already."""

import numpy as np
import numpy.typing as npt

from divrec.data.compiled import kernel
from divrec.rerank.arithmetic import BLOCKED
from divrec.rerank.state import Limits

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


@kernel()
def choose(relevance: Floats, base: Floats, limits: Limits, chosen: Ints, depth: int, size: int) -> None:
    """Block what may no longer be chosen once ``chosen[depth − 1]`` has joined."""
    if limits.cap_codes.shape[0] + limits.share.shape[0] > 0:
        reopen(relevance, base, limits, chosen, depth, size)
    else:
        relevance[chosen[depth - 1]] = BLOCKED


@kernel()
def undo(relevance: Floats, base: Floats, limits: Limits, chosen: Ints, depth: int, size: int) -> None:
    """Open again what ``chosen[depth]`` had blocked."""
    if limits.cap_codes.shape[0] + limits.share.shape[0] > 0:
        reopen(relevance, base, limits, chosen, depth, size)
    else:
        relevance[chosen[depth]] = base[chosen[depth]]


@kernel()
def reopen(relevance: Floats, base: Floats, limits: Limits, chosen: Ints, depth: int, size: int) -> None:
    """Set ``relevance`` to ``base`` where an item may join ``chosen[:depth]``, and to BLOCKED elsewhere."""
    for i in range(base.size):
        relevance[i] = base[i]
    for t in range(depth):
        relevance[chosen[t]] = BLOCKED
    for t in range(limits.fixed.size):
        relevance[limits.fixed[t]] = BLOCKED
    if limits.cap_codes.shape[0] > 0:
        keep_caps(relevance, limits, chosen[:depth])
    if limits.share.shape[0] > 0:
        keep_shares(relevance, limits, chosen[:depth], size - depth)


@kernel()
def keep_caps(relevance: Floats, limits: Limits, chosen: Ints) -> None:
    """Block the items of values whose cap is reached."""
    for r in range(limits.cap_codes.shape[0]):
        codes = limits.cap_codes[r]
        left = limits.cap_left[r].copy()
        for item in chosen:
            if codes[item] >= 0:
                left[codes[item]] -= 1
        for i in range(codes.size):
            if codes[i] >= 0 and left[codes[i]] <= 0:
                relevance[i] = BLOCKED


@kernel()
def keep_shares(relevance: Floats, limits: Limits, chosen: Ints, places: int) -> None:
    """Block what helps no minimum share once the places left are only just enough to meet them.

    Shares that overlap are counted apart, so they are met a little earlier than they would have to be, never too late.
    """
    shares = limits.share.shape[0]
    missing = np.zeros(shares, np.int64)
    for m in range(shares):
        missing[m] = limits.share_left[m]
        for item in chosen:
            missing[m] -= limits.share[m, item]
        open_items = 0  # what cannot be met any more must not block the rest
        for i in range(relevance.size):
            if relevance[i] != BLOCKED and limits.share[m, i]:
                open_items += 1
        missing[m] = min(max(missing[m], 0), open_items)
    if missing.sum() < places or missing.sum() == 0:
        return
    for i in range(relevance.size):
        helps = False
        for m in range(shares):
            helps = helps or (missing[m] > 0 and limits.share[m, i] > 0)
        if not helps:
            relevance[i] = BLOCKED
