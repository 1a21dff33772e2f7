"""Text as weighted counts: stemmed words and pairs of words, or characters and pairs of them where it is Chinese."""

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd
from scipy import sparse

CHINESE: Final = r"[\u4e00-\u9fff]"
_MOSTLY: Final = 0.3  # share of Chinese among the letters from which a catalogue is read by characters
_WORD: Final = re.compile(r"\w\w+")
_MEANT: Final = re.compile(r"\w")


def tf_idf(texts: pd.Series) -> sparse.csr_matrix:
    """Weigh the terms of each text (rows, terms), rows of length 1; without any term there are no columns.

    English loses its stop words and endings. Characters beat segmented words for Chinese when both were tried.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415  # heavy; kept out of the web process

    texts = texts.astype("string").fillna("").str.lower()
    chinese = texts.str.count(CHINESE).sum() > _MOSTLY * texts.str.count(r"\w").sum()
    terms = _characters if chinese else _words
    try:
        found = TfidfVectorizer(analyzer=terms, sublinear_tf=True, dtype=np.float32).fit_transform(texts)
    except ValueError:  # nothing but stop words and signs
        return sparse.csr_matrix((len(texts), 0), dtype=np.float32)
    return sparse.csr_matrix(found)


def _words(text: str) -> list[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS  # noqa: PLC0415  # as in tf_idf

    return with_pairs([stem(word) for word in _WORD.findall(text) if word not in ENGLISH_STOP_WORDS], " ")


def _characters(text: str) -> list[str]:
    return with_pairs(_MEANT.findall(text), "")


def with_pairs(terms: list[str], between: str) -> list[str]:
    """Add every pair of neighbours to the terms."""
    return terms + [first + between + second for first, second in pairwise(terms)]


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Take an English word's ending off."""
    import snowballstemmer  # type: ignore[import-untyped]  # noqa: PLC0415  # only the worker reads texts

    return str(snowballstemmer.stemmer("english").stemWord(word))
