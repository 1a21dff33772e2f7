"""Models, view compare: clicks and conversion of what was shown against a model's lists, or why they cannot be told."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
import streamlit as st

from divrec.ui import calls, charts, runpairs, shops, state
from divrec.ui.text import t
from divrec.workspace.records import RunRecord

OF_THE_LOG: Final = ("impressions", "positions", "clicks", "fixed_places", "propensities")  # the same for every model


def draw(ordered: Sequence[RunRecord]) -> None:
    """Draw old against new for a chosen run; where the log cannot tell for any run, say why."""
    st.header(t("clicks.title"), anchor=False)
    names = shops.run_names(list(ordered))
    reason = (calls.clicks(ordered[-1].id) or {}).get("reason")
    if reason in OF_THE_LOG:
        st.caption(t(f"clicks.refused_{reason}"))
        return
    ids = list(names)
    run = state.bound(
        st.selectbox, "clicks_run", t("clicks.run"), ids, start=ids[-1], format_func=names.__getitem__, width=300
    )
    found = calls.clicks(run)
    if found is None:
        st.caption(t("clicks.not_yet"))
        st.button(t("parts.work"), key="clicks_work", on_click=_work, args=(run,))
    elif reason := found.get("reason"):
        st.caption(t(f"clicks.refused_{reason}", **found["numbers"]))
    else:
        _show(found, names[run])


def _work(run: str) -> None:
    calls.workspace().submit_parts(run)


def _show(found: Mapping[str, Any], name: str) -> None:
    table = pd.DataFrame(found["table"])
    st.markdown(_verdict(table.iloc[0], name))
    ends = list(zip(table["low"], table["high"], strict=True))
    st.dataframe(pd.DataFrame({
        t("models.measure"): [t(f"clicks.{measure}") for measure in table["measure"]],
        t("clicks.old"): table["old"].map("{:.2%}".format), name: table["new"].map("{:.2%}".format),
        t("runs.difference"): [_points(value) for value in table["difference"]],
        t("runs.interval"): [f"[{_points(low)}, {_points(high)}]" for low, high in ends],
        t("runs.verdict"): [runpairs.reading(low, high, name, t("clicks.old")) for low, high in ends],
        t("runs.shoppers"): table["n"],
    }), hide_index=True, alt=t("clicks.title"))  # fmt: skip
    by = found["by"]
    worth = {"shown": found["shown"], "overlap": found["overlap"], "effective": found["effective"]}
    st.caption(t("clicks.worth", **worth) + " " + t(f"clicks.by_{by}"))
    places = range(1, len(found["examination"]) + 1)
    st.caption(t("clicks.examination"))
    figure = charts.columns(list(places), found["examination"], titles=(t("clicks.place"), ""), height=200)
    numbers = pd.DataFrame({t("clicks.place"): places, t("clicks.looked"): found["examination"]})
    charts.show(figure, numbers, alt=t("clicks.examination"), key="clicks_examination")


def _verdict(row: pd.Series, name: str) -> str:
    numbers = {"name": name, "by": _points(row["difference"]), "low": _points(row["low"]), "high": _points(row["high"])}
    if row["low"] > 0:
        return t("clicks.more", **numbers)
    return t("clicks.fewer" if row["high"] < 0 else "clicks.no_difference", **numbers)


def _points(value: float) -> str:
    return f"{round(100 * value, 2) + 0:+.2f}"  # + 0: no -0.00
