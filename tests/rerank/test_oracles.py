"""The same lists as other people's code and as slow, plain code."""

import numpy as np
import pandas as pd
import pytest
import pyversity

from divrec.rerank.batch import run_exact, run_grid
from divrec.rerank.gains import GAINS
from divrec.rerank.gains.volume import FLOOR, JITTER
from divrec.rerank.options import Options
from divrec.rerank.prepare import prepare
from divrec.rerank.state import Pools, Source, no_limits
from tests.rerank.conftest import make_shop

VALUES = np.linspace(0.02, 0.98, 25)


def drawn(seed, n=80, d=12):
    rng = np.random.default_rng(seed)
    unit = rng.normal(size=(4, d))[rng.integers(0, 4, n)] + 0.8 * rng.normal(size=(n, d))
    unit = (unit / np.linalg.norm(unit, axis=1, keepdims=True)).astype(np.float32)
    scores = -np.sort(-rng.random(n)).astype(np.float32)
    relevance = ((scores - scores.min()) / (scores.max() - scores.min())).astype(np.float32)
    return unit, relevance


def laid_out(method, unit, relevance):
    n = len(unit)
    source = Source(unit, np.zeros(n, np.int32), 5, GAINS[method].work)
    given, mixes = np.zeros((1, 0), np.float32), np.ones((1, 1))
    return source, Pools(np.arange(n, dtype=np.int32)[None], np.array([n]), relevance[None], given, mixes)


def ours(method, unit, relevance, values, n=12):
    return run_grid(GAINS[method], *laid_out(method, unit, relevance), values, n)[0]


@pytest.mark.parametrize("seed", range(4))
def test_pyversity_gives_the_same_mmr_lists(seed):
    """A column of ones makes its cosine our likeness."""
    unit, relevance = drawn(seed)
    like = np.hstack([unit, np.ones((len(unit), 1), np.float32)])
    for value, mine in zip(VALUES, ours("mmr", unit, relevance, VALUES), strict=True):
        theirs = pyversity.diversify(like, relevance, 12, "mmr", diversity=value)
        assert mine.tolist() == theirs.indices.tolist()


@pytest.mark.parametrize("seed", range(4))
def test_pyversity_gives_the_same_dpp_lists(seed):
    """It has no jitter, which a column per item makes up for, and weighs standardised scores by its own β."""
    unit, relevance = drawn(seed)
    n = len(unit)
    like = np.hstack([unit, np.ones((n, 1)), np.sqrt(2 * JITTER) * np.eye(n)]).astype(np.float32)
    values = VALUES[VALUES > 0.15]  # its weights leave float32 below
    for value, mine in zip(values, ours("dpp", unit, relevance, values), strict=True):
        # ours: (1 − d) r + d (1 − 2 ln v / ln FLOOR); its: 2 β (r − mean) / deviation + ln v
        beta = (1 - value) / value * -np.log(FLOOR) / 4 * (relevance.std() + np.finfo(np.float32).eps)
        theirs = pyversity.diversify(like, relevance, 12, "dpp", diversity=0.5, scale=2 * beta)
        assert mine.tolist() == theirs.indices.tolist()


@pytest.mark.parametrize("seed", range(4))
def test_pyversity_gives_the_same_msd_lists(seed):
    """It weighs the sum of distances where we weigh their mean: alike at the second place, and without relevance."""
    unit, relevance = drawn(seed)
    for value in VALUES:
        # its distance is 1 − cosine, twice ours
        theirs = pyversity.diversify(unit, 2 * relevance, 2, "msd", diversity=value)
        assert ours("msd", unit, relevance, [value], 2)[0].tolist() == theirs.indices.tolist()
        assert ours("msd", unit, relevance, [value])[0].tolist() == plain_msd(unit, relevance, value, 12)
    theirs = pyversity.diversify(unit, relevance, 12, "msd", diversity=1.0)
    assert ours("msd", unit, relevance, [1.0])[0].tolist() == theirs.indices.tolist()


def plain_msd(unit, relevance, value, n):
    like = (1 + unit.astype(np.float64) @ unit.T) / 2
    chosen = [0]
    while len(chosen) < n:
        score = (1 - value) * relevance + value * (1 - like[:, chosen]).mean(axis=1)
        score[chosen] = -np.inf
        chosen.append(int(np.argmax(score)))
    return chosen


@pytest.mark.parametrize("value", [0.3, 0.9, 1.0])
def test_dpp_is_greedy_log_determinant(value):
    unit, relevance = drawn(9, n=40)
    kernel = ((1 + unit.astype(np.float64) @ unit.T) / 2 + JITTER * np.eye(40)) / (1 + JITTER)
    np.fill_diagonal(kernel, 1)
    chosen = []
    while len(chosen) < 12:
        now = np.linalg.slogdet(kernel[np.ix_(chosen, chosen)])[1] if chosen else 0.0
        score = np.full(40, -np.inf)
        for i in set(range(40)) - set(chosen):
            joined = [*chosen, i]
            grown = np.linalg.slogdet(kernel[np.ix_(joined, joined)])[1] - now
            score[i] = (1 - value) * relevance[i] + value * (1 - 2 * grown / np.log(FLOOR))
        chosen.append(int(np.argmax(score.round(9))))
    assert ours("dpp", unit, relevance, [value])[0].tolist() == chosen


