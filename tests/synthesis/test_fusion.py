"""The gate lets helpful shoppers in and keeps harmful ones out, both made on purpose."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from divrec.columns import USER
from divrec.errors import InputError
from divrec.synthesis.usefulness import MARK, FusionSettings, Judge, augmentation, fuse
from tests.models.conftest import block_pairs, shop

ITEMS = [f"b{block}i{item}" for block in range(3) for item in range(10)]


@pytest.fixture(scope="module")
def judge():
    """Few shoppers to learn from, many judges: what the blocks are is hard to see without help."""
    rng = np.random.default_rng(5)
    noisy = [(user, ITEMS[rng.integers(30)]) if rng.random() < 0.7 else (user, item) for user, item in block_pairs(24)]
    known = shop(noisy, items=ITEMS)
    _, test = shop(block_pairs(300, seed=9), items=ITEMS).split("users", share=0.9)
    return Judge(known, test, n=3)


def rows(pairs):
    made = shop(pairs, items=ITEMS).matrix()
    return (made > 0).astype(np.float32)


def test_helpful_shoppers_are_let_in(judge):
    curve, gate = augmentation(judge, rows(block_pairs(72, seed=4)), FusionSettings(weight=1.0))
    assert gate.open
    assert 0 < gate.low < gate.gain < gate.high
    assert gate.share <= 1
    assert curve["share"].tolist() == [0, 0.1, 0.25, 0.5, 1, 2, 3]


def test_harmful_shoppers_are_kept_out(judge):
    rng = np.random.default_rng(0)
    across = [(f"n{n:03}", ITEMS[10 * ((n + step) % 3) + rng.integers(10)]) for n in range(72) for step in range(9)]
    _, gate = augmentation(judge, rows(across), FusionSettings(weight=5.0, shares=(1.0, 3.0)))
    assert not gate.open


def test_a_weight_of_nothing_changes_nothing(judge):
    made = rows(block_pairs(24, seed=4))
    assert judge.values([judge.real, made], [1.0, 0.0]) == pytest.approx(judge.values([judge.real]))
    twice = sparse.vstack([judge.real, judge.real], format="csr")
    assert judge.values([twice]) == pytest.approx(judge.values([judge.real], [2.0]))


def test_too_few_to_try_are_refused(judge):
    with pytest.raises(InputError, match="generate more"):
        augmentation(judge, rows(block_pairs(1)), FusionSettings(shares=(0.5,)))


def test_fusing_marks_and_caps():
    data = shop(block_pairs(20), items=ITEMS)
    more = data.interactions.assign(**{USER: "g" + data.interactions[USER].astype("str")})
    fused = fuse(data, more, share=0.25)
    assert fused.users[MARK].sum() == 5
    assert fused.users.loc[fused.users[MARK], USER].str.startswith("g").all()
    assert len(fused.interactions) == len(data.interactions) + more[USER].isin(fused.users[USER]).sum()
    pd.testing.assert_frame_equal(fused.interactions.head(len(data.interactions)), data.interactions)
    with pytest.raises(InputError, match="id of a real one"):
        fuse(data, data.interactions, share=1.0)
