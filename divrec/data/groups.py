"""Groups of shoppers and clusters of items, each named by what sets it apart.

Profiles are weighted bags (of categories and items; of words, category and price), brought to a few dimensions by SVD
and divided by K-means; the number of groups is the one with the best silhouette on a sample, or chosen by a person.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from divrec.columns import BRAND, CATEGORY, DESCRIPTION, ITEM, PRICE, SUBCATEGORY, TITLE, USER
from divrec.data.dataset import Dataset
from divrec.errors import InputError

Labels = npt.NDArray[np.int64]
Tell = Callable[[int, int], None]  # told before each number of groups is tried: how many of how many are behind

_WORTH_NAMING: Final = 0.2  # of what the foremost entry sets the group apart by
_CHINESE: Final = r"[\u4e00-\u9fff]"


@dataclass(frozen=True)
class GroupSettings:
    """How groups are sought; the tried numbers of groups run from ``fewest`` to ``most``, and ``k`` is among them."""

    k: int | None = None  # groups to divide into; None takes the number with the best silhouette
    fewest: int = 3
    most: int = 12
    dimensions: int = 8  # of the SVD; few, so that categories that go together count as one taste
    learned_from: int = 10_000  # rows that K-means sees; all are assigned
    judged_on: int = 2_000  # rows that the silhouette is taken of
    smallest: int = 10  # members a group needs on average, so a tiny shop has no groups
    seed: int = 7


CLUSTERS: Final = GroupSettings(dimensions=24)  # products differ in more ways than tastes do


@dataclass(frozen=True)
class Groups:
    """Who belongs where: ``labels`` is the name of the group by id; ``table`` has a row per group, largest first.

    Columns of the table: ``name``, ``users`` or ``items``, ``share`` of all, ``apart``: what sets the group apart with
    its lift (share inside / share overall), ``silhouette`` of the whole division on [-1, 1]. ``tried`` has a row per
    number of groups that was tried: ``k, silhouette``, the latter NaN where all of the sample fell into one group.
    """

    labels: pd.Series
    table: pd.DataFrame
    tried: pd.DataFrame = field(default_factory=lambda: _tried([]))


def shopper_groups(dataset: Dataset, settings: GroupSettings | None = None, tell: Tell | None = None) -> Groups:
    """Group the users by the categories and items of their events; named by the categories with the highest lift.

    Users without events have no group. Without categories there are no names and so no groups. Raises InputError where
    the users are too alike for ``settings.k`` groups.
    """
    settings = settings or GroupSettings()
    if CATEGORY not in dataset.items:
        return _none(USER, "users")
    matrix = dataset.matrix()
    seen = np.flatnonzero(np.diff(matrix.indptr))
    code, names = pd.factorize(dataset.items[CATEGORY])
    bags = matrix[seen] @ _one_hot(code, len(names))
    blocks = [_tf_idf(bags), 0.5 * _tf_idf(matrix[seen])]
    if SUBCATEGORY in dataset.items:
        finer, finer_names = pd.factorize(dataset.items[SUBCATEGORY])
        blocks.append(0.5 * _tf_idf(matrix[seen] @ _one_hot(finer, len(finer_names))))
    divided = _divided(sparse.hstack(blocks, format="csr"), settings, tell)
    return _named(dataset.user_ids[seen], "users", divided, bags, names)


def item_clusters(dataset: Dataset, settings: GroupSettings | None = None, tell: Tell | None = None) -> Groups:
    """Cluster the catalogue by words, category and price; named by the categories, or else words, of highest lift.

    Raises InputError where the items are too alike for ``settings.k`` clusters.
    """
    settings = settings or CLUSTERS
    words, vocabulary = _words(dataset.items)
    blocks = [words] if words.shape[1] else []
    bags: sparse.csr_matrix = words
    names: npt.NDArray[np.object_] = vocabulary
    for column, weight in ((CATEGORY, 0.7), (BRAND, 0.2)):
        if column in dataset.items:
            code, found = pd.factorize(dataset.items[column])
            hot = _one_hot(code, len(found))
            blocks.append(weight * hot)
            bags, names = (hot, np.asarray(found, dtype=object)) if column == CATEGORY else (bags, names)
    if PRICE in dataset.items:
        blocks.append(sparse.csr_matrix(0.3 * _price_level(dataset.items[PRICE])[:, None]))
    if not blocks or not len(names):
        return _none(ITEM, "items")
    divided = _divided(sparse.hstack(blocks, format="csr"), settings, tell)
    return _named(dataset.item_ids, "items", divided, bags, names)


def _words(items: pd.DataFrame) -> tuple[sparse.csr_matrix, npt.NDArray[np.object_]]:
    """TF-IDF of all that is written of an item: words and pairs of words, characters and pairs of them for Chinese.

    Words of the category are among them: ``Frozen Pizza`` and ``Frozen Meat`` are closer than two unlike names.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415  # not in the web process

    columns = [name for name in (TITLE, CATEGORY, SUBCATEGORY, DESCRIPTION) if name in items]
    texts = items[columns].fillna("").astype("str").agg(" ".join, axis=1) if columns else pd.Series("", items.index)
    if not texts.str.strip().any():
        return sparse.csr_matrix((len(items), 0)), np.empty(0, dtype=object)
    chinese = texts.str.contains(_CHINESE).mean() > 0.5
    kind = {"analyzer": "char"} if chinese else {"analyzer": "word", "stop_words": "english"}
    few = 2 if len(items) >= 50 else 1
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=few, max_features=20_000, sublinear_tf=True, **kind)
    try:
        matrix = vectorizer.fit_transform(texts)
    except ValueError:  # nothing but stop words
        return sparse.csr_matrix((len(items), 0)), np.empty(0, dtype=object)
    return matrix, vectorizer.get_feature_names_out()


