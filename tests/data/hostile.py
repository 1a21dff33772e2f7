"""Files of a few kilobytes that stand for gigabytes."""

import gzip
import io

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter


def sparse_workbook():
    """Make a workbook of two cells in opposite corners, which readers unfold to 17 thousand million."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "user")
    sheet.write(1_048_575, 16_383, "item")
    book.close()
    return out.getvalue()


def parquet_bomb():
    """Make a dictionary of one long text, named by each of a million rows: 20 GB."""
    value = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int32()), pa.array(["x" * 20_000]))
    out = io.BytesIO()
    pq.write_table(pa.table({"user": value}), out, compression="zstd")
    return out.getvalue()


def many_rows(millions):
    """Give rows without end: the same packed million, over and over; 250 of them are one megabyte."""
    block = gzip.compress(b"u,i\n" * 1_000_000, 9)
    return gzip.compress(b"user,item\n") + block * millions
