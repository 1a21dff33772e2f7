"""Cross-validation: known answers, pooling over folds, and what it tells of rated logs."""

import numpy as np
import pandas as pd
import pytest

import divrec as dr
from divrec.data.folds import fold_parts
from divrec.errors import InputError
from tests.models.test_biasedmf import NOISE, rated_shop
from tests.workspace.support import make_shop


@pytest.fixture(scope="module")
def shop():
    return make_shop()


@pytest.fixture(scope="module")
def table(shop):
    return dr.cross_validate(dr.EASE(regularisation=10.0), shop, folds=4, n=5, metrics=["ndcg", "ild", "gini"])


def test_every_fold_and_all_of_them_have_every_measure(table):
    assert table["fold"].unique().tolist() == ["1", "2", "3", "4", "all"]
    assert (table.groupby("fold")["metric"].agg(set) == {"ndcg", "ild", "gini"}).all()
    everybody = table[table["fold"] == "all"].set_index("metric")
    assert (everybody["n"] == 120).all()
    assert (everybody["low"] < everybody["value"]).all()
    assert (everybody["value"] < everybody["high"]).all()


def test_a_fold_is_what_training_without_it_gives(table, shop):
    train, test = list(fold_parts(shop, 4, "users", 7))[2]
    model = dr.EASE(regularisation=10.0).fit(train)
    expected = dr.evaluate(model.recommend(test, n=5), test, data=train, vectors=model.item_vectors(), metrics=["ndcg"])
    found = table.query("fold == '3' and metric == 'ndcg'").reset_index(drop=True)
    pd.testing.assert_frame_equal(found[expected.columns], expected)


def test_all_folds_are_the_mean_over_shoppers_or_over_folds(table):
    for metric in ("ndcg", "gini"):
        rows = table[table["metric"] == metric].set_index("fold")
        folds = rows.drop("all")
        assert rows.at["all", "value"] == pytest.approx(np.average(folds["value"], weights=folds["n"]))


def test_who_is_tested_in_several_folds_is_one_shopper(shop):
    table = dr.cross_validate(dr.Popularity(), shop, folds=4, by="pairs", n=5, metrics=["ndcg", "gini"])
    everybody = table[table["fold"] == "all"].set_index("metric")
    assert (everybody["n"] == 120).all()
    assert table[table["fold"] != "all"]["n"].sum() > 2 * 240


def test_a_model_of_taste_beats_popularity_where_taste_is_all(table, shop):
    popular = dr.cross_validate(dr.Popularity(), shop, folds=4, n=5, metrics=["ndcg"])
    ours, theirs = (t.query("fold == 'all' and metric == 'ndcg'").iloc[0] for t in (table, popular))
    assert ours["low"] > theirs["high"]


def test_the_same_seed_gives_the_same_table_and_the_model_stays_untrained(table, shop):
    model, heard = dr.EASE(regularisation=10.0), []
    again = dr.cross_validate(
        model, shop, folds=4, n=5, metrics=["ndcg", "ild", "gini"], told=lambda fold, rows: heard.append((fold, rows))
    )
    pd.testing.assert_frame_equal(table, again)
    assert [fold for fold, _ in heard] == [1, 2, 3, 4]
    with pytest.raises(dr.errors.NotFittedError):
        model.recommend(["u1"])


def test_rated_logs_get_the_error_of_predictions():
    shop, _ = rated_shop(users=150)
    model = dr.BiasedMF(factors=3, regularisation=0.02, bias_regularisation=1.0, iterations=20)
    for by in ("pairs", "users"):  # known shoppers, and new ones with a history
        table = dr.cross_validate(model, shop, folds=3, by=by, metrics=["rmse", "mae", "pair_auc"])
        everybody = table[table["fold"] == "all"].set_index("metric")
        assert NOISE < everybody.at["rmse", "value"] < 1.5 * NOISE
        assert everybody.at["mae", "value"] < everybody.at["rmse", "value"]
        assert everybody.at["pair_auc", "low"] > 0.9
    with pytest.raises(InputError, match=r"rmse needs held-out ratings.*popularity on this log has none"):
        dr.cross_validate(dr.Popularity(), make_shop(), folds=3, metrics=["rmse"])
