"""Dividing a shop anew: it takes effect at once or not at all, finished runs stay, and the way back is open."""

import shutil

import pandas as pd
import pytest

from divrec.data.files import seal
from divrec.errors import InputError, UnknownIdError
from divrec.workspace.datasets import Datasets
from divrec.workspace.divisions import LARGEST
from divrec.workspace.records import Division
from tests.workspace.support import GROUPS, ITEMS, USERS, ended, make_shop, store, wait


def divided(workspace, shop, what, k):
    job_id = workspace.submit_regrouping(shop, what, k)
    return wait(lambda: next((job for job in workspace.jobs() if job.id == job_id and not job.live), None))


def test_a_chosen_number_replaces_the_automatic_one_and_gives_way_to_it_again(workspace):
    shop = store(workspace, make_shop())
    found, tables = workspace.shopper_groups(shop), workspace.profile(shop)
    assert workspace.division(shop, "shopper_groups") == Division(None, GROUPS)
    tried = workspace.groups_tried(shop, "shopper_groups").set_index("k")["silhouette"]
    assert tried.idxmax() == GROUPS
    assert divided(workspace, shop, "shopper_groups", 2).state == "done"
    assert workspace.division(shop, "shopper_groups") == Division(2, GROUPS)
    now = workspace.profile(shop)
    assert now["shopper_groups"]["users"].sum() == USERS
    assert set(workspace.shopper_groups(shop)) == set(now["shopper_groups"]["name"])
    assert len(now["shopper_groups"]) == 2
    pd.testing.assert_frame_equal(now["item_clusters"], tables["item_clusters"])
    again = workspace.groups_tried(shop, "shopper_groups").set_index("k")["silhouette"]
    assert again.index.tolist() == [2, *tried.index]
    pd.testing.assert_series_equal(again[tried.index], tried)
    assert now["shopper_groups"]["silhouette"].iloc[0] == pytest.approx(again[2])
    assert divided(workspace, shop, "shopper_groups", None).state == "done"
    pd.testing.assert_series_equal(workspace.shopper_groups(shop), found)
    workspace.delete_dataset(shop)
    assert not (workspace.folder / "datasets" / shop).exists()


def test_clusters_are_kept_by_item_and_runs_keep_the_groups_of_their_time(workspace):
    shop = store(workspace, make_shop())
    run = workspace.submit_training(shop, "ease", {"regularisation": 10.0})
    assert ended(workspace, run).state == "done"
    before = workspace.sameness(run)["group"]
    here = Datasets(workspace._database, workspace._layout)
    here.divide(shop, "item_clusters", 7)
    here.divide(shop, "shopper_groups", 2)
    clusters = workspace.item_clusters(shop)
    assert (len(clusters), clusters.nunique()) == (ITEMS, 7)
    assert workspace.profile(shop)["item_clusters"]["items"].sum() == ITEMS
    pd.testing.assert_frame_equal(workspace.sameness(run)["group"], before)


def test_what_cannot_be_divided_changes_nothing(workspace):
    bare = make_shop()
    bare.items["category"] = "one"
    shop = store(workspace, bare)
    found = workspace.item_clusters(shop)
    for what, k in (("ghosts", 3), ("item_clusters", 1), ("item_clusters", LARGEST + 1)):
        with pytest.raises(InputError, match="found"):
            workspace.submit_regrouping(shop, what, k)
    with pytest.raises(UnknownIdError):
        workspace.submit_regrouping("d00000000000f", "item_clusters", 3)
    job_id = workspace.submit_regrouping(shop, "item_clusters", 5)
    workspace.cancel(job_id)
    ended(workspace, shop, "regroup")
    pd.testing.assert_series_equal(workspace.item_clusters(shop), found)


def test_a_shop_stored_before_clusters_were_kept_can_be_divided(workspace):
    shop = store(workspace, make_shop())
    folder = workspace.folder / "datasets" / shop
    old = folder.with_name("old")
    shutil.copytree(folder, old, ignore=shutil.ignore_patterns("item_clusters.parquet", "*_tried.parquet"))
    seal(old)
    shutil.rmtree(folder)
    old.rename(folder)
    assert workspace.item_clusters(shop).empty
    assert workspace.groups_tried(shop, "item_clusters").empty
    Datasets(workspace._database, workspace._layout).divide(shop, "item_clusters", 4)
    assert len(workspace.item_clusters(shop)) == ITEMS
    assert 4 in set(workspace.groups_tried(shop, "item_clusters")["k"])
