"""Tables of measures with intervals: coverage of the truth, pairing, and what is given to which measure."""

import numpy as np
import pandas as pd
import pytest

from divrec.data.dataset import Dataset
from divrec.errors import InputError
from divrec.evaluate.bootstrap import Bootstrap, around, intervals_of_means, population_values, resampled
from divrec.evaluate.breakdown import evaluate_by_category, evaluate_by_group
from divrec.evaluate.compare import compare
from divrec.evaluate.table import COLUMNS, evaluate
from divrec.evaluate.tables import tables_of
from divrec.metrics.between import personalisation
from divrec.metrics.exposure import catalogue_coverage
from divrec.metrics.inside import ild
from divrec.metrics.lists import lists_of
from divrec.metrics.measure import Statistic
from divrec.metrics.registry import METRICS

ITEMS = [f"i{at}" for at in range(20)]
USERS = [f"u{at}" for at in range(30)]
VECTORS = pd.DataFrame(np.random.default_rng(5).normal(size=(20, 4)), index=ITEMS)


def some_lists(seed, users=USERS):
    rng = np.random.default_rng(seed)
    rows = [(u, ITEMS[i], rank, 1.0 / rank) for u in users for rank, i in enumerate(rng.permutation(20)[:5], 1)]
    return pd.DataFrame(rows, columns=["user_id", "item_id", "rank", "score"])


@pytest.fixture(scope="module")
def shop():
    rng = np.random.default_rng(1)
    log = pd.DataFrame({"user_id": rng.choice(USERS, 300), "item_id": rng.choice(ITEMS, 300)})
    log = log.drop_duplicates(ignore_index=True)
    log = log.assign(event="purchase", weight=1.0, time=pd.Timestamp("2026-01-01"))
    items = pd.DataFrame({"item_id": ITEMS, "category": [f"c{at % 3}" for at in range(20)]})
    return Dataset(log, items, pd.DataFrame({"user_id": USERS}))


@pytest.fixture(scope="module")
def parts(shop):
    return shop.split("random", share=0.2, seed=3)


def test_one_row_per_measure_whose_tables_are_there(shop, parts):
    _, test = parts
    found = evaluate(some_lists(0), test, data=shop, vectors=VECTORS)
    assert tuple(found.columns) == COLUMNS
    absent = {"relevance_kept", "temporal_diversity", "rmse", "mae", "pair_auc", "auc"}
    assert set(found["metric"]) == set(METRICS) - absent
    known = found.dropna()
    assert (known["low"] <= known["value"] + 1e-12).all()
    assert (known["value"] <= known["high"] + 1e-12).all()


def test_lists_alone_have_what_lists_alone_tell():
    assert evaluate(some_lists(0))["metric"].tolist() == ["personalisation", "list_overlap"]


def test_values_are_those_of_the_measures_themselves(shop):
    recs = some_lists(0)
    found = evaluate(recs, data=shop, vectors=VECTORS).set_index("metric")["value"]
    assert found["ild"] == ild(recs, VECTORS)
    assert found["catalogue_coverage"] == catalogue_coverage(recs, shop.items)


