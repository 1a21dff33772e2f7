"""Runs by parts: kept with a run, worked out by the worker for a pair, and what the log says of clicks."""

import numpy as np
import pandas as pd
import pytest

from divrec.errors import InputError
from divrec.workspace import Workspace
from divrec.workspace.parts import ACCURATE, ALIKE
from divrec.workspace.runs import clicks_name, parts_name
from tests.workspace.support import ended, make_shop, stop_worker, store


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """A workspace with a rated shop, popularity and rating prediction."""
    opened = Workspace(tmp_path_factory.mktemp("parts"))
    shop = make_shop()
    own = shop.interactions["user_id"].str[1:].astype(int) % 4 == shop.interactions["item_id"].str[1:].astype(int) % 4
    store(opened, shop.with_interactions(shop.interactions.assign(event="rating", weight=np.where(own, 5.0, 1.0))))
    runs = [opened.submit_training("d000000000001", family) for family in ("popularity", "biasedmf")]
    for run in runs:
        assert (job := ended(opened, run)).state == "done", job.error
    yield opened, *runs
    stop_worker(opened)


def test_a_run_keeps_accuracy_and_sameness_by_every_part(pair):
    workspace, popular, _ = pair
    table = workspace.parts(popular)
    assert table.columns.tolist() == ["by", "name", "metric", "value", "low", "high", "n"]
    assert set(table["by"]) == {"group", "band", "category"}
    for (_, name), part in table.groupby(["by", "name"]):
        listed = name != "tail"  # what popularity never lists is missed, and neither alike nor different
        assert set(part["metric"]) == {*ACCURATE, *(ALIKE if listed else ())}
        assert listed or (part["value"] == 0).all()
    assert set(table.loc[table["by"] == "band", "name"]) == {"head", "middle", "tail"}
    assert table.loc[table["by"] == "category", "name"].nunique() == 4


def test_a_pair_is_worked_out_by_the_worker_once_and_turned_round_has_the_other_sign(pair):
    workspace, popular, ratings = pair
    assert workspace.parts(ratings, popular) is None
    job = workspace.submit_parts(ratings, popular)
    assert ended(workspace, ratings, "break_down").state == "done"
    table = workspace.parts(ratings, popular)
    assert table.columns.tolist()[3:] == ["before", "after", "difference", "low", "high", "n"]
    assert job in {each.id for each in workspace.jobs()}
    workspace.submit_parts(popular, ratings)
    assert ended(workspace, popular, "break_down").state == "done"
    keys = ["by", "name", "metric"]
    both = table.merge(workspace.parts(popular, ratings), on=keys).query("metric == 'ndcg'")
    np.testing.assert_allclose(both["difference_x"], -both["difference_y"])
    workspace.candidates(ratings)  # the seals are still in force


def test_a_run_of_before_gets_its_parts_on_demand(pair):
    workspace, popular, _ = pair
    kept = workspace.parts(popular)
    for name in (parts_name(), clicks_name()):
        (workspace.folder / "runs" / popular / name).unlink()
    assert workspace.parts(popular) is None
    assert workspace.clicks(popular) is None
    workspace.submit_parts(popular)
    assert ended(workspace, popular, "break_down").state == "done"
    pd.testing.assert_frame_equal(workspace.parts(popular), kept)
    assert workspace.clicks(popular)["reason"] == "impressions"


def test_pairs_that_cannot_be_compared_are_refused(pair):
    workspace, popular, _ = pair
    with pytest.raises(InputError, match="two runs of one shop"):
        workspace.submit_parts(popular, popular)


def test_ratings_are_measured_where_they_are_predicted(pair):
    workspace, popular, ratings = pair
    plain, predicted = (workspace.metrics(run).set_index("metric") for run in (popular, ratings))
    assert {"rmse", "mae", "pair_auc"} <= set(predicted.index)
    assert "pair_auc" in plain.index
    assert not {"rmse", "mae"} & set(plain.index)
    assert predicted.at["pair_auc", "value"] > plain.at["pair_auc", "value"]
    given = workspace.split(workspace.datasets()[0].id)[1].interactions["weight"]
    assert predicted.at["rmse", "value"] < given.std()


def test_clicks_of_shown_pages_are_told(tmp_path):
    from divrec.data.dataset import Dataset
    from divrec.workspace.parts import clicks_told
    from tests.evaluate.test_clicks import ordered_pages

    log, recs, truth = ordered_pages(7)
    items, users = (pd.DataFrame({name: log[name].unique()}) for name in ("item_id", "user_id"))
    from divrec.data.candidates import Candidates

    pool = Candidates.from_frame(recs.assign(score=-recs["rank"].astype(float)))
    told = clicks_told(pool, Dataset(log, items, users))
    row = next(row for row in told["table"] if row["measure"] == "ctr")
    assert row["new"] == pytest.approx(truth["ctr"][1], rel=0.1)
    assert told["overlap"] == 1.0
    assert len(told["examination"]) == 8
