import numpy as np
import pandas as pd
import pytest

from divrec.data.bulk import read_core
from divrec.data.cleaning import Recipe, clean
from divrec.data.read import read_dataset
from divrec.data.steps import Core
from divrec.errors import InputError


def a_log(folder, name, damage=0, seed=3):
    random = np.random.default_rng(seed)
    log = pd.DataFrame({
        "user_id": random.integers(0, 60, 900).astype(str), "item_id": random.zipf(1.6, 900).clip(max=80).astype(str),
        "event_time": pd.date_range("2024-01-01", periods=900, freq="h").strftime("%Y-%m-%d %H:%M:%S"),
        "event_type": "view",
    })  # fmt: skip
    log.loc[log.index[:damage], "event_time"] = "2199-01-01 00:00:00"
    log.loc[log.index[10 : 10 + damage], "user_id"] = ""
    path = folder / name
    log.to_csv(path, index=False) if name.endswith("csv") else log.to_parquet(path)
    return path


@pytest.mark.parametrize("name", ["log.csv", "log.parquet"])
def test_straight_to_the_core_is_reading_and_then_taking_the_core(tmp_path, name):
    path = a_log(tmp_path, name, damage=5)
    straight = read_core(path, core=Core(4, 3))
    cleaned = clean(read_dataset(path), Recipe((Core(4, 3),)))
    assert set(straight.user_ids) == set(cleaned.user_ids)
    assert set(straight.item_ids) == set(cleaned.item_ids)
    table = pd.DataFrame.sparse.from_spmatrix(straight.matrix, straight.user_ids, straight.item_ids).sparse.to_dense()
    events = cleaned.interactions.groupby(["user_id", "item_id"]).size().unstack(fill_value=0)
    assert (table.loc[events.index, events.columns] == events).all(axis=None)
    assert straight.report.read == 900
    assert straight.report.kept == len(cleaned.interactions) == straight.matrix.sum()


def test_a_log_that_nothing_is_left_of_says_why(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("user_id,item_id,event_time\n,a,2024-01-01 00:00:00\n,b,2024-01-02 00:00:00\n")
    with pytest.raises(InputError, match="no user id"):
        read_core(path)
