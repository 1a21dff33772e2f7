"""Every format in every wrapping and encoding gives the same table, to the byte."""

import gzip
import io
import json
import zipfile

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
import xlwt

from divrec.data.intake.limits import Limits
from divrec.data.intake.take import take_in
from divrec.data.read import preview, read_dataset
from divrec.errors import InputError

IDS = ["00123", "1e5", "NA", "null", "9007199254740993", "12.0", "TRUE", " lead", "trail  ", "é", "用户", "-0", "=1+1"]
NAMES = ["user", "item", "event", "time"]
ROWS = [[name, f"i{name}", "购买", f"2024-01-{n + 1:02} 08:00:00"] for n, name in enumerate(IDS)]
PLAIN = [name for name in IDS if name != "é"]  # what GB18030 holds too, é as well, but it is no letter of GB2312


def delimited(by, rows=ROWS):
    return "\n".join(by.join(row) for row in [NAMES, *rows]) + "\n"


def excel(new):
    out = io.BytesIO()
    if new:
        book = xlsxwriter.Workbook(out, {"in_memory": True})
        sheet = book.add_worksheet("log")
        for at, row in enumerate([NAMES, *ROWS]):
            for place, value in enumerate(row):
                sheet.write_string(at, place, value)
        book.close()
    else:
        book = xlwt.Workbook(encoding="utf-8")
        sheet = book.add_sheet("log")
        for at, row in enumerate([NAMES, *ROWS]):
            for place, value in enumerate(row):
                sheet.write(at, place, value)
        book.save(out)
    return out.getvalue()


def parquet():
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(pd.DataFrame(ROWS, columns=NAMES)), out)
    return out.getvalue()


def objects():
    return [dict(zip(NAMES, row, strict=True)) for row in ROWS]


FORMATS = {
    "csv": lambda: delimited(",").encode(),
    "tsv": lambda: delimited("\t").encode(),
    "semicolon": lambda: delimited(";").encode(),
    "pipe": lambda: delimited("|").encode(),
    "jsonl": lambda: "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in objects()).encode(),
    "json": lambda: json.dumps(objects(), indent=1).encode(),
    "wrapped json": lambda: json.dumps({"page": 1, "data": objects()}).encode(),
    "parquet": parquet,
    "xlsx": lambda: excel(new=True),
    "xls": lambda: excel(new=False),
}


