"""What the pages ask the workspace for, kept in memory by id; every table handed out is the caller's own.

Cached tables are shared by all sessions, so each call gives a shallow copy: with copy-on-write (pandas 3) that costs
nothing and a change to it never reaches the others. Live things (jobs, runs, curves) are asked for anew each time.
"""

from typing import Any, Literal, get_args

import pandas as pd
import streamlit as st

from divrec.data.candidates import Candidates
from divrec.data.dataset import Dataset
from divrec.ui import people
from divrec.ui.entry import through_app
from divrec.workspace import Workspace
from divrec.workspace.layout import default_folder
from divrec.workspace.records import Divisions, Of


def folder() -> str:
    """Give the folder of the workspace that this person sees (DIVREC_WORKSPACE, else ``./workspace``, or inside it)."""
    return str(people.folder(default_folder()))


@st.cache_resource(show_spinner=False, max_entries=64)
def _opened(path: str) -> Workspace:
    return Workspace(path)


def workspace() -> Workspace:
    """Open the workspace, once per process; every page begins here."""
    through_app()
    return _opened(folder())


@st.cache_resource(show_spinner=False, max_entries=4)
def _shop(path: str, what: str, dataset_id: str) -> Any:  # noqa: ANN401  # a Dataset, or two
    return getattr(_opened(path), what)(dataset_id)


@st.cache_resource(show_spinner=False, max_entries=128)
def _stored(path: str, what: str, *key: Any) -> Any:  # noqa: ANN401  # whatever the workspace's method gives
    return getattr(_opened(path), what)(*key)


def dataset(dataset_id: str) -> Dataset:
    """Give a stored shop; its tables are shared, so take ``.copy(deep=False)`` of one before changing it."""
    shop: Dataset = _shop(folder(), "dataset", dataset_id)
    return shop


def split(dataset_id: str) -> tuple[Dataset, Dataset]:
    """Give the train and test parts that all runs of a shop are compared on."""
    parts: tuple[Dataset, Dataset] = _shop(folder(), "split", dataset_id)
    return parts


def candidates(run_id: str, repeat: bool = False) -> Candidates:
    """Give the scored pools of a run, memory-mapped."""
    pools: Candidates = _stored(folder(), "candidates", run_id, repeat)
    return pools


def profile(dataset_id: str) -> dict[str, pd.DataFrame]:
    """Give the ready tables of the Data screen, by name."""
    tables = _profiled(folder(), dataset_id, divided(dataset_id))
    return {name: table.copy(deep=False) for name, table in tables.items()}


@st.cache_resource(show_spinner=False, max_entries=16)
def _profiled(path: str, dataset_id: str, divided: str) -> dict[str, pd.DataFrame]:  # noqa: ARG001  # a part of the key
    return _opened(path).profile(dataset_id)


def divided(dataset_id: str) -> str:
    """Say how the shop is divided now: a part of the key of whatever is kept of its groups and clusters."""
    return " ".join(str(workspace().division(dataset_id, what).number) for what in get_args(Divisions))


def item_features(dataset_id: str) -> dict[str, pd.DataFrame]:
    """Give item vectors of texts and pictures, those that the shop has by now: they are made last."""
    try:
        made: dict[str, pd.DataFrame] = _described(folder(), dataset_id)
    except LookupError:
        return {}
    return {name: table.copy(deep=False) for name, table in made.items()}


@st.cache_resource(show_spinner=False, max_entries=8)
def _described(path: str, dataset_id: str) -> dict[str, pd.DataFrame]:
    made = _opened(path).item_features(dataset_id)
    if not made:
        raise LookupError(dataset_id)  # an exception is not cached: they may come any moment
    return made


def sameness(run_id: str) -> dict[str, Any]:
    """Give the sameness score of a run's lists with its parts, by category and by shopper group."""
    found = _stored(folder(), "sameness", run_id)
    return {name: value.copy(deep=False) if isinstance(value, pd.DataFrame) else value for name, value in found.items()}


def history(dataset_id: str, user: str) -> pd.DataFrame:
    """Give what a shopper did."""
    return _table("history", dataset_id, user)


def generated_vectors(run_id: str, generation_id: str) -> pd.DataFrame | None:
    """Give the places of generated shoppers in a run's latent space, indexed by user_id; None while not placed."""
    try:
        table: pd.DataFrame = _placed(folder(), run_id, generation_id)
    except LookupError:
        return None
    return table.copy(deep=False)


@st.cache_resource(show_spinner=False, max_entries=8)
def _placed(path: str, run_id: str, generation_id: str) -> pd.DataFrame:
    table = _opened(path).generated_vectors(run_id, generation_id)
    if table is None:
        raise LookupError(run_id)  # an exception is not cached: they may come any moment
    return table


def user_vectors(run_id: str) -> pd.DataFrame:
    """Give the places of a run's shoppers in its latent space, indexed by user_id."""
    return _table("user_vectors", run_id)


def item_vectors(run_id: str) -> pd.DataFrame:
    """Give a run's item vectors, indexed by item_id."""
    return _table("item_vectors", run_id)


def metrics(run_id: str) -> pd.DataFrame:
    """Give ``metric, value, low, high, n`` of a finished run."""
    return _table("metrics", run_id)


def difference(before: str, after: str) -> pd.DataFrame:
    """Give two runs' measures and their paired difference: ``metric, before, after, difference, low, high, n``."""
    return _table("compare", before, after)


def parts(run_id: str, against: str | None = None) -> pd.DataFrame | None:
    """Give a run's measures part by part, or its differences from another run; None while not worked out."""
    try:
        table: pd.DataFrame = _made(folder(), "parts", run_id, against)
    except LookupError:
        return None
    return table.copy(deep=False)


def clicks(run_id: str) -> dict[str, Any] | None:
    """Give what the log says of the clicks of a run's lists; None while not worked out."""
    try:
        return dict(_made(folder(), "clicks", run_id))
    except LookupError:
        return None


@st.cache_resource(show_spinner=False, max_entries=64)
def _made(path: str, what: str, *key: str | None) -> Any:  # noqa: ANN401  # whatever the workspace's method gives
    made = getattr(_opened(path), what)(*key)
    if made is None:
        raise LookupError(what)  # an exception is not cached: it may come any moment
    return made


def generated(generation_id: str, name: str) -> pd.DataFrame:
    """Give a table of something generated."""
    return _table("generated", generation_id, name)


def generated_values(generation_id: str, name: str) -> Any:  # noqa: ANN401  # any JSON value
    """Give JSON values of something generated."""
    return _stored(folder(), "generated_values", generation_id, name)


def projection(
    run_id: str, method: Literal["pca", "umap"], of: Of = "item", dimensions: int = 2
) -> pd.DataFrame | None:
    """Give ``item_id, x, y`` (``user_id, …``; ``z``) of a run's map, or None while it is not drawn yet."""
    try:
        table: pd.DataFrame = _drawn(folder(), run_id, method, of, dimensions)
    except LookupError:
        return None
    return table.copy(deep=False)


@st.cache_resource(show_spinner=False, max_entries=32)
def _drawn(path: str, run_id: str, method: Literal["pca", "umap"], of: Of, dimensions: int) -> pd.DataFrame:
    table = _opened(path).projection(run_id, method, of, dimensions)
    if table is None:
        raise LookupError(run_id)  # an exception is not cached: the map may come any moment
    return table


def _table(what: str, *key: str) -> pd.DataFrame:
    table: pd.DataFrame = _stored(folder(), what, *key)
    return table.copy(deep=False)
