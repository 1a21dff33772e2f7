"""Tables that a person takes away: CSV and Excel that no spreadsheet will execute, Parquet, JSON."""

import csv
import io

import pandas as pd

from divrec.data.intake.guards import guarded


def to_csv(table: pd.DataFrame) -> bytes:
    """Write UTF-8 CSV (with a byte-order mark, which Excel needs) in which no text is a formula.

    A text that begins like a formula, or with an apostrophe, gets an apostrophe in front, and a last column says which
    rows have one: ``read_dataset`` gives every text back exactly. Numbers stay numbers.
    """
    text = guarded(table).to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC)  # unquoted, a lone \r ends a row
    return text.encode("utf-8-sig")


def to_parquet(table: pd.DataFrame) -> bytes:
    """Write Parquet."""
    out = io.BytesIO()
    table.to_parquet(out, index=False)
    return out.getvalue()


def to_excel(table: pd.DataFrame) -> bytes:
    """Write an Excel workbook in which every text is a text, whatever it begins with: no formula, no link."""
    out = io.BytesIO()
    as_text = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with pd.ExcelWriter(out, engine="xlsxwriter", engine_kwargs={"options": as_text}) as book:
        table.to_excel(book, index=False)
    return out.getvalue()


def to_json(table: pd.DataFrame) -> bytes:
    """Write JSON: one object per row, times in ISO, nothing where a value is missing."""
    return table.to_json(orient="records", date_format="iso", force_ascii=False, indent=1).encode()
