"""What a history adds: exact for EASE, and places that scoring again confirms."""

import numpy as np
import pandas as pd
import pytest

from divrec.data.dataset import Dataset
from divrec.errors import InputError
from divrec.explain.contributions import contributions
from divrec.models.registry import make_model

ITEMS = [f"p{at}" for at in range(12)]


@pytest.fixture(scope="module")
def shop() -> Dataset:
    """Forty shoppers of two tastes: six items each are for one of them only."""
    rng = np.random.default_rng(3)
    rows = [(f"u{user}", ITEMS[6 * (user % 2) + at]) for user in range(40) for at in rng.choice(6, 4, replace=False)]
    log = pd.DataFrame(rows, columns=["user_id", "item_id"]).assign(event="view", weight=1.0, time=pd.NaT)
    users = pd.DataFrame({"user_id": sorted(set(log["user_id"]))})
    return Dataset(log, pd.DataFrame({"item_id": ITEMS}), users)


def past(*items: str) -> pd.DataFrame:
    return pd.DataFrame({"item_id": list(items)})


def test_for_ease_a_contribution_is_its_weight(shop):
    model = make_model("ease", {"regularisation": 10}).fit(shop)
    told = contributions(model, past("p0", "p7", "p1"), "p2").events.set_index("item_id")["contribution"]
    weights = model._weights()["B"]
    for item in ("p0", "p1", "p7"):
        assert told[item] == pytest.approx(weights[ITEMS.index(item), 2], abs=1e-6)
    assert told.index[-1] == "p7"  # the other taste speaks least for it
    assert told.is_monotonic_decreasing


@pytest.mark.parametrize("family", ["ease", "itemknn", "multvae", "popularity"])
def test_scoring_again_confirms_the_place_without(shop, family):
    model = make_model(family, {"epochs": 3} if family == "multvae" else {}).fit(shop)
    items = ["p0", "p1", "p7"]
    told = contributions(model, past(*items), "p3")
    ranked = model.recommend(["me"], 12, history=past(*items).assign(user_id="me"))["item_id"].tolist()
    assert told.place == ranked.index("p3") + 1
    for row in told.events.itertuples():
        rest = past(*(item for item in items if item != row.item_id)).assign(user_id="me")
        again = model.recommend(["me"], 12, history=rest)["item_id"].tolist()
        again = [item for item in again if item != row.item_id]
        assert row.place_without == again.index("p3") + 1


def test_one_item_alone_is_the_whole_reason(shop):
    model = make_model("ease", {"regularisation": 10}).fit(shop)
    told = contributions(model, past("p0"), "p1").events
    assert told["contribution"].tolist() == pytest.approx([model._weights()["B"][0, 1]], abs=1e-6)


def test_what_is_popular_has_no_reason_in_a_history(shop):
    model = make_model("popularity").fit(shop)
    assert (contributions(model, past("p0", "p1"), "p2").events["contribution"] == 0).all()
    assert contributions(model, past(), "p2").events.empty


def test_an_unknown_item_is_named(shop):
    with pytest.raises(InputError, match="no item 'zebra'"):
        contributions(make_model("popularity").fit(shop), past("p0"), "zebra")
