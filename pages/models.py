import streamlit as st

from divrec.ui import comparing, compressing, parts, shops, state, training, tuning
from divrec.ui.text import t

VIEWS = {
    "train": training.view,
    "compare": comparing.view,
    "parts": parts.view,
    "tune": tuning.view,
    "compress": compressing.view,
}

shop = shops.need_shop()
view = state.bound(
    st.segmented_control,
    "models_view",
    t("models.view"),
    list(VIEWS),
    default="train",
    required=True,
    format_func=lambda name: t(f"models.view_{name}"),
    label_visibility="collapsed",
)
VIEWS[view](shop)
