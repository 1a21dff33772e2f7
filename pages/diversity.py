import streamlit as st

from divrec.ui import (
    diversity,
    effects,
    livepath,
    population,
    ruling,
    shops,
    subjectline,
    subjects,
    takeaway,
    versus,
    why,
)
from divrec.ui.live import live_tradeoff

shop = shops.need_shop()
if pair := versus.wanted(shop):
    versus.draw(shop, pair)
    st.stop()
run = shops.need_run(shop)
with st.container(horizontal=True, vertical_alignment="bottom"):
    shops.choose_run(width=190)
    subject = subjects.choose(shop, run.id)
subjectline.draw(subject, shop, livepath.all_categories(shop))
view = diversity.choose_view(shop, run.id, subject)
values = livepath.live_values(view)
start, wish = diversity.wish()


@st.fragment
def live() -> None:
    """Run alone when the slider is let go: the browser keeps the path, only what follows is drawn anew."""
    released, clicked = live_tradeoff(values, start=start, wish=wish, key=diversity.LIVE)
    diversity.keep(released)
    if not why.answer(clicked, view, released):
        ruling.answer(clicked)
    effects.draw(view, released)
    takeaway.draw(view, released)


live()
if subject.surface in subjects.OF_ONE:
    population.draw(view, start)
diversity.settle()
