"""A small world whose truth is known: shoppers with tastes, items with traits, and choices among what is shown.

A shopper's taste is a Dirichlet draw per attribute around the mean of the shopper's group; utility is how well an
item's traits match it, plus an appeal that all shoppers feel. Of a page, items are chosen by a multinomial logit whose
utilities are discounted by position (the set-up of Chaney et al. 2018, examination falling as position^-exponent).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from divrec.errors import InputError

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Attribute:
    """One attribute of items, such as the department, with ``values`` many values."""

    name: str
    values: int
    strength: float  # utility of a shopper's favourite value above a value that the shopper has no taste for
    concentration: float  # of the Dirichlet around the group's mean: the smaller, the fewer values a shopper likes


@dataclass(frozen=True, kw_only=True)
class WorldSettings:
    """What holds for everybody in a world."""

    attributes: tuple[Attribute, ...]
    popularity_skew: float = 0.5  # exponent s of the appeal rank^-s
    position_exponent: float = 0.6  # place p is looked at p^-exponent as often as the first


@dataclass(frozen=True, eq=False)
class World:
    """Shoppers (U) and items (I) described by A attribute values; ``settings.attributes`` cuts A into blocks."""

    tastes: Floats  # (U, A), each block of a row sums to 1
    traits: Floats  # (I, A), each block of a row sums to 1
    appeal: Floats  # (I,) log of how much everybody likes an item
    settings: WorldSettings

    def utility(self) -> Floats:
        """Utility (U, I): appeal plus, per attribute, its strength times the taste relative to the favourite value."""
        match = np.empty_like(self.tastes)
        for attribute, block in zip(self.settings.attributes, blocks(self.settings.attributes), strict=True):
            taste = self.tastes[:, block]
            match[:, block] = attribute.strength * taste / taste.max(axis=1, keepdims=True)
        return np.asarray(match @ self.traits.T + self.appeal)

    def choose(self, random: np.random.Generator, utility: Floats, count: int) -> Places:
        """Choose ``count`` places of a page whose items, from the first place on, have this ``utility`` (n,).

        Without replacement, each with probability ∝ exp(utility) · place^-exponent, in the order chosen.
        """
        if not 0 < count <= len(utility):
            raise InputError(f"of a page of {len(utility)} items one can choose 1 to {len(utility)}, found {count}")
        examined = -self.settings.position_exponent * np.log(np.arange(1, len(utility) + 1))
        return np.argsort(-(utility + examined + random.gumbel(size=len(utility))), kind="stable")[:count]


def make_world(group_means: Floats, groups: Places, traits: Floats, settings: WorldSettings, seed: int) -> World:
    """Draw the tastes of shoppers in ``groups`` (U,), each around its row of ``group_means`` (G, A), and the appeal."""
    width = sum(attribute.values for attribute in settings.attributes)
    if traits.shape[1] != width or group_means.shape[1] != width:
        raise InputError(f"the attributes have {width} values together; found {traits.shape[1]} in traits and "
                         f"{group_means.shape[1]} in group_means")  # fmt: skip
    random = np.random.default_rng(seed)
    tastes = np.empty((len(groups), width))
    for attribute, block in zip(settings.attributes, blocks(settings.attributes), strict=True):
        tastes[:, block] = _dirichlet(random, attribute.concentration * group_means[groups, block])
    ranks = random.permutation(len(traits)) + 1.0
    return World(tastes, traits, -settings.popularity_skew * np.log(ranks), settings)


def blocks(attributes: tuple[Attribute, ...]) -> list[slice]:
    """Give the columns that each attribute takes among the A values."""
    ends = np.cumsum([attribute.values for attribute in attributes]).tolist()
    return [slice(end - attribute.values, end) for attribute, end in zip(attributes, ends, strict=True)]


def _dirichlet(random: np.random.Generator, parameters: Floats) -> Floats:
    """Draw one Dirichlet per row of ``parameters``; a small constant keeps a row of tiny draws from being all 0."""
    draws = random.standard_gamma(parameters) + 1e-9
    return np.asarray(draws / draws.sum(axis=1, keepdims=True))
