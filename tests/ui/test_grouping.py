"""Choosing the number of groups: what follows is said first, and names that are gone are told of."""

from divrec.rerank.conditions import Scope
from divrec.rerank.rules import Pin
from divrec.ui import calls, map_points, ruling, shops


def test_another_number_says_what_follows_before_it_is_used(app, shop_folder):
    test = app(shop_folder, "data", view="groups")
    numbers = [box for box in test.selectbox if box.label in ("Number of groups", "Number of clusters")]
    assert [box.value for box in numbers] == [0, 0]
    assert all(button.disabled for button in test.button if button.label == "Divide anew")
    numbers[1].set_value(2).run()
    assert [button.disabled for button in test.button if button.label == "Divide anew"] == [True, False]
    assert any("do not depend on clusters" in info.value for info in test.info)
    assert len(test.get("bidi_component")) == len(calls.profile(calls.workspace().datasets()[0].id)["item_clusters"])


def test_clusters_colour_the_map_and_a_rule_for_a_lost_group_says_so(app, shop_folder):
    app(shop_folder, "latent")
    shop = calls.workspace().datasets()[0].id
    points = map_points.points_of(shop, shops.finished(shop)[0].id, "item", 2)
    assert points is not None
    assert "cluster" in points.colours
    assert set(points.table["cluster"]) == set(calls.workspace().item_clusters(shop))
    group = calls.workspace().shopper_groups(shop).iloc[0]
    kept, lost = (ruling.sentence(Pin("p01", 1, scope=Scope("group", name)), shop) for name in (group, "Gone"))
    assert "nobody" not in kept
    assert "for nobody" in lost
