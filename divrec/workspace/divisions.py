"""How a shop's shoppers are grouped and its products clustered: as found when it was stored, or as a person chose.

Every number of groups that was ever chosen keeps a sealed folder of its own inside the shop's, and one small file says
which are in force: nothing that is being read ever changes, and a choice takes effect all at once.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import pandas as pd

from divrec.data.dataset import Dataset
from divrec.data.files import (
    atomic_folder,
    check_manifest,
    read_json,
    read_parquet,
    remove_leftovers,
    write_json,
    write_parquet,
)
from divrec.data.groups import CLUSTERS, Groups, GroupSettings, Tell, item_clusters, shopper_groups
from divrec.data.shoppers import described_clusters, described_groups, shopper_profiles
from divrec.errors import InputError
from divrec.workspace.records import Division, Divisions

LARGEST: Final = 30  # groups that may be asked for: more than a person can tell apart
Find = Callable[[Dataset, GroupSettings, Tell | None], Groups]
FOUND: Final[Mapping[Divisions, tuple[Find, GroupSettings]]] = {
    "shopper_groups": (shopper_groups, GroupSettings()),
    "item_clusters": (item_clusters, CLUSTERS),
}
_CHOSEN: Final = "divisions.json"
_FOLDER: Final = "divisions"


def write_labels(folder: Path, what: Divisions, groups: Groups) -> None:
    """Write who belongs where, and the numbers of groups that were tried."""
    write_parquet(folder / f"{what}.parquet", groups.labels.rename("group").to_frame())
    write_parquet(folder / f"{what}_tried.parquet", groups.tried)


def labels(folder: Path, what: Divisions) -> pd.Series:
    """Read the group's name by id; empty where the shop was stored before such groups were kept."""
    table = _table(_root(folder, what), f"{what}.parquet")
    return pd.Series([], dtype="str", name="group") if table is None else table["group"]


def tried(folder: Path, what: Divisions) -> pd.DataFrame:
    """Read ``k, silhouette`` of the numbers of groups that were tried; empty where that was not kept."""
    table = _table(_root(folder, what), f"{what}_tried.parquet")
    return Groups(pd.Series(dtype="str"), pd.DataFrame()).tried if table is None else table


def described(folder: Path, what: Divisions) -> pd.DataFrame:
    """Read the table of the groups (``described_groups``, ``described_clusters``)."""
    name = f"profile-{what}.parquet"
    root = _root(folder, what)
    check_manifest(root, [name])
    return read_parquet(root / name)


def division(folder: Path, what: Divisions) -> Division:
    """Say which number of groups is in force, and which the silhouette chose."""
    name = f"profile-{what}.parquet"
    check_manifest(folder, [name])
    return Division(_chosen(folder).get(what), len(read_parquet(folder / name)))


def divide(folder: Path, dataset: Dataset, what: Divisions, k: int | None, tell: Tell | None = None) -> None:
    """Put ``k`` groups in force, found now unless they were before; None goes back to those found first.

    Raises InputError where the shop cannot be divided so.
    """
    place = folder / _FOLDER / f"{what}-{k}"
    if k is not None and not place.is_dir():
        place.parent.mkdir(exist_ok=True)
        remove_leftovers(place.parent)
        find, settings = FOUND[what]
        groups = find(dataset, replace(settings, k=k), tell)
        if groups.table.empty:
            raise InputError("this shop has no categories or texts to name groups by; add a catalogue that has them")
        with atomic_folder(place) as temporary:
            write_labels(temporary, what, groups)
            write_parquet(temporary / f"profile-{what}.parquet", _described(dataset, what, groups))
    if tell is not None:
        tell(1, 1)  # the last moment at which it can be stopped
    write_json(folder / _CHOSEN, {**_chosen(folder), what: k})


def check_division(what: str, k: int | None) -> None:
    """Raise InputError for a division that nobody can ask for."""
    if what not in FOUND:
        raise InputError(f"what can be divided anew is {', '.join(FOUND)}; found {what!r}")
    if k is not None and not 2 <= k <= LARGEST:
        raise InputError(f"the number of groups goes from 2 to {LARGEST}; found {k}")


def _described(dataset: Dataset, what: Divisions, groups: Groups) -> pd.DataFrame:
    if what == "item_clusters":
        return described_clusters(groups, dataset)
    return described_groups(groups, shopper_profiles(dataset))


def _chosen(folder: Path) -> dict[Divisions, int | None]:
    return dict(read_json(folder / _CHOSEN)) if (folder / _CHOSEN).is_file() else {}


def _root(folder: Path, what: Divisions) -> Path:
    k = _chosen(folder).get(what)
    return folder if k is None else folder / _FOLDER / f"{what}-{int(k)}"


def _table(root: Path, name: str) -> pd.DataFrame | None:
    if name not in check_manifest(root, []):
        return None
    check_manifest(root, [name])
    return read_parquet(root / name)
