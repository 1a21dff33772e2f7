"""Rules hold in every list at every slider value, say what they did, and survive JSON."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from divrec.errors import InputError
from divrec.rerank import METHODS, Rules, check_rules, exact_path, rerank
from divrec.rerank.conditions import Scope, Where
from divrec.rerank.rules import AtLeast, Boost, Bury, Cap, Exclude, IncludeOnly, Pin, in_stock, price_band
from tests.rerank.conftest import make_shop

SHOP = make_shop(users=2, size=60, items=100)
ITEMS = SHOP.catalogue.set_index("item_id")
BRANDS = sorted(ITEMS["brand"].unique())


def lists_of(table):
    return [group.sort_values("rank").item_id.tolist() for _, group in table.groupby("user_id")]


def run(rules, method="mmr", diversity=0.5, n=10, pool=SHOP.pool, **more):
    return rerank(pool, SHOP.vectors, method, diversity, n, Rules(rules), **{**SHOP.options, **more})


@pytest.mark.parametrize("diversity", [0.0, 0.4, 1.0])
def test_filters_caps_shares_and_pins_hold(diversity):
    cheap = Where("price", high=15)
    rules = [
        Exclude(Where("brand", tuple(BRANDS[:3]))),
        price_band(5, 40),
        in_stock(),
        Cap("category", 2),
        AtLeast(cheap, 5),
        Pin("item-0007", 3),
    ]
    banned = Exclude(Where(values=("item-0007",)))
    for method in METHODS:
        for shown in lists_of(run(rules, method, diversity)):
            rows = ITEMS.loc[shown]
            assert len(shown) == 10
            assert (
                shown[2] == "item-0007"
                or not ITEMS.loc[["item-0007"]].eval("5 <= price <= 40 and stock > 0")["item-0007"]
            )
            rest = rows[rows.index != "item-0007"]
            assert not rest["brand"].isin(BRANDS[:3]).any()
            assert rest["price"].between(5, 40).all()
            assert (rest["stock"] > 0).all()
            assert rows["category"].value_counts().max() <= 2
            assert (rows["price"] <= 15).sum() >= 5
        assert "item-0007" not in run([*rules, banned], method, diversity).item_id.tolist()


def test_pins_may_bring_more_than_is_asked_for_at_least():
    pool = SHOP.pool.for_user("user 1")
    item = run([], "mmr", 0.3, 6, pool).item_id.iloc[4]
    least = AtLeast(Where("brand", (ITEMS.loc[item, "brand"],)), 0)
    both, pinned = (run(rules, "mmr", 0.3, 6, pool) for rules in ([least, Pin(item, 1)], [Pin(item, 1)]))
    assert both.item_id.tolist() == pinned.item_id.tolist()


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_rules_hold_on_the_whole_path(data):
    method = data.draw(st.sampled_from(METHODS))
    some = st.lists(st.sampled_from(BRANDS), min_size=1, max_size=4).map(tuple)
    kinds = st.one_of(
        st.builds(Exclude, st.builds(Where, st.just("brand"), some)),
        st.builds(Cap, st.sampled_from(["brand", "category"]), st.integers(0, 3)),
        st.builds(AtLeast, st.builds(Where, st.just("brand"), some), st.integers(0, 4)),
        st.builds(Boost, st.builds(Where, st.just("brand"), some), st.floats(0, 2)),
        st.builds(Bury, st.builds(Where, st.just("category"), st.just(("dept 1",))), st.floats(0, 2)),
        st.builds(Pin, st.sampled_from(list(ITEMS.index)), st.integers(1, 8)),
    )
    rules = data.draw(st.lists(kinds, min_size=1, max_size=5))
    pool = SHOP.pool.for_user("user 1")
    path = exact_path(pool, SHOP.vectors, method, 6, Rules(rules), **SHOP.options)
    values = [0.0, *data.draw(st.lists(st.floats(0, 1), max_size=3)), 1.0]
    for value in values:
        if min(abs(value - each) for each in [*path.breakpoints, 2.0]) > 1e-9 or value == 0:
            assert path.at(value) == run(rules, method, value, 6, pool).item_id.tolist()
    report = check_rules(pool, SHOP.vectors, Rules(rules), method, 0.5, 6, **SHOP.options)
    for shown in path.lists:
        rows = ITEMS.loc[shown]
        assert rows.index.is_unique
        assert len(rows) <= 6
        for number, rule in enumerate(rules):
            if isinstance(rule, Exclude):
                assert not rows["brand"].isin(rule.where.values).any()
            elif isinstance(rule, Cap):
                assert rows[rule.column].value_counts().max() <= rule.n if len(rows) else True
            elif isinstance(rule, Pin) and "would" not in report["finding"][number]:
                unkept = report["finding"][number] not in ("", "changes nothing")
                assert unkept or shown.index(rule.item) == min(rule.position, len(shown)) - 1


def test_zero_under_rules_is_the_base_order_of_what_may_stay():
    base = SHOP.pool.for_user("user 0").to_frame().item_id.tolist()
    keep = [item for item in base if ITEMS["brand"][item] not in BRANDS[:5]]
    assert lists_of(run([Exclude(Where("brand", tuple(BRANDS[:5])))], diversity=0))[0] == keep[:10]
    assert lists_of(run([IncludeOnly(Where("brand", tuple(BRANDS[5:])))], diversity=0))[0] == keep[:10]
    assert lists_of(run([Pin(base[30], 2)], diversity=0))[0] == [base[0], base[30], *base[1:9]]


def test_boost_and_bury_move_before_scaling():
    base = SHOP.pool.for_user("user 0").to_frame().item_id.tolist()
    assert lists_of(run([Boost(Where(values=(base[20],)), 1.0)], diversity=0))[0][0] == base[20]
    assert base[0] not in lists_of(run([Bury(Where(values=(base[0],)), 1.0)], diversity=0))[0]
    louder = type(SHOP.pool)(SHOP.pool.users, SHOP.pool.item_ids, SHOP.pool.items, SHOP.pool.scores * 100)
    rules = [Boost(Where("brand", tuple(BRANDS[:4])), 0.3)]
    assert lists_of(run(rules)) == lists_of(run(rules, pool=louder))


def test_scopes_choose_for_whom():
    base = SHOP.pool.for_user("user 0").to_frame().item_id.tolist()
    alone = Exclude(Where(values=(base[0],)), scope=Scope("group", "loyal"))
    assert base[0] in lists_of(run([alone], diversity=0))[0]
    assert base[0] not in lists_of(run([alone], diversity=0, groups={"user 0": "loyal"}))[0]
    for kind in ("category", "query"):
        scoped = Exclude(Where(values=(base[0],)), scope=Scope(kind, "tea"))
        assert base[0] in lists_of(run([scoped], diversity=0))[0]
        assert base[0] not in lists_of(run([scoped], diversity=0, **{kind: "tea"}))[0]


def test_trace_tells_the_way_of_each_item():
    base = SHOP.pool.for_user("user 0").to_frame().item_id.tolist()
    absent = next(item for item in ITEMS.index if item not in base)
    rules = [Exclude(Where(values=(base[0],))), Boost(Where(values=(base[9],)), 5.0), Pin(absent, 1)]
    recs = run(rules, diversity=0, pool=SHOP.pool.for_user("user 0"))
    told = recs.set_index("item_id")["trace"]
    assert told[absent] == "base – → pin 1"
    assert told[base[9]] == "base 10 → exclude 9 → boost 1 → pin 2"
    assert told[base[1]] == "base 2 → exclude 1 → boost 2 → pin 3"
    first = recs.iloc[0]
    assert first["base_rank"] == 0
    assert np.isnan(first["score"])


def test_conflicts_and_idle_rules_are_reported():
    base = SHOP.pool.for_user("user 0").to_frame().item_id.tolist()
    rules = Rules(
        [
            Exclude(Where(values=(base[0],))),
            Pin(base[0], 1),
            Pin(base[1], 1),
            Pin(base[2], 1),
            Pin("nobody knows", 2),
            Pin(base[3], 99),
            AtLeast(Where(values=tuple(base[:2])), 5),
            Exclude(Where(values=("item that is not here",))),
        ]
    )
    report = check_rules(SHOP.pool.for_user("user 0"), SHOP.vectors, rules, n=10, **SHOP.options)
    said = report["finding"].tolist()
    assert report["kind"].tolist()[:2] == ["exclude", "pin"]
    assert said[0] == said[2] == "" or "changes nothing" in said[2]
    assert "excluded by another rule" in said[1]
    assert "place 1 is taken" in said[3]
    assert "not among the items" in said[4]
    assert "beyond the list of 10" in said[5]
    assert "asks for 5" in said[6]
    assert said[7] == "changes nothing"


def test_json_there_and_back():
    rules = Rules(
        [
            Exclude(Where("brand", ("Ünïcode", "B"))),
            price_band(1, 2.5, Scope("category", "tea")),
            in_stock(),
            Cap("brand", 2, ("B",)),
            AtLeast(Where("launched", low="2024-05-01"), 3),
            Boost(Where("margin", low=0.3), 0.25),
            Bury(Where(values=("x",)), 0.1, scope=Scope("group", "loyal")),
            Pin("x", 4, scope=Scope("query", "oolong")),
        ]
    )
    again = Rules.from_json(rules.to_json())
    assert again == rules
    assert again.to_json() == rules.to_json()
    with pytest.raises(InputError, match="kind must be one of"):
        Rules.from_json('[{"kind": "hide"}]')
    with pytest.raises(InputError, match="has no colour"):
        Rules.from_json('[{"kind": "pin", "item": "x", "position": 1, "colour": "red"}]')
    with pytest.raises(InputError, match="counts from 1"):
        Rules([Pin("x", 0)])
    with pytest.raises(InputError, match="speaks of 'colour'"):
        run([Exclude(Where("colour", ("red",)))])
    with pytest.raises(InputError, match="needs numbers or times"):
        run([Exclude(Where("brand", low=3))])


def test_a_date_from_text_and_the_empty_rest():
    launched = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(len(ITEMS)), unit="D")
    catalogue = SHOP.catalogue.assign(launched=launched)
    new = AtLeast(Where("launched", low="2024-03-15"), 6)
    shown = lists_of(run([new], diversity=0, catalogue=catalogue))[0]
    assert (catalogue.set_index("item_id").loc[shown, "launched"] >= "2024-03-15").sum() >= 6
    assert run([IncludeOnly(Where("brand", ("none such",)))]).empty
    known = SHOP.pool.item_ids[-3:].tolist()
    everything = run([Pin(item, place + 1) for place, item in enumerate(known)], n=3)
    assert lists_of(everything)[0] == known


def test_a_minimum_that_a_cap_leaves_no_room_for_is_reported():
    department = SHOP.catalogue["category"].iloc[0]
    rules = Rules([Cap("category", 2), AtLeast(Where("category", (department,)), 3)])
    found = check_rules(SHOP.pool, SHOP.vectors, rules, n=10, **SHOP.options)
    assert found["finding"].tolist()[1].startswith("asks for 3, the other rules leave room for 2")
    assert check_rules(SHOP.pool, SHOP.vectors, Rules([rules.rules[1]]), n=10, **SHOP.options)["finding"].tolist() in (
        [""], ["changes nothing"],
    )  # fmt: skip


def test_json_says_only_what_is_not_as_by_default():
    assert Rules([Pin("a", 2)]).to_json() == '[{"kind": "pin", "item": "a", "position": 2}]'
    rules = Rules([Bury(Where(values=("a",))), Cap("brand", 3, scope=Scope("group", "Toys")), price_band(low=5)])
    assert Rules.from_json(rules.to_json()) == rules
