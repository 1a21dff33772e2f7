"""Curves and paths measure exactly what the plain measures say of the same lists."""

import numpy as np
import pandas as pd
import pytest

from divrec.errors import Cancelled
from divrec.evaluate.tradeoff import population_path, tradeoff_path
from divrec.metrics.between import neighbour_overlap, personalisation
from divrec.metrics.exposure import catalogue_coverage, exposure_entropy, gini
from divrec.metrics.inside import category_entropy, distinct_categories, ild
from divrec.metrics.novelty import novelty
from divrec.metrics.over_time import calibration, similarity_to_history
from divrec.metrics.relevance import relevance_kept
from divrec.metrics.sameness import sameness
from divrec.rerank import METHODS, Rules, rerank
from divrec.rerank import population as engine
from divrec.rerank.conditions import Where
from divrec.rerank.rules import Cap, Exclude, Pin
from tests.rerank.conftest import make_shop

VALUES = [0.0, 0.3, 0.8, 1.0]


@pytest.fixture(scope="module")
def shop():
    return make_shop(users=12, size=100, items=120)


def by_hand(shop, recs):
    """The same measures from the public functions on the table of lists; the catalogue is what the pools know."""
    known = shop.vectors.loc[shop.pool.item_ids]
    items = shop.catalogue[shop.catalogue.item_id.isin(shop.pool.item_ids)]
    past = shop.history[shop.history.item_id.isin(shop.pool.item_ids)]
    return {
        "relevance": relevance_kept(recs, shop.pool),
        "ild": ild(recs, shop.vectors),
        "category_entropy": category_entropy(recs, items),
        "distinct_categories": distinct_categories(recs, items),
        "novelty": novelty(recs, shop.history),
        "similarity_to_history": similarity_to_history(recs, past, shop.vectors),
        "calibration": calibration(recs, past, items),
        "catalogue_coverage": catalogue_coverage(recs, items),
        "gini": gini(recs, items),
        "exposure_entropy": exposure_entropy(recs, items),
        "personalisation": personalisation(recs),
        "between": neighbour_overlap(recs, past),
        "sameness": sameness(recs, known, past),
    }


@pytest.mark.parametrize("method", METHODS)
def test_curves_equal_the_measures_of_each_value(shop, method, monkeypatch):
    monkeypatch.setattr(engine, "BATCH", 5)
    curves = population_path(shop.pool, shop.vectors, method, 10, VALUES[::-1], threads=2, **shop.options)
    assert curves["diversity"].tolist() == VALUES
    for row, value in enumerate(VALUES):
        recs = rerank(shop.pool, shop.vectors, method, value, 10, **shop.options)
        for name, expected in by_hand(shop, recs).items():
            assert curves[name][row] == pytest.approx(expected, abs=2e-6), name
    assert (curves["ild_low"] <= curves["ild"]).all()
    assert (curves["ild"] <= curves["ild_high"]).all()
    assert (curves["sameness_low"] < curves["sameness_high"]).all()


@pytest.mark.parametrize("method", ["mmr", "msd", "dpp"])
def test_more_diversity_less_relevance_on_the_whole(shop, method):
    curves = population_path(shop.pool, shop.vectors, method, 10, 21)
    assert (np.diff(curves["relevance"]) < 2e-3).all()
    assert curves["ild"].iloc[-1] > curves["ild"].iloc[0] + 0.02
    assert (np.diff(curves["ild"]) > -0.01).all()  # greedy is not strictly monotone


def test_without_tables_there_is_less_to_measure(shop):
    curves = population_path(shop.pool, shop.vectors, "mmr", 5, 3)
    assert len(curves) == 3
    assert not {"novelty", "calibration", "category_entropy"} & set(curves)
    assert curves["sameness"].notna().all()


def test_rules_hold_for_everyone_at_every_value(shop):
    pinned = shop.pool.item_ids[3]
    rules = Rules([Exclude(Where("brand", ("brand 1",))), Cap("category", 2), Pin(pinned, 1)])
    curves = population_path(shop.pool, shop.vectors, "dpp", 8, VALUES, rules=rules, **shop.options)
    for row, value in enumerate(VALUES):
        recs = rerank(shop.pool, shop.vectors, "dpp", value, 8, rules, **shop.options)
        assert curves["ild"][row] == pytest.approx(ild(recs, shop.vectors), abs=2e-6)
        assert curves["gini"][row] == pytest.approx(by_hand(shop, recs)["gini"], abs=1e-9)


def test_progress_counts_shoppers_and_stops_on_request(shop, monkeypatch):
    monkeypatch.setattr(engine, "BATCH", 5)
    seen = []
    population_path(shop.pool, shop.vectors, "mmr", 5, 3, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(5, 12), (10, 12), (12, 12)]

    def stop(done, total):
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        population_path(shop.pool, shop.vectors, "mmr", 5, 3, progress=stop)


@pytest.mark.parametrize("method", ["mmr", "calibrated"])
def test_path_measures_are_the_public_ones(shop, method):
    pool = shop.pool.for_user("user 4")
    path = tradeoff_path(pool, shop.vectors, method, 10, **shop.options)
    past = shop.history[shop.history.item_id.isin(pool.item_ids)]
    for row in (0, len(path.lists) // 2, len(path.lists) - 1):
        recs = pd.DataFrame({"user_id": "user 4", "item_id": path.lists[row], "rank": np.arange(1, 11)})
        assert path.metrics["ild"][row] == pytest.approx(ild(recs, shop.vectors), abs=2e-6)
        assert path.metrics["relevance"][row] == pytest.approx(relevance_kept(recs, pool), abs=1e-6)
        assert path.metrics["novelty"][row] == pytest.approx(novelty(recs, shop.history), abs=1e-9)
        near = similarity_to_history(recs, past, shop.vectors)
        assert path.metrics["similarity_to_history"][row] == pytest.approx(near, abs=2e-6)
        assert path.metrics["calibration"][row] == pytest.approx(calibration(recs, past, shop.catalogue), abs=1e-9)
