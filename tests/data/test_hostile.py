"""Files made to break the reader: small on disk, refused with a typed error, within memory and time."""

import gzip
import io
import struct
import time
import zipfile
import zlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from divrec.data.intake.limits import Limits
from divrec.data.intake.take import take_in
from divrec.errors import InputError
from tests.data.hostile import many_rows, parquet_bomb, sparse_workbook

LIMITS = Limits(rows=3_000_000, memory_bytes=3 * 2**30, seconds=40)


def zip_bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("log.csv", b"x" * (300 * 2**20))
    return out.getvalue()


def archive_of(files, **extra):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **extra) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def locked():
    plain = bytearray(archive_of({"log.csv": b"user,item\nu,i\n"}))
    for magic, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = plain.index(magic) + place
        plain[at : at + 2] = struct.pack("<H", 1)
    return bytes(plain)


def lying_rows():
    """Make a PNG-like lie: a gzip whose trailer says that it is small."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    body = packer.compress(b"0" * 200_000_000) + packer.flush()
    return body[:-4] + struct.pack("<I", 100)


LOG = b"user,item\nu,i\n"
HOSTILE = {
    "sparse.xlsx": (sparse_workbook, "broke down|unfolds|columns"),
    "bomb.parquet": (parquet_bomb, "unfolds to 18.6 GiB"),
    "rows.csv.gz": (lambda: many_rows(40), r"more than 3,000,000 rows, the limit \(Limits.rows\)"),
    "bomb.zip": (zip_bomb, "unfolds to more than"),
    "bomb.gz": (lying_rows, "unfolds to more than"),
    "nested.zip": (lambda: archive_of({"in.zip": archive_of({"log.csv": LOG})}), "another archive, in.zip"),
    "nested.gz": (lambda: gzip.compress(gzip.compress(LOG)), "another archive"),
    "many.zip": (lambda: archive_of({f"{n}.csv": LOG for n in range(1_100)}), "1,100 files; the limit is 1,000"),
    "locked.zip": (locked, "locked with a password"),
    "empty.zip": (lambda: archive_of({}), "an empty zip"),
    "cut.zip": (lambda: archive_of({"log.csv": LOG * 999})[:900], "damaged zip"),
    "deep.json": (lambda: b'[{"a":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001 + b"]", "nests JSON"),
    "deeper.json": (lambda: b"[" * 1_000_000, "nests JSON"),
    "deep.jsonl": (lambda: b'{"user":1}\n' + b'{"a":' * 40 + b"1" + b"}" * 40, "more than 16 levels"),
    "wide.csv": (lambda: b",".join(b"c%d" % n for n in range(100_000)) + b"\n1\n", "100,000 columns; the limit is"),
    "wide.json": (lambda: b'[{' + b",".join(b'"c%d":1' % n for n in range(100_000)) + b"}]", "100,000 columns"),
    "quote.csv": (lambda: LOG + b'u,"never closed\n' + LOG * 9, "quote opened on line 3"),
    "zero.csv": (lambda: LOG + b"u,\x00\n", "line 3 holds a zero byte"),
    "zero.bin": (lambda: b"\0" * 100_000, "zero byte|UTF-16"),
    "half.json": (lambda: b'[{"user": 1}, {"us', "not whole JSON: line 1"),
    "page.csv": (lambda: b"%PDF-1.7", "a PDF"),
    "cut.parquet": (lambda: parquet_bomb()[:-9], "not a readable Parquet"),
    "old.xls": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 4096, "not a readable Excel|broke down"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_time(tmp_path, name):
    make, message = HOSTILE[name]
    path = tmp_path / name
    path.write_bytes(make())
    assert path.stat().st_size < 4_000_000
    began = time.monotonic()
    with pytest.raises(InputError, match=message) as refused:
        take_in(path, tmp_path / "taken", LIMITS, isolated=True)
    assert time.monotonic() - began < 60
    assert name in str(refused.value)
    assert not list((tmp_path / "taken").glob("unpacked-*/*")) or "broke down" in str(refused.value)


def test_names_inside_an_archive_are_labels_only(tmp_path):
    path = tmp_path / "travel.zip"
    path.write_bytes(archive_of({"../../../escaped.csv": LOG, "/etc/escaped.csv": LOG}))
    parts = take_in(path, tmp_path / "taken", LIMITS, isolated=False)
    assert [part.label for part in parts] == ["escaped.csv", "escaped.csv"]
    assert not list(tmp_path.parent.parent.glob("escaped*"))


def test_the_wall_clock_ends_a_child(tmp_path):
    (tmp_path / "slow.json").write_bytes(b"[" + b'{"user":1,"item":2},' * 100_000 + b'{"user":1,"item":2}]')
    with pytest.raises(InputError, match=r"slow\.json takes longer than 0 s, the limit"):
        take_in(tmp_path / "slow.json", tmp_path / "taken", Limits(seconds=0, seconds_per_gb=0), isolated=True)


def test_the_cpu_limit_alone_ends_a_child(tmp_path):
    (tmp_path / "slow.json").write_bytes(b"[" + b'{"user":1,"item":2},' * 2_000_000 + b'{"user":1,"item":2}]')
    limits = Limits(seconds=300, cores=1 / 300)
    with pytest.raises(InputError, match=r"slow\.json takes more than 1 s of CPU time, the limit"):
        take_in(tmp_path / "slow.json", tmp_path / "taken", limits, isolated=True)


def test_too_many_rows_of_parquet_are_refused_by_its_footer_alone(tmp_path):
    path = tmp_path / "long.parquet"
    pq.write_table(pa.table({"user": ["u"] * (LIMITS.rows + 1)}), path)
    whole = path.read_bytes()
    footer = struct.unpack("<I", whole[-8:-4])[0] + 8
    path.write_bytes(b"PAR1" + b"\xff" * (len(whole) - footer - 4) + whole[-footer:])  # not a byte of data is left
    with pytest.raises(InputError, match=r"long\.parquet has more than 3,000,000 rows, the limit \(Limits\.rows\)"):
        take_in(path, tmp_path / "taken", LIMITS, isolated=True)
    with pytest.raises(InputError, match="not a readable Parquet"):
        take_in(path, tmp_path / "again", Limits(), isolated=True)
