"""Two sets of lists part by part: a part's row is the comparison of that part alone; equal lists differ by 0."""

import pandas as pd
import pytest

import divrec as dr
from divrec.columns import USER
from tests.workspace.support import make_shop

METRICS = ["ndcg", "ild", "sameness", "gini", "catalogue_coverage", "novelty"]


@pytest.fixture(scope="module")
def case():
    shop = make_shop()
    train, test = shop.split("last", n=2)
    ease, popular = (model.fit(train) for model in (dr.EASE(regularisation=10.0), dr.Popularity()))
    groups = pd.Series([f"group {at % 4}" for at in range(120)], index=[f"u{at}" for at in range(120)])
    return train, test, ease.recommend(test, n=8), popular.recommend(test, n=8), ease.item_vectors(), groups


def test_a_group_is_compared_as_if_it_were_alone(case):
    train, test, ease, popular, vectors, groups = case
    found = dr.compare_by_group(popular, ease, groups, test, train, vectors, METRICS)
    assert found["group"].unique().tolist() == [f"group {at}" for at in range(4)]
    own = groups.index[groups == "group 2"]
    alone = dr.compare(
        popular[popular[USER].isin(own)], ease[ease[USER].isin(own)],
        test.with_interactions(test.interactions[test.interactions[USER].isin(own)]), train, vectors, METRICS,
    )  # fmt: skip
    rows = found[found["group"] == "group 2"].drop(columns="group").reset_index(drop=True)
    pd.testing.assert_frame_equal(rows, alone)


def test_taste_is_found_in_every_category_and_equal_lists_differ_by_nothing(case):
    train, test, ease, popular, vectors, _ = case
    found = dr.compare_by_category(popular, ease, train, test, vectors, ["ndcg"])
    assert len(found) == 4
    assert (found["low"] > 0).all()
    same = dr.compare_by_category(ease, ease, train, test, vectors, METRICS)
    assert (same[["difference", "low", "high"]].abs().max() < 1e-9).all()


def test_bands_that_one_of_two_does_not_list_are_compared_all_the_same(case):
    train, test, ease, popular, vectors, _ = case
    found = dr.compare_by_popularity(popular, ease, train, test, vectors, METRICS).set_index(["group", "metric"])
    assert set(found.index.get_level_values("group")) == {"head", "middle", "tail"}
    assert found.at[("tail", "ndcg"), "before"] < found.at[("tail", "ndcg"), "after"]
    assert pd.isna(found.at[("tail", "ild"), "before"])


def test_a_kind_that_is_chosen_and_never_listed_is_measured_as_missed(case):
    train, test, _, popular, vectors, _ = case
    missing = popular[~popular["item_id"].isin(train.items.loc[train.items["category"] == "Department 1", "item_id"])]
    found = dr.evaluate_by_category(missing, train, test, vectors).set_index(["group", "metric"])
    assert found.at[("Department 1", "ndcg"), "value"] == 0
    assert found.at[("Department 1", "ndcg"), "n"] > 0
    assert pd.isna(found.at[("Department 1", "ild"), "value"])
