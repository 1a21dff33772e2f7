"""Texts as vectors of a sentence model that lies in a folder of this machine, where one is set; nothing is downloaded.

The setting DIVREC_TEXT_MODEL names the folder: a static model of model2vec (``config.json``, ``tokenizer.json``,
``model.safetensors``), or a model of sentence-transformers (``modules.json``). Weights are read from safetensors alone.
"""

import logging
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.data.files import read_json
from divrec.errors import InputError

SETTING: Final = "DIVREC_TEXT_MODEL"
_OFFLINE: Final = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY")
_STATIC: Final = ("config.json", "tokenizer.json", "model.safetensors")
_LAYERED: Final = "modules.json"  # of sentence-transformers; model2vec writes one too

logger = logging.getLogger("divrec.sentences")


def text_model() -> Path | None:
    """Give the folder that is set, None where none is.

    Raises InputError for anything but a folder with a model in safetensors: a name would be looked up on the web.
    """
    named = os.environ.get(SETTING, "").strip()
    if not named:
        return None
    folder = Path(named)
    if not folder.is_dir():
        raise InputError(f"{SETTING} is {named!r}, which is no folder on this machine; models are never downloaded: "
                         "put one there, or clear the setting")  # fmt: skip
    missing = [name for name in _STATIC if not (folder / name).is_file()]
    if missing and not ((folder / _LAYERED).is_file() and any(folder.rglob("*.safetensors"))):
        raise InputError(f"{SETTING} is {named!r}, which lacks {', '.join(missing)}; expected a model of model2vec, or "
                         "of sentence-transformers with its weights in safetensors")  # fmt: skip
    return folder.resolve()


def sentence_vectors(texts: pd.Series) -> npt.NDArray[np.float32] | None:
    """Embed each text (rows, d); an empty one is a zero row.

    None where no model is set, or where the package that reads it is not installed, which the log tells.
    Raises InputError for a folder that holds no model, or a damaged one.
    """
    folder = text_model()
    if folder is None:
        return None
    package = "model2vec" if _is_static(folder) else "sentence_transformers"
    if find_spec(package) is None:
        logger.warning("%s needs %s, which is not installed: texts are compared by words alone", SETTING, package)
        return None
    os.environ.update(dict.fromkeys(_OFFLINE, "1"))  # before the package is imported, which reads them once
    try:
        found = _static(folder, texts.tolist()) if package == "model2vec" else _transformed(folder, texts.tolist())
    except Exception as error:  # whatever a package of others says of a damaged folder
        raise InputError(f"the model in {folder} ({SETTING}) cannot be used: {error}") from error
    vectors = np.nan_to_num(np.asarray(found, dtype=np.float32))
    vectors[(texts.str.strip() == "").to_numpy()] = 0
    return vectors


def _is_static(folder: Path) -> bool:
    layers = folder / _LAYERED
    if not all((folder / name).is_file() for name in _STATIC):
        return False
    return not layers.is_file() or any("StaticEmbedding" in str(layer.get("type")) for layer in read_json(layers))


def _static(folder: Path, texts: list[str]) -> Any:  # noqa: ANN401  # an array
    from model2vec import StaticModel  # noqa: PLC0415

    return StaticModel.from_pretrained(folder, force_download=False).encode(texts, use_multiprocessing=False)


def _transformed(folder: Path, texts: list[str]) -> Any:  # noqa: ANN401  # an array
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    model = SentenceTransformer(
        str(folder), device="cpu", local_files_only=True, trust_remote_code=False,
        model_kwargs={"use_safetensors": True},
    )  # fmt: skip
    return model.encode(texts, show_progress_bar=False)
