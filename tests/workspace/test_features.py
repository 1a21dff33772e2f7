import numpy as np
import pandas as pd
import pytest

from divrec.data.files import seal, write_json
from divrec.errors import ArtefactError
from divrec.simulate.demo import demo_pictures, load_demo
from divrec.workspace.features import make_features, picture_block, read_features


def nearest(block, pictures, size=5):
    rows = block.to_numpy() / np.linalg.norm(block, axis=1, keepdims=True)
    near = rows @ rows.T
    near[pictures[:, None] == pictures[None, :]] = -2  # another product with the very same picture proves nothing
    return np.argsort(-near, axis=1)[:, :size]


def test_like_pictures_lie_nearer_than_unlike_ones():
    items = load_demo().items.iloc[::3]
    near = nearest(picture_block(items, demo_pictures()), items["image"].to_numpy())
    for column in ("subcategory", "colour"):
        kind = items[column].to_numpy()
        found, chance = (kind[near] == kind[:, None]).mean(), (kind[:, None] == kind[None, :]).mean()
        assert found > 3 * chance


def test_an_item_without_a_picture_is_there_with_a_zero_row_and_a_shop_without_any_has_no_block(tmp_path):
    items = load_demo().items.head(20).reset_index(drop=True)
    items.loc[3, "image"] = None
    block = picture_block(items, demo_pictures())
    assert block.index.tolist() == items["item_id"].tolist()
    assert np.flatnonzero(~block.any(axis=1)).tolist() == [3]
    assert picture_block(items, tmp_path) is None


def test_features_are_sealed_and_kept(tmp_path):
    write_json(tmp_path / "dataset.json", {})
    seal(tmp_path)
    items = load_demo().items.head(60)
    make_features(items, demo_pictures(), tmp_path)
    made = read_features(tmp_path)
    assert set(made) == {"text", "picture"}
    make_features(items.head(0), demo_pictures(), tmp_path)  # a job that is done again finds them
    pd.testing.assert_frame_equal(read_features(tmp_path)["picture"], made["picture"])
    (tmp_path / "features-text.parquet").write_bytes(b"spoilt")
    with pytest.raises(ArtefactError):
        read_features(tmp_path)
