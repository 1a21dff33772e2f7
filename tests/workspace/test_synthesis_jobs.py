"""Generations in the background: made whole or not at all, cancelled, removed with their shop, and from the shell."""

import pandas as pd
import pytest

from divrec.cli import main
from divrec.errors import InputError, UnknownIdError
from tests.workspace.support import ended, job_of, make_shop, store


def test_shoppers_are_generated_judged_and_tried(workspace):
    shop = store(workspace, make_shop())
    made = workspace.submit_synthesis(shop, "shoppers", {"n": 100})
    assert ended(workspace, made, "synthesise").state == "done"
    events = workspace.generated(made, "events")
    assert list(events.columns) == list(workspace.dataset(shop).interactions.columns)
    account = workspace.generated(made, "account").set_index("reason")["rows"]
    assert account["kept"] == events["user_id"].nunique() == len(workspace.generated(made, "users"))
    assert set(workspace.generated(made, "fidelity")["part"]) == {"fidelity", "usefulness", "privacy"}
    assert isinstance(workspace.generated_values(made, "gate")["open"], bool)
    assert workspace.generated(made, "map")["generated"].any()
    workspace.delete_dataset(shop)
    assert workspace.generations() == []
    assert not (workspace.folder / "generations" / made).exists()


def test_a_cancelled_generation_leaves_nothing(workspace):
    shop = store(workspace, make_shop())
    made = workspace.submit_synthesis(shop, "shoppers", {"n": 5000, "prior": "wgan"})
    workspace.cancel(made)
    assert ended(workspace, made, "synthesise").state == "cancelled"
    assert not (workspace.folder / "generations" / made).exists()
    workspace.resume(made)
    workspace.cancel(job_of(workspace, made, "synthesise").id)
    assert ended(workspace, made, "synthesise").state == "cancelled"


def test_what_cannot_be_generated_is_refused_before_it_is_queued(workspace):
    shop = store(workspace, make_shop())
    with pytest.raises(InputError, match="shoppers"):
        workspace.submit_synthesis(shop, "ghosts")
    with pytest.raises(InputError, match="temperature"):
        workspace.submit_synthesis(shop, "shoppers", {"temperature": 0})
    with pytest.raises(UnknownIdError):
        workspace.submit_synthesis("d00000000000f", "shoppers")
    assert workspace.jobs() == []


def test_the_command_line_writes_the_events(workspace, tmp_path, capsys):
    store(workspace, make_shop())
    out = tmp_path / "more.parquet"
    command = ["synthesise", "--workspace", str(workspace.folder), "--set", "n=60", "--out", str(out)]
    assert main(command) == 0
    assert pd.read_parquet(out)["user_id"].nunique() > 0
    assert "membership_auc" in capsys.readouterr().out


def test_private_shoppers_come_with_their_promise_and_are_not_fused(workspace):
    shop = store(workspace, make_shop())
    asked = {"family": "multvae", "epsilon": 5.0, "n": 80}
    with pytest.raises(InputError, match="only multvae"):
        workspace.submit_synthesis(shop, "shoppers", {"epsilon": 5.0})
    made = workspace.submit_synthesis(shop, "shoppers", {**asked, "held_out": 0.1})
    assert ended(workspace, made, "synthesise").state == "done"
    assert workspace.generated(made, "events")["user_id"].nunique() == 80
    promise = workspace.generated_values(made, "guarantee")
    assert promise["epsilon"] == 5.0
    assert promise["spent"] <= 5.0
    assert promise["delta"] < 1 / len(workspace.dataset(shop).users)
    with pytest.raises(InputError, match="learned from the shop's test part"):
        workspace.submit_fused_training(made)


def test_the_command_line_says_the_promise(workspace, tmp_path, capsys):
    store(workspace, make_shop())
    out = tmp_path / "more.parquet"
    command = ["synthesise", "--workspace", str(workspace.folder), "--set", "n=60", "--set", "held_out=0.1"]
    assert main([*command, "--epsilon", "4", "--delta", "0.0001", "--out", str(out)]) == 0
    assert pd.read_parquet(out)["user_id"].nunique() == 60
    assert '"delta": 0.0001' in capsys.readouterr().out
    assert main([*command, "--delta", "0.0001", "--out", str(out)]) == 1
    assert "belongs to an ε" in capsys.readouterr().err
