"""A search index over titles, categories, brands and descriptions: words first (BM25), then what lies near (vectors).

BM25 (Robertson & Zaragoza 2009) in the form that Lucene uses, by the library bm25s. The products that the words find
best stand for what was meant: the nearer a product lies to them, the more is added, so that a lamp is found for
"light". In the end words count once and nearness NEAR times.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

import bm25s
import numpy as np
import numpy.typing as npt
import pandas as pd
from bm25s.stopwords import STOPWORDS_EN

from divrec.columns import BRAND, CATEGORY, DESCRIPTION, ITEM, SUBCATEGORY, TITLE, USER
from divrec.data.candidates import Candidates
from divrec.data.features.text import CHINESE, stem, with_pairs
from divrec.data.vectors import similarity, vectors_for
from divrec.errors import InputError

TWICE: Final = (TITLE, CATEGORY)  # what a product is called counts double
FIELDS: Final = (TITLE, CATEGORY, SUBCATEGORY, BRAND, DESCRIPTION)
MEANT: Final = 5  # best finds that stand for what was meant
NEAR: Final = 0.3  # weight of nearness to them beside the words
_WORD: Final = re.compile(r"[a-z0-9À-ɏ]+")
_CHINESE: Final = re.compile(rf"{CHINESE}+")


def terms(text: str) -> list[str]:
    """Split a text as the index does: English words without endings; Chinese characters and their pairs."""
    lower = text.lower()
    found = [stem(word) for word in _WORD.findall(lower) if word not in STOPWORDS_EN]
    for run in _CHINESE.findall(lower):
        found += with_pairs(list(run), "")
    return found


@dataclass(frozen=True, eq=False)
class SearchIndex:
    """The products of a catalogue, ready to be searched; made by ``SearchIndex.of``."""

    item_ids: pd.Index
    _words: Any  # bm25s.BM25

    @classmethod
    def of(cls, items: pd.DataFrame) -> "SearchIndex":
        """Index the catalogue's texts, in every language that it has (columns ``…_zh`` beside their twins)."""
        texts = pd.Series("", index=items.index, dtype=object)
        for name in [twin for plain in FIELDS for twin in (plain, f"{plain}_zh") if twin in items]:
            part = items[name].astype("string").fillna("").astype(object)
            texts += " " + part
            if name.removesuffix("_zh") in TWICE:
                texts += " " + part
        words = bm25s.BM25(method="lucene")
        words.index([terms(text) or ["\x00"] for text in texts], show_progress=False)
        return cls(pd.Index(items[ITEM], name=ITEM), words)

    def word_scores(self, query: str) -> npt.NDArray[np.float64]:
        """Give every product's BM25 score (I,) for a query, 0 where no word of it is there."""
        asked = terms(query)
        if not asked:
            return np.zeros(len(self.item_ids))
        return np.asarray(self._words.get_scores(asked), dtype=np.float64)

    def pool(self, query: str, vectors: pd.DataFrame | None = None, n: int = 500) -> Candidates:
        """Pool the ``n`` products that answer a query best; the pool's one user is the query.

        The score is the words' share of the best find's, plus NEAR times the nearness (0 to 1, by ``vectors`` indexed
        by item_id) to the best finds. Raises InputError where no product has any of the words.
        """
        words = self.word_scores(query)
        if words.max(initial=0) <= 0:
            raise InputError(f"no product has a word of {query!r}; try a category, a brand or a part of a title")
        score = words / words.max()
        if vectors is not None:
            best = np.argsort(-words, kind="stable")[:MEANT]
            best = best[words[best] > 0]
            score = score + NEAR * _nearness(vectors, self.item_ids, best, words[best])
        order = np.argsort(-score, kind="stable")
        order = order[score[order] > 0][:n]
        user = pd.Index([query], name=USER)
        return Candidates(user, self.item_ids, order.astype(np.int32)[None], score[order].astype(np.float32)[None])


def _nearness(
    vectors: pd.DataFrame, ids: pd.Index, best: npt.NDArray[np.int64], weight: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Give how near each product lies to the best finds: the weighted mean of likenesses; 0 without a vector."""
    known = vectors.index.get_indexer(ids) >= 0
    near = np.zeros(len(ids))
    seen = known[best]
    if seen.any():
        unit, meant = vectors_for(vectors, ids[known]), vectors_for(vectors, ids[best[seen]])
        near[known] = similarity(unit, meant) @ (weight[seen] / weight[seen].sum())
    return near