def _price_level(prices: pd.Series) -> npt.NDArray[np.float64]:
    """Give the price as its rank among all on [-1, 1]; 0 where it is unknown."""
    return np.asarray((2 * prices.rank(pct=True) - 1).fillna(0), dtype=np.float64)


def _one_hot(code: npt.NDArray[np.intp], width: int) -> sparse.csr_matrix:
    known = np.flatnonzero(code >= 0)
    return sparse.csr_matrix((np.ones(len(known), np.float32), (known, code[known])), shape=(len(code), width))


def _tf_idf(bags: sparse.csr_matrix) -> sparse.csr_matrix:
    """Weigh by log(1 + amount) times rarity among the rows, and bring every row to length 1."""
    weighed = bags.tocsr().astype(np.float64).log1p()
    holders = np.bincount(weighed.indices, minlength=weighed.shape[1])
    rarity = np.log((1 + weighed.shape[0]) / (1 + holders)) + 1
    weighed = weighed @ sparse.diags(rarity)
    length = np.sqrt(weighed.multiply(weighed).sum(axis=1)).A1
    return sparse.diags(1 / np.where(length > 0, length, 1)) @ weighed


@dataclass(frozen=True)
class _Divided:
    """The label of each row, how well they divide it, and the tries."""

    labels: Labels
    silhouette: float = float("nan")
    tried: pd.DataFrame = field(default_factory=lambda: _tried([]))


def _divided(profiles: sparse.csr_matrix, settings: GroupSettings, tell: Tell | None) -> _Divided:
    """Divide the rows by K-means after SVD; one group (silhouette NaN) where the rows are too few or all alike."""
    from sklearn.cluster import KMeans  # noqa: PLC0415  # not in the web process
    from sklearn.decomposition import TruncatedSVD  # noqa: PLC0415
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # noqa: PLC0415  # comes with sklearn

    rows, width = profiles.shape
    random = np.random.default_rng(settings.seed)
    learned = np.sort(random.permutation(rows)[: settings.learned_from])
    judged = np.sort(random.permutation(rows)[: settings.judged_on])
    best, highest, tried = _Divided(np.zeros(rows, dtype=np.int64)), -np.inf, []
    if width < 2 and settings.k is None:
        return best
    with threadpool_limits(1):  # on a busy machine more threads take many times longer
        svd = TruncatedSVD(max(1, min(settings.dimensions, width - 1)), random_state=settings.seed)
        points = _unit(svd.fit(profiles[learned]).transform(profiles))
        numbers = _numbers(settings, rows, distinct=len(np.unique(np.round(points[judged], 6), axis=0)))
        for place, k in enumerate(numbers):
            if tell is not None:
                tell(place, len(numbers))
            labels = KMeans(k, n_init=4, random_state=settings.seed).fit(points[learned]).predict(points)
            score = _silhouette(points[judged], labels[judged])
            tried.append((k, score))
            if k == settings.k or (settings.k is None and score > highest):
                best, highest = _Divided(labels.astype(np.int64), score), score
    return replace(best, tried=_tried(tried))


