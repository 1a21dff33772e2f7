import subprocess
import sys

import pandas as pd
import pytest

from divrec.errors import ArtefactError
from divrec.simulate import demo
from divrec.simulate.demo import load_demo
from sample_data import facts
from sample_data.facts import HERE


@pytest.fixture(scope="module")
def tables():
    return {name: pd.read_parquet(HERE / "demo" / f"{name}.parquet") for name in ("events", "items", "users", "truth")}


def test_the_demo_has_the_size_of_a_small_shop():
    data = load_demo()
    assert data.name == "demo"
    assert len(data.users) == 2000
    assert len(data.items) == 1500
    assert 55_000 < len(data.interactions) < 65_000
    assert data.report.read == data.report.kept == len(data.interactions)
    weights = data.interactions.groupby("event")["weight"].unique().map(list).to_dict()
    assert weights == {"view": [1.0], "cart": [3.0], "purchase": [5.0]}


def test_every_number_of_the_readme_is_that_of_the_files(tables):
    assert (HERE / "README.md").read_text(encoding="utf-8") == facts.readme(tables)


def test_repeat_purchases_happen_exactly_where_kinds_say(tables):
    kinds = pd.read_csv(HERE / "kinds.csv")
    shares = facts.repeat_purchases(tables)
    assert set(shares.index[shares > 0]) == set(kinds.loc[kinds["repeat"] == 1, "department"])
    assert (shares[shares > 0] > 0.15).all()


def test_what_a_shopper_views_most_is_what_the_truth_says(tables):
    assert facts.recovered(tables) > 0.7
    assert set(tables["truth"]["user_id"]) == set(tables["users"]["user_id"])


def test_strong_seasons_are_found_near_their_true_peak(tables, words):
    found = facts.peak_over_low(tables)
    for row in words.departments:
        if row["swing"] >= 0.5:
            away = abs(found.loc[row["department"], "month"] - row["peak_month"])
            assert min(away, 12 - away) <= 2
            assert found.loc[row["department"], "ratio"] > 2


def test_views_thin_out_down_the_page(tables):
    events = tables["events"]
    views = events[events["event"] == "view"]["position"].value_counts().sort_index()
    assert list(views.index) == list(range(1, 25))
    assert views.loc[1] > 2 * views.loc[12] > 2 * views.loc[24]


def test_tastes_are_strong_but_not_blind(tables):
    views = facts.viewed(tables).groupby(["user_id", "category"]).size()
    top = views.groupby("user_id").max() / views.groupby("user_id").sum()
    assert 0.4 < top[views.groupby("user_id").sum() >= 20].mean() < 0.75


def test_loading_is_light():
    heavy = "torch umap sklearn numba streamlit plotly"
    code = f"import sys, divrec; divrec.load_demo(); sys.exit(str([m for m in '{heavy}'.split() if m in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=HERE.parent, check=False)
    assert done.stderr.strip() == "[]"


def test_a_missing_file_names_the_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "_FOLDER", tmp_path)
    with pytest.raises(ArtefactError, match=r"python -m sample_data\.make_demo"):
        load_demo()
    with pytest.raises(ArtefactError, match="pictures"):
        demo.demo_pictures()
