"""From what the workspace holds of a run to what a report speaks of."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import pandas as pd

from divrec.columns import RANK, USER
from divrec.data.dataset import Dataset
from divrec.evaluate.table import evaluate
from divrec.report.findings import Findings, Varied
from divrec.workspace.likeness import likeness_vectors
from divrec.workspace.records import RunRecord
from divrec.workspace.sidebyside import lists_of
from divrec.workspace.workspace import Workspace

BESIDE: Final = ("popularity", "ease")  # the baselines that every model is held against


class Source(Protocol):
    """What stored results are asked of: a workspace, or what keeps its answers in memory."""

    def dataset(self, dataset_id: str, /) -> Dataset:
        """Give a stored shop."""

    def metrics(self, run_id: str, /) -> pd.DataFrame:
        """Give ``metric, value, low, high, n`` of a finished run."""

    def sameness(self, run_id: str, /) -> dict[str, Any]:
        """Give the sameness score of a run's lists with its parts."""


def findings(
    source: Source, shop: str, run: RunRecord, runs: list[RunRecord], names: Mapping[str, str], varied: Varied | None
) -> Findings:
    """Gather what a report says of a run of the shop called ``shop``.

    ``runs`` are the shop's finished ones, of which the newest of each baseline stands beside it; ``names`` gives what
    they are called by id.
    """
    data = source.dataset(run.dataset_id)
    beside = {other.family: other for other in sorted(runs, key=lambda other: other.created) if other.family in BESIDE}
    shown = list({other.id: other for other in (*(beside[key] for key in BESIDE if key in beside), run)})
    measures = pd.concat([source.metrics(key).assign(run=names[key]) for key in shown], ignore_index=True)
    sizes = {"users": len(data.users), "items": len(data.items), "events": len(data.interactions)}
    return Findings(
        shop, f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", sizes, data.report, names[run.id], run.settings,
        measures, source.sameness(run.id), varied,
    )  # fmt: skip


def varied_as(workspace: Workspace, run: RunRecord, values: Mapping[str, Any]) -> Varied:
    """Measure everybody's lists as a scenario's ``values`` make them, whomever its own list is for."""
    varied = varied_by(workspace, run, _lists(workspace, values), values["repeat"])
    rules = json.loads(values["rules"]) if values.get("rules") else []
    told = [json.dumps(rule, ensure_ascii=False) for rule in rules]
    choices = [(name, str(values[name])) for name in ("method", "diversity", "alike", "n")]
    return replace(varied, diversity=f"{values['diversity']:.2f}", choices=choices, rules=told, scenario=values)


def _lists(workspace: Workspace, values: Mapping[str, Any]) -> pd.DataFrame:
    dataset_id, run_id = values["dataset"], values["run"]
    vectors = likeness_vectors(workspace, dataset_id, run_id, values["alike"])
    known, _ = workspace.split(dataset_id)
    pool = workspace.candidates(run_id, values["repeat"])
    return lists_of(values, pool, vectors, known, workspace.shopper_groups(dataset_id))


def varied_by(workspace: Workspace, run: RunRecord, lists: pd.DataFrame, repeat: bool = False) -> Varied:
    """Measure anybody's re-ranked lists of a run's shoppers beside the run's own of the same length, with intervals.

    With ``repeat`` items of the history may be in the lists, and choosing them again counts.
    """
    known, test = workspace.split(run.dataset_id)
    length = int(lists[RANK].max())
    users = pd.Index(lists[USER].unique())
    own = workspace.candidates(run.id, repeat).for_users(users).head(length).to_frame()
    vectors, judged = workspace.item_vectors(run.id), test if repeat else test.new_to_users()
    sides = {"before": own, "after": lists}
    measured = {
        side: evaluate(recs, judged, data=known, vectors=vectors).set_index("metric") for side, recs in sides.items()
    }
    ends = [(side, end) for side in sides for end in ("value", "low", "high")]
    columns = {side if end == "value" else f"{side}_{end}": measured[side][end] for side, end in ends}
    return Varied(everybody=pd.DataFrame(columns).reset_index(), shoppers=len(users))