def zipped(content, name="inside.txt", method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("__MACOSX/._x", b"\0\0")
        archive.writestr(name, content)
    return out.getvalue()


WRAPPINGS = {"plain": lambda content: content, "gzip": lambda content: gzip.compress(content, 1), "zip": zipped}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize("form", FORMATS)
def test_every_format_in_every_wrapping_gives_the_same_ids(tmp_path, form, wrapping):
    path = tmp_path / "upload.bin"  # the name says nothing: content does
    path.write_bytes(WRAPPINGS[wrapping](FORMATS[form]()))
    limits = Limits(memory_bytes=4 * 2**30)
    isolated = form in ("xlsx", "xls") or wrapping == "zip"  # the others here, which is quicker
    parts = take_in(path, tmp_path / "taken", limits, isolated=isolated)
    assert parts[0].packed == (() if wrapping == "plain" else (wrapping,))
    table = pd.read_parquet(parts[0].table).set_axis(list(parts[0].columns), axis=1)
    assert parts[0].columns == tuple(NAMES)
    assert table.to_numpy().tolist() == ROWS


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("form", [",", "\t", ";", "jsonl", "json"])
def test_every_encoding_is_decoded_exactly(tmp_path, encoding, end, form):
    chinese = "电子产品类目手机数码一二三四五六七八九十"
    if form in ("jsonl", "json"):
        rows = [{"user": name, "item": chinese} for name in PLAIN]
        text = end.join(json.dumps(row, ensure_ascii=False) for row in rows) if form == "jsonl" else json.dumps(
            rows, ensure_ascii=False)  # fmt: skip
    else:
        text = end.join(form.join([name, chinese]) for name in ["user", *PLAIN]).replace(f"user{form}{chinese}",
                                                                                        f"user{form}item")  # fmt: skip
    path = tmp_path / "events"
    path.write_bytes(text.encode(encoding))
    data = read_dataset(path)
    assert data.interactions["user_id"].tolist() == PLAIN
    assert set(data.interactions["item_id"]) == {chinese}
    seen = preview(path).parts[0]
    said = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 with mark", "gb18030": "GB18030"}
    assert seen.encoding == said.get(encoding, "UTF-16")
    assert seen.delimiter == (None if form.startswith("json") else form)


@pytest.mark.parametrize("content", [
    "user,item\nu,Ménage à trois déjà vu\n".encode("latin-1"),
    "user,item\nu,Привет всем покупателям\n".encode("cp1251"),
    "user,item\nu,こんにちは世界\n".encode("shift-jis"),
    "user,item\nu,台灣繁體中文商品\n".encode("big5"),
    b"user,item\nu,caf\xe9\n",
])  # fmt: skip
def test_other_encodings_are_refused_not_guessed(tmp_path, content):
    (tmp_path / "log.csv").write_bytes(content)
    with pytest.raises(InputError, match=r"log.csv is not UTF-8: line 2 .* save it as UTF-8"):
        read_dataset(tmp_path / "log.csv")


def test_numbers_in_json_keep_their_digits(tmp_path):
    (tmp_path / "log.jsonl").write_text('{"user": 9007199254740993, "item": 1e5, "price": 0.10, "at": {"x": 00}}\n'
                                        '{"user": 18446744073709551617, "item": 12.0, "price": null, "ok": false}\n'
                                        '\n[1, 2]\n{"user": "00123", "item": "NA", "a": ["x", 1]}\n')  # fmt: skip
    part = take_in(tmp_path / "log.jsonl", tmp_path / "taken")[0]
    assert (part.rows, part.rejects, part.format) == (2, 2, "jsonl")  # 00 is no JSON number
    table = pd.read_parquet(part.table).set_axis(list(part.columns), axis=1)
    assert table["user"].tolist() == ["18446744073709551617", "00123"]
    assert table["item"].tolist() == ["12.0", "NA"]
    data = read_dataset(tmp_path / "log.jsonl", columns={"price": None})
    assert data.quarantine["line"].tolist() == [1, 4]
    assert (data.report.read, data.report.kept, data.report.dropped) == (4, 2, 2)


def test_excel_says_which_ids_it_has_rounded(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "log.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["user", "item", "price"])
    sheet.write_row(1, 0, [9007199254740993, 7, 2.5])
    book.close()
    with pytest.raises(InputError, match=r"column 'user' of log.xlsx .* more than 15 digits"):
        read_dataset(tmp_path / "log.xlsx")
    data = read_dataset(tmp_path / "log.xlsx", columns={"user": "item", "item": "price"})
    assert data.interactions[["user_id", "item_id"]].to_numpy().tolist() == [["7", "2.5"]]


def test_sheets_with_one_header_are_one_table(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "log.xlsx")
    for name, rows in {"2010": [["u", "i"]], "2011": [["v", "j"], ["w", ""]], "notes": None}.items():
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["user", "item"] if rows else ["a note"])
        for at, row in enumerate(rows or [["x"]], start=1):
            sheet.write_row(at, 0, row)
    book.close()
    part = preview(tmp_path / "log.xlsx").parts[0]
    assert part.notes == ("sheets 2010, 2011", "left out, with other columns: notes")
    data = read_dataset(tmp_path / "log.xlsx")
    assert data.interactions["user_id"].tolist() == ["u", "v"]
    assert data.quarantine[["line", "reason"]].to_numpy().tolist() == [[3, "no item id"]]


def test_parts_of_a_log_are_one_log(tmp_path):
    (tmp_path / "a.csv").write_text("user,item,time\nu,i,2024-01-02\nu,,2024-01-03\n")
    (tmp_path / "b.jsonl").write_text('{"time": "2024-01-01", "item": "j", "user": "v"}\n')
    data = read_dataset([tmp_path / "a.csv", tmp_path / "b.jsonl"])
    assert data.interactions["user_id"].tolist() == ["v", "u"]
    assert data.quarantine[["file", "line"]].to_numpy().tolist() == [["a.csv", 3]]
    assert data.report.read == 3
    (tmp_path / "c.csv").write_text("user,what\nu,i\n")
    with pytest.raises(InputError, match=r"c.csv has other columns than a.csv \(more: what; missing: item, time\)"):
        read_dataset([tmp_path / "a.csv", tmp_path / "c.csv"])
    with zipfile.ZipFile(tmp_path / "parts.zip", "w") as archive:
        archive.write(tmp_path / "a.csv", "day1/events.csv")
        archive.writestr("day2/events.csv", "item,user,time\nk,w,2024-01-05\n")
    assert read_dataset(tmp_path / "parts.zip").interactions["user_id"].tolist() == ["u", "w"]


def test_line_numbers_hold_beside_blank_lines_and_long_values(tmp_path):
    text = 'user,item,note\n\nu,a,"one\ntwo"\n\nu,,x\nu\n,b,"\n\n"\nu,c,"say ""hi"""\nu,,"5"" pipe"\n'
    (tmp_path / "log.csv").write_text(text)
    data = read_dataset(tmp_path / "log.csv", columns={"time": None})
    assert sorted(data.quarantine["line"]) == [6, 7, 8, 12]
    assert data.report.kept == 2
