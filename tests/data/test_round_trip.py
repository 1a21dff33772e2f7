"""Export → import is the identity: whatever the app writes, it reads again to the byte; foreign apostrophes stay."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from divrec.data.exports import to_csv, to_excel, to_parquet
from divrec.data.intake.guards import MARK
from divrec.data.read import preview, read_dataset
from divrec.errors import InputError

TRAPS = [
    "00123", "1e5", "NA", "null", "TRUE", "12.0", "9007199254740993", "-0", "=1+1", "+1", "-1", "@SUM(A1)", "'=x", "'",
    "''", " lead", "trail  ", "a,b", 'say "hi"', "two\nlines", "\ttab", "用户", "é", "yes", MARK,
]  # fmt: skip
IDS = st.one_of(
    st.sampled_from(TRAPS),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip),
)
TITLES = st.one_of(st.none(), IDS)
ROUNDS = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
FORMATS = {"csv": to_csv, "xlsx": to_excel, "parquet": to_parquet}


def shop_of(rows: list[tuple[str, str, str | None]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make a log and its catalogue as they are exported."""
    log = pd.DataFrame([row[:2] for row in rows], columns=["user_id", "item_id"])
    log["time"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(range(len(log)), "min")
    log = log.assign(event="view", weight=0.5)
    items = pd.DataFrame([row[1:] for row in rows], columns=["item_id", "title"]).drop_duplicates("item_id")
    return log, items.astype("str").reset_index(drop=True)


def written(folder, log, items, ending):
    places = folder / f"events.{ending}", folder / f"items.{ending}"
    for place, table in zip(places, (log, items), strict=True):
        place.write_bytes(FORMATS[ending](table))
    return places


@ROUNDS
@given(rows=st.lists(st.tuples(IDS, IDS, TITLES), min_size=1, max_size=12))
def test_a_log_and_a_catalogue_come_back_as_they_were_exported(tmp_path, rows):
    log, items = shop_of(rows)
    events, catalogue = written(tmp_path, log, items, "csv")
    data = read_dataset(events, items=catalogue)
    assert data.report.kept == data.report.read == len(log)
    for name in log:
        assert data.interactions[name].tolist() == log[name].tolist()
    assert data.items["item_id"].tolist() == items["item_id"].tolist()
    if items["title"].notna().any():
        assert data.items["title"].fillna("").tolist() == items["title"].fillna("").tolist()


@pytest.mark.parametrize("ending", ["xlsx", "parquet"])
def test_workbooks_and_parquet_come_back_too(tmp_path, ending):
    log, items = shop_of([(name, name, name) for name in TRAPS])
    events, catalogue = written(tmp_path, log, items, ending)
    data = read_dataset(events, items=catalogue)
    assert data.interactions["user_id"].tolist() == data.items["title"].tolist() == TRAPS


def test_recommendations_and_risky_column_names_come_back(tmp_path):
    lists = pd.DataFrame({"user_id": ["=u", "v"], "item_id": ["-1", "'b"], "=score": [-1.5, 2.0], MARK: ["x", "'y"]})
    (tmp_path / "lists.csv").write_bytes(to_csv(lists))
    assert "=u" not in (tmp_path / "lists.csv").read_text(encoding="utf-8-sig").replace("'=u", "")
    seen = preview(tmp_path / "lists.csv")
    assert list(seen.columns) == list(lists.columns)
    assert seen.head.to_numpy().tolist() == [["=u", "-1", "-1.5", "x"], ["v", "'b", "2.0", "'y"]]


def test_apostrophes_of_a_foreign_file_stay(tmp_path):
    (tmp_path / "log.csv").write_text("user,item\n'=x,'a\n''y,b\n")
    assert read_dataset(tmp_path / "log.csv").interactions["user_id"].tolist() == ["'=x", "''y"]


def test_only_what_needs_a_guard_has_a_mark(tmp_path):
    (tmp_path / "log.csv").write_bytes(to_csv(pd.DataFrame({"user": ["u", "v"], "item": ["a", "b"]})))
    assert MARK not in (tmp_path / "log.csv").read_text(encoding="utf-8-sig")


def test_rows_put_into_our_file_by_hand_are_read_as_they_stand(tmp_path):
    file = tmp_path / "log.csv"
    file.write_bytes(to_csv(pd.DataFrame({"user": ["=u", "v"], "item": ["'a", "b"]})) + b"'w,'c,\n'x\n")
    data = read_dataset(file)
    assert data.interactions[["user_id", "item_id"]].to_numpy().tolist() == [["=u", "'a"], ["v", "b"], ["'w", "'c"]]
    assert data.quarantine[["line", "text"]].to_numpy().tolist() == [[5, "'x"]]


WHOLE = to_csv(shop_of([(name, name, None) for name in TRAPS])[0]).decode("utf-8-sig")
PUT_IN = st.sampled_from(["", '"', ",", "\n", "\r", "'", ";", "x"])
CUTS = st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 40), PUT_IN)


@settings(ROUNDS, max_examples=20)
@given(cuts=st.lists(CUTS, min_size=1, max_size=4))
def test_whatever_is_cut_out_or_put_in_every_row_is_accounted_for_or_the_file_refused(tmp_path, cuts):
    text = WHOLE
    for start, size, put in cuts:
        text = text[:start] + put + text[start + size :]
    (tmp_path / "log.csv").write_bytes(text.encode())
    try:
        data = read_dataset(tmp_path / "log.csv")
    except InputError:
        return
    assert data.report.kept + data.report.dropped == data.report.read
    assert data.report.kept == len(data.interactions)
    assert len(data.quarantine) == data.report.dropped
