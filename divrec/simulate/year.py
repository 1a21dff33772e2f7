"""A year of visits: who comes when, what the page shows, and what is viewed, put in the cart and bought."""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec import columns as c
from divrec.simulate.shop import Shop
from divrec.simulate.world import Floats, Places, blocks

FUNNEL: Final = ("view", "cart", "purchase")
_DAY: Final = np.timedelta64(86_400, "s")


@dataclass(frozen=True, kw_only=True)
class YearSettings:
    """How often shoppers come, what a page is, and how a view becomes a purchase."""

    last_day: str = "2026-06-30"
    days: int = 365
    seed: int = 11
    visits: float = 4.4  # mean visits per shopper and year
    visits_shape: float = 2.0  # of the gamma: the smaller, the more unequal the shoppers
    page: int = 24  # products on a page
    elsewhere: float = 0.22  # share of the page from other departments than the one browsed
    views: float = 4.2  # mean products viewed per visit, at least 1
    cart_rate: float = 0.16  # of views, at a shopper's usual utility
    buy_rate: float = 0.60  # of carts
    repeat_bonus: float = 2.5  # utility of what was bought before, where things run out
    restock: float = 4.0  # how far up the page goes what ran out: added to the log of its appeal
    december: float = 0.45  # swing of all visits, greatest in December
    weekend: float = 1.3  # visits on a day of the weekend, for one on another day


@dataclass(eq=False)
class _Visits:
    """The shop as the visits see it; ``bought`` grows with them."""

    shop: Shop
    settings: YearSettings
    random: np.random.Generator
    utility: Floats  # (U, I)
    department: Places  # (I,)
    repeats: npt.NDArray[np.bool_]  # (I,) whether the item is bought again and again
    launched: npt.NDArray[np.datetime64]  # (I,)
    bought: npt.NDArray[np.bool_]  # (U, I)
    rows: list[tuple[Any, ...]] = field(default_factory=list)


def simulate_year(shop: Shop, settings: YearSettings) -> pd.DataFrame:
    """Play the year and give its events in order of time; the same shop and settings, the same events.

    Columns ``user_id, item_id, event, time, session_id, position, price``; the position on the page counts from 1.
    """
    state = _start(shop, settings)
    wants = _wants(shop)
    for number, (user, when) in enumerate(_arrivals(shop, settings, wants, state.random), start=1):
        intent = wants[user, _month(when)]
        browsed = int(state.random.choice(len(intent), p=intent / intent.sum()))
        _visit(state, user, when, browsed, f"v{number:06d}")
    return _events(state)


def _start(shop: Shop, settings: YearSettings) -> _Visits:
    items = shop.items
    departments = [row["department"] for row in shop.words.departments]
    again = {row["title"] for row in shop.words.kinds if row["repeat"]}
    return _Visits(
        shop, settings, np.random.default_rng(settings.seed), shop.world.utility(),
        np.asarray(pd.Index(departments).get_indexer(pd.Index(items[c.CATEGORY]))),
        items[c.SUBCATEGORY].isin(again).to_numpy(bool), items[c.LAUNCHED].to_numpy("datetime64[s]"),
        np.zeros((len(shop.users), len(items)), dtype=bool),
    )  # fmt: skip


def _wants(shop: Shop) -> Floats:
    """How much each shopper wants of each department by month (U, 12, departments): taste · exp(swing · cos)."""
    peaks = np.array([row["peak_month"] for row in shop.words.departments])
    swings = np.array([row["swing"] for row in shop.words.departments])
    tastes = shop.world.tastes[:, blocks(shop.world.settings.attributes)[0]]
    return np.asarray(tastes[:, None, :] * np.exp(swings * _wave(np.arange(1, 13)[:, None] - peaks)))


def _wave(months: npt.NDArray[np.int64]) -> Floats:
    """1 at the peak, -1 half a year from it."""
    return np.asarray(np.cos(2 * np.pi * months / 12))


def _month(when: npt.NDArray[np.datetime64] | np.datetime64) -> npt.NDArray[np.int64]:
    """Months from 0."""
    return np.asarray(when.astype("datetime64[M]").astype(np.int64) % 12)


