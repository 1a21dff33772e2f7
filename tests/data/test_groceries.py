import pandas as pd
import pytest

from divrec.data.groceries import load_groceries
from divrec.data.grocery_names import readable, size
from divrec.errors import InputError


def test_every_line_of_the_till_is_accounted_for(groceries):
    assert groceries.report.read == 1_469_307
    assert groceries.report.kept == len(groceries.interactions)
    dropped = groceries.report.to_frame().query("table == 'interactions'").set_index("reason")["rows"]
    assert dropped["fuel"] == 14_697
    assert dropped["coupons and miscellaneous till items"] == 2_994


def test_what_is_left_is_products_bought_by_households(groceries):
    log, items = groceries.interactions, groceries.items
    assert set(log["event"]) == {"purchase"}
    assert (log["weight"] == 1).all()
    assert log["quantity"].between(1, 200).all()  # gasoline came in thousands
    assert log["time"].is_monotonic_increasing
    assert not items["title"].str.contains("gasoline|coupon", case=False).any()
    assert items[["title", "category", "subcategory", "brand", "department"]].notna().all().all()
    assert items["price"].dropna().between(0.0, 500).all()
    assert items["price"].isna().mean() < 0.01
    assert 250 < items["category"].nunique() < 310
    # departments would be too coarse to vary lists over
    assert items["department"].value_counts(normalize=True).iloc[0] > 0.4
    assert log.groupby("item_id").size().reindex(items["item_id"]).is_monotonic_decreasing
    assert groceries.users["age"].notna().sum() == pytest.approx(801, abs=5)


def test_the_most_bought_items_can_be_kept_alone(groceries, top_groceries):
    assert len(top_groceries.items) == 5000
    assert top_groceries.report.read == groceries.report.read
    assert top_groceries.report.kept == len(top_groceries.interactions)
    pd.testing.assert_frame_equal(top_groceries.items, groceries.items.head(5000))
    with pytest.raises(InputError, match="at least 1"):
        load_groceries(most_bought=0)


@pytest.mark.parametrize(("shorthand", "title"), [
    ("SFT DRNK SNGL SRV BTL CARB (EX", "Soft Drink Single Serve Bottle"),
    ("FRZN SS PREMIUM ENTREES/DNRS/T", "Frozen Single Serve Premium Entrees/Dinners"),
    ("PREP FD: SIDE DISHES (HOT)", "Prepared Food: Side Dishes (Hot)"),
    ("TOMATOES HOTHOUSE ON THE VINE", "Tomatoes Hothouse on the Vine"),
    ("MISC. DAIRY", "Other Dairy"),
])  # fmt: skip
def test_the_tills_shorthand_becomes_readable(shorthand, title):
    assert readable(shorthand) == title


@pytest.mark.parametrize(("package", "text"), [
    ("1 GA", "1 gal"), ("L    12 OZ", "12 oz"), ("(600) 4 LB", "4 lb"), ("83.5 SQ FT", "83.5 sq ft"),
    ("12 CT/2 OZ", "12 count/2 oz"),
])  # fmt: skip
def test_package_sizes_become_readable(package, text):
    assert size(package) == text
