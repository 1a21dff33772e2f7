"""Clicks of old and new lists on simulated pages whose examination and attractiveness are known."""

import numpy as np
import pandas as pd
import pytest

import divrec as dr
from divrec.columns import EVENT, ITEM, POSITION, PROPENSITY, RANK, SESSION, TIME, USER, WEIGHT
from divrec.errors import NotEstimableError
from divrec.evaluate.clicks import compare_clicks
from divrec.evaluate.examination import Pages
from divrec.evaluate.impressions import BOUGHT, CLICKED, PLACE, shown_places

K, ITEMS = 8, 40
THETA = 1 / np.arange(1, K + 1) ** 0.8


def events(user, item, place, clicked, bought=None, propensity=None, session=None):
    kind = np.where(clicked, "click", "impression")
    log = pd.DataFrame({USER: user, ITEM: item, EVENT: kind, POSITION: place, WEIGHT: clicked.astype(float)})
    log = log.assign(**{TIME: pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(len(log)), unit="s")})
    if propensity is not None:
        log[PROPENSITY] = propensity
    if session is not None:
        log[SESSION] = session
    if bought is not None:
        sold = log[bought].assign(**{EVENT: "purchase", POSITION: np.nan})
        log = pd.concat([log, sold.assign(**{TIME: log[TIME].max()})], ignore_index=True)
    return log


def ordered_pages(seed, users=500, visits=12, own_products=K, items=ITEMS):
    """Pages of 8 of each shopper's own products, popular ones first but not always; the truth prefers others.

    Everybody comes once before anybody comes again. The new lists hold the most attractive of the shopper's own first.
    Give log, new lists and the true old and new rates.
    """
    rng = np.random.default_rng(seed)
    gamma, pull, sold = rng.uniform(0.05, 0.6, items), rng.normal(size=items), rng.uniform(0.1, 0.5, items)
    own = np.array([rng.permutation(items)[:own_products] for _ in range(users)])
    own_pages = np.tile(own, (visits, 1))
    drawn = np.argsort(-(pull[own_pages] + rng.gumbel(size=own_pages.shape)))[:, :K]
    pages = np.take_along_axis(own_pages, drawn, axis=1)
    clicked = rng.random(pages.shape) < THETA * gamma[pages]
    bought = clicked & (rng.random(pages.shape) < sold[pages])
    user = np.arange(users * visits) % users
    names = np.array([f"u{at:03}" for at in range(users)])
    places, sessions = np.tile(np.arange(1, K + 1), len(pages)), np.repeat(np.arange(len(pages)).astype(str), K)
    shown = [f"i{at}" for at in pages.ravel()]
    log = events(np.repeat(names[user], K), shown, places, clicked.ravel(), bought.ravel(), session=sessions)
    best = np.take_along_axis(own, np.argsort(-gamma[own], axis=1)[:, :K], axis=1)
    recs = pd.DataFrame({USER: np.repeat(names, K), ITEM: [f"i{at}" for at in best.ravel()],
                         RANK: np.tile(np.arange(1, K + 1), users)})  # fmt: skip
    rates = [THETA * gamma[pages], THETA * gamma[best]]
    sales = [rates[0] * sold[pages], rates[1] * sold[best]]
    truth = {"ctr": [rate.mean() for rate in rates],
             "cvr": [sale.sum() / rate.sum() for rate, sale in zip(rates, sales, strict=True)]}  # fmt: skip
    return log, recs, truth


def random_pages(seed, users=300, visits=80):
    """Each place drawn by itself with known propensities from all products; taste is the shopper's own."""
    rng = np.random.default_rng(seed)
    taste = rng.beta(1, 3, (users, ITEMS))
    share = rng.dirichlet(np.full(ITEMS, 5.0))
    user = np.repeat(np.arange(users), visits * K)
    item = rng.choice(ITEMS, len(user), p=share)
    place = np.tile(np.arange(1, K + 1), users * visits)
    clicked = rng.random(len(user)) < THETA[place - 1] * taste[user, item]
    names = np.array([f"u{at:03}" for at in range(users)])
    log = events(names[user], [f"i{at}" for at in item], place, clicked, propensity=share[item])
    best = np.argsort(-taste, axis=1)[:, :K]
    recs = pd.DataFrame({USER: np.repeat(names, K), ITEM: [f"i{at}" for at in best.ravel()],
                         RANK: np.tile(np.arange(1, K + 1), users)})  # fmt: skip
    old = (THETA[place - 1] * taste[user, item]).mean()
    return log, recs, {"ctr": [old, (THETA * np.take_along_axis(taste, best, axis=1)).mean()]}


def test_em_recovers_how_often_places_are_looked_at():
    log, _, _ = ordered_pages(1)
    found = Pages.of(shown_places(log)).examination()
    np.testing.assert_allclose(found, THETA, atol=0.03)
    naive = log[log[EVENT] != "purchase"].assign(hit=log[EVENT] == "click").groupby(POSITION)["hit"].mean()
    assert np.abs(naive / naive.iloc[0] - THETA).max() > 0.03


