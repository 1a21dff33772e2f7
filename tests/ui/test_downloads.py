"""What is taken away holds no live formula and loses nothing."""

import io

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from divrec.ui.downloads import RISKY, to_csv, to_parquet

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


def read(content: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, encoding="utf-8-sig")


@given(st.lists(st.one_of(texts, st.sampled_from(RISKY).map(lambda sign: sign + "SUM(A1)")), min_size=1))
def test_no_text_is_a_formula_and_each_comes_back(values):
    table = read(to_csv(pd.DataFrame({"title": values, "rank": range(len(values))})))
    assert not table["title"].str.startswith(("=", "+", "-", "@", "\t")).any()
    assert [text.removeprefix("'") for text in table["title"]] == values


def test_a_column_name_is_no_formula_either():
    assert read(to_csv(pd.DataFrame({"=cmd|": ["a"]}))).columns.tolist() == ["'=cmd|"]


def test_numbers_stay_numbers():
    assert to_csv(pd.DataFrame({"score": [-1.5, 2.0]})).decode("utf-8-sig").split() == ['"score"', "-1.5", "2.0"]


def test_parquet_is_exact():
    table = pd.DataFrame({"item_id": ["=1", "00123"], "rank": [1, 2]})
    pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(to_parquet(table))), table)
