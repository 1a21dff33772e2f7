"""What is taken away holds no live formula and loses nothing."""

import io
import json
import zipfile

import fastexcel
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from divrec.data.exports import to_csv, to_excel, to_json, to_parquet
from divrec.data.intake.guards import MARK, RISKY

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


def read(content: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, encoding="utf-8-sig")


@given(st.lists(st.one_of(texts, st.sampled_from(RISKY).map(lambda sign: sign + "SUM(A1)")), min_size=1))
def test_no_text_is_a_formula_and_each_comes_back(values):
    table = read(to_csv(pd.DataFrame({"title": values, "rank": range(len(values))})))
    assert not table["title"].str.startswith(("=", "+", "-", "@", "\t")).any()
    assert [text.removeprefix("'") for text in table["title"]] == values


def test_a_column_name_is_no_formula_either():
    assert read(to_csv(pd.DataFrame({"=cmd|": ["a"]}))).columns.tolist() == ["'=cmd|", MARK]


def test_numbers_stay_numbers():
    assert to_csv(pd.DataFrame({"score": [-1.5, 2.0]})).decode("utf-8-sig").split() == ['"score"', "-1.5", "2.0"]


def test_parquet_is_exact():
    table = pd.DataFrame({"item_id": ["=1", "00123"], "rank": [1, 2]})
    pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(to_parquet(table))), table)


def test_in_a_workbook_every_text_is_a_text_and_comes_back():
    table = pd.DataFrame({"title": ["=1+1", "+A1", "http://x", "00123", "@SUM(A1)"], "score": [-1.5, 2, 0, 1, 3]})
    content = to_excel(table)
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet
    read_again = fastexcel.read_excel(content).load_sheet(0).to_pandas()
    assert read_again["title"].tolist() == table["title"].tolist()
    assert read_again["score"].tolist() == table["score"].tolist()


def test_json_keeps_texts_and_gaps():
    table = pd.DataFrame({"item_id": ["00123", "=1"], "title": ["灯", None]})
    assert json.loads(to_json(table)) == [{"item_id": "00123", "title": "灯"}, {"item_id": "=1", "title": None}]