def test_propensities_recover_them_too():
    log, _, _ = random_pages(1)
    np.testing.assert_allclose(Pages.of(shown_places(log)).examination(), THETA, atol=0.04)


@pytest.mark.parametrize("simulated", [ordered_pages, random_pages])
def test_the_truth_is_in_the_intervals_and_not_in_what_was_simply_counted(simulated):
    log, recs, truth = simulated(2)
    found = compare_clicks(log, recs)
    table = found.table.set_index("measure")
    for measure, (old, new) in truth.items():
        row = table.loc[measure]
        assert row["low"] <= new - old <= row["high"]
        assert row["new"] == pytest.approx(new, rel=0.08)
    shown = shown_places(log)
    own = shown.merge(recs, on=[USER, ITEM])
    row, counted = table.loc["ctr"], own[CLICKED].mean()
    assert not row["low"] <= counted - row["old"] <= row["high"]
    assert row["old"] == pytest.approx(shown[CLICKED].mean())
    assert row["low"] > 0


@pytest.mark.slow
def test_intervals_cover_the_truth_about_as_often_as_they_say():
    covered = 0
    for seed in range(20):
        log, recs, truth = ordered_pages(100 + seed, users=150, visits=10)
        row = compare_clicks(log, recs).table.set_index("measure").loc["ctr"]
        covered += row["low"] <= truth["ctr"][1] - truth["ctr"][0] <= row["high"]
    assert covered >= 16  # of 20 at 95 %: fewer is a chance of 1 in 400


def test_the_lists_that_were_shown_differ_by_exactly_nothing():
    log, _, _ = ordered_pages(3, visits=1)
    shown = shown_places(log)
    same = shown.rename(columns={PLACE: RANK})[[USER, ITEM, RANK]]
    found = compare_clicks(log, same)
    assert found.effective == pytest.approx(found.shown)
    assert found.overlap == 1
    assert (found.table[["difference", "low", "high"]].abs().to_numpy() < 1e-12).all()


def test_the_same_seed_gives_the_same_table():
    log, recs, _ = ordered_pages(4, users=200)
    first, again, other = (compare_clicks(log, recs, seed=seed).table for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert (first["low"] != other["low"]).all()


def test_what_a_log_cannot_tell_is_refused_with_the_reason():
    log, recs, _ = ordered_pages(5, users=200)
    strangers = recs.assign(**{ITEM: "new " + recs[ITEM]})
    fixed = log.assign(**{ITEM: "at " + log[POSITION].astype(str)})[log[EVENT] != "purchase"]
    cases = {
        "impressions": (log[log[EVENT] != "impression"], recs), "positions": (log.drop(columns=POSITION), recs),
        "clicks": (log[log[EVENT] == "impression"], recs), "fixed_places": (fixed, recs), "overlap": (log, strangers),
        "propensities": (log.assign(**{PROPENSITY: 0.0}), recs),
    }  # fmt: skip
    for reason, (given, lists) in cases.items():
        with pytest.raises(NotEstimableError) as refused:
            compare_clicks(given, lists)
        assert refused.value.reason == reason
    with pytest.raises(NotEstimableError, match=r"0\.0% of .* at least 1,000 are needed"):
        compare_clicks(log, strangers)


def test_answers_find_the_place_that_they_belong_to():
    rows = [
        ("u", "a", "impression", 1, "s1"), ("u", "b", "impression", 2, "s1"), ("u", "b", "click", None, "s1"),
        ("u", "a", "impression", 1, "s2"), ("u", "a", "click", 1, "s2"), ("u", "a", "purchase", None, "s2"),
        ("u", "c", "click", 3, "s2"), ("u", "d", "remove", 2, "s2"),
    ]  # fmt: skip
    log = pd.DataFrame(rows, columns=[USER, ITEM, EVENT, POSITION, SESSION])
    log = log.assign(weight=1.0, time=pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(len(log)), unit="m"))
    for table in (log, log.assign(time=pd.NaT)):
        found = shown_places(table).sort_values([ITEM, PLACE], kind="stable")
        told = found[[ITEM, PLACE, CLICKED, BOUGHT]].to_numpy().tolist()
        assert told == [["a", 1, False, False], ["a", 1, True, True], ["b", 2, True, False], ["c", 3, True, False]]


def test_a_log_of_one_row_per_place_counts_from_nought_too():
    log = pd.DataFrame({USER: list("uuv"), ITEM: list("aba"), EVENT: ["impression", "click", "purchase"],
                        POSITION: [0, 1, 0], WEIGHT: [0.0, 1.0, 1.0], TIME: pd.NaT})  # fmt: skip
    found = shown_places(log)[[USER, PLACE, CLICKED, BOUGHT]].to_numpy().tolist()
    assert found == [["u", 1, False, False], ["u", 2, True, False], ["v", 1, True, True]]


def test_the_public_name_is_there():
    assert dr.compare_clicks is compare_clicks
