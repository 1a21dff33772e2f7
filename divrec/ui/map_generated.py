"""Generated shoppers on the map of shoppers: which set, their places in the run's space, and what is known of them."""

from typing import Final

import pandas as pd
import streamlit as st

from divrec.columns import ITEM, USER
from divrec.latent.placing import place
from divrec.ui import acting, calls, progress, state
from divrec.ui.text import t
from divrec.workspace.records import GenerationRecord

DRAWN: Final = "drawn"  # the parameter that names a generated shopper


def sets(dataset_id: str) -> dict[str, GenerationRecord]:
    """Give the finished sets of generated shoppers of a shop, the newest first."""
    records = calls.workspace().generations(dataset_id, "shoppers")
    return {record.id: record for record in records if record.state == "done"}


def choose(dataset_id: str) -> str:
    """Draw the choice of a set to show among the real shoppers, where there is one; "" for none."""
    offered = sets(dataset_id)
    if not offered:
        return ""
    return state.bound(
        st.selectbox, "made", t("latent.made"), ["", *offered], default="", width=190,
        format_func=lambda id_: f"{offered[id_].created:%m-%d %H:%M} · {offered[id_].settings['n']:,}" if id_
        else t("latent.made_none"),
    )  # fmt: skip


def placed(run_id: str, generation_id: str) -> bool:
    """Tell whether a set has its places in the run's space; where not, have them made and show that."""
    if calls.generated_vectors(run_id, generation_id) is not None:
        return True
    progress.watch([calls.workspace().submit_placing(run_id, generation_id)], "placing")
    return False


def layout(run_id: str, generation_id: str, known: pd.DataFrame, axes: list[str]) -> pd.DataFrame:
    """Give the set's places on a map of the run's real shoppers: ``user_id`` and the map's axes."""
    vectors = calls.generated_vectors(run_id, generation_id)
    assert vectors is not None  # noqa: S101  # ``placed`` comes first
    real = calls.user_vectors(run_id).loc[known[USER]]
    places = place(vectors, real, known[axes].to_numpy("float32"))
    return pd.DataFrame(places, columns=axes).assign(**{USER: vectors.index.to_numpy()})


def count(run_id: str, generation_id: str) -> int:
    """Give how many of a set's shoppers are on the map: its last points."""
    vectors = calls.generated_vectors(run_id, generation_id)
    return 0 if vectors is None else len(vectors)


def history(generation_id: str, user: str) -> list[str]:
    """Give the products that a generated shopper has, oldest first."""
    events = calls.generated(generation_id, "events")
    found: list[str] = events.loc[events[USER] == user, ITEM].drop_duplicates().tolist()
    return found


def act_as(generation_id: str, user: str) -> None:
    """Open the Diversity page as this generated shopper."""
    made = history(generation_id, user)
    state.open_page("diversity", **{"for": "act", acting.PARAMETER: acting.written(made)})
