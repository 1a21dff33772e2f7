import numpy as np
import pandas as pd

from divrec.data.features.text import tf_idf
from divrec.data.likeness import text_block


def cosines(texts):
    rows = tf_idf(pd.Series(texts))
    return (rows @ rows.T).toarray()


def test_endings_and_stop_words_do_not_count():
    near = cosines(["the running shoes", "shoe for running", "garden chairs"])
    assert near[0, 1] > 0.4
    assert near[0, 2] == near[1, 2] == 0


def test_chinese_is_compared_by_characters():
    near = cosines(["红色长裤", "长裤 蓝色", "咖啡壶", "咖啡机"])
    assert near[0, 1] > 0.2
    assert near[2, 3] > 0.4
    assert near[0, 2] == near[1, 3] == 0


def test_a_chinese_catalogue_gets_vectors_in_which_like_names_are_alike():
    names = ["红色长裤", "蓝色长裤", "白色长裤", "手冲咖啡壶", "滴滤咖啡壶", "不锈钢咖啡壶"]
    block = text_block(pd.DataFrame({"item_id": list("abcdef"), "title": names}))
    rows = block.to_numpy() / np.linalg.norm(block, axis=1, keepdims=True)
    near = rows @ rows.T
    assert near[:3, :3].min() > near[:3, 3:].max()
    assert near[3:, 3:].min() > near[:3, 3:].max()


def test_texts_without_a_term_have_no_columns():
    assert tf_idf(pd.Series(["the", "", None])).shape == (3, 0)
