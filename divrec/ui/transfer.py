"""The choice of a run that a training starts from."""

import streamlit as st

from divrec.models.registry import FAMILIES
from divrec.ui import calls, shops
from divrec.ui.text import t

NOTHING = ""


def choose(family: str) -> str | None:
    """Draw the choice among all shops' finished runs of a family, where there are any; None to start from nothing."""
    if not FAMILIES[family].transfers:
        return None
    names = {NOTHING: t("transfer.nothing")}
    for shop in calls.workspace().datasets():
        done = shops.finished(shop.id)
        called = shops.run_names(done)
        own = [run for run in done if run.family == family]
        names |= {run.id: t("transfer.run", name=called[run.id], shop=shops.shop_name(shop)) for run in own}
    if len(names) == 1:
        return None
    chosen = st.selectbox(
        t("transfer.from"), list(names), format_func=names.__getitem__,
        key=f"start_from_{family}", help=t("transfer.help"),
    )  # fmt: skip
    return None if chosen == NOTHING else chosen
