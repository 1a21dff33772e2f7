import streamlit as st

from divrec.ui import calls, shopdata, shops, state, upload, welcome
from divrec.ui.text import t

opening = welcome.opening()
if opening:
    welcome.show_opening(opening)
else:
    welcome.show_failure()

views = list(shopdata.VIEWS) if calls.workspace().datasets() else ["add"]
view = state.bound(
    st.segmented_control,
    "view",
    t("data.view"),
    [*views],
    default=views[0],
    required=True,
    format_func=lambda name: t(f"data.view_{name}"),
    label_visibility="collapsed",
)

if view == "add":
    upload.form()
    if not opening:
        st.header(t("data.ready_made"), anchor=False)
        welcome.ways_in(("demo", "groceries"))
    st.stop()

shop = shops.need_shop()
shopdata.summary(shop)
shopdata.VIEWS[view](shop)