def _arrivals(
    shop: Shop, settings: YearSettings, wants: Floats, random: np.random.Generator
) -> list[tuple[int, np.datetime64]]:
    """Draw who comes when: in the seasons of what one wants, at weekends, in the evening, never before joining."""
    first = np.datetime64(settings.last_day, "s") - (settings.days - 1) * _DAY
    days = first + np.arange(settings.days) * _DAY
    weekend = (days.astype("datetime64[D]").astype(np.int64) + 3) % 7 >= 5
    busy = np.exp(settings.december * _wave(_month(days) - 11)) * np.where(weekend, settings.weekend, 1.0)
    rate = settings.visits * random.gamma(settings.visits_shape, 1 / settings.visits_shape, len(shop.users))
    arrivals = []
    for user, joined in enumerate(shop.users["joined"].to_numpy("datetime64[s]")):
        here = busy * wants[user].sum(axis=1)[_month(days)] * (days >= joined)
        for day in random.choice(days, 1 + random.poisson(rate[user]), p=here / here.sum()):
            hour = float(np.clip(random.normal(18.0, 4.0), 0.0, 22.5))
            arrivals.append((user, day + np.timedelta64(int(hour * 3600), "s")))
    return sorted(arrivals, key=lambda arrival: (arrival[1], arrival[0]))


def _visit(state: _Visits, user: int, when: np.datetime64, browsed: int, session: str) -> None:
    """Show one page, let the shopper view some of it, and carry some views on to the cart and the till."""
    page = _page(state, user, when, browsed)
    again = state.bought[user, page] & state.repeats[page]
    utility = state.utility[user, page] + state.settings.repeat_bonus * again
    count = min(1 + state.random.poisson(state.settings.views - 1), len(page))
    usual = float(np.log(np.mean(np.exp(utility))))
    bags = []
    for place in state.shop.world.choose(state.random, utility, count):
        item = int(page[place])
        when = when + np.timedelta64(int(5 + state.random.exponential(50)), "s")
        state.rows.append((when, user, item, 0, session, place + 1))
        odds = state.settings.cart_rate / (1 - state.settings.cart_rate) * np.exp((utility[place] - usual) / 2)
        if state.random.random() < odds / (1 + odds):
            when = when + np.timedelta64(int(3 + state.random.exponential(20)), "s")
            state.rows.append((when, user, item, 1, session, place + 1))
            bags.append((item, place + 1))
    for item, position in bags:
        if state.random.random() < state.settings.buy_rate:
            when = when + np.timedelta64(30, "s")
            state.rows.append((when, user, item, 2, session, position))
            state.bought[user, item] = True


def _page(state: _Visits, user: int, when: np.datetime64, browsed: int) -> Places:
    """Lay out a page: most from the department browsed, popular products first; what was bought before leads.

    What has no repeat purchases is not shown again to who bought it.
    """
    settings, bought = state.settings, state.bought[user]
    shown = (state.launched <= when) & ~(bought & ~state.repeats)
    here = state.department == browsed
    pull = state.shop.world.appeal + settings.restock * (bought & here)
    drawn = pull + state.random.gumbel(size=len(pull))
    other = round(settings.elsewhere * settings.page)
    inside = _highest(np.flatnonzero(shown & here), drawn, settings.page - other)
    outside = _highest(np.flatnonzero(shown & ~here), drawn, other)
    # drawn anew: the highest draws of the many products elsewhere would always lead the page
    return _highest(np.concatenate([inside, outside]), pull + state.random.gumbel(size=len(pull)), settings.page)


def _highest(items: Places, values: Floats, count: int) -> Places:
    return items[np.argsort(-values[items], kind="stable")[:count]]


def _events(state: _Visits) -> pd.DataFrame:
    """Make the table of events from the rows that the visits left."""
    rows = pd.DataFrame(state.rows, columns=[c.TIME, c.USER, c.ITEM, c.EVENT, c.SESSION, c.POSITION])
    rows = rows.sort_values([c.TIME, c.SESSION], kind="stable").reset_index(drop=True)
    items, users = state.shop.items, state.shop.users
    return pd.DataFrame({
        c.USER: users[c.USER].to_numpy()[rows[c.USER]],
        c.ITEM: items[c.ITEM].to_numpy()[rows[c.ITEM]],
        c.EVENT: np.array(FUNNEL, dtype=object)[rows[c.EVENT]],
        c.TIME: rows[c.TIME].astype("datetime64[us]"),
        c.SESSION: rows[c.SESSION],
        c.POSITION: rows[c.POSITION].astype("int16"),
        c.PRICE: items[c.PRICE].to_numpy()[rows[c.ITEM]],
    })  # fmt: skip