def test_same_seed_same_table_other_seed_other_interval(shop):
    first, again, other = (evaluate(some_lists(0), data=shop, vectors=VECTORS, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert (first["value"].dropna() == other["value"].dropna()).all()
    assert (first["low"].dropna() != other["low"].dropna()).any()


def test_asking_for_more_measures_does_not_change_an_interval():
    alone = evaluate(some_lists(0), vectors=VECTORS, metrics=["ild"])
    together = evaluate(some_lists(0), vectors=VECTORS, metrics=["vendi", "list_overlap", "ild"])
    pd.testing.assert_frame_equal(alone, together[together["metric"] == "ild"].reset_index(drop=True))


def test_missing_tables_and_unknown_measures_are_named(shop):
    with pytest.raises(InputError, match="ild needs vectors; there are no tables"):
        evaluate(some_lists(0), metrics=["ild"])
    with pytest.raises(InputError, match="there is no measure 'ndgc'"):
        evaluate(some_lists(0), metrics=["ndgc"])
    plain = Dataset(shop.interactions, shop.items[["item_id"]], shop.users)
    with pytest.raises(InputError, match="needs a category column in the catalogue"):
        evaluate(some_lists(0), data=plain, metrics=["category_entropy"])


def test_held_out_pairs_are_no_history(shop, parts):
    _, test = parts
    tables = tables_of(test.interactions, data=shop)
    pairs = ["user_id", "item_id"]
    assert len(tables["history"]) == len(shop.interactions) - len(test.interactions)
    assert tables["history"][pairs].merge(test.interactions[pairs]).empty
    assert tables_of(test)["history"] is test.history
    assert len(tables["log"]) == len(shop.interactions)


def test_a_mean_interval_covers_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(0)
    settings = Bootstrap(resamples=300)
    covered = 0
    for _ in range(200):
        low, high = intervals_of_means(rng.normal(1, 2, size=(60, 1)), settings)
        covered += low[0] <= 1 <= high[0]
    assert 0.88 <= covered / 200 <= 0.99


def test_undefined_values_are_left_out_of_resampled_means():
    values = np.array([[1.0], [np.nan], [1.0], [1.0]])
    low, high = intervals_of_means(values)
    assert (low[0], high[0]) == (1.0, 1.0)
    assert np.isnan(intervals_of_means(np.array([[1.0], [np.nan]]))[0][0])


def test_resampled_weights_draw_everybody_once_on_average():
    batches = list(resampled(50, 400, seed=1))
    weights = np.concatenate(batches)
    assert weights.shape == (400, 50)
    assert (weights.sum(axis=1) == 50).all()
    assert weights.mean() == 1


def test_population_interval_agrees_with_the_interval_of_the_same_mean():
    values = np.random.default_rng(2).normal(size=400)
    users = pd.Index([f"u{at}" for at in range(400)])
    statistic = Statistic(users, lambda weights: float(weights @ values / weights.sum()))
    low, high = around(values.mean(), population_values(statistic, users), 0.95)
    standard_error = values.std() / np.sqrt(400)
    assert (high - low) / 2 == pytest.approx(1.96 * standard_error, rel=0.25)


def test_comparing_a_thing_with_itself_finds_no_difference(shop, parts):
    _, test = parts
    found = compare(some_lists(0), some_lists(0), test, data=shop, vectors=VECTORS)
    defined = found.dropna()
    assert (defined[["difference", "low", "high"]] == 0).all(axis=None)
    assert (defined["before"] == defined["after"]).all()


def test_pairing_sees_what_two_intervals_do_not():
    rng = np.random.default_rng(3)
    spread = rng.normal(size=(40, 4)) * rng.uniform(0.1, 3, size=(40, 1))
    vectors = pd.DataFrame(spread, index=[f"x{at}" for at in range(40)])
    rows = [(u, f"x{i}", rank) for u in USERS for rank, i in enumerate(rng.permutation(40)[:4], 1)]
    before = pd.DataFrame(rows, columns=["user_id", "item_id", "rank"])
    after = before[before["rank"] != 4]
    found = compare(before, after, vectors=vectors, metrics=["ild", "personalisation"]).set_index("metric")
    width = evaluate(before, vectors=vectors, metrics=["ild"]).iloc[0]
    assert found.loc["ild", "high"] - found.loc["ild", "low"] < width["high"] - width["low"] + 0.05
    assert found.loc["ild", "difference"] == pytest.approx(ild(after, vectors) - ild(before, vectors))
    assert found.loc["personalisation", "difference"] == pytest.approx(personalisation(after) - personalisation(before))


def test_compare_counts_shoppers_with_both_lists():
    found = compare(some_lists(0), some_lists(1, USERS[:12]), vectors=VECTORS, metrics=["ild", "list_overlap"])
    assert found["n"].tolist() == [12, 12]


def test_groups_of_shoppers_are_measured_alone(shop, parts):
    _, test = parts
    groups = pd.Series(["young", "old", None] * 10, index=USERS)
    recs = some_lists(0)
    found = evaluate_by_group(recs, groups, test, data=shop, vectors=VECTORS, metrics=["ild", "recall", "sameness"])
    assert found["group"].unique().tolist() == ["young", "old"]
    of_old = recs[recs["user_id"].map(groups) == "old"]
    value = found[(found["group"] == "old") & (found["metric"] == "ild")]["value"].item()
    assert value == pytest.approx(ild(of_old, VECTORS))
    held_out = test.interactions[test.interactions["user_id"].map(groups) == "old"]
    asked = found[(found["group"] == "old") & (found["metric"] == "recall")]["n"].item()
    assert asked == held_out["user_id"].nunique()


def test_categories_are_measured_on_their_part_of_each_list(shop):
    recs = some_lists(0)
    found = evaluate_by_category(recs, shop, vectors=VECTORS, metrics=["ild", "catalogue_coverage"])
    assert sorted(found["group"].unique()) == ["c0", "c1", "c2"]
    category = shop.items.set_index("item_id")["category"]
    part = recs[recs["item_id"].map(category) == "c1"]
    values = found[found["group"] == "c1"].set_index("metric")["value"]
    assert values["ild"] == pytest.approx(ild(part, VECTORS))
    assert values["catalogue_coverage"] == catalogue_coverage(part, shop.items[shop.items["category"] == "c1"])
    with pytest.raises(InputError, match="no column seller; it has item_id, category"):
        evaluate_by_category(recs, shop, by="seller")


def test_no_lists_give_undefined_values_not_a_crash(shop):
    found = evaluate(some_lists(0, users=[]), data=shop, vectors=VECTORS)
    coverage = found.set_index("metric")
    assert coverage.loc["catalogue_coverage", "value"] == 0
    assert np.isnan(coverage.loc["ild", "value"])
    assert lists_of(some_lists(0, users=[])).items.shape == (0, 0)
