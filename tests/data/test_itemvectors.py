"""Ready item vectors in any layout become one float32 row for each item; every row of their file is accounted for."""

import json

import numpy as np
import pandas as pd
import pytest

from divrec.data.read import read_dataset
from divrec.data.store import load_dataset
from divrec.errors import InputError

IDS = ["00123", "b", "c"]
ROWS = np.array([[0.1, -2.5e-3, 3], [1, 2, 3], [0, 0.5, 1e3]], dtype=np.float32)


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("user,item\n" + "".join(f"u,{name}\n" for name in [*IDS, "bare"]))
    return path


def wide(path):
    pd.DataFrame(ROWS, columns=["x1", "x2", "x3"]).assign(item_id=IDS, title=["a", "b", "c"]).to_csv(path, index=False)


LAYOUTS = {
    "wide.csv": wide,
    "list.parquet": lambda path: pd.DataFrame({"sku": IDS, "embedding": list(ROWS)}).to_parquet(path),
    "list.jsonl": lambda path: path.write_text(
        "".join(json.dumps({"id": name, "vector": row.tolist()}) + "\n" for name, row in zip(IDS, ROWS, strict=True))
    ),
    "text.csv": lambda path: path.write_text(
        "id;vec\n" + "".join(f"{name};{row}\n" for name, row in zip(IDS, ROWS, strict=True))
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_gives_the_same_vectors(tmp_path, log, name):
    LAYOUTS[name](tmp_path / name)
    data = read_dataset(log, vectors=tmp_path / name)
    assert data.vectors.index.tolist() == [*IDS, "bare"]
    assert np.allclose(data.vectors.to_numpy(), [*ROWS, [0, 0, 0]])
    assert data.vectors.to_numpy().dtype == np.float32
    assert "item has no ready vector" in str(data.report)
    data.save(tmp_path / "stored")
    pd.testing.assert_frame_equal(load_dataset(tmp_path / "stored").vectors, data.vectors)


def test_bad_rows_are_set_aside_with_their_lines(tmp_path, log):
    text = 'id,vec\nb,"1,2"\n,"1,2"\nb,"3,4"\nc,"1,nan"\nbare,"1"\nnobody,"1,2"\n00123,"5,6"\n'
    (tmp_path / "v.csv").write_text(text)
    data = read_dataset(log, vectors=tmp_path / "v.csv")
    assert data.vectors.loc[["b", "00123"]].to_numpy().tolist() == [[1, 2], [5, 6]]
    assert data.quarantine["line"].tolist() == [3, 4, 5, 6, 7]
    assert data.report.kept == data.report.read == 4  # the log's own account is untouched


def test_a_file_without_vectors_is_refused(tmp_path, log):
    (tmp_path / "v.csv").write_text("id,title\nb,Tea\n")
    with pytest.raises(InputError, match=r"v\.csv holds no vectors beside 'id'"):
        read_dataset(log, vectors=tmp_path / "v.csv")
    (tmp_path / "v.csv").write_text("id,x\nnobody,1\n")
    with pytest.raises(InputError, match="no vector for any item"):
        read_dataset(log, vectors=tmp_path / "v.csv")
