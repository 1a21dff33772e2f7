import streamlit as st

from divrec.ui import reporting, shops, state
from divrec.ui.text import t

shop = shops.need_shop()
run = shops.need_run(shop)
with st.container(horizontal=True, vertical_alignment="bottom"):
    shops.choose_run(width=190)
    source = reporting.choose(shop)
chosen = reporting.view_of(source, shop, run.id)
if chosen is None and source != reporting.MODEL:
    st.warning(t("report.gone"))
if chosen is not None:
    run = next(each for each in shops.finished(shop) if each.id == chosen[0].run)
found = reporting.findings(shop, run, chosen)
with st.container(horizontal=True):
    reporting.take_away(found)
    if st.button(t("report.to_diversity"), icon=":material/tune:", key="to_view"):
        state.open_page("diversity", **reporting.parameters(chosen))
reporting.preview(found)
