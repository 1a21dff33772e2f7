"""What a log says was shown where, and what came of it: one row per place of a page."""

from typing import Final

import numpy as np
import pandas as pd

from divrec.columns import EVENT, ITEM, POSITION, PROPENSITY, SESSION, TIME, USER, WEIGHT
from divrec.data.kinds import IMPRESSION, PURCHASE, REMOVE
from divrec.errors import NotEstimableError
from divrec.metrics.lists import Events, events_of

PLACE: Final = "place"  # on the page, from 1
CLICKED: Final = "clicked"
BOUGHT: Final = "bought"


def shown_places(log: Events) -> pd.DataFrame:
    """Give every shown place of a log: ``user_id, item_id, place, propensity, clicked, bought``.

    An impression is a place. An answer (click, purchase, …) belongs to the latest impression of the same user and item
    before it, in the same session where the log has sessions; one with a position and without such an impression, as
    in logs of one row per place, is a place itself. ``propensity`` is NaN where the log has none.

    Raises NotEstimableError where the log has no impressions, or does not say at which position.
    """
    table = events_of(log, "the log").reset_index(drop=True)
    kind = table[EVENT]
    if not (kind == IMPRESSION).any():
        raise NotEstimableError("the log does not say what was shown: it has no impressions; map them as event, or "
                                "the click column as response", "impressions")  # fmt: skip
    if POSITION not in table or table.loc[kind == IMPRESSION, POSITION].isna().all():
        raise NotEstimableError("the log does not say where on the page products were shown; map the column of places "
                                "as position", "positions")  # fmt: skip
    answered = ~kind.isin([IMPRESSION, REMOVE]) & (table[WEIGHT] > 0)
    rows = pd.concat([_answers_of(table, kind == IMPRESSION, answered), _own_places(table, kind, answered)])
    rows = rows[rows[POSITION].notna()]
    first = int(rows[POSITION].min())
    propensity = rows[PROPENSITY].astype("float64") if PROPENSITY in rows else pd.Series(np.nan, rows.index)
    return pd.DataFrame({
        USER: rows[USER], ITEM: rows[ITEM], PLACE: rows[POSITION].astype("int64") - first + 1,
        PROPENSITY: propensity, CLICKED: rows[CLICKED].astype(bool), BOUGHT: rows[BOUGHT].astype(bool),
    }).reset_index(drop=True)  # fmt: skip


def _keys(table: pd.DataFrame) -> list[str]:
    return [USER, ITEM, SESSION] if SESSION in table and table[SESSION].notna().all() else [USER, ITEM]


def _with_place(table: pd.DataFrame, kind: pd.Series, answered: pd.Series) -> pd.Series:
    """Mark the answers that are places themselves: with a position, and no impression that they could belong to."""
    keys = _keys(table)
    shown = pd.MultiIndex.from_frame(table.loc[kind == IMPRESSION, keys])
    has_impression = pd.Series(pd.MultiIndex.from_frame(table[keys]).isin(shown), table.index)
    apart = ~has_impression if SESSION in keys else pd.Series(True, table.index)
    later = (kind == PURCHASE) & (has_impression | table.duplicated(keys))  # what was bought had been looked at before
    return answered & table[POSITION].notna() & apart & ~later


def _own_places(table: pd.DataFrame, kind: pd.Series, answered: pd.Series) -> pd.DataFrame:
    own = _with_place(table, kind, answered)
    later = table[answered & ~own & (kind == PURCHASE)]
    keys = _keys(table)
    bought = pd.MultiIndex.from_frame(table.loc[own, keys]).isin(pd.MultiIndex.from_frame(later[keys]))
    return table[own].assign(clicked=True, bought=(kind[own] == PURCHASE).to_numpy(bool) | bought)


def _answers_of(table: pd.DataFrame, shown: pd.Series, answered: pd.Series) -> pd.DataFrame:
    """Give the impressions, each with whether an answer belongs to it."""
    own = _with_place(table, table[EVENT], answered)
    places, answers = table[shown], table[answered & ~own]
    keys = _keys(table)
    if table[TIME].notna().all():
        left = answers[[*keys, TIME, EVENT]].sort_values(TIME, kind="stable")
        right = places[[*keys, TIME]].assign(at=places.index).sort_values(TIME, kind="stable")
        found = pd.merge_asof(left, right, on=TIME, by=keys)
    else:
        last = places[keys].assign(at=places.index).drop_duplicates(keys, keep="last")
        found = answers[[*keys, EVENT]].merge(last, on=keys)
    at = found["at"]
    bought = at[found[EVENT] == PURCHASE].dropna()
    return places.assign(clicked=places.index.isin(at.dropna()), bought=places.index.isin(bought))
