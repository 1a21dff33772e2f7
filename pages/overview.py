import streamlit as st

from divrec.ui import calls, overview, shops, welcome
from divrec.ui.text import t

opening = welcome.opening()

if not calls.workspace().datasets():
    st.markdown(t("welcome.promise"))
    welcome.show_failure()
    if opening:
        welcome.show_opening(opening)
    else:
        welcome.ways_in()
    st.stop()

shop = shops.need_shop()
if opening:
    welcome.show_opening(opening)
    if not shops.finished(shop):
        st.stop()
overview.next_step(shop)
run = shops.need_run(shop)
sameness = calls.sameness(run.id)

score, where = st.columns([5, 6], gap="large")

with score:
    overview.score(sameness)
    overview.parts(sameness)
    with st.expander(t("overview.what")):
        st.markdown(t("overview.explained"))

with where:
    for kind in ("category", "group"):
        overview.most_alike(sameness, kind, shop)
