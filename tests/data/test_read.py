import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from divrec.data.check import ReadSettings
from divrec.data.kinds import EventWeights
from divrec.data.read import preview, read_dataset
from divrec.data.report import Report
from divrec.errors import InputError

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
LOG = "user_id,item_id,event,timestamp,price\n"


def write(tmp_path, text, name="events.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def reasons(dataset, action="dropped"):
    steps = dataset.report.to_frame()
    return steps[steps["action"] == action].set_index("reason")["rows"].to_dict()


def test_ids_survive_to_the_byte(tmp_path):
    ids = ["00123", "1e5", "NA", "null", "9007199254740993", "12.0", "TRUE", " lead", "trail  ", "é", "用户", "-0"]
    text = "user,item\n" + "".join(f"{name},{name}\n" for name in ids)
    data = read_dataset(write(tmp_path, text))
    assert data.interactions["user_id"].tolist() == ids
    assert data.interactions["item_id"].tolist() == ids
    assert data.report.kept == data.report.read == len(ids)


def test_integers_beside_blanks_in_parquet_keep_their_digits(tmp_path):
    path = tmp_path / "log.parquet"
    user = pd.array([9007199254740993, None, 7], dtype="Int64")
    times = pd.to_datetime(["2024-01-01"] * 3, utc=True)
    pd.DataFrame({"user": user, "item": [1.0, 2.0, np.nan], "t": times}).to_parquet(path)
    data = read_dataset(path, columns={"time": "t"})
    assert data.interactions[["user_id", "item_id"]].to_numpy().tolist() == [["9007199254740993", "1"]]
    assert reasons(data) == {"no user id": 1, "no item id": 1}
    pd.DataFrame({"user": [9007199254740993.0], "item": ["a"]}).to_parquet(path)
    with pytest.raises(InputError, match="last digits are gone"):
        read_dataset(path)


def test_every_bad_row_is_counted_by_its_reason(tmp_path):
    text = (
        "user,item,event,timestamp,weight\n"
        "u1,a,pv,2024-01-01,1\n"
        "u1,a,pv,2024-01-01,1\n"  # a copy
        ",a,pv,2024-01-01,1\n"
        "u1,  ,pv,2024-01-01,1\n"
        "u2,b,buy,,1\n"
        "u2,b,buy,31 February,1\n"
        "u2,b,buy,1812-01-01,1\n"
        "u2,b,buy,2024-01-02,-1\n"
        "u2,b,buy,2024-01-02,nan\n"
        "u2,b,buy,2024-01-02,inf\n"
        "u2,b,buy,2024-01-02,much\n"
        "u2,b,buy,2024-01-02,\n"
        "u2,b\n"
        "u2,b,buy,2024-01-02,1,extra\n"
        "u2,b,fav,2024-01-03,0.5\n"
        "u3,b,Add To Cart,2024-01-03,2\n"
        "u3,b,wink,2024-01-03T08:00:00+08:00,2\n"
    )
    data = read_dataset(write(tmp_path, text))
    assert reasons(data) == {
        "line does not have the header's columns (listed with line numbers)": 2, "no user id": 1, "no item id": 1,
        "no time": 1, "time cannot be read as ISO dates, or lies outside 1990-01-01 to 2100-01-01": 2,
        "weight is not a finite number of at least 0": 4, "exact copy of an earlier row": 1,
    }  # fmt: skip
    assert (data.report.read, data.report.kept, len(data.interactions)) == (17, 5, 5)
    assert data.interactions["event"].tolist() == ["view", "purchase", "favourite", "cart", "wink"]
    assert data.interactions["weight"].tolist() == [1, 5, 0.5, 2, 2]  # the blank weight is that of a purchase
    assert data.interactions["time"].iloc[-1] == pd.Timestamp("2024-01-03")
    aside = data.quarantine
    assert len(aside) == data.report.dropped
    assert aside["line"].iloc[:2].tolist() == [14, 15]
    assert aside["text"].iloc[:2].tolist() == ["u2,b", "u2,b,buy,2024-01-02,1,extra"]
    assert aside["line"].iloc[2:].tolist() == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert Report.from_json(data.report.to_json()) == data.report


TYPED = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])
DAMAGE = st.lists(
    st.tuples(
        st.sampled_from(["u1", "u2", "", " ", "00", "NA", "用户"]),
        st.sampled_from(["a", "b", "", "1e5", "x y"]),
        st.sampled_from(["view", "buy", "", "?"]),
        st.sampled_from(["2024-01-01", "2024-06-01 10:00:00", "2024-06-01 10:00:00", "", "yesterday", "9999-01-01"]),
        st.sampled_from(["1", "2.5", "", "-1", "nan", "inf", "x"]),
        st.sampled_from(["", "", "", ",", "cut"]),
    ),
    min_size=1, max_size=30,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=DAMAGE)
