"""The points of the map: a shop's products or shoppers with what they can be coloured by, packed once per map."""

from dataclasses import dataclass
from typing import Any, Final, Literal

import pandas as pd
import streamlit as st

from divrec.columns import BRAND, CATEGORY, ITEM, PRICE, USER
from divrec.ui import calls, map_generated, state
from divrec.ui.atlas.packing import Colour, classes, grades, packed, version_of
from divrec.ui.names import titles, translated, worded
from divrec.ui.text import t
from divrec.workspace.records import Of

EVENTS: Final = "events"
GROUP: Final = "group"
CLUSTER: Final = "cluster"
MADE: Final = "made"  # whether a shopper is real or generated
COLOURS: Final = {
    "item": {"category": CATEGORY, "cluster": CLUSTER, "popularity": EVENTS, "price": PRICE, "brand": BRAND},
    "user": {"made": MADE, "group": GROUP, "category": CATEGORY, "activity": EVENTS},
}
GRADED: Final = ("popularity", "price", "activity")
IDS: Final[dict[Of, str]] = {"item": ITEM, "user": USER}
Method = Literal["pca", "umap"]


@dataclass(frozen=True, eq=False)
class Points:
    """A map's points: ``table`` (id, ``title`` and what is known of each, by row), and what the browser gets."""

    of: Of
    method: Method
    table: pd.DataFrame
    colours: tuple[str, ...]
    content: bytes
    version: str

    @property
    def ids(self) -> pd.Index:
        """The points' ids, in the order of the rows."""
        found: pd.Index = pd.Index(self.table[IDS[self.of]])
        return found

    def rows(self, ids: Any) -> Any:  # noqa: ANN401  # anything that makes an Index; an array of positions
        """Give the rows of ids, -1 for what is not on the map."""
        return self.ids.get_indexer(pd.Index(ids))


def points_of(dataset_id: str, run_id: str, of: Of, dimensions: int, made: str = "") -> Points | None:
    """Give a map's points: as UMAP laid them out, else as PCA did; None while neither is there.

    Among shoppers lie those of the generated set ``made``, which has its places in the run's space.
    """
    for method in ("umap", "pca"):
        layout = calls.projection(run_id, method, of, dimensions)
        if layout is not None and (dimensions == 2 or "z" in layout):
            told = f"{state.language()} {calls.divided(dataset_id)}"
            return _points(calls.folder(), dataset_id, run_id, of, dimensions, method, made, told)
    return None


@st.cache_resource(show_spinner=False, max_entries=12)
def _points(
    folder: str, dataset_id: str, run_id: str, of: Of, dimensions: int, method: Method, made: str, told: str  # noqa: ARG001
) -> Points:
    layout = calls.projection(run_id, method, of, dimensions)
    assert layout is not None  # noqa: S101  # it was there a moment ago, and maps are not taken away
    known = _items(dataset_id) if of == "item" else _shoppers(dataset_id)
    table = layout[[IDS[of]]].merge(known, on=IDS[of], how="left")
    axes = ["x", "y", "z"][:dimensions]
    if made:
        further = map_generated.layout(run_id, made, layout, axes)
        layout = pd.concat([layout[[USER, *axes]], further], ignore_index=True)
        generated = _drawn(dataset_id, made, further[USER])
        table = pd.concat([table.assign(made=t("latent.real")), generated], ignore_index=True)
    table["title"] = table["title"].fillna(table[IDS[of]])
    table[EVENTS] = table[EVENTS].fillna(0).astype(int)
    colours = {
        name: _colour(name, table[column])
        for name, column in COLOURS[of].items()
        if column in table and table[column].notna().any()
    }
    content = packed(layout[axes].to_numpy("float32"), table["title"].tolist(), colours, f"{run_id}{of}")
    return Points(of, method, table, tuple(colours), content, version_of(content))


def _colour(name: str, values: pd.Series) -> Colour:
    return grades(values, t("latent.unknown_value")) if name in GRADED else classes(values, t("latent.others"))


def _items(dataset_id: str) -> pd.DataFrame:
    shop = calls.dataset(dataset_id)
    counts = shop.interactions[ITEM].value_counts().rename(EVENTS)
    spoken = {name: worded(shop.items, name) for name in (CATEGORY, BRAND) if name in shop.items}
    items = shop.items.assign(title=titles(shop.items), **spoken)
    clusters = calls.workspace().item_clusters(dataset_id)
    if len(clusters):
        items[CLUSTER] = translated(items[ITEM].map(clusters), shop.items)
    return items.merge(counts, left_on=ITEM, right_index=True, how="left")


def _shoppers(dataset_id: str) -> pd.DataFrame:
    """Tell of each shopper how many events there are, of which category most are, and the group."""
    known = _summed(dataset_id, calls.dataset(dataset_id).interactions)
    groups = calls.workspace().shopper_groups(dataset_id)
    if len(groups):
        items = calls.dataset(dataset_id).items
        known[GROUP] = translated(known[USER].map(groups).fillna(t("latent.others")), items)
    return known


def _drawn(dataset_id: str, made: str, users: pd.Series) -> pd.DataFrame:
    """Tell of generated shoppers what is told of real ones, but for the group: nobody put them into one."""
    log = calls.generated(made, "events")
    known = users.to_frame().merge(_summed(dataset_id, log[log[USER].isin(users)]), on=USER, how="left")
    return known.assign(made=t("latent.drawn"))


def _summed(dataset_id: str, log: pd.DataFrame) -> pd.DataFrame:
    shop = calls.dataset(dataset_id)
    known = log[USER].value_counts().rename(EVENTS).rename_axis(USER).reset_index()
    if CATEGORY in shop.items:
        category = log[ITEM].map(shop.items.set_index(ITEM)[CATEGORY]).rename(CATEGORY)
        counts = log.groupby([log[USER], category], observed=True).size().rename(EVENTS).reset_index()
        most = counts.sort_values(EVENTS, ascending=False, kind="stable").drop_duplicates(USER)
        main = most.set_index(USER)[CATEGORY]
        known[CATEGORY] = known[USER].map(main)
        named = known[CATEGORY].notna()
        known.loc[named, CATEGORY] = translated(known.loc[named, CATEGORY], shop.items)
    known["title"] = known[USER].astype("string")
    return known
