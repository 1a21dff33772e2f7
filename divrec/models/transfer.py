"""Transfer: start a network from what another run has learned, where the two shops have items in common.

Rows of items that both know are copied into the tables that have one row per item; the rows of other items stay as they
were initialised; everything that has nothing to do with items is copied whole. Afterwards the training goes its way.
"""

from typing import Final

import pandas as pd
import torch
from torch import nn

from divrec.errors import InputError

_PER_ITEM: Final = ("embed.table.weight", "encoder.embed.table.weight", "decode.weight", "decode.bias")  # one row each


def borrow(network: nn.Module, item_ids: pd.Index, source: nn.Module, source_ids: pd.Index) -> int:
    """Copy what ``source`` knows into ``network``, both coders of one family, and tell how many items they share.

    Raises InputError where they share no item, or where their layers differ in width.
    """
    at = source_ids.get_indexer(item_ids)
    shared = torch.from_numpy(at >= 0)
    if not shared.any():
        raise InputError(
            f"the two catalogues share no item (here {', '.join(map(str, item_ids[:3]))}; there "
            f"{', '.join(map(str, source_ids[:3]))}); start from a run whose item ids are the same"
        )
    known = torch.from_numpy(at[at >= 0])
    own, given = network.state_dict(), source.state_dict()
    _check_widths(own, given)
    with torch.no_grad():
        for name, weight in own.items():
            if name in _PER_ITEM:
                weight[shared] = given[name][known]
            else:
                weight.copy_(given[name])
    return int(shared.sum())


def _check_widths(own: dict[str, torch.Tensor], given: dict[str, torch.Tensor]) -> None:
    for name in sorted({*own, *given}):
        widths = [_width(name, weights[name]) if name in weights else None for weights in (own, given)]
        if widths[0] != widths[1]:
            raise InputError(
                f"the run to start from has other layers: {name} is {widths[1]} wide there and {widths[0]} here; "
                "give both the same family, hidden_dim and latent_dim"
            )


def _width(name: str, weight: torch.Tensor) -> tuple[int, ...]:
    return tuple(weight.shape[1:] if name in _PER_ITEM else weight.shape)
