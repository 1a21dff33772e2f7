import pandas as pd
import pytest

from divrec.data.guess import guess_columns
from divrec.data.kinds import EventWeights, kind_of
from divrec.errors import InputError


def mapped(columns, rows, table="events", named=True):
    head = pd.DataFrame(rows, columns=columns, dtype="str")
    return {role: guess.column for role, guess in guess_columns(head, table, named).items() if guess.confidence >= 0.5}


@pytest.mark.parametrize(("columns", "row", "expected"), [
    # REES46, RetailRocket, Online Retail, MovieLens, Amazon reviews, H&M
    ("event_time event_type product_id category_id category_code brand price user_id user_session",
     ["2019-10-01 00:00:00 UTC", "view", "44600062", "2103807459595387724", "", "shiseido", "35.79", "5413", "72d7"],
     "user=user_id item=product_id event=event_type time=event_time price=price session=user_session brand=brand"),
    ("timestamp visitorid event itemid transactionid", ["1433221332117", "257597", "view", "355908", ""],
     "user=visitorid item=itemid event=event time=timestamp session=transactionid"),
    ("InvoiceNo StockCode Description Quantity InvoiceDate UnitPrice CustomerID Country",
     ["536365", "85123A", "WHITE HEART", "6", "12/1/2010 8:26", "2.55", "17850", "United Kingdom"],
     "user=CustomerID item=StockCode quantity=Quantity time=InvoiceDate price=UnitPrice session=InvoiceNo "
     "description=Description"),
    ("userId movieId rating timestamp", ["1", "31", "2.5", "1260759144"],
     "user=userId item=movieId weight=rating time=timestamp"),
    ("reviewerID asin overall unixReviewTime", ["A2", "B01", "5.0", "1400000000"],
     "user=reviewerID item=asin weight=overall"),
    ("t_dat customer_id article_id price sales_channel_id", ["2018-09-20", "0000aa", "0663713001", "0.05", "2"],
     "user=customer_id item=article_id time=t_dat price=price"),
    ("用户ID 商品ID 行为类型 时间戳 类目", ["1", "2", "购买", "1511544070", "9"],
     "user=用户ID item=商品ID event=行为类型 time=时间戳 category=类目"),
])  # fmt: skip
def test_the_columns_of_well_known_logs_are_recognised(columns, row, expected):
    found = mapped(columns.split(), [row])
    wanted = dict(pair.split("=") for pair in expected.split())
    assert {role: found.get(role) for role in wanted} == wanted


@pytest.mark.parametrize(("columns", "row", "expected"), [
    ("id name type price img", ["1", "Tea", "drinks", "2.5", "https://x/y.png"],
     "item=id title=name category=type price=price image=img"),
    ("商品编号 商品名称 类目 品牌 价格 库存 上架时间 毛利率",
     ["1", "茶", "饮料", "好", "2.5", "7", "2024-01-01", "0.3"],
     "item=商品编号 title=商品名称 category=类目 brand=品牌 price=价格 stock=库存 launched=上架时间 margin=毛利率"),
    ("item_id title title_zh category subcategory brand price margin stock launched description image",
     ["1", "Tea", "茶", "a", "b", "c", "1", "0.2", "3", "2024-01-01", "d", "x.svg"],
     "item=item_id title=title title_zh=title_zh subcategory=subcategory launched=launched image=image"),
])  # fmt: skip
def test_the_columns_of_catalogues_are_recognised(columns, row, expected):
    found = mapped(columns.split(), [row], "items")
    wanted = dict(pair.split("=") for pair in expected.split())
    assert {role: found.get(role) for role in wanted} == wanted


def test_content_refutes_a_name():
    rows = [["u", "i", "cheap", "monday"], ["v", "j", "dear", "tuesday"]]
    found = mapped(["user", "item", "price", "time"], rows)
    assert found == {"user": "user", "item": "item"}


def test_content_speaks_where_there_are_no_names():
    rows = [[str(n), str(1000 + n), str(n % 5), kind, str(1511544070 + n)] for n, kind in enumerate(["pv", "buy"] * 30)]
    columns = [f"column {n}" for n in range(1, 6)]
    assert mapped(columns, rows, named=False) == {
        "user": "column 1", "item": "column 2", "weight": "column 3", "event": "column 4", "time": "column 5",
    }  # fmt: skip


def test_unsure_ids_are_shown_but_not_used():
    head = pd.DataFrame({"alpha": ["a1", "a2"], "beta": ["b1", "b2"]}, dtype="str")
    guesses = guess_columns(head)
    assert guesses["user"].confidence < 0.5
    assert (guesses["user"].column, guesses["item"].column) == ("alpha", "beta")
    with pytest.raises(InputError, match="one of events, items, users"):
        guess_columns(head, "baskets")


def test_kinds_of_events_have_one_word():
    words = {"pv": "view", "PageView": "view", " Buy ": "purchase", "transaction": "purchase", "加购": "cart",
             "收藏": "favourite", "add to cart": "cart", "wink": "wink"}  # fmt: skip
    assert {word: kind_of(word) for word in words} == words
    assert EventWeights().for_kind("wink") == EventWeights().other
    assert EventWeights().for_kind("purchase") > EventWeights().for_kind("view")