def test_ssd_is_dpp_while_the_window_holds_the_whole_list():
    unit, relevance = drawn(3)
    source, pools = laid_out("ssd", unit, relevance)
    wide = run_grid(GAINS["ssd"], source._replace(window=50), pools, VALUES, 12)
    assert (wide[0] == ours("dpp", unit, relevance, VALUES)).all()
    narrow = run_grid(GAINS["ssd"], source._replace(window=2), pools, [1.0], 12)[0, 0]
    assert narrow.tolist() == plain_ssd(unit, relevance, 2, 12)


def plain_ssd(unit, relevance, window, n):
    """Gram-Schmidt on vectors whose inner products are the kernel, the window's bases kept as they were found."""
    size = len(unit)
    rows = np.hstack([unit, np.ones((size, 1)), np.sqrt(2 * JITTER) * np.eye(size)]) / np.sqrt(2 * (1 + JITTER))
    chosen, bases = [], []
    while len(chosen) < n:
        rest = rows - sum((rows @ base)[:, None] * base for base in bases[-window:]) if bases else rows.copy()
        length = (rest**2).sum(axis=1)
        score = np.where(np.isin(np.arange(size), chosen), -np.inf, length) if chosen else relevance
        chosen.append(int(np.argmax(score)))
        bases.append(rest[chosen[-1]] / np.sqrt(length[chosen[-1]]))
    return chosen


@pytest.mark.parametrize("value", [0.4, 1.0])
def test_calibrated_follows_steck(value):
    shop = make_shop(users=1)
    prepared = prepare(shop.pool, None, "calibrated", Options(**shop.options))
    pools = prepared.pools()
    codes, mix = prepared.source.codes[pools.items[0]], prepared.mixes[0]

    def divergence(counts):
        share = counts / max(counts.sum(), 1)
        smooth = 0.99 * share + 0.01 * mix
        return sum(p * np.log(p / q) for p, q in zip(mix, smooth, strict=True) if p > 0)

    counts, chosen = np.zeros(len(mix)), []
    for t in range(10):
        fall = [divergence(counts) - divergence(counts + np.eye(len(mix))[a]) for a in range(len(mix))]
        gain = (t + 1) * np.array(fall)[codes] / -np.log(0.01)
        score = (1 - value) * pools.relevance[0] + value * gain
        score[chosen] = -np.inf
        chosen.append(int(np.argmax(score.round(7))))
        counts[codes[chosen[-1]]] += 1
    assert run_grid(prepared.gain, prepared.source, pools, [value], 10)[0, 0].tolist() == chosen


def test_xquad_and_coverage_on_hand_made_pools():
    names = list("abcdef")
    pool = make_shop(users=1).pool.__class__.from_frame(
        pd.DataFrame({"user_id": "u", "item_id": names, "score": [6, 5, 4, 3, 2, 1]})
    )
    catalogue = pd.DataFrame({"item_id": names, "category": ["x", "x", "x", "y", "y", "z"]})
    history = pd.DataFrame({"user_id": "u", "item_id": ["a", "b", "c", "d", "e", "d"]})  # x 3, y 3, z 0
    options = Options(catalogue=catalogue, history=history)
    prepared = prepare(pool, None, "xquad", options)
    # needs: x and y alternate as each is halved; z is never wanted, so the last x goes before it
    assert run_grid(prepared.gain, prepared.source, prepared.pools(), [1.0], 6)[0, 0].tolist() == [0, 3, 1, 4, 2, 5]
    vectors = pd.DataFrame(np.eye(3)[[0, 0, 0, 1, 1, 2]], index=names)
    prepared = prepare(pool, vectors, "coverage", options)
    # the biggest cluster first, then the next, then the single one
    assert run_grid(prepared.gain, prepared.source, prepared.pools(), [1.0], 3)[0, 0].tolist() == [0, 3, 5]


@pytest.mark.parametrize("method", ["mmr", "msd", "dpp"])
def test_lazy_choice_is_the_plain_choice_to_the_bit(method):
    for seed, (n, d) in enumerate([(5, 3), (60, 7), (500, 33), (900, 64)]):
        unit, relevance = drawn(seed, n, d)
        unit[: n // 5] = unit[n // 2 : n // 2 + n // 5]  # duplicates tie
        relevance = np.round(relevance, 2)
        args = laid_out(method, unit, relevance)
        for value in [0.0, 0.1, 0.5, 0.9, 1.0]:
            lazy = run_grid(GAINS[method], *args, [value], 20)
            assert (lazy == run_grid(GAINS[method], *args, [value], 20, no_limits(n))).all()


def test_list_count_is_near_what_the_method_promises():
    unit, relevance = drawn(1, 500, 64)
    lists, starts = run_exact(GAINS["mmr"], *laid_out("mmr", unit, relevance), 20)
    assert 60 < len(lists) < 600
    assert len(lists) == len(starts) == len({tuple(row) for row in lists.tolist()})
