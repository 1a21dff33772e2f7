"""Generated shoppers placed in a run's space: as its real shoppers are, kept beside its maps."""

import numpy as np
import pytest

from divrec.errors import UnknownIdError
from tests.workspace.support import ended, wait


def test_generated_shoppers_get_their_places(trained):
    workspace, run = trained
    made = workspace.submit_synthesis("d000000000001", "shoppers", {"n": 60})
    assert ended(workspace, made, "synthesise").state == "done"
    assert workspace.generated_vectors(run, made) is None
    job = workspace.submit_placing(run, made)
    wait(lambda: not next(each for each in workspace.jobs() if each.id == job).live)
    placed, real = workspace.generated_vectors(run, made), workspace.user_vectors(run)
    events = workspace.generated(made, "events")
    assert list(placed.index) == list(events["user_id"].drop_duplicates())
    assert list(placed.columns) == list(real.columns)
    assert np.isfinite(placed.to_numpy()).all()
    # EASE places a history at the mean of its items' unit vectors
    space = workspace.item_vectors(run)
    unit = space.div(np.linalg.norm(space, axis=1), axis=0)
    someone = placed.index[0]
    bought = events.loc[events["user_id"] == someone, "item_id"].unique()
    np.testing.assert_allclose(placed.loc[someone], unit.loc[bought].mean(), atol=1e-5)


def test_only_a_run_that_is_there_places(trained):
    workspace, _ = trained
    with pytest.raises(UnknownIdError, match="r00000000000f"):
        workspace.submit_placing("r00000000000f", "g00000000000f")
