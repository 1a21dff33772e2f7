"""Text as weighted counts: stemmed words and pairs of words, or characters and pairs of them where it is Chinese."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from divrec.data.vectors import unit_rows

CHINESE: Final = r"[\u4e00-\u9fff]"
_MOSTLY: Final = 0.3  # share of Chinese among the letters from which a catalogue is read by characters
_WORD: Final = re.compile(r"\w\w+")
_MEANT: Final = re.compile(r"\w")


def tf_idf(texts: pd.Series) -> sparse.csr_matrix:
    """Weigh the terms of each text (rows, terms), rows of length 1; without any term there are no columns.

    English loses its stop words and endings. Characters beat segmented words for Chinese when both were tried.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415  # heavy; kept out of the web process

    texts = _lower(texts)
    terms = _characters if mostly_chinese(texts) else _words
    try:
        found = TfidfVectorizer(analyzer=terms, sublinear_tf=True, dtype=np.float32).fit_transform(texts)
    except ValueError:  # nothing but stop words and signs
        return sparse.csr_matrix((len(texts), 0), dtype=np.float32)
    return sparse.csr_matrix(found)


@dataclass(frozen=True, eq=False)
class TextSpace:
    """TF-IDF on its principal axes (LSA), kept so that texts can be placed that it was not learned from.

    ``terms`` gives each known term its place; ``idf`` (terms,) its weight; ``axes`` (d, terms) span the space.
    """

    chinese: bool
    terms: dict[str, int]
    idf: npt.NDArray[np.float32]
    axes: npt.NDArray[np.float32]

    @classmethod
    def learn(cls, texts: pd.Series, dimensions: int, seed: int) -> "TextSpace":
        """Learn from a catalogue's texts; without any term the space has no dimension."""
        from sklearn.decomposition import TruncatedSVD  # noqa: PLC0415  # as in tf_idf

        lower = _lower(texts)
        chinese = mostly_chinese(lower)
        bags = [Counter((_characters if chinese else _words)(text)) for text in lower]
        terms = {term: place for place, term in enumerate(sorted(set().union(*bags)))}
        known = np.zeros(len(terms), dtype=np.int64)
        for bag in bags:
            known[[terms[term] for term in bag]] += 1
        idf = (np.log((1 + len(bags)) / (1 + known)) + 1).astype(np.float32)
        frequencies = _weighed(bags, terms, idf)
        d = max(0, min(dimensions, *(side - 1 for side in frequencies.shape)))
        axes = np.zeros((0, len(terms)), dtype=np.float32)
        if d:
            axes = TruncatedSVD(d, random_state=seed).fit(frequencies).components_.astype(np.float32)
        return cls(chinese, terms, idf, axes)

    def place(self, texts: pd.Series) -> npt.NDArray[np.float32]:
        """Place texts (n, d), rows of length 1; one without a known term is a zero row."""
        bags = [Counter((_characters if self.chinese else _words)(text)) for text in _lower(texts)]
        places = _weighed(bags, self.terms, self.idf) @ self.axes.T
        return unit_rows(places)


def mostly_chinese(texts: pd.Series) -> bool:
    """Tell whether a catalogue is to be read by characters."""
    return bool(texts.str.count(CHINESE).sum() > _MOSTLY * texts.str.count(r"\w").sum())


def _lower(texts: pd.Series) -> pd.Series:
    return texts.astype("string").fillna("").str.lower()


def _weighed(bags: list[Counter[str]], terms: dict[str, int], idf: npt.NDArray[np.float32]) -> sparse.csr_matrix:
    """Weigh counts (n, terms) as (1 + log count) · idf, rows of length 1; unknown terms are left out."""
    known = [[(terms[term], count) for term, count in bag.items() if term in terms] for bag in bags]
    rows = np.repeat(np.arange(len(bags)), [len(row) for row in known])
    pairs = np.array([pair for row in known for pair in row], dtype=np.int64).reshape(-1, 2)
    weights = (1 + np.log(np.maximum(pairs[:, 1], 1))) * idf[pairs[:, 0]]
    matrix = sparse.csr_matrix((weights, (rows, pairs[:, 0])), shape=(len(bags), len(terms)), dtype=np.float32)
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sparse.diags_array(1 / np.where(length > 0, length, 1), dtype=np.float32) @ matrix


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
