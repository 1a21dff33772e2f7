"""What the workspace tells about itself: plain frozen records, ready to show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

Kind = Literal[
    "ingest", "train", "project", "tune", "synthesise", "regroup", "compress", "probe", "break_down"
]
Divisions = Literal["shopper_groups", "item_clusters"]  # what a shop is divided into
Of = Literal["item", "user"]  # what a map shows
State = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]
LIVE: Final[tuple[State, ...]] = ("queued", "running")
RESUMABLE: Final[tuple[State, ...]] = ("failed", "cancelled", "interrupted")


@dataclass(frozen=True)
class Job:
    """One piece of background work.

    ``target`` is the dataset or run that it makes. ``stage`` names the step it is in, ``done`` of ``total`` steps are
    behind it, ``seconds_left`` is an estimate where there is one. Times are UTC; ``error`` is fit to show.
    """

    id: str
    kind: Kind
    target: str
    state: State
    stage: str
    done: int
    total: int
    seconds_left: float | None
    error: str | None
    created: datetime
    started: datetime | None
    finished: datetime | None

    @property
    def live(self) -> bool:
        """Whether it waits or runs."""
        return self.state in LIVE


@dataclass(frozen=True)
class DatasetRecord:
    """One shop's data in the workspace: where it came from and how large it is."""

    id: str
    name: str
    source: str
    created: datetime
    users: int
    items: int
    events: int


@dataclass(frozen=True)
class Division:
    """Into how many groups a shop is divided: ``chosen`` by a person, None for the ``automatic`` number."""

    chosen: int | None
    automatic: int

    @property
    def number(self) -> int:
        """The number of groups in force."""
        return self.automatic if self.chosen is None else self.chosen


@dataclass(frozen=True)
class Fusion:
    """Generated shoppers beside the real ones: at most ``share`` for each of these, each counting ``weight``."""

    generation_id: str
    share: float
    weight: float


@dataclass(frozen=True)
class Compressed:
    """From which run a smaller one was made, and by which way (``models.ways``)."""

    run_id: str
    way: str


@dataclass(frozen=True)
class RunRecord:
    """One training of one model; ``epoch`` of ``epochs`` are behind it (0 of 0 for models without epochs).

    ``note`` is what a person wrote about it; ``fused`` tells which generated shoppers it learned from besides the real
    ones, if any, and ``compressed`` from which run it was made, where it is a smaller version of one.
    """

    id: str
    dataset_id: str
    family: str
    settings: Mapping[str, Any]
    preset: str | None
    state: State
    epoch: int
    epochs: int
    seconds_left: float | None
    created: datetime
    finished: datetime | None
    error: str | None
    note: str = ""
    fused: Fusion | None = None
    compressed: Compressed | None = None

    @property
    def live(self) -> bool:
        """Whether it waits or runs."""
        return self.state in LIVE


@dataclass(frozen=True)
class TuningRecord:
    """One search for settings; ``start`` are those of ``preset``, which its first trial has."""

    id: str
    dataset_id: str
    family: str
    preset: str | None
    start: Mapping[str, Any]
    settings: Mapping[str, Any]
    state: State
    created: datetime
    error: str | None

    @property
    def live(self) -> bool:
        """Whether it waits or runs."""
        return self.state in LIVE


@dataclass(frozen=True)
class GenerationRecord:
    """Something generated from a shop: ``what`` it is ("shoppers", …), and the settings it was asked for with."""

    id: str
    dataset_id: str
    what: str
    settings: Mapping[str, Any]
    state: State
    created: datetime
    finished: datetime | None
    error: str | None

    @property
    def live(self) -> bool:
        """Whether it waits or runs."""
        return self.state in LIVE


@dataclass(frozen=True)
class ScenarioRecord:
    """A saved what-if: ``values`` reproduce the list anywhere; ``name`` is a label that a person typed."""

    id: str
    name: str
    dataset_id: str | None
    run_id: str | None
    values: Mapping[str, Any]
    created: datetime
