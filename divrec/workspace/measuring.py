"""What a run's lists are like before any re-ranking: measures with intervals, and where lists are most alike."""

from typing import Any, Final

import numpy as np
import pandas as pd

from divrec.columns import CATEGORY, ITEM, RANK, USER
from divrec.data.candidates import Candidates
from divrec.data.dataset import Dataset
from divrec.data.vectors import vectors_for
from divrec.evaluate.compare import compare
from divrec.evaluate.table import evaluate
from divrec.evaluate.tables import chosen_metrics, tables_of
from divrec.metrics.between import neighbour_overlap
from divrec.metrics.inside import ild
from divrec.metrics.over_time import similarity_to_history
from divrec.metrics.sameness import PARTS, inside_part, mean_distance, score_of

JUDGED: Final = 10  # places that count where lists are held against what shoppers then did
SHOWN: Final = 20  # places of the lists that are looked at for themselves
COMPARED: Final = ("ndcg", "recall", "ild", "novelty", "catalogue_coverage")  # of two runs; the first is the chief
_FEWEST: Final = 10  # lists below which a category or group says nothing


def measure(pool: Candidates, known: Dataset, test: Dataset, vectors: pd.DataFrame, repeat: bool) -> pd.DataFrame:
    """Measure lists before any re-ranking: a table ``metric, value, low, high, n``.

    What needs held-out events is measured on the test users' first 10 places, all else on everybody's first 20. Unless
    ``repeat``, only held-out events of items that were new to their users count; with it, only what needs held-out
    events is measured at all, since a list of old acquaintances is judged by nothing else.
    """
    judged = test if repeat else test.new_to_users()
    possible = chosen_metrics(None, tables_of(judged, known, vectors))
    against = [entry.name for entry in possible if "test" in entry.needs]
    alone = [entry.name for entry in possible if "test" not in entry.needs]
    tested = pool.for_users(judged.user_ids).head(JUDGED).to_frame()
    held_against = evaluate(tested, judged, data=known, vectors=vectors, metrics=against)
    if repeat:
        return held_against
    by_themselves = evaluate(pool.head(SHOWN).to_frame(), data=known, vectors=vectors, metrics=alone)
    return pd.concat([by_themselves, held_against], ignore_index=True)


def difference(
    before: Candidates, after: Candidates, known: Dataset, test: Dataset, vectors: pd.DataFrame
) -> pd.DataFrame:
    """Compare two pools' first 10 places on the shoppers with new held-out items, paired (see ``evaluate.compare``)."""
    judged = test.new_to_users()
    first, second = (pool.for_users(judged.user_ids).head(JUDGED).to_frame() for pool in (before, after))
    return compare(first, second, judged, data=known, vectors=vectors, metrics=COMPARED)


def sameness(pool: Candidates, known: Dataset, vectors: pd.DataFrame, groups: pd.Series) -> dict[str, Any]:
    """Score how alike everybody's lists are, in plain JSON values from 0 to 100.

    ``overall``; its ``parts`` inside, between, over_time (those that are defined); rows ``category`` and ``group`` with
    ``sameness``, the parts and ``lists``, most alike first. A list belongs to the category that most of its items
    are of; ``groups`` gives users' groups by user_id.
    """
    recs = pool.head(SHOWN).to_frame()
    values = pd.DataFrame({
        "inside": ild.per_user(recs, vectors),
        "between": neighbour_overlap.per_user(recs, known),
        "over_time": similarity_to_history.per_user(recs, known, vectors),
    })
    distance = mean_distance(vectors_for(vectors, vectors.index))
    whole = _score(values, distance)
    labels = {"category": _main_category(recs, known.items), "group": groups}
    return {
        "overall": whole.pop("sameness"),
        "parts": {part: value for part, value in whole.items() if part in PARTS and value is not None},
        **{name: _by(label, values, distance) for name, label in labels.items()},
    }


def _score(values: pd.DataFrame, distance: float) -> dict[str, float | None]:
    """Put the values of some lists together as the sameness score does; None where undefined."""
    means = values.mean()  # of the defined ones
    inside, between, over_time = inside_part(means["inside"], distance), means["between"], means["over_time"]
    found = {"sameness": score_of(inside, between, over_time), "inside": 100 * inside, "between": 100 * between}
    found["over_time"] = 100 * over_time
    return {name: None if np.isnan(value) else float(value) for name, value in found.items()}


def _by(labels: pd.Series, values: pd.DataFrame, distance: float) -> list[dict[str, Any]]:
    rows = [
        {"name": str(name), **_score(of_label, distance), "lists": len(of_label)}
        for name, of_label in values.groupby(labels.reindex(values.index), observed=True)
        if len(of_label) >= _FEWEST
    ]
    return sorted(rows, key=lambda row: -(row["sameness"] or 0))


def _main_category(recs: pd.DataFrame, items: pd.DataFrame) -> pd.Series:
    """Give the category that most items of each list are of, the better placed of equal ones, by user_id."""
    if CATEGORY not in items:
        return pd.Series([], index=pd.Index([], name=USER, dtype="str"), dtype="str")
    category = recs[ITEM].map(items.set_index(ITEM)[CATEGORY]).rename(CATEGORY)
    counts = recs.groupby([recs[USER], category], observed=True)[RANK].agg(["size", "min"]).reset_index()
    best = counts.sort_values(["size", "min"], ascending=[False, True]).drop_duplicates(USER)
    return best.set_index(USER)[CATEGORY]

