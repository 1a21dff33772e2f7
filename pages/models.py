import streamlit as st

from divrec.ui import calls, shops, training
from divrec.ui.text import t

shop = shops.need_shop()
runs = calls.workspace().runs(shop)
live = [run for run in runs if run.live]
done = [run for run in runs if run.state == "done"]

choose, follow = st.columns([4, 6], gap="medium")
with choose:
    training.form(shop)
with follow:
    if live:
        training.follow(live)
    else:
        training.quiet(done)
    training.unfinished(runs)

st.header(t("models.compare"), anchor=False)
if done:
    training.compare(done)
else:
    st.caption(t("models.none_done"))
