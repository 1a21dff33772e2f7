"""A run on real and generated shoppers together: trained where the gate is open, marked as such, refused elsewhere."""

from dataclasses import asdict

import pytest

from divrec.columns import USER
from divrec.data.files import atomic_folder, write_json, write_parquet
from divrec.errors import InputError
from divrec.models import load_model
from divrec.synthesis.usefulness import Gate
from divrec.workspace.generations import Generations
from divrec.workspace.records import Fusion
from tests.workspace.support import ended, make_shop, store


@pytest.fixture
def generated(workspace):
    """Store a set that was generated from the small shop, with a gate of one's choice, without generating it."""
    shop, dataset = make_shop(), store(workspace, make_shop())
    log = shop.interactions

    def made(low):
        job = Generations(workspace._database, workspace._layout).submit(dataset, "shoppers", {"n": len(shop.users)})
        workspace.cancel(job.id)
        with atomic_folder(workspace._layout.generation(job.target)) as folder:
            write_parquet(folder / "events.parquet", log.assign(**{USER: "g7-" + log[USER].astype("str")}))
            write_json(folder / "gate.json", asdict(Gate(low > 0, 0.5, 0.25, low + 0.01, low, low + 0.02, 60)))
        return job.target

    return made


def test_generated_shoppers_are_learned_from_and_the_run_says_so(workspace, generated):
    made = generated(low=0.01)
    run = workspace.submit_fused_training(made)
    assert ended(workspace, run).state == "done"
    record = next(each for each in workspace.runs() if each.id == run)
    assert (record.family, record.fused) == ("ease", Fusion(made, 0.5, 0.25))
    model, (real, _) = load_model(workspace.model_folder(run)), workspace.split(record.dataset_id)
    assert model.user_ids.str.startswith("g7-").sum() == len(real.users) / 2
    assert list(workspace.candidates(run).users) == list(real.user_ids)  # nobody generated gets a list
    alone = workspace.submit_training(record.dataset_id, "ease")
    assert ended(workspace, alone).state == "done"
    assert next(each for each in workspace.runs() if each.id == alone).fused is None
    assert not workspace.candidates(alone).to_frame().equals(workspace.candidates(run).to_frame())


def test_a_shut_gate_refuses_with_its_reason(workspace, generated):
    with pytest.raises(InputError, match=r"gain NDCG for certain, found \+0\.0050 \[-0\.0050, \+0\.0150\]"):
        workspace.submit_fused_training(generated(low=-0.005))
    assert workspace.runs() == []
