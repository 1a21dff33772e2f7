"""The line on a card that says why the product is a candidate."""

import numpy as np
import pandas as pd

from divrec.columns import ITEM
from divrec.data.candidates import Candidates
from divrec.data.vectors import similarity, vectors_for
from divrec.ui import calls
from divrec.ui.names import titles
from divrec.ui.subjects import Subject, history_of, members
from divrec.ui.text import t


def nearest(subject: Subject, dataset_id: str, items: pd.Index, vectors: pd.DataFrame) -> dict[str, str]:
    """Say of each item what in the subject's history it is most like, by the likeness that the page uses."""
    known = pd.Index(history_of(subject, dataset_id)[ITEM].unique())
    known = known[vectors.index.get_indexer(known) >= 0]
    if known.empty:
        return {}
    alike = similarity(vectors_for(vectors, items), vectors_for(vectors, known))
    if subject.surface == "product":
        says = t("diversity.why_alike", share="{share}")
        return {item: says.replace("{share}", f"{share:.0%}") for item, share in zip(items, alike[:, 0], strict=True)}
    catalogue = calls.dataset(dataset_id).items
    closest = known[alike.argmax(axis=1)]
    names = dict(zip(closest, titles(catalogue.set_index(ITEM).loc[closest].reset_index()), strict=True))
    again, like = t("diversity.why_again"), t("diversity.why_like", title="{title}")
    return {
        item: again if item == other else like.replace("{title}", names[other])
        for item, other in zip(items, closest, strict=True)
    }


def shared(pool: Candidates, subject: Subject, dataset_id: str, n: int, items: pd.Index) -> dict[str, str]:
    """Say of each item for how many of a group it is among their own best ``n``."""
    rows = pool.users.get_indexer(members(dataset_id, subject.id))
    own = pool.items[rows[rows >= 0]][:, :n]
    counts = np.bincount(own[own >= 0], minlength=len(pool.item_ids)) / max(len(own), 1)
    shares = counts[pool.item_ids.get_indexer(items)]
    return {item: t("diversity.why_group", share=f"{share:.0%}") for item, share in zip(items, shares, strict=True)}
