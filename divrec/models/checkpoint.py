"""The state of a training on disk: enough to go on as if nothing had happened, to the last bit. No pickle."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from divrec.data.files import atomic_folder, check_manifest, read_json, remove_leftovers, write_json
from divrec.errors import ArtefactError, InputError

_STATE: Final = "state"  # the folder inside the checkpoint's own, so that leftovers of killed writers are ours


@dataclass
class Position:
    """Where a training stands: ``batch`` steps of epoch ``epoch`` (from 0) are done.

    ``sums`` are the running sums of this epoch's loss terms, ``best`` the best validation value so far and
    ``best_epoch`` the number of epochs after which it was reached; ``seconds`` the time spent.
    """

    epoch: int = 0
    batch: int = 0
    sums: dict[str, float] = field(default_factory=dict)
    best: float | None = None
    best_epoch: int = 0
    seconds: float = 0.0


@dataclass
class TrainingState:
    """Everything that the next step depends on."""

    position: Position
    network: nn.Module
    best: dict[str, Tensor]
    optimisers: Mapping[str, torch.optim.Optimizer]


def save_checkpoint(folder: Path, state: TrainingState, origin: Mapping[str, Any]) -> None:
    """Write the state atomically; ``origin`` tells which settings and data it belongs to."""
    tensors = {f"network.{name}": value for name, value in state.network.state_dict().items()}
    tensors |= {f"best.{name}": value for name, value in state.best.items()}
    tensors["rng"] = torch.get_rng_state()
    groups = {}
    for name, optimiser in state.optimisers.items():
        values = optimiser.state_dict()
        groups[name] = values["param_groups"]
        for place, slots in values["state"].items():
            tensors |= {f"optimiser.{name}.{place}.{slot}": value for slot, value in slots.items()}
    with atomic_folder(folder / _STATE) as path:
        save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, path / "tensors.safetensors")
        write_json(path / "position.json", {**asdict(state.position), "groups": groups, "origin": dict(origin)})


def load_checkpoint(folder: Path, state: TrainingState, origin: Mapping[str, Any]) -> None:
    """Bring ``state`` and torch's random numbers to what the folder holds; an empty folder changes nothing.

    Raises ArtefactError for a damaged checkpoint, InputError for one of other settings or data.
    """
    if not folder.exists():
        return
    remove_leftovers(folder)
    path = folder / _STATE
    if not path.exists():
        return
    check_manifest(path)
    held = read_json(path / "position.json")
    _check_origin(path, held.pop("origin"), origin)
    groups = held.pop("groups")
    try:
        tensors = load_file(path / "tensors.safetensors")
        state.network.load_state_dict(_part(tensors, "network."))
        state.best.update(_part(tensors, "best."))
        for name, optimiser in state.optimisers.items():
            slots: dict[int, dict[str, Tensor]] = {}
            for key, value in _part(tensors, f"optimiser.{name}.").items():
                place, slot = key.split(".", 1)
                slots.setdefault(int(place), {})[slot] = value
            optimiser.load_state_dict({"state": slots, "param_groups": groups[name]})
        torch.set_rng_state(tensors["rng"])
    except (KeyError, RuntimeError, ValueError, SafetensorError) as error:
        raise ArtefactError(f"{path} does not fit this model: {error}; remove it to start anew") from error
    state.position = Position(**held)


def _part(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _check_origin(path: Path, found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    different = sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))
    if different:
        name = different[0]
        raise InputError(
            f"the checkpoint {path} belongs to another training: {name} is {found.get(name)!r} there and "
            f"{expected.get(name)!r} here; give another folder, or remove it to start from the beginning"
        )
