import streamlit as st

from divrec.ui import item_map, item_panel, shops

shop = shops.need_shop()
run = shops.need_run(shop)
item_map.watch_umap(run.id)


@st.fragment
def explore() -> None:
    """Run alone when a person colours, searches or selects: the browser keeps the points."""
    view = item_map.controls(shop, run.id)
    if view is None:
        return
    left, right = st.columns([12, 5], gap="medium")
    with left:
        view = item_map.draw(view)
    with right:
        track, value = item_map.draw_guide(view)
        item_panel.draw(view, track, value)


explore()
