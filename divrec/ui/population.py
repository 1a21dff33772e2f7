"""What the slider does to many shoppers at once: to all, or to each group."""

from typing import Final

import streamlit as st

from divrec.ui import everybody, groupcurves, state
from divrec.ui.livepath import View
from divrec.ui.text import t

CURVES: Final = {"all": everybody.draw, "groups": groupcurves.draw}


def draw(view: View, start: float) -> None:
    """Draw everybody's curves for the model, method and length of a view, for all shoppers or group by group."""
    st.subheader(t("diversity.everybody"), anchor=False)
    chosen = state.bound(
        st.segmented_control, "curves", t("groupcurves.whom"), list(CURVES), default="all", required=True,
        format_func=lambda name: t(f"groupcurves.{name}"), label_visibility="collapsed",
    )  # fmt: skip
    CURVES[chosen](view, start)
