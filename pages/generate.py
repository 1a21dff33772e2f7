import streamlit as st

from divrec.ui import calls, coldstart, generated, generating, itemrows, private, shops, state
from divrec.ui.text import t

VIEWS = ("shoppers", "report")
OTHERS = {"items": itemrows.draw, "coldstart": coldstart.draw}

shop = shops.need_shop()
records = calls.workspace().generations(shop, "shoppers")
done = [record for record in records if record.state == "done"]
views = [*(VIEWS if done else VIEWS[:1]), *OTHERS]
view = state.bound(
    st.segmented_control,
    "generate_view",
    t("generate.view"),
    views,
    default=views[0],
    required=True,
    format_func=lambda name: t(f"generate.view_{name}"),
    label_visibility="collapsed",
)

if view in OTHERS:
    OTHERS[view](shop)
    st.stop()

if view == "report":
    chosen = generating.choose(records)
    generated.report(chosen)
    st.stop()

ask, see = st.columns([4, 6], gap="medium")
with ask:
    generating.form(shop)
with see:
    live = [record for record in records if record.live]
    if live:
        generating.follow(live)
    generating.quiet(records)
    if done:
        chosen = generating.choose(records)
        generating.summary(chosen)
        generating.picture(chosen)
if done:
    private.cost(done)
    if not private.promised(chosen):
        generated.fusing(chosen)
    generated.take_away(chosen)
