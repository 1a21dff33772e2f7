"""SASRec reads order, and the two towers vary their lists: both against what can be worked out by hand."""

import numpy as np
import pandas as pd
import pytest
import torch

from divrec.columns import ITEM, TIME, USER, WEIGHT
from divrec.data.dataset import histories
from divrec.errors import InputError
from divrec.models.blend import Blend
from divrec.models.sasrec import SASRec, calibration
from divrec.models.sequences import NOTHING, latest_items, ordered
from divrec.models.twotower import TwoTower, soft_ild
from tests.models.conftest import shop

ITEMS = pd.Index(["a", "b", "c", "d"])


def events(rows, **columns):
    return pd.DataFrame(rows, columns=[USER, ITEM]).assign(**{WEIGHT: 1.0, **columns})


def in_order(log):
    users = ["u", "v"]
    return ordered(histories(log, users, ITEMS), log, users, ITEMS)


def test_an_item_stands_where_it_was_met_last():
    log = events([("u", "c"), ("u", "a"), ("v", "d"), ("u", "c"), ("u", "b")])
    np.testing.assert_array_equal(in_order(log).toarray(), [[1, 3, 2, 0], [0, 0, 0, 1]])


def test_times_go_before_the_order_of_rows():
    log = events([("u", "a"), ("u", "b"), ("u", "c")], **{TIME: pd.to_datetime(["2024-03-01", "2024-01-01", None])})
    np.testing.assert_array_equal(in_order(log).toarray()[0], [3, 2, 1, 0])  # without a time: before all others


def test_what_weighs_less_than_nothing_is_seen_and_no_sign_of_taste():
    log = events([("u", "a"), ("u", "b")], **{WEIGHT: [-1.0, 1.0]})
    np.testing.assert_array_equal(in_order(log).toarray()[0], [-1, 2, 0, 0])


def test_a_long_history_is_known_by_its_latest_items():
    log = events([("u", "c"), ("u", "a"), ("u", "b"), ("v", "d")])
    items, counts = latest_items(in_order(log), 2)
    assert items.tolist() == [[0, 1], [3, NOTHING]]
    assert counts.tolist() == [2, 1]


def test_calibration_is_plain_at_0_and_undoes_the_sampling_at_1():
    assert calibration(256, 10_001, 0.0) == pytest.approx(1.0)
    assert calibration(256, 10_001, 1.0) == pytest.approx(0.0256)
    assert calibration(256, 257, 0.75) == pytest.approx(1.0)


@pytest.fixture(scope="module")
def ring():
    """Each of 80 users walks 5 of 12 items that follow each other in a ring: only order tells the next one."""
    return shop([(f"u{user}", f"i{(user + step) % 12}") for user in range(80) for step in range(5)])


def test_what_follows_what_is_learned(ring):
    model = SASRec(
        latent_dim=16, hidden_dim=32, blocks=1, dropout=0.0, batch=20, epochs=30, learning_rate=1e-2, stop_by="nothing"
    ).fit(ring)
    forth, back = events([("x", "i3"), ("x", "i4")]), events([("x", "i4"), ("x", "i3")])
    assert model.recommend(["x"], n=1, history=forth)[ITEM].tolist() == ["i5"]
    lists = [model.recommend(["x"], n=12, history=log).sort_values(ITEM) for log in (forth, back)]
    assert not np.allclose(*(table["score"] for table in lists))


def test_a_later_item_does_not_reach_an_earlier_place(ring):
    network = SASRec(latent_dim=8)._network(12)
    network.eval()
    one, other = torch.tensor([[1, 2, 3]]), torch.tensor([[1, 2, 7]])
    with torch.inference_mode():
        first, second = (network(items, torch.tensor([3])) for items in (one, other))
    torch.testing.assert_close(first[:, :2], second[:, :2])
    assert not torch.allclose(first[:, 2], second[:, 2])


def test_without_two_items_nobody_teaches_order():
    with pytest.raises(InputError, match="none of the 2 users has two items"):
        SASRec().fit(shop([("u", "a"), ("v", "b")]))


def test_a_blend_cannot_hold_a_model_of_order():
    with pytest.raises(InputError, match="sasrec needs the order; leave it out"):
        Blend(members={"ease": {}, "sasrec": {}})


def test_the_ild_of_a_soft_list_is_the_expected_distance_of_two_different_draws():
    rng = np.random.default_rng(1)
    vectors = rng.standard_normal((5, 3))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    scores = rng.standard_normal(5)
    p = np.exp(scores) / np.exp(scores).sum()
    pairs = [(i, j) for i in range(5) for j in range(5) if i != j]
    apart = sum(p[i] * p[j] * (1 - vectors[i] @ vectors[j]) / 2 for i, j in pairs)
    expected = apart / sum(p[i] * p[j] for i, j in pairs)
    found = soft_ild(torch.tensor(scores)[None], torch.tensor(vectors)[None])
    assert found.item() == pytest.approx(expected)


def test_more_weight_on_variety_gives_more_varied_lists(blocks):
    """Lists of 3 from one's own block are of one category; with weight on variety they cross the blocks."""

    def kinds(weight):
        model = TwoTower(hidden_dim=32, latent_dim=8, epochs=40, batch=40, learning_rate=5e-3, soft_n=3,
                         stop_by="nothing", diversity_weight=weight).fit(blocks)  # fmt: skip
        lists = model.recommend(blocks.user_ids[:120], n=3)
        return lists[ITEM].str[:2].groupby(lists[USER]).nunique().mean()

    assert kinds(0.0) < kinds(100.0)
