"""A sentence model that lies here joins the words; none is ever fetched, and without one words do alone."""

import os
from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest

from divrec.data.features.sentences import SETTING, sentence_vectors
from divrec.data.files import seal, write_json
from divrec.data.likeness import text_block
from divrec.data.vectors import similarity, unit_rows
from divrec.errors import InputError
from divrec.workspace.features import make_features, read_features

WORDS = {"[UNK]": (0, 0, 0), "sofa": (1, 0, 0), "couch": (0.9, 0.1, 0), "kettle": (0, 1, 0), "blue": (0, 0, 0.2)}
ITEMS = pd.DataFrame({"item_id": ["a", "b", "c", "d"], "title": ["Blue sofa", "couch", "kettle", None]})


@pytest.fixture
def model(tmp_path, monkeypatch):
    """A static model of five words, saved as model2vec saves them, and set."""
    model2vec = pytest.importorskip("model2vec")
    tokenizers = pytest.importorskip("tokenizers")
    tokens = tokenizers.Tokenizer(tokenizers.models.WordLevel(dict(zip(WORDS, range(5), strict=True)), "[UNK]"))
    tokens.normalizer = tokenizers.normalizers.Lowercase()
    tokens.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    vectors = np.array(list(WORDS.values()), dtype=np.float32)
    model2vec.StaticModel(vectors, tokens).save_pretrained(tmp_path / "model")
    monkeypatch.setenv(SETTING, str(tmp_path / "model"))
    return tmp_path / "model"


def test_texts_without_a_word_in_common_are_alike_where_the_model_says_so(model, tmp_path, monkeypatch):
    write_json(tmp_path / "shop" / "dataset.json", {})
    seal(tmp_path / "shop")
    make_features(ITEMS, tmp_path, tmp_path / "shop")
    both = read_features(tmp_path / "shop")["text"]
    assert both.index.tolist() == ITEMS["item_id"].tolist()
    assert {name.split(".")[0] for name in both} == {"words", "sentences"}
    assert not both.loc["d"].any()
    alike, by_words = (similarity(unit_rows(block.to_numpy())) for block in (both, text_block(ITEMS)))
    assert by_words[0, 1] == pytest.approx(0.5, abs=1e-6)
    assert alike[0, 1] == pytest.approx(0.75, abs=0.02)  # half of it is what the words say
    assert alike[0, 2] == pytest.approx(0.5, abs=0.02)
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    monkeypatch.delenv(SETTING)
    assert sentence_vectors(ITEMS["title"]) is None


@pytest.mark.parametrize("named", ["minishlab/potion-base-8M", "/nowhere", "https://example.org/model"])
def test_what_is_no_folder_is_refused_and_never_fetched(monkeypatch, named):
    monkeypatch.setenv(SETTING, named)
    with pytest.raises(InputError, match="no folder on this machine; models are never downloaded"):
        sentence_vectors(ITEMS["title"])


def test_weights_are_read_from_safetensors_alone(model):
    weights = model / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-20])
    with pytest.raises(InputError, match="cannot be used"):
        sentence_vectors(ITEMS["title"].fillna(""))
    weights.rename(model / "pytorch_model.bin")
    (model / "modules.json").unlink()
    with pytest.raises(InputError, match=r"lacks model\.safetensors"):
        sentence_vectors(ITEMS["title"])


@pytest.mark.skipif(find_spec("sentence_transformers") is not None, reason="it would be used")
def test_a_model_whose_package_is_not_installed_leaves_the_words(tmp_path, monkeypatch, caplog):
    (tmp_path / "modules.json").write_text("[]")
    (tmp_path / "model.safetensors").write_bytes(b"")
    monkeypatch.setenv(SETTING, str(tmp_path))
    assert sentence_vectors(ITEMS["title"]) is None
    assert "needs sentence_transformers, which is not installed" in caplog.text
