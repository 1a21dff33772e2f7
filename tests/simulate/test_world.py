import numpy as np
import pytest

from divrec.errors import InputError
from divrec.simulate.world import Attribute, WorldSettings, blocks, make_world

ATTRIBUTES = (Attribute("shape", 3, 2.0, 4.0), Attribute("colour", 2, 1.0, 4.0))
MEANS = np.array([[0.8, 0.1, 0.1, 0.5, 0.5], [0.1, 0.1, 0.8, 0.9, 0.1]])
TRAITS = np.array([[1, 0, 0, 1, 0], [0, 0, 1, 1, 0], [0, 1, 0, 0, 1]], dtype=float)


def world(users=4000, seed=3, **settings):
    groups = np.arange(users) % 2
    return make_world(MEANS, groups, TRAITS, WorldSettings(attributes=ATTRIBUTES, **settings), seed)


def test_tastes_are_shares_around_the_mean_of_the_group():
    tastes = world().tastes
    for block in blocks(ATTRIBUTES):
        assert np.allclose(tastes[:, block].sum(axis=1), 1)
    assert np.allclose(tastes[::2].mean(axis=0), MEANS[0], atol=0.03)
    assert np.allclose(tastes[1::2].mean(axis=0), MEANS[1], atol=0.03)


def test_utility_written_out_for_one_shopper():
    small = world(users=1, popularity_skew=0.0)
    shape, colour = small.tastes[0, :3], small.tastes[0, 3:]
    expected = [2 * shape[0] / shape.max() + colour[0] / colour.max(),
                2 * shape[2] / shape.max() + colour[0] / colour.max(),
                2 * shape[1] / shape.max() + colour[1] / colour.max()]  # fmt: skip
    assert np.allclose(small.utility()[0], expected)


def test_appeal_falls_with_rank_by_the_skew():
    assert np.allclose(np.sort(np.exp(world(popularity_skew=0.7).appeal))[::-1], np.arange(1, 4) ** -0.7)


def test_at_equal_utility_places_are_chosen_by_the_position_exponent():
    a_world, random = world(users=2, position_exponent=0.8), np.random.default_rng(5)
    first = [a_world.choose(random, np.zeros(6), 1)[0] for _ in range(20_000)]
    expected = np.arange(1, 7) ** -0.8
    assert np.allclose(np.bincount(first, minlength=6) / 20_000, expected / expected.sum(), atol=0.012)


def test_without_position_bias_choice_is_the_multinomial_logit():
    a_world, random = world(users=2, position_exponent=0.0), np.random.default_rng(5)
    utility = np.array([0.0, 1.0, 2.0])
    first = [a_world.choose(random, utility, 1)[0] for _ in range(20_000)]
    assert np.allclose(np.bincount(first) / 20_000, np.exp(utility) / np.exp(utility).sum(), atol=0.012)


def test_choices_are_without_replacement_and_the_whole_page_can_be_chosen():
    chosen = world(users=2).choose(np.random.default_rng(0), np.zeros(8), 8)
    assert sorted(chosen) == list(range(8))
    with pytest.raises(InputError, match="1 to 8"):
        world(users=2).choose(np.random.default_rng(0), np.zeros(8), 9)


def test_the_same_seed_gives_the_same_world_and_another_seed_another():
    assert np.array_equal(world().utility(), world().utility())
    assert not np.array_equal(world().tastes, world(seed=4).tastes)


def test_attributes_and_traits_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="5 values together"):
        make_world(MEANS, np.array([0]), TRAITS[:, :4], WorldSettings(attributes=ATTRIBUTES), 0)
