"""What a training says about itself while it runs; free of torch, so that any listener can read it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias


@dataclass(frozen=True)
class Progress:
    """How far a training is.

    ``epoch`` epochs of at most ``epochs`` are complete; early stopping may end sooner. ``values`` holds the epoch's
    loss terms and validation measures by name, and is empty in the heartbeats between epochs. ``seconds_left`` is an
    upper estimate, NaN until the first steps are timed.
    """

    epoch: int
    epochs: int
    values: Mapping[str, float] = field(default_factory=dict)
    seconds_left: float = float("nan")


Listener: TypeAlias = Callable[[Progress], None]
"""Called several times a second and after each epoch; raises ``divrec.errors.Cancelled`` to stop the training."""


def shifted(listener: Listener | None, before: int, epochs: int) -> Listener | None:
    """Tell a part's progress as that of the whole: after ``before`` epochs, of ``epochs``; without undefined values."""

    def tell(progress: Progress) -> None:
        assert listener is not None  # noqa: S101  # else this is not handed out
        values = {name: value for name, value in progress.values.items() if value == value}  # noqa: PLR0124  # NaN
        listener(replace(progress, epoch=before + progress.epoch, epochs=epochs, values=values))

    return tell if listener else None
