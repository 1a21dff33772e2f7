"""The fast kernels against the definitions written out pair by pair."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from divrec.data.vectors import unit_rows
from divrec.metrics import crowd, kernels

ITEMS, DIMENSIONS = 12, 5


def some_lists(seed, users=7, n=5, items=ITEMS):
    rng = np.random.default_rng(seed)
    lists = np.stack([rng.permutation(items)[:n] for _ in range(users)]).astype(np.int32)
    lists[rng.random(lists.shape) < 0.25] = -1
    return lists


def some_unit(seed, dtype=np.float64):
    rng = np.random.default_rng(seed + 1)
    rows = rng.normal(size=(ITEMS, DIMENSIONS))
    rows[0] = 0
    rows[2] = rows[1]
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(lengths > 0, lengths, 1)).astype(dtype)


def filled(row):
    return [int(item) for item in row if item >= 0]


def expected(lists, value):
    return np.array([value(user, filled(row)) for user, row in enumerate(lists)], dtype=float)


seeds = st.integers(0, 2**31)


@given(seeds)
def test_ild_and_minimum_distance_by_pairs(seed):
    lists, unit = some_lists(seed), some_unit(seed)

    def distances(items):
        return [(1 - unit[a] @ unit[b]) / 2 for a, b in itertools.combinations(items, 2)]

    mean = expected(lists, lambda _, items: np.mean(distances(items)) if len(items) > 1 else np.nan)
    least = expected(lists, lambda _, items: min(distances(items)) if len(items) > 1 else np.nan)
    np.testing.assert_allclose(kernels.ild(lists, unit), mean, atol=1e-12)
    np.testing.assert_allclose(kernels.minimum_distance(lists, unit), least, atol=1e-12)


@given(seeds)
def test_single_precision_agrees_to_single_precision(seed):
    lists = some_lists(seed)
    np.testing.assert_allclose(
        kernels.ild(lists, some_unit(seed, np.float32)), kernels.ild(lists, some_unit(seed)), atol=1e-6
    )


@given(seeds)
def test_category_entropy_and_count_by_hand(seed):
    lists = some_lists(seed)
    codes = np.random.default_rng(seed).integers(-1, 3, ITEMS).astype(np.int32)

    def entropy(_, items):
        known = [codes[i] for i in items if codes[i] >= 0]
        shares = [known.count(c) / len(known) for c in set(known)]
        return -sum(p * np.log(p) for p in shares) if known else np.nan

    def distinct(_, items):
        return len({codes[i] for i in items if codes[i] >= 0}) or np.nan

    np.testing.assert_allclose(kernels.category_entropy(lists, codes), expected(lists, entropy), atol=1e-12)
    np.testing.assert_allclose(kernels.distinct_categories(lists, codes), expected(lists, distinct))


def test_lists_without_any_category_are_undefined():
    lists = np.array([[0, 1]], dtype=np.int32)
    codes = np.array([-1, -1], dtype=np.int32)
    assert np.isnan(kernels.category_entropy(lists, codes)).all()
    assert np.isnan(kernels.distinct_categories(lists, codes)).all()


@given(seeds)
def test_mean_over_list_leaves_out_what_is_unknown(seed):
    lists = some_lists(seed)
    values = np.random.default_rng(seed).normal(size=ITEMS)
    values[3] = np.nan
    mean = expected(
        lists, lambda _, items: np.nanmean([values[i] for i in items] or [np.nan]) if set(items) - {3} else np.nan
    )
    np.testing.assert_allclose(kernels.mean_over_list(lists, values), mean, atol=1e-12)


@given(seeds)
def test_nearest_in_history_by_pairs(seed):
    lists, unit = some_lists(seed), some_unit(seed)
    past = some_lists(seed + 7, n=3)
    past[0] = -1
    indptr, indices = crowd.as_csr(past)
    found = kernels.nearest_in_history(lists, indptr, indices, unit)
    for user, place in np.ndindex(lists.shape):
        known = filled(past[user])
        if lists[user, place] < 0 or not known:
            assert np.isnan(found[user, place])
        else:
            greatest = max((1 + unit[lists[user, place]] @ unit[j]) / 2 for j in known)
            assert found[user, place] == pytest.approx(greatest, abs=1e-12)


@given(seeds)
def test_calibration_by_hand(seed):
    lists = some_lists(seed)
    rng = np.random.default_rng(seed)
    codes = rng.integers(-1, 3, ITEMS).astype(np.int32)
    mix = rng.random((len(lists), 3)) * (rng.random((len(lists), 3)) < 0.6)

    def divergence(user, items):
        known = [codes[i] for i in items if codes[i] >= 0]
        if not known or mix[user].sum() == 0:
            return np.nan
        p = mix[user] / mix[user].sum()
        q = np.array([known.count(c) / len(known) for c in range(3)])
        smooth = 0.99 * q + 0.01 * p
        return sum(p[c] * np.log(p[c] / smooth[c]) for c in range(3) if p[c] > 0)

    np.testing.assert_allclose(kernels.calibration(lists, codes, mix, 0.01), expected(lists, divergence), atol=1e-12)


@given(seeds)
def test_exposure_counts_add_up_over_batches(seed):
    lists = some_lists(seed)
    counts = crowd.exposure(lists, ITEMS)
    assert counts.tolist() == [(lists == item).sum() for item in range(ITEMS)]
    assert (crowd.exposure(lists[:3], ITEMS) + crowd.exposure(lists[3:], ITEMS)).tolist() == counts.tolist()
    assert crowd.exposure(lists, ITEMS, np.full(len(lists), 2.0)).tolist() == (2 * counts).tolist()


@given(seeds)
def test_gini_is_half_the_relative_mean_difference(seed):
    counts = np.random.default_rng(seed).integers(0, 5, 9).astype(float)
    counts[0] += 1
    difference = np.abs(counts[:, None] - counts[None, :]).mean()
    assert crowd.gini(counts) == pytest.approx(difference / (2 * counts.mean()), abs=1e-12)


def test_exposure_measures_of_known_cases():
    assert crowd.gini([3, 3, 3]) == pytest.approx(0)
    assert crowd.gini([0, 0, 9]) == pytest.approx(2 / 3)
    assert crowd.coverage([0, 1, 5, 0]) == 0.5
    assert crowd.entropy([2, 2, 0]) == pytest.approx(np.log(2))
    assert np.isnan([crowd.gini([0, 0]), crowd.entropy([0, 0]), crowd.coverage([])]).all()


@given(seeds)
def test_personalisation_and_overlap_by_pairs(seed):
    lists = some_lists(seed)
    sets = [set(filled(row)) for row in lists]
    pairs = [(a, b) for a, b in itertools.combinations(sets, 2) if a and b]
    cosine = np.mean([len(a & b) / np.sqrt(len(a) * len(b)) for a, b in pairs])
    assert crowd.personalisation(*crowd.overlap_sums(lists, ITEMS)) == pytest.approx(1 - cosine, abs=1e-12)
    overlap = np.mean([len(a & b) / len(a | b) for a, b in pairs])
    assert crowd.list_overlap(lists) == pytest.approx(overlap, abs=1e-12)


@given(seeds)
def test_personalisation_counts_weights_like_pairs(seed):
    lists = some_lists(seed)
    weights = np.random.default_rng(seed).integers(0, 3, len(lists)).astype(float)
    weights[:2] = 1
    sets = [set(filled(row)) for row in lists]
    total = share = 0.0
    for a, b in itertools.combinations(range(len(lists)), 2):
        if sets[a] and sets[b]:
            total += weights[a] * weights[b]
            share += weights[a] * weights[b] * len(sets[a] & sets[b]) / np.sqrt(len(sets[a]) * len(sets[b]))
    found = crowd.personalisation(*crowd.overlap_sums(lists, ITEMS, weights))
    assert found == pytest.approx(1 - share / total, abs=1e-9) if total else np.isnan(found)


def test_sampled_overlap_is_near_the_exact_one_and_repeats():
    rng = np.random.default_rng(3)
    lists = np.stack([rng.permutation(40)[:10] for _ in range(300)]).astype(np.int32)
    few = crowd.Sampling(pairs=20_000)
    assert crowd.list_overlap(lists, few) == pytest.approx(crowd.list_overlap(lists), abs=0.003)
    assert crowd.list_overlap(lists, few) == crowd.list_overlap(lists, few)
    left, right = crowd.pairs_of(300, few)
    assert (left != right).all()


@given(seeds)
@settings(max_examples=50)
def test_nearest_set_by_all_pairs(seed):
    lists = some_lists(seed)
    sets = [set(filled(row)) for row in lists]
    neighbours = crowd.nearest(*crowd.as_csr(lists), np.arange(len(lists)))
    for user, own in enumerate(sets):
        overlaps = [len(own & other) / max(len(own | other), 1) if i != user else 0.0 for i, other in enumerate(sets)]
        best = max(overlaps)
        assert neighbours[user] == (overlaps.index(best) if best > 0 else -1)


def test_queries_are_everybody_up_to_the_limit():
    assert crowd.queries_of(4).tolist() == [0, 1, 2, 3]
    assert len(set(crowd.queries_of(10, crowd.Sampling(queries=6)).tolist())) == 6


def test_unit_rows_of_the_shared_likeness_are_what_the_kernels_expect():
    lists = some_lists(1)
    rows = np.random.default_rng(1).normal(size=(ITEMS, DIMENSIONS))
    assert np.nanmax(kernels.ild(lists, unit_rows(rows))) <= 1
