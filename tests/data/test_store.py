import numpy as np
import pandas as pd
import pytest

from divrec.data.candidates import Candidates
from divrec.data.pools import load_candidates, save_candidates
from divrec.data.store import load_dataset
from divrec.errors import ArtefactError


@pytest.mark.parametrize("part", ["whole", "test"])
def test_a_dataset_comes_back_as_it_was(small_shop, tmp_path, part):
    dataset = small_shop if part == "whole" else small_shop.split("last")[1]
    dataset.save(tmp_path / "shop")
    again = load_dataset(tmp_path / "shop")
    for name in ("interactions", "items", "users"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(dataset, name))
    assert (again.history is None) == (dataset.history is None)
    assert (again.name, again.report, again.fingerprint) == (dataset.name, dataset.report, dataset.fingerprint)
    del vars(again)["fingerprint"]
    assert again.fingerprint == dataset.fingerprint


def test_a_damaged_dataset_is_refused(small_shop, tmp_path):
    small_shop.save(tmp_path / "shop")
    table = tmp_path / "shop" / "items.parquet"
    table.write_bytes(table.read_bytes()[:-1] + b"\0")
    with pytest.raises(ArtefactError, match=r"items\.parquet differs"):
        load_dataset(tmp_path / "shop")


@pytest.fixture
def pool():
    table = pd.DataFrame({"user_id": ["u", "u", "v"], "item_id": ["01", "1e5", "01"], "score": [2.0, 1.0, 3.0]})
    return Candidates.from_frame(table)


def test_a_pool_comes_back_mapped_into_memory(pool, tmp_path):
    save_candidates(pool, tmp_path / "pool")
    again = load_candidates(tmp_path / "pool")
    pd.testing.assert_frame_equal(again.to_frame(), pool.to_frame())
    assert isinstance(again.items, np.memmap)
    assert isinstance(again.scores, np.memmap)


def test_a_pool_that_needs_unpickling_is_refused(pool, tmp_path):
    from divrec.data.files import seal

    save_candidates(pool, tmp_path / "pool")
    np.save(tmp_path / "pool" / "items.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    seal(tmp_path / "pool")
    with pytest.raises(ArtefactError, match="arrays of a pool"):
        load_candidates(tmp_path / "pool")
