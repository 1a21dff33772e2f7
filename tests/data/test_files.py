import errno
import json
import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

from divrec.data import files
from divrec.errors import ArtefactError


def write(folder, text):
    with files.atomic_folder(folder) as temporary:
        (temporary / "pictures").mkdir()
        (temporary / "pictures" / "a.txt").write_text(text)
        files.write_json(temporary / "about.json", {"text": text})


def test_a_folder_appears_whole_with_a_manifest_of_its_files(tmp_path):
    write(tmp_path / "run", "first")
    assert sorted(files.check_manifest(tmp_path / "run")) == ["about.json", "pictures/a.txt"]
    write(tmp_path / "run", "second")
    assert files.read_json(tmp_path / "run" / "about.json") == {"text": "second"}
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_an_error_leaves_the_old_folder_and_nothing_else(tmp_path):
    write(tmp_path / "run", "first")

    def fail_half_way():
        with files.atomic_folder(tmp_path / "run") as temporary:
            (temporary / "half.txt").write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert files.read_json(tmp_path / "run" / "about.json") == {"text": "first"}
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_full_disk_is_said_plainly_and_keeps_the_old_version(tmp_path):
    files.write_json(tmp_path / "a.json", 1)
    with pytest.raises(ArtefactError, match="disk is full"), files.atomic_file(tmp_path / "a.json"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert files.read_json(tmp_path / "a.json") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_one_flipped_bit_a_missing_file_and_a_foreign_manifest_are_refused(tmp_path):
    write(tmp_path / "run", "first")
    picture = tmp_path / "run" / "pictures" / "a.txt"
    picture.write_bytes(bytes([picture.read_bytes()[0] ^ 1]) + picture.read_bytes()[1:])
    with pytest.raises(ArtefactError, match="differs from its checksum"):
        files.check_manifest(tmp_path / "run")
    files.check_manifest(tmp_path / "run", ["about.json"])
    picture.unlink()
    with pytest.raises(ArtefactError, match="missing"):
        files.check_manifest(tmp_path / "run")
    (tmp_path / "run" / "manifest.json").write_text(json.dumps({"sha256": {"../outside": "0"}}))
    with pytest.raises(ArtefactError, match="not a manifest"):
        files.check_manifest(tmp_path / "run")
    with pytest.raises(ArtefactError, match="not a folder"):
        files.check_manifest(tmp_path / "nowhere")


def test_sealing_a_new_file_keeps_the_checksums_of_the_old(tmp_path):
    write(tmp_path / "run", "first")
    (tmp_path / "run" / "pictures" / "a.txt").write_text("damaged")
    files.write_json(tmp_path / "run" / "projection.json", [1])
    files.seal(tmp_path / "run", ["projection.json"])
    files.check_manifest(tmp_path / "run", ["projection.json"])
    with pytest.raises(ArtefactError, match=r"a\.txt differs"):
        files.check_manifest(tmp_path / "run")


def test_tables_come_back_with_their_index_and_text_types(tmp_path):
    table = pd.DataFrame({"x": [1.5, 2.5], "t": ["00123", None]}, index=pd.Index(["a", "b"], name="item_id"))
    files.write_parquet(tmp_path / "t.parquet", table)
    pd.testing.assert_frame_equal(files.read_parquet(tmp_path / "t.parquet"), table)
    (tmp_path / "t.parquet").write_bytes(b"PAR1 nonsense PAR1")
    with pytest.raises(ArtefactError, match="Parquet"):
        files.read_parquet(tmp_path / "t.parquet")


def test_json_has_no_nan(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        files.write_json(tmp_path / "a.json", float("nan"))
    assert list(tmp_path.iterdir()) == []


WRITER = """
import sys
from divrec.data.files import atomic_folder, write_json
n = 0
while True:
    n += 1
    with atomic_folder(sys.argv[1]) as folder:
        for name in "abc":
            write_json(folder / name, n)
"""


def test_a_writer_killed_at_any_moment_leaves_a_whole_version(tmp_path):
    for wait in (0.0, 0.011, 0.023, 0.037):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / "run")])
        deadline = time.monotonic() + 60
        while not (tmp_path / "run").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(wait)
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        files.check_manifest(tmp_path / "run")
        assert len({files.read_json(tmp_path / "run" / name) for name in "abc"}) == 1
    files.remove_leftovers(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_swap_cut_between_its_two_renames_is_undone_by_the_next_reader(tmp_path):
    write(tmp_path / "run", "first")
    (tmp_path / "run").rename(tmp_path / ".run.divrec-old")
    files.check_manifest(tmp_path / "run")
    assert files.read_json(tmp_path / "run" / "about.json") == {"text": "first"}
