"""Making a run smaller in the background: tables, a run of its own, cancelling, deleting."""

import numpy as np
import pytest

from divrec.errors import InputError
from divrec.models import load_model
from divrec.workspace.records import Compressed
from tests.workspace.support import ended, make_shop, store, wait

SMALL = {"hidden_dim": 32, "latent_dim": 16, "epochs": 6, "patience": 6, "learning_rate": 5e-3}


def test_a_run_is_made_smaller_and_one_version_is_kept_as_a_run(workspace):
    shop = store(workspace, make_shop())
    run = workspace.submit_training(shop, "multvae", SMALL)
    assert ended(workspace, run).state == "done"
    assert workspace.compression(run) is None
    job = workspace.submit_compression(run)
    assert workspace.submit_compression(run) == job  # a double click
    assert ended(workspace, run, "compress").state == "done"

    sizes = workspace.compression(run).set_index("way")
    assert list(sizes.index) == ["original", "int8", "pruned", "distilled"]
    assert (sizes["bytes"].iloc[1:] < sizes["bytes"].iloc[0]).all()
    assert (sizes["milliseconds"] > 0).all()
    assert sizes["agreement"]["original"] == 1
    assert sizes["agreement"]["int8"] > 0.9
    quality = workspace.compression(run, "quality")
    assert set(quality["way"]) == {"int8", "pruned", "distilled"}
    chief = quality[quality["metric"] == "ndcg"]
    assert (chief["low"] <= chief["difference"]).all()
    assert (chief["n"] > 0).all()

    kept = workspace.keep_compressed(run, "int8")
    assert ended(workspace, kept).state == "done"
    record = next(each for each in workspace.runs(shop) if each.id == kept)
    assert (record.family, record.compressed) == ("multvae", Compressed(run, "int8"))
    model, whole = load_model(workspace.model_folder(kept)), load_model(workspace.model_folder(run))
    assert (workspace.model_folder(kept) / "weights.safetensors").stat().st_size == sizes["bytes"]["int8"]
    history = model.histories[:5]
    np.testing.assert_array_equal(model.score(history), whole.packed("int8").score(history))
    assert workspace.candidates(kept).items.shape == workspace.candidates(run).items.shape

    workspace.delete_run(run)
    assert not (workspace.folder / "compressions" / run).exists()
    assert next(each for each in workspace.runs(shop) if each.id == kept).state == "done"


def test_what_cannot_be_made_smaller_is_refused(workspace):
    shop = store(workspace, make_shop())
    run = workspace.submit_training(shop, "popularity")
    with pytest.raises(InputError, match="make one smaller that is done"):
        workspace.submit_compression(run)
    assert ended(workspace, run).state == "done"
    with pytest.raises(InputError, match="next to nothing but histories"):
        workspace.submit_compression(run)
    ease = workspace.submit_training(shop, "ease")
    assert ended(workspace, ease).state == "done"
    workspace.submit_compression(ease)
    assert ended(workspace, ease, "compress").state == "done"
    with pytest.raises(InputError, match="made smaller by int8, pruned; found 'distilled'"):
        workspace.keep_compressed(ease, "distilled")


def test_it_is_cancelled_within_a_batch_and_leaves_nothing(workspace):
    shop = store(workspace, make_shop())
    run = workspace.submit_training(shop, "multvae", {**SMALL, "hidden_dim": 512, "latent_dim": 512, "epochs": 1})
    assert ended(workspace, run).state == "done"
    job = workspace.submit_compression(run)
    wait(lambda: next(each for each in workspace.jobs() if each.id == job).stage in ("pruned", "distilled"))
    workspace.cancel(job)
    assert ended(workspace, run, "compress").state == "cancelled"
    assert workspace.compression(run) is None
    assert not any((workspace.folder / "compressions").iterdir())
