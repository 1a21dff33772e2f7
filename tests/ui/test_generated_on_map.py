"""The map of shoppers with generated ones among them."""

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from divrec.workspace import Workspace
from tests.shops import wait_for


@pytest.fixture(scope="module")
def made(shop_folder) -> str:
    """Give a generated set that has its places in the newest run's space."""
    workspace = Workspace(shop_folder)
    shop = workspace.datasets()[0].id
    generation = workspace.submit_synthesis(shop, "shoppers", {"n": 50})
    job = next(job for job in workspace.jobs() if job.target == generation)
    wait_for(job.id, workspace)
    run = next(run.id for run in workspace.runs(shop) if run.state == "done")
    wait_for(workspace.submit_placing(run, generation), workspace)
    return generation


def points(test: AppTest) -> pd.DataFrame:
    """Give the map's points as the table beneath it has them."""
    test.session_state["map_numbers"] = True  # unfolded
    table: pd.DataFrame = test.run().dataframe[0].value
    return table


def test_generated_shoppers_lie_among_the_real_ones(app, shop_folder, made):
    plain = points(app(shop_folder, "latent", of="user"))
    table = points(app(shop_folder, "latent", of="user", made=made))
    drawn = Workspace(shop_folder).generated(made, "users")["user_id"]
    assert len(table) == len(plain) + len(drawn)
    assert set(table.tail(len(drawn))["made"]) == {"Generated"}
    assert set(table.tail(len(drawn))["user_id"]) == set(drawn)


def test_one_of_them_shows_what_it_has_and_can_be_acted_as(app, shop_folder, made):
    events = Workspace(shop_folder).generated(made, "events")
    someone = events["user_id"].iloc[0]
    test = app(shop_folder, "latent", of="user", made=made, drawn=someone)
    products = test.dataframe[-1].value
    assert len(products) == events.loc[events["user_id"] == someone, "item_id"].nunique()
    assert "Act as this shopper" in [button.label for button in test.button]


def test_a_link_to_a_set_that_is_gone_shows_the_real_ones(app, shop_folder):
    test = app(shop_folder, "latent", of="user", made="g00000000000f", drawn="nobody")
    assert len(points(test)) == 60