def test_kept_and_dropped_are_what_was_read_whatever_the_damage(tmp_path, rows):
    good = "g1,a,view,2024-01-01,1,\n" * 1 + "g2,b,buy,2024-01-02,1,\n" + "g3,c,buy,2024-01-03,1,\n" * 1
    lines = [",".join(row[:5]) + "," + row[5] if row[5] != "cut" else ",".join(row[:3]) for row in rows]
    path = write(tmp_path, "user,item,event,time,weight,note\n" + good + "".join(line + "\n" for line in lines))
    try:
        data = read_dataset(path)
    except InputError as error:
        if "does not look like times" in str(error):  # more than half of them
            return
        raise
    assert data.report.read == len(lines) + 3
    assert data.report.kept + data.report.dropped == data.report.read
    assert data.report.kept == len(data.interactions)
    assert np.isfinite(data.interactions["weight"]).all()
    assert data.interactions["time"].is_monotonic_increasing


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(TYPED, min_size=1), min_size=1, max_size=8))
def test_any_text_is_an_id_that_comes_back(tmp_path, ids):
    ids = [name for name in ids if name.strip()] or ["x"]
    table = pd.DataFrame({"user": ids, "item": ids, "n": [f"row {n}" for n in range(len(ids))]})
    table.to_csv(tmp_path / "log.csv", index=False, quoting=1)
    table.to_parquet(tmp_path / "log.parquet")
    for name in ("log.csv", "log.parquet"):
        data = read_dataset(tmp_path / name)
        assert data.interactions["user_id"].tolist() == ids
        assert data.interactions["item_id"].tolist() == ids


@pytest.mark.parametrize(("times", "first"), [
    (["1569888000", "1569888001"], "2019-10-01"),
    (["1569888000123", "1569888001123"], "2019-10-01 00:00:00.123"),
    (["1569888000123456", "1569888001123456"], "2019-10-01 00:00:00.123456"),
    (["2019-10-01T08:00:00+08:00", "2019-10-02T08:00:00+08:00"], "2019-10-01"),
    (["2019-10-01 00:00:00 UTC", "2019-10-02 00:00:00 UTC"], "2019-10-01"),
    (["20191001", "20191002"], "2019-10-01"),
    (["10/1/2019 0:00", "10/13/2019 0:00"], "2019-10-01"),
    (["1.10.2019", "13.10.2019"], "2019-10-01"),
    (["2019年10月1日", "2019年10月2日"], "2019-10-01"),
    (["1", "2"], "1970-01-01 00:00:01"),
])  # fmt: skip
def test_times_are_recognised_and_become_utc(tmp_path, times, first):
    text = "user,item,time\n" + "".join(f"u,i{n},{time}\n" for n, time in enumerate(times))
    data = read_dataset(write(tmp_path, text))
    assert data.interactions["time"].dtype == "datetime64[us]"
    assert data.interactions["time"].iloc[0] == pd.Timestamp(first)


