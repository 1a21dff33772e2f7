"""Cold start in the background, and what the warm process then answers about items of no log."""

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from divrec.errors import InputError
from divrec.synthesis.hidden import METHODS
from divrec.workspace import Workspace
from divrec.workspace.coldstarting import of_pictures
from tests.workspace.support import ended, job_of, make_shop, store

NEW = pd.DataFrame({"item_id": ["new"], "title": ["Lamps No. 100"], "category": ["Lamps"], "price": [20.0]})


@pytest.fixture(scope="module")
def learned(shop_folder):
    workspace = Workspace(shop_folder)
    shop = workspace.datasets()[0].id
    made = workspace.submit_synthesis(shop, "coldstart", {"steps": 400})
    assert ended(workspace, made, "synthesise").state == "done"
    run = next(run.id for run in workspace.runs(shop) if run.family == "ease")
    yield workspace, shop, made, run
    workspace._scoring.close()


def test_what_was_learned_names_the_best_and_counts_everybody(learned):
    workspace, shop, made, _ = learned
    table = workspace.generated(made, "methods")
    ndcg = table[table["metric"] == "ndcg"].set_index("method")["value"]
    assert workspace.generated_values(made, "best") == ndcg[list(METHODS)].idxmax()
    assert ((table["low"] <= table["value"]) & (table["value"] <= table["high"])).all()
    assert set(workspace.generated(made, "users")["user_id"]) == set(workspace.split(shop)[0].user_ids)


@pytest.mark.parametrize("method", METHODS)
def test_a_lamp_lies_among_lamps_and_reaches_who_buys_lamps(learned, method):
    workspace, shop, made, run = learned
    (told,) = workspace.place_newcomers(made, method, NEW)
    kinds = workspace.dataset(shop).items.set_index("item_id")["category"]
    assert told["known"]
    lamps = (kinds[told["neighbours"][:5]] == "Lamps").sum()
    assert lamps >= 3 if method == "adversary" else lamps == 5  # thirty items teach a generator little
    assert told["alike"] == sorted(told["alike"], reverse=True)
    assert sum(told["weights"]) == pytest.approx(1, abs=1e-4)
    users = workspace.generated(made, "users")["user_id"]
    whole = workspace.reach_newcomer(made, method, NEW, run, range(len(users)), "mmr", 5)
    shown = np.array([first is not None for first in whole["first"]])
    mine = users.str[1:].astype(int) % 3 == 1  # keeps to lamps
    places = np.array(whole["places"])
    assert (places > 0).all()  # thirty items: all are candidates
    assert places[mine].mean() < places[~mine].mean()
    assert shown.any()
    assert whole["held"][0] == sum(first == 0 for first in whole["first"])


@pytest.mark.parametrize("rerank", ["mmr", "calibrated"])
def test_asking_for_some_at_a_time_tells_the_same(learned, rerank):
    workspace, _, made, run = learned
    count = len(workspace.generated(made, "users"))
    whole = workspace.reach_newcomer(made, "ridge", NEW, run, range(count), rerank, 5)
    parts = [workspace.reach_newcomer(made, "ridge", NEW, run, rows, rerank, 5)
             for rows in (range(17), range(17, count))]  # fmt: skip
    assert whole["first"] == parts[0]["first"] + parts[1]["first"]
    assert whole["held"] == (np.array(parts[0]["held"]) + parts[1]["held"]).tolist()


def test_words_that_the_shop_does_not_know_say_so(learned):
    workspace, _, made, _ = learned
    (told,) = workspace.place_newcomers(made, "text", NEW.assign(title="zzyzx", category=None))
    assert not told["known"]


def test_an_uploaded_picture_is_written_anew_and_what_is_none_is_refused(learned):
    workspace = learned[0]
    drawn = io.BytesIO()
    Image.new("RGB", (900, 600), "#c22").save(drawn, "PNG")
    kept = workspace.inbox.picture("k1", "red.png", drawn.getvalue())
    assert kept.suffix == ".webp"
    assert max(Image.open(kept).size) == 400
    colours, mean = of_pictures(NEW.assign(image=kept.name), kept.parent, np.zeros(64, np.float32))
    assert colours.loc["new"].to_numpy().max() == pytest.approx(1)  # all of one colour
    assert not mean.any()
    with pytest.raises(InputError, match=r"red\.png: not a whole picture"):
        workspace.inbox.picture("k2", "red.png", drawn.getvalue()[:50])


def test_a_cancelled_one_leaves_nothing_and_a_wrong_setting_is_refused(workspace):
    shop = store(workspace, make_shop())
    with pytest.raises(InputError, match="hidden"):
        workspace.submit_synthesis(shop, "coldstart", {"hidden": 2.0})
    made = workspace.submit_synthesis(shop, "coldstart", {"steps": 2000})
    workspace.cancel(job_of(workspace, made, "synthesise").id)
    assert ended(workspace, made, "synthesise").state == "cancelled"
    assert not (workspace.folder / "generations" / made).exists()
