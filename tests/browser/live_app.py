"""The live trade-off alone, on a made-up shop: ``streamlit run tests/browser/live_app.py`` (?n=50&pictures=no)."""

import base64

import numpy as np
import pandas as pd
import streamlit as st

from divrec.ui import state
from divrec.ui.live import live_tradeoff, population_curves
from divrec.ui.live.payload import LivePath, Mark, Measure, payload, population_payload
from divrec.ui.live.words import live_words

st.set_page_config(page_title="live", layout="wide")

KINDS = ("Outdoor", "Home & living", "Audio", "Fashion", "Kitchen", "Sport", "Garden", "Toys")
NOUNS = ("Jacket", "Lamp", "Headset", "Scarf", "Kettle", "Racket", "Shears", "Puzzle")
STYLES = ("Alpine", "Coral", "Nimbus", "Terra", "Velvet", "Orbit", "Cedar", "Lumen", "Harbor", "Saffron")
XSS = '<img src=x onerror="window.pwned=1">'


def drawing(at: int) -> str:
    hue = at * 53 % 360
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 120"><circle cx="80" cy="60" r="{30 + at * 7 % 22}" '
        f'fill="hsl({hue} 50% 62%)"/><rect x="{40 + at * 13 % 40}" y="44" width="40" height="40" rx="8" '
        f'fill="hsl({hue} 45% 42%)"/></svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def cards(pool: int, kinds: np.ndarray, relevance: np.ndarray, pictures: bool) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    rows = [
        {
            "title": XSS if at == 0 else f"{STYLES[at % 10]} {NOUNS[kind]} {at:03d}",
            "brand": f"Brand {at % 9}",
            "price": f"${rng.uniform(9, 240):.2f}",
            "category": KINDS[kind],
            "picture": drawing(at) if pictures else None,
            "why": f"Like the {NOUNS[kind]} you bought" if at % 3 else "",
            "base": at + 1,
            "relevance": relevance[at],
            "ruled": "",
            "touched": "",
        }
        for at, kind in enumerate(kinds)
    ]
    return pd.DataFrame(rows, index=pd.Index([f"i{at}" for at in range(pool)], name="item_id"))


def greedy(relevance: np.ndarray, alike: np.ndarray, diversity: float, n: int) -> tuple[int, ...]:
    left = np.ones(len(relevance), dtype=bool)
    nearest = np.zeros(len(relevance))
    chosen: list[int] = []
    for _ in range(n):
        score = np.where(left, (1 - diversity) * relevance + diversity * (1 - nearest), -np.inf)
        best = int(score.argmax())
        chosen.append(best)
        left[best] = False
        nearest = np.maximum(nearest, alike[best])
    return tuple(chosen)


@st.cache_data
def path(n: int, pool: int, pictures: bool) -> LivePath:
    rng = np.random.default_rng(1)
    kinds = rng.choice(len(KINDS), pool, p=np.array([8, 5, 4, 3, 2, 2, 1, 1]) / 26)
    relevance = np.sort(rng.beta(2, 3, pool))[::-1]
    relevance = (relevance - relevance.min()) / np.ptp(relevance)
    vectors = rng.normal(size=(pool, 24)) + 3 * np.eye(24)[kinds]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    alike = (1 + vectors @ vectors.T) / 2
    stops: list[float] = []
    lists: list[tuple[int, ...]] = []
    for diversity in np.linspace(0, 1, 401):
        found = greedy(relevance, alike, diversity, n)
        if not lists or lists[-1] != found:
            stops.append(float(diversity))
            lists.append(found)
    ild = np.array([1 - alike[np.ix_(one, one)][np.triu_indices(n, 1)].mean() for one in map(list, lists)])
    kept = np.array([relevance[list(one)].sum() / relevance[:n].sum() for one in lists])
    count = np.array([len({kinds[item] for item in one}) for one in lists], dtype=float)
    novelty = np.array([np.mean([7 + item / 30 for item in one]) for one in lists])
    measures = [
        Measure("sameness", "Sameness of the list", "100 = all products the same.", 100 * (1 - ild), -1, 0),
        Measure("ild", "Difference inside", "Mean distance in this list.", ild, 1, 3),
        Measure("categories", "Categories", "How many categories this list holds.", count, 1, 0),
        Measure("novelty", "Novelty", "How rarely shoppers know these products, in bits.", novelty, 1, 2),
        Measure("relevance_kept", "Relevance kept", "Share of the base list's.", kept, 1, 1, True),
    ]
    budget = stops[int(np.flatnonzero(kept >= 0.95)[-1])]
    marks = [Mark("budget", budget, "keeps 95 % of relevance"), Mark("knee", 0.47, "knee")]
    named = [[f"i{item}" for item in one] for one in lists]
    return LivePath(stops, named, measures, cards(pool, kinds, relevance, pictures), KINDS, marks)


def everybody() -> list[Measure]:
    grid = np.linspace(0, 1, 21)
    ild, kept = 0.4 + 0.12 * grid**0.7, 1 - 0.3 * grid**1.6
    return [
        Measure("ild", "Difference inside", "Mean over shoppers.", ild, 1, 3, low=ild - 0.02, high=ild + 0.02),
        Measure("relevance_kept", "Relevance kept", "Mean over shoppers.", kept, 1, 1, True),
    ]


n = int(state.param("n", "20"))
values = payload(path(n, 150, state.param("pictures", "yes") == "yes"), live_words(), state.language())


@st.fragment
def panel() -> None:
    runs = state.remember("runs", state.recall("runs", 0) + 1)
    diversity, _ = live_tradeoff(values, start=0.2, wish="first")
    st.text(f"python saw {diversity:.6f} in run {runs}")


st.header("Diversity")
panel()
population_curves(population_payload(everybody(), live_words(), state.language()), start=0.2)
