"""What the scoring process answers about items of no log: what they lie among, and who would be shown them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import sparse

from divrec.columns import IMAGE, ITEM, USER
from divrec.data.candidates import Candidates
from divrec.data.dataset import Dataset
from divrec.data.files import check_manifest, read_parquet
from divrec.data.vectors import unit_rows
from divrec.models.artefacts import ANY, read_arrays, read_histories
from divrec.models.inputs import Floats
from divrec.rerank.gains import gain_named
from divrec.synthesis.coldstart import ColdStart
from divrec.synthesis.reach import ANCHORS, Anchors, Newcomer, Peers, audience, described_by, said_of
from divrec.workspace.coldstarting import COLOURS, ITEMS, PICTURES, USERS, of_pictures
from divrec.workspace.database import Database
from divrec.workspace.datasets import Datasets
from divrec.workspace.layout import Layout
from divrec.workspace.runs import Runs

NEIGHBOURS: Final = 10
_WARM: Final = 12  # parts of the counted shoppers that stay ready
Question = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Known:
    """What a job learned of a shop by one method, its items and the counted users."""

    cold: ColdStart
    users: pd.Index
    histories: sparse.csr_matrix
    items: pd.DataFrame
    pictures: pd.DataFrame | None
    colours: Floats


def place(layout: Layout, asked: Question) -> dict[str, Any]:
    """Answer with each new item's neighbours, how alike they are, and the weights of the anchors among them."""
    known = _known(layout.generation(asked["generation"]), asked["method"])
    items, pictures = _described(asked, known)
    told = []
    for row in range(len(items)):
        compared, one = _lying(layout, asked, items.iloc[[row]], pictures, NEIGHBOURS)
        weights = one.between(_at_anchors(one, len(known.items)))[0]
        told.append({
            "known": bool(np.any(compared)), "neighbours": known.cold.item_ids[one.rows[0]].tolist(),
            "alike": one.alike[0].tolist(), "weights": weights.tolist(),
        })  # fmt: skip
    return {"items": told}


def _lying(
    layout: Layout, asked: Question, one: pd.DataFrame, pictures: pd.DataFrame | None, most: int
) -> tuple[Floats, Anchors]:
    """Give what the method sees of one new item (1, d), and the items most like it by what is said of it."""
    folder, said = layout.generation(asked["generation"]), said_of(one, pictures)
    compared = _known(folder, asked["method"]).cold.compared(one, pictures)
    return compared, Anchors.of(compared, _compared(folder, asked["method"], said), most)


def reach(layout: Layout, asked: Question) -> dict[str, Any]:
    """Answer for the counted shoppers from ``start`` to ``stop``: score, place, first slider value, and how many when.

    ``held`` counts, for each of the slider ``values``, the shoppers whose list has the item there.
    """
    known = _known(layout.generation(asked["generation"]), asked["method"])
    items, pictures = _described(asked, known)
    pool, vectors = _run(layout, asked["run"])
    rows = slice(asked["start"], asked["stop"])
    some = pool.for_users(known.users[rows])
    scores, before = _peers(layout.generation(asked["generation"]), asked["method"], rows.start, rows.stop).places(
        items, pictures
    )
    _, lying = _lying(layout, asked, items, pictures, ANCHORS)
    unit = unit_rows(vectors.reindex(known.cold.item_ids).to_numpy(np.float32))
    newcomer = Newcomer(str(items[ITEM].iloc[0]), lying.between(unit)[0], items)
    options = _categories(layout, asked)
    found = audience(newcomer, scores, before, some, vectors, asked["rerank"], asked["n"], **options)
    first = found.table["first"]
    return {
        "scores": found.table["score"].tolist(), "places": found.table["place"].tolist(),
        "first": first.astype(object).where(first.notna(), None).tolist(),
        "values": found.values.tolist(), "held": found.held.sum(axis=0).tolist(),
    }  # fmt: skip


def _described(asked: Question, known: Known) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Give the new items as a catalogue, and their pictures' colours where these say something."""
    items = pd.DataFrame(asked["items"])
    if not len(known.colours) or not asked.get("pictures"):
        return items, None
    found = of_pictures(items, Path(asked["pictures"]), known.colours)
    return items, None if found is None else found[0]


def _at_anchors(one: Anchors, items: int) -> Floats:
    """Give rows (I, a) that are 1 at an anchor's own place, so that what lies between them are the weights."""
    own = np.zeros((items, min(ANCHORS, one.rows.shape[1])), dtype=np.float32)
    own[one.rows[0, :ANCHORS], np.arange(own.shape[1])] = 1
    return own


def _categories(layout: Layout, asked: Question) -> dict[str, Any]:
    """Give the tables that methods of categories need."""
    if not gain_named(asked["rerank"]).categories:
        return {}
    data = _shop(layout, asked["dataset"])
    return {"catalogue": data.items, "history": data.interactions}


@lru_cache(2)
def _known(folder: Path, method: str) -> Known:
    drawn = [PICTURES] if (folder / PICTURES).is_file() else []
    check_manifest(folder, [USERS, ITEMS, *drawn, COLOURS, "histories.safetensors"])
    cold = ColdStart.load(folder / method)
    users = pd.Index(read_parquet(folder / USERS)[USER], name=USER)
    histories = read_histories(folder, (len(users), len(cold.item_ids)))
    pictures = read_parquet(folder / PICTURES) if drawn else None
    colours = read_arrays(folder / COLOURS, {"mean": (ANY,)})["mean"]
    return Known(cold, users, histories, read_parquet(folder / ITEMS), pictures, colours)


@lru_cache(4)
def _compared(folder: Path, method: str, said: tuple[str, ...]) -> Floats:
    """Give what the method sees of the shop's items (I, d) by what is said of a new one."""
    known = _known(folder, method)
    return known.cold.compared(described_by(said, known.items), known.pictures if IMAGE in said else None)


@lru_cache(_WARM)
def _peers(folder: Path, method: str, start: int, stop: int) -> Peers:
    known = _known(folder, method)
    return Peers.of(known.cold, known.items, known.histories[start:stop], known.pictures)


@lru_cache(2)
def _run(layout: Layout, run_id: str) -> tuple[Candidates, pd.DataFrame]:
    runs = Runs(Database(layout.database), layout)
    return runs.candidates(run_id), runs.vectors(run_id, "item")


@lru_cache(1)
def _shop(layout: Layout, dataset_id: str) -> Dataset:
    return Datasets(Database(layout.database), layout).split(dataset_id)[0]
