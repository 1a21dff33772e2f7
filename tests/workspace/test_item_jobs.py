"""Items generated in the background: made whole or not at all, and from the shell."""

import pandas as pd
import pytest

from divrec.cli import main
from divrec.errors import InputError
from tests.workspace.support import ended, job_of, make_shop, store


def test_items_are_generated_filtered_and_judged(workspace):
    shop = store(workspace, make_shop())
    made = workspace.submit_synthesis(shop, "items", {"n": 40, "mix": {"Department 1": 3.0, "Department 2": 1.0}})
    assert ended(workspace, made, "synthesise").state == "done"
    items = workspace.generated(made, "items")
    assert items["category"].value_counts().to_dict() == {"Department 1": 30, "Department 2": 10}
    assert items["price"].between(1, 50).all()
    account = workspace.generated(made, "account").set_index("reason")["rows"]
    assert account["kept"] == len(items) == len(workspace.generated(made, "guides"))
    measures = workspace.generated(made, "fidelity")
    assert set(measures["part"]) == {"fidelity", "privacy"}
    assert measures.set_index("metric")["value"]["closer_to_seen"] <= 1  # items were held out: no NaN
    points = workspace.generated(made, "map")
    assert points["generated"].sum() == 40
    assert len(points) == 40 + 48  # a fifth of 60 items was never seen
    assert [record.id for record in workspace.generations(shop, "items")] == [made]
    assert workspace.generations(shop, "shoppers") == []


def test_a_cancelled_generation_of_items_leaves_nothing(workspace):
    shop = store(workspace, make_shop())
    made = workspace.submit_synthesis(shop, "items", {"n": 5000, "model": "gan", "preset": "balanced"})
    workspace.cancel(job_of(workspace, made, "synthesise").id)
    assert ended(workspace, made, "synthesise").state == "cancelled"
    assert not (workspace.folder / "generations" / made).exists()


def test_what_cannot_be_asked_is_refused_before_it_is_queued(workspace):
    shop = store(workspace, make_shop())
    with pytest.raises(InputError, match="model must be one of 'vae', 'gan'"):
        workspace.submit_synthesis(shop, "items", {"model": "tree"})
    assert workspace.jobs() == []


def test_the_command_line_writes_the_catalogue(workspace, tmp_path, capsys):
    store(workspace, make_shop())
    out = tmp_path / "items.parquet"
    command = ["synthesise", "--workspace", str(workspace.folder), "--what", "items", "--set", "n=30"]
    assert main([*command, "--out", str(out)]) == 0
    items = pd.read_parquet(out)
    assert len(items) > 0
    assert items["generated"].all()
    assert "closer_to_seen" in capsys.readouterr().out