def test_mixed_units_of_time_and_columns_that_are_no_times_are_refused(tmp_path):
    mixed = "user,item,time\n" + "u,i,1569888000\nu,j,1569888000123\n" * 10
    with pytest.raises(InputError, match=r"mixes seconds since 1970 \(10 rows\) and milliseconds"):
        read_dataset(write(tmp_path, mixed))
    with pytest.raises(InputError, match="does not look like times"):
        read_dataset(write(tmp_path, "user,item,when\nu,i,soon\nu,j,later\n"), columns={"time": "when"})


@pytest.mark.parametrize(("text", "message"), [
    (b"user,item\nu,\xff\n", "not UTF-8: line 2"),
    ("user,item\nu,é\n".encode("utf-16")[:-1], "not whole UTF-16: line 2"),
    ("user,item\nu,Ménage\n".encode("latin-1"), "not UTF-8: line 2"),
    (b"user,item\nu,\x00\n", "line 2 holds a zero byte"),
    (b"", "is empty"),
    (b"PK\x03\x04rest", "damaged zip"),
    (gzip.compress(b"user,item\nu,i\n" * 99, mtime=0)[:-9], "damaged"),
    (b"PAR1 nonsense", "not a readable Parquet file"),
    (b'user,item\nu,i\nu,"never closed\nu,j\n', "quote opened on line 3"),
    (b"user,item\n", "leaves no event"),
    (b"when,what\n2024-01-01,view\n", "has no user column; it has when, what"),
])  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_reason(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        read_dataset(write(tmp_path, text))
    with pytest.raises(InputError, match="there is no file"):
        read_dataset(tmp_path / "nowhere.csv")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_delimiters_line_ends_and_byte_order_marks(tmp_path, delimiter, end, mark):
    lines = [["user", "item", "note"], ["u", "i", '"two\nlines"'], ["u", "j"], ["u", "k", "x"]]
    text = mark + end.join(delimiter.join(line) for line in lines) + end
    data = read_dataset(write(tmp_path, text))
    assert data.interactions["item_id"].tolist() == ["i", "k"]
    assert data.quarantine["line"].tolist() == [4]
    assert preview(tmp_path / "events.csv").parts[0].delimiter == delimiter


def test_mixed_line_ends_are_read(tmp_path):
    data = read_dataset(write(tmp_path, "user,item\r\nu,i\nu,j\r\n"))
    assert data.interactions["item_id"].tolist() == ["i", "j"]


def test_the_catalogue_and_users_are_joined_and_completed(tmp_path):
    events = write(tmp_path, "user,item,event\nu1,a,view\nu2,z,view\n")
    items = write(tmp_path, "id,name,price,image_url,colour\na,Tea,2.5,https://x/a.png,red\nb,Cup,-1,,\na,Twice,1,,\n,No,1,,\n",
                  "items.csv")  # fmt: skip
    users = write(tmp_path, "用户ID,age\nu1,30\nu9,40\n", "users.csv")
    data = read_dataset(events, items=items, users=users, name="shop")
    assert data.items["item_id"].tolist() == ["a", "b", "z"]
    assert data.items["title"].tolist()[:2] == ["Tea", "Cup"]
    assert data.items["colour"].iloc[0] == "red"
    assert data.users["user_id"].tolist() == ["u1", "u9", "u2"]
    steps = data.report.to_frame().groupby(["table", "action", "rows"])["reason"].agg(list)
    assert steps["items", "dropped", 1] == ["no item id", "item id was described before: the first row stays"]
    assert sorted(steps["items", "fixed", 1]) == [
        "in the log but not in the table of items: a bare row was added",
        "price is not a finite number of at least 0: left empty",
    ]
    assert np.isnan(data.items["price"].iloc[1])
    assert data.report.read == data.report.kept == 2


def test_a_log_that_describes_its_items_makes_the_catalogue(tmp_path):
    text = "user,item,category,brand,price\nu,a,tea,,1\nv,a,tea,Best,2\nu,b,,,\n"
    items = read_dataset(write(tmp_path, text)).items.set_index("item_id")
    assert items.loc["a"].tolist() == ["tea", "Best", 2.0]
    assert items.loc["b"].isna().all()


def test_the_mapping_can_be_given_and_is_noted(tmp_path):
    events = write(tmp_path, "who,what,user,when\nx,y,decoy,2024-01-01\n")
    data = read_dataset(events, columns={"user": "who", "events.item": "what", "time": None})
    assert data.interactions[["user_id", "item_id"]].to_numpy().tolist() == [["x", "y"]]
    assert data.interactions["time"].isna().all()
    assert "events.csv: user from who, item from what" in reasons(data, "guessed")
    with pytest.raises(InputError, match="which no file has"):
        read_dataset(events, columns={"user": "whom"})
    with pytest.raises(InputError, match="no role"):
        read_dataset(events, columns={"buyer": "who"})
    with pytest.raises(InputError, match=r'no item column; it has who, what, user, when. Map it: columns=\{"item":'):
        read_dataset(events)


def test_weights_of_events_are_a_setting(tmp_path):
    path = write(tmp_path, "user,item,behavior_type\nu,a,pv\nu,b,buy\nu,c,曝光\n")
    settings = ReadSettings(weights=EventWeights(view=0.5, purchase=9.0))
    data = read_dataset(path, settings=settings)
    assert data.interactions["weight"].tolist() == [0.5, 9.0, 0.0]
    assert data.matrix().nnz == 2  # an impression is no sign of taste


@pytest.mark.skipif(not SHARED.exists(), reason="the shared sample files are not here")
def test_real_logs_are_read_without_touching_a_mapping():
    data = read_dataset(SHARED / "rees46_sample/events.csv.gz")
    assert data.report.read == 17434
    assert set(data.interactions["event"]) == {"view", "cart", "purchase"}
    assert {"category", "brand", "price"} <= set(data.items)
    assert data.interactions["time"].notna().all()
    rated = read_dataset(SHARED / "ml100k_cfgan/ML100K.train")
    assert rated.report.kept == 80000
    assert set(rated.interactions["event"]) == {"rating"}
    assert set(rated.interactions["weight"]) == {1, 2, 3, 4, 5}


def test_rows_beyond_the_first_ones_still_decide_how_times_are_written(tmp_path):
    rows = [f"u{n % 9},i{n % 7},0{n % 9 + 1}/0{n % 8 + 1}/2024" for n in range(1500)]
    (tmp_path / "log.csv").write_text("user,item,date\n" + "\n".join([*rows, "u1,i1,31/12/2024"]))
    read = read_dataset(tmp_path / "log.csv")
    assert "times are day/month/year" in set(read.report.to_frame()["reason"])
    assert read.interactions["time"].max() == pd.Timestamp("2024-12-31")
    (tmp_path / "log.csv").write_text("user,item,date\n" + "\n".join([*rows, *["u1,i1,1714568400"] * 40]))
    with pytest.raises(InputError, match=r"mixes month/day/year \(1500 rows\) and seconds since 1970 \(40 rows\)"):
        read_dataset(tmp_path / "log.csv")


def test_zones_count_wherever_they_are_written(tmp_path):
    written = ["2024-05-01 13:00:00", "2024-05-01T13:00:00Z", "2024/05/01 13:00", "2024-05-01T15:00:00+02:00",
               "2024-05-01 07:30:00-0530", "2024-05-01 09:00:00 America/New_York"]  # fmt: skip
    (tmp_path / "log.csv").write_text("user,item,time\n" + "".join(f"u{n},i,{at}\n" for n, at in enumerate(written)))
    assert set(read_dataset(tmp_path / "log.csv").interactions["time"]) == {pd.Timestamp("2024-05-01 13:00")}