def _numbers(settings: GroupSettings, rows: int, distinct: int) -> list[int]:
    """Give the numbers of groups to try: at most one less than there are ``distinct`` rows, so that they can differ."""
    most = min(settings.most, rows // settings.smallest, distinct - 1)
    wanted = {*range(max(settings.fewest, 2), most + 1)}
    if settings.k is None:
        return sorted(wanted)
    if distinct < 3:
        raise InputError(f"the profiles are too alike to be divided into {settings.k} groups: {distinct} differ")
    if not 2 <= settings.k < distinct:
        raise InputError(
            f"the number of groups goes from 2 to {distinct - 1}, one less than there are different profiles in a "
            f"sample; found {settings.k}"
        )
    return sorted({*wanted, settings.k})


def _silhouette(points: npt.NDArray[np.float64], labels: npt.NDArray[np.int32]) -> float:
    from sklearn.metrics import silhouette_score  # noqa: PLC0415  # not in the web process

    return float(silhouette_score(points, labels)) if len(np.unique(labels)) > 1 else float("nan")


def _tried(rows: list[tuple[int, float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["k", "silhouette"]).astype({"k": "int64", "silhouette": "float64"})


def _unit(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    length = np.linalg.norm(points, axis=1, keepdims=True)
    return np.asarray(points / np.where(length > 0, length, 1))


def _named(
    ids: pd.Index, counted: str, divided: _Divided, bags: sparse.csr_matrix, names: npt.ArrayLike
) -> Groups:
    """Name each group by the two entries of its bags that stand out most: p · log(p / q), p inside and q overall."""
    labels = divided.labels
    k = int(labels.max(initial=0)) + 1
    names = np.asarray(names, dtype=object)
    inside = np.asarray((_one_hot(labels.astype(np.intp), k).T @ bags).todense(), dtype=np.float64)
    overall = inside.sum(axis=0) / max(inside.sum(), 1e-12)
    inside = inside / np.maximum(inside.sum(axis=1, keepdims=True), 1e-12)
    lift = inside / np.maximum(overall, 1e-12)
    excess = inside * np.log(np.maximum(lift, 1e-12))
    rows, taken = [], set[str]()
    for group in np.argsort(-np.bincount(labels, minlength=k), kind="stable"):
        top = np.argsort(-excess[group], kind="stable")[:3]
        top = top[excess[group, top] >= _WORTH_NAMING * excess[group, top[0]]]
        name = " & ".join(map(str, names[top[:2]]))
        name = name if name not in taken else f"{name} ({len(taken) + 1})"
        taken.add(name)
        apart = ", ".join(f"{names[place]} ×{lift[group, place]:.1f}" for place in top)
        size = int((labels == group).sum())
        rows.append((int(group), name, size, size / max(len(labels), 1), apart, divided.silhouette))
    table = pd.DataFrame(rows, columns=["group", "name", counted, "share", "apart", "silhouette"])
    name_of = table.set_index("group")["name"].sort_index().to_numpy()
    given = pd.Series(pd.array(name_of[labels], dtype="str"), index=ids, name="group")
    return Groups(given, table.drop(columns="group"), divided.tried)


def _none(key: str, counted: str) -> Groups:
    labels = pd.Series([], index=pd.Index([], name=key, dtype="str"), dtype="str", name="group")
    kinds = {"name": "str", counted: "int64", "share": "float64", "apart": "str", "silhouette": "float64"}
    return Groups(labels, pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()}))
