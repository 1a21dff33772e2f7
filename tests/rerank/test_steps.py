"""A list taken apart: the same list, the gains of its turns by brute force, and what rules did."""

import numpy as np
import pytest

from divrec.data.vectors import similarity, vectors_for
from divrec.errors import InputError
from divrec.rerank.conditions import Scope, Where
from divrec.rerank.gains import METHODS
from divrec.rerank.rerank import rerank
from divrec.rerank.rules import AtLeast, Boost, Cap, Exclude, Pin, Rules
from divrec.rerank.steps import about, steps, through_limits
from tests.rerank.conftest import make_shop

SHOP = make_shop(users=2, seed=3)
ONE = SHOP.pool.for_user("user 1")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("diversity", [0.0, 0.35, 1.0])
def test_it_is_the_list_that_rerank_gives(method, diversity):
    table = steps(ONE, SHOP.vectors, method, diversity, 15, **SHOP.options)
    listed = rerank(ONE, SHOP.vectors, method, diversity, 15, **SHOP.options)
    for column in ("item_id", "rank", "base_rank"):
        assert table[column].tolist() == listed[column].tolist()
    assert table["relevance"].between(0, 1).all()
    assert table["gain"].notna().all()
    if diversity == 0:
        assert table["relevance"].is_monotonic_decreasing


@pytest.mark.parametrize("method", ["mmr", "msd"])
def test_gains_are_the_methods_own_by_brute_force(method):
    table = steps(ONE, SHOP.vectors, method, 0.5, 12, **SHOP.options)
    distance = 1 - similarity(vectors_for(SHOP.vectors, table["item_id"]))
    for turn in range(1, 12):
        to_chosen = distance[turn, :turn]
        wanted = to_chosen.min() if method == "mmr" else to_chosen.mean()
        assert table["gain"][turn] == pytest.approx(wanted, abs=1e-5)


def test_each_turn_was_won_by_the_best_of_what_was_left():
    diversity, table = 0.4, steps(ONE, SHOP.vectors, "mmr", 0.4, 10)
    ids = ONE.item_ids[ONE.items[0]]
    scores = ONE.scores[0].astype(float)
    relevance = (scores - scores.min()) / np.ptp(scores)
    distance = 1 - similarity(vectors_for(SHOP.vectors, ids))
    chosen: list[int] = []
    for row in table.itertuples():
        gains = distance[:, chosen].min(axis=1) if chosen else np.ones(len(ids))
        total = (1 - diversity) * relevance + diversity * gains
        total[chosen] = -np.inf
        assert (1 - diversity) * row.relevance + diversity * row.gain == pytest.approx(total.max(), abs=1e-5)
        chosen.append(ids.get_loc(row.item_id))


def test_rules_leave_their_trace_and_a_pinned_item_had_no_turn():
    outside = SHOP.catalogue["item_id"][~SHOP.catalogue["item_id"].isin(ONE.item_ids[ONE.items[0]])].iloc[0]
    first = ONE.item_ids[ONE.items[0][0]]
    never, more = Exclude(Where(values=(first,))), Boost(Where("category", ("dept 2",)))
    rules = Rules([Pin(outside, 3), never, more, Cap("brand", 1)])
    table = steps(ONE, SHOP.vectors, "mmr", 0.3, 10, rules, **SHOP.options)
    listed = rerank(ONE, SHOP.vectors, "mmr", 0.3, 10, rules, **SHOP.options)
    for column in ("item_id", "rank", "base_rank", "trace"):
        assert table[column].tolist() == listed[column].tolist()
    pinned = table["item_id"] == outside
    assert table["rank"][pinned].tolist() == [3]
    assert table["gain"].isna().tolist() == pinned.tolist()


def test_what_limits_brought_in_is_not_in_the_list_without_them():
    values = [0.0, 0.3, 0.8]
    few = SHOP.catalogue["brand"].iloc[0]
    limits = Rules([Cap("category", 2), AtLeast(Where("brand", (few,)), 1)])
    found = through_limits(ONE, SHOP.vectors, limits, "mmr", values, 10, **SHOP.options)
    assert any(found)
    for value, brought in zip(values, found, strict=True):
        free = set(rerank(ONE, SHOP.vectors, "mmr", value, 10, **SHOP.options)["item_id"])
        held = set(rerank(ONE, SHOP.vectors, "mmr", value, 10, limits, **SHOP.options)["item_id"])
        assert set(brought) == held - free
    assert through_limits(ONE, SHOP.vectors, Rules(), "mmr", values, 10) == [[], [], []]


def test_what_each_rule_is_about_is_marked_where_it_holds():
    dept = SHOP.catalogue.set_index("item_id")["category"].reindex(ONE.item_ids).eq("dept 2").to_numpy()
    here = Boost(Where("category", ("dept 2",)))
    rules = Rules([Pin(ONE.item_ids[4], 1), here, Boost(Where("brand", ("brand 1",)), scope=Scope("group", "others"))])
    found = about(ONE, rules, catalogue=SHOP.catalogue, groups={"user 1": "mine"})
    assert set(found) == {0, 1}
    assert found[0].nonzero()[0].tolist() == [4]
    assert (found[1] == dept).all()


def test_steps_are_those_of_one_shopper():
    with pytest.raises(InputError, match="one shopper"):
        steps(SHOP.pool, SHOP.vectors)
