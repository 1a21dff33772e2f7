"""The one epoch loop: seeded mini-batches, early stopping, progress, cancel, checkpoint and resume."""

import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from divrec.models.checkpoint import Position, TrainingState, load_checkpoint, save_checkpoint
from divrec.models.progress import Listener, Progress
from divrec.models.settings import TrainingSettings

__all__ = ["Learner", "Progress", "repeatable", "train"]

_HEARTBEAT_SECONDS: Final = 0.2


class Learner(Protocol):
    """What a family gives the loop: its weights, its optimisers, one step, and how good it is now."""

    rows: int

    @property
    def watched(self) -> str:
        """The validation value that decides on stopping, the higher the better."""
        ...

    @property
    def network(self) -> nn.Module:
        """All weights that are trained."""
        ...

    @property
    def optimisers(self) -> Mapping[str, torch.optim.Optimizer]:
        """The optimisers by name; a GAN has two."""
        ...

    def step(self, rows: npt.NDArray[np.int64], epoch: float) -> Mapping[str, float]:
        """Take one step on these rows, ``epoch`` (with its fraction) into the training, and give the loss terms."""
        ...

    def validate(self) -> Mapping[str, float]:
        """Measure the network as it is now; NaN where there is nothing to watch."""
        ...


@contextmanager
def repeatable(seed: int, threads: int) -> Iterator[None]:
    """Seed torch and set its threads on purpose, and leave both as they were found."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            yield
    finally:
        torch.set_num_threads(before)


def train(
    learner: Learner,
    settings: TrainingSettings,
    progress: Listener | None = None,
    checkpoint: Path | None = None,
    origin: Mapping[str, Any] | None = None,
) -> int:
    """Train until validation stops improving, leave the network at its best weights, and tell after how many epochs.

    Runs inside ``repeatable``. With a ``checkpoint`` folder the state is saved there now and then, on a cancel and at
    the end, and a training that finds one goes on from it: the weights become the same, bit for bit, as without a
    break. ``origin`` names the data, so that a checkpoint is not continued on others.
    """
    loop = _Loop(learner, settings, progress, checkpoint, origin or {})
    loop.run()
    return loop.state.position.best_epoch


class _Loop:
    """One training on its way."""

    def __init__(
        self,
        learner: Learner,
        settings: TrainingSettings,
        progress: Listener | None,
        checkpoint: Path | None,
        origin: Mapping[str, Any],
    ) -> None:
        self.learner, self.settings, self.progress, self.checkpoint = learner, settings, progress, checkpoint
        self.steps = math.ceil(learner.rows / settings.batch)
        self.state = TrainingState(Position(), learner.network, _copy(learner.network), learner.optimisers)
        self.origin = {**origin, "settings": _lasting(settings)}
        self.last_beat = self.last_save = self.last_tick = time.monotonic()

    @property
    def finished(self) -> bool:
        """Whether all epochs are done or validation has not improved for too long."""
        at = self.state.position
        return at.epoch >= self.settings.epochs or at.epoch - at.best_epoch >= self.settings.patience

    def run(self) -> None:
        """Go on from the checkpoint, or from the beginning, to the end."""
        if self.checkpoint is not None:
            load_checkpoint(self.checkpoint, self.state, self.origin)
        try:
            while not self.finished:
                self._epoch()
        finally:  # a cancelled training can go on, and a finished one is not done again if saving the model fails
            self._save()
        self.learner.network.load_state_dict(self.state.best)

    def _epoch(self) -> None:
        at = self.state.position
        # drawn anew from (seed, epoch): where the sampler stands is told by epoch and batch alone
        order = np.random.default_rng([self.settings.seed, 1, at.epoch]).permutation(self.learner.rows)
        while at.batch < self.steps:
            self._tell()
            rows = order[at.batch * self.settings.batch : (at.batch + 1) * self.settings.batch]
            terms = self.learner.step(rows, at.epoch + at.batch / self.steps)
            at.sums = {name: at.sums.get(name, 0.0) + value * len(rows) for name, value in terms.items()}
            at.batch += 1
            self._save(self.settings.checkpoint_seconds)
        values = {name: total / self.learner.rows for name, total in at.sums.items()}
        values |= self.learner.validate()
        at.epoch, at.batch, at.sums = at.epoch + 1, 0, {}
        self._judge(values[self.learner.watched])
        self._tell(values)

    def _judge(self, value: float) -> None:
        """Keep the weights if they are the best so far; without validation the last are the best."""
        at = self.state.position
        if math.isnan(value) or at.best is None or value > at.best:
            at.best = None if math.isnan(value) else value
            at.best_epoch = at.epoch
            self.state.best = _copy(self.learner.network)

    def _tell(self, values: Mapping[str, float] | None = None) -> None:
        now = time.monotonic()
        at = self.state.position
        at.seconds += now - self.last_tick
        self.last_tick = now
        if self.progress is None or (values is None and now - self.last_beat < _HEARTBEAT_SECONDS):
            return
        self.last_beat = now
        done = at.epoch * self.steps + at.batch
        left = at.seconds / done * (self.settings.epochs * self.steps - done) if done else math.nan
        self.progress(Progress(at.epoch, self.settings.epochs, values or {}, left))

    def _save(self, after: float = 0.0) -> None:
        if self.checkpoint is not None and time.monotonic() - self.last_save >= after:
            save_checkpoint(self.checkpoint, self.state, self.origin)
            self.last_save = time.monotonic()


def _copy(network: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in network.state_dict().items()}


def _lasting(settings: TrainingSettings) -> dict[str, Any]:
    """The settings that the weights depend on: a training may go on for longer, or with other threads."""
    free = {"epochs", "patience", "threads", "checkpoint_seconds"}
    return {name: value for name, value in settings.to_json().items() if name not in free}
